"""The system's fonts for rastered slips and the virtual printer's paper: one that has Chinese, and others for what it
lacks."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
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
TRIED_DOTS = 24
"""The size at which it is tried whether a font draws a character or its sign for none."""
NOBODYS = "\U0010ffff"
"""A code that is no character and never will be: a font draws its sign for what it lacks."""


class NoFont(Exception):
    """This machine has no font with Chinese characters."""


@cache
def cjk_font_file() -> str:
    """Raises NoFont."""
    for path in KNOWN:
        if Path(path).exists():
            return path
    file, langs = _fc_match(":lang=zh-cn")
    if "zh" in langs and Path(file).exists():
        return file
    raise NoFont("no font with Chinese characters: install fonts-noto-cjk or fonts-wqy-microhei")


def _fc_match(wanted: str) -> tuple[str, str]:
    """The file of the font that suits best, and its languages; empty where there is no fontconfig."""
    fc_match = shutil.which("fc-match")
    if fc_match is None:
        return "", ""
    asked = [fc_match, "--format=%{file}\n%{lang}", wanted]
    file, _, langs = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.partition("\n")
    return file, langs


@cache
def _bold_file(regular: str) -> str | None:
    """The font's own bold, if it came with one."""
    file = regular.replace("-Regular", "-Bold")
    return file if file != regular and Path(file).exists() else None


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
def _font(file: str, size: int) -> Any:
    """In the basic layout: the other makes up a letter with a mark that the font lacks, and puts the mark beside."""
    return ImageFont.truetype(file, size, index=_mainland_face(file), layout_engine=ImageFont.Layout.BASIC)


@dataclass(frozen=True)
class Run:
    """Characters that one font draws; `own_bold` when that is a bold one of its own."""

    text: str
    font: Any
    own_bold: bool


def runs(text: str, size: int, bold: bool = False) -> list[Run]:
    """The text in pieces, each with the font that has it, at this height in pixels. Raises NoFont."""
    return [
        _run("".join(chars), file, size, bold)
        for file, chars in groupby(text, lambda char: file_of(char) or cjk_font_file())
    ]


def _run(text: str, file: str, size: int, bold: bool) -> Run:
    own = _bold_file(file) if bold else None
    return Run(text, _font(own or file, size), own is not None)


def undrawable(text: str) -> str:
    """The characters that no font of this machine has, each once. Raises NoFont."""
    return "".join(dict.fromkeys(char for char in text if file_of(char) is None))


@cache
def file_of(char: str) -> str | None:
    """The file of the first font that has the character: the Chinese one, else another."""
    return next((file for file in _candidates(char) if _draws(file, char)), None)


def _candidates(char: str) -> Iterator[str]:
    yield cjk_font_file()
    yield from (path for path in KNOWN if path != cjk_font_file() and Path(path).exists())
    file, _ = _fc_match(f":charset={ord(char):x}")
    if file:
        yield file


def _draws(file: str, char: str) -> bool:
    """Whether the font has it, rather than a sign for none; no dots are right for a blank only."""
    try:
        drawn = _dots(file, char)
    except (OSError, ValueError):
        return False
    return char.isspace() or (drawn != _dots(file, NOBODYS) and any(drawn[1]))


@cache
def _dots(file: str, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(file, TRIED_DOTS).getmask(char)
    return mask.size, bytes(mask)
