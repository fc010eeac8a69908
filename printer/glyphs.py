"""Which characters a printer's own Chinese font has. What it lacks comes out as a box, a blank or a wrong character, so
the encoder draws such a line with a font of this machine instead."""

from __future__ import annotations

import unicodedata
from functools import cache

from lobby.branch.model import Font

NEAREST = {
    "\u00a5": "\uffe5",  # the half-width yen sign is a four-byte code; the full-width one is in every font
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00a0": " ",
    "\u202f": " ",
}
"""What reads the same and is in every font, taken where the printer's lacks the character."""
EXTENSION_A = range(0x3400, 0x4DB6)
"""The four-byte codes that a font of the whole GB 18030 has: CJK unified ideographs extension A."""


def adapted(text: str, font: Font) -> str:
    """The text with the nearest characters that the font has; what moves a printer's head is a blank."""
    shown = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return "".join(char if _has(char, font) else NEAREST.get(char, char) for char in shown)


def missing(text: str, font: Font) -> str:
    """The characters of the text that the printer's own font lacks, each once."""
    return "".join(dict.fromkeys(char for char in text if not _has(char, font)))


@cache
def _has(char: str, font: Font) -> bool:
    """A Chinese font sets the letters of other alphabets, such as é, as wide as a Chinese character: a word with one
    falls apart, so they count as missing."""
    if " " <= char <= "~":
        return True
    if _spelled(char):
        return False
    if font == "gb18030":
        return ord(char) in EXTENSION_A or len(_code(char, "gb18030")) == 2
    code = _code(char, "gbk")
    return len(code) == 2 and (font == "gbk" or _in_gb2312(code))


def _in_gb2312(code: bytes) -> bool:
    """By its code: the tables name some signs otherwise, such as the middle dot, though the font's cell is the same."""
    try:
        return bool(code.decode("gb2312"))
    except UnicodeDecodeError:
        return False


def _spelled(char: str) -> bool:
    """A letter of an alphabet, or a code that each maker uses for something else."""
    kind = unicodedata.category(char)
    return kind == "Co" or (kind[0] == "L" and unicodedata.east_asian_width(char) not in "WF")


def _code(char: str, font: Font) -> bytes:
    try:
        return char.encode(font)
    except UnicodeEncodeError:
        return b""
