"""Which characters a printer's own Chinese font has. A missing one prints as a box, a blank or a wrong character, so
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
"""Characters in every font that read the same as one that the printer's font lacks."""
EXTENSION_A = range(0x3400, 0x4DB6)
"""The four-byte codes that a font of the whole GB 18030 has: CJK unified ideographs extension A."""


def adapted(text: str, font: Font) -> str:
    """The text with the nearest characters that the font has. Control characters, which would move the printer's head,
    become blanks."""
    printable = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return "".join(char if _has(char, font) else NEAREST.get(char, char) for char in printable)


def missing(text: str, font: Font) -> str:
    """The characters of the text that the printer's own font lacks, each once."""
    return "".join(dict.fromkeys(char for char in text if not _has(char, font)))


@cache
def _has(char: str, font: Font) -> bool:
    """Whether the font has the character. A Chinese font sets letters of other alphabets, such as é, as wide as a
    Chinese character, which tears a word apart; so they count as missing."""
    if " " <= char <= "~":
        return True
    if _is_other_letter(char):
        return False
    if font == "gb18030":
        return ord(char) in EXTENSION_A or len(_code(char, "gb18030")) == 2
    code = _code(char, "gbk")
    return len(code) == 2 and (font == "gbk" or _in_gb2312(code))


def _in_gb2312(code: bytes) -> bool:
    """Decided by the code: the two tables name some signs differently, such as the middle dot, but the font has one
    cell for both."""
    try:
        return bool(code.decode("gb2312"))
    except UnicodeDecodeError:
        return False


def _is_other_letter(char: str) -> bool:
    """Whether it is a letter of an alphabet, or a code for private use, which each maker uses differently."""
    kind = unicodedata.category(char)
    return kind == "Co" or (kind[0] == "L" and unicodedata.east_asian_width(char) not in "WF")


def _code(char: str, font: Font) -> bytes:
    try:
        return char.encode(font)
    except UnicodeEncodeError:
        return b""
