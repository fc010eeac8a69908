"""A system font that has Chinese, for rastered slips and the virtual printer's paper."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

KNOWN = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
)


class NoFont(Exception):
    """This machine has no font with Chinese characters."""


@cache
def cjk_font_file() -> str:
    """Raises NoFont."""
    for path in KNOWN:
        if Path(path).exists():
            return path
    if fc_match := shutil.which("fc-match"):
        asked = [fc_match, "--format=%{file}\n%{lang}", ":lang=zh-cn"]
        file, _, langs = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.partition("\n")
        if "zh" in langs and Path(file).exists():
            return file
    raise NoFont("no font with Chinese characters: install fonts-noto-cjk or fonts-wqy-microhei")


@cache
def cjk_font(size: int) -> Any:
    """A font of this height in pixels."""
    return ImageFont.truetype(cjk_font_file(), size)
