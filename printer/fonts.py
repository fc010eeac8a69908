"""The system's fonts for rastered slips and the virtual printer's paper: one with Chinese characters, and others for
the characters that it lacks."""

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

FONT_FILES = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
)
FACES_MAX = 12
SAMPLE_DOTS = 24
"""The size of the samples that show whether a font has a character: that of a line on a slip."""
NOT_A_CHARACTER = "\U0010ffff"
"""A code that Unicode never assigns to a character: a font draws its sign for a missing character."""


class NoFont(Exception):
    """This machine has no font with Chinese characters."""


@cache
def cjk_font_file() -> str:
    """Raises NoFont."""
    for path in FONT_FILES:
        if Path(path).exists():
            return path
    file, langs = _fc_match(":lang=zh-cn")
    if "zh" in langs and Path(file).exists():
        return file
    raise NoFont("no font with Chinese characters: install fonts-noto-cjk or fonts-wqy-microhei")


def _fc_match(pattern: str) -> tuple[str, str]:
    """The file of the font that matches the pattern best, and its languages; empty without fontconfig."""
    fc_match = shutil.which("fc-match")
    if fc_match is None:
        return "", ""
    command = [fc_match, "--format=%{file}\n%{lang}", pattern]
    file, _, langs = subprocess.run(
        command, capture_output=True, text=True, check=False
    ).stdout.partition("\n")
    return file, langs


@cache
def _bold_file(regular: str) -> str | None:
    """The file of the font's own bold face, if there is one."""
    file = regular.replace("-Regular", "-Bold")
    if file != regular and Path(file).exists():
        return file
    return None


@cache
def _mainland_face(file: str) -> int:
    """The face of a collection that has the mainland's forms of the characters."""
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
    """The font in the basic layout: Raqm's layout composes a letter with a mark that the font lacks, and puts the mark
    beside the letter."""
    return ImageFont.truetype(
        file, size, index=_mainland_face(file), layout_engine=ImageFont.Layout.BASIC
    )


@dataclass(frozen=True)
class Run:
    """Characters that one font draws; `own_bold`: the font is a bold face."""

    text: str
    font: Any
    own_bold: bool


def runs(text: str, size: int, bold: bool = False) -> list[Run]:
    """The text in pieces, each with a font that has its characters, at this height in pixels. Raises NoFont."""
    return [
        _run("".join(chars), file, size, bold)
        for file, chars in groupby(text, lambda char: file_of(char) or cjk_font_file())
    ]


def _run(text: str, file: str, size: int, bold: bool) -> Run:
    bold_file = _bold_file(file) if bold else None
    return Run(text, _font(bold_file or file, size), bold_file is not None)


def undrawable(text: str) -> str:
    """The characters that no font of this machine has, each once. Raises NoFont."""
    return "".join(dict.fromkeys(char for char in text if file_of(char) is None))


@cache
def file_of(char: str) -> str | None:
    """The file of the first font that has the character: the Chinese font, else another one."""
    return next((file for file in _candidates(char) if _draws(file, char)), None)


def _candidates(char: str) -> Iterator[str]:
    yield cjk_font_file()
    yield from (path for path in FONT_FILES if path != cjk_font_file() and Path(path).exists())
    file, _ = _fc_match(f":charset={ord(char):x}")
    if file:
        yield file


def _draws(file: str, char: str) -> bool:
    """Whether the font has the character, and not only a sign for a missing one. Only a blank may have no dots."""
    try:
        dots = _dots(file, char)
    except (OSError, ValueError):
        return False
    return char.isspace() or (dots != _dots(file, NOT_A_CHARACTER) and any(dots[1]))


@cache
def _dots(file: str, char: str) -> tuple[tuple[int, int], bytes]:
    mask = _font(file, SAMPLE_DOTS).getmask(char)
    return mask.size, bytes(mask)
