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
FACES_MAX = 12


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
def _bold_file() -> str | None:
    """The font's own bold, if it came with one."""
    file = cjk_font_file().replace("-Regular", "-Bold")
    return file if file != cjk_font_file() and Path(file).exists() else None


@cache
def _mainland_face(file: str) -> int:
    """Of a collection the face with the mainland's forms of the characters."""
    for face in range(FACES_MAX):
        try:
            family = ImageFont.truetype(file, 12, index=face).getname()[0] or ""
        except OSError:
            break
        if family.endswith(" SC"):
            return face
    return 0


@cache
def cjk_font(size: int, bold: bool = False) -> tuple[Any, bool]:
    """A font of this height in pixels, and whether it is a bold one of its own."""
    own_bold = _bold_file() if bold else None
    file = own_bold or cjk_font_file()
    return ImageFont.truetype(file, size, index=_mainland_face(file)), own_bold is not None
