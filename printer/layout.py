"""A slip as parts from top to bottom, in columns of the paper. Both the encoder and the picture read it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from lobby.branch.model import Printer

COLUMN_DOTS = 12
"""A Latin character of the printers' font A is 12 dots wide, a Chinese one 24."""
GLYPH_DOTS = 24
LEADING_DOTS = 6
SCALE_MAX = 8
"""No ESC/POS character is larger than eight times eight."""
QUIET_MODULES = 4
"""The white around a QR code that its standard requires (ISO/IEC 18004), in modules."""


@dataclass(frozen=True)
class Line:
    """A line of text. `width` and `height` multiply the character's size; `inverse` is white on a black band."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False

    @property
    def dots(self) -> int:
        """How far the paper moves. Bands have no white between them."""
        return GLYPH_DOTS * self.height + (0 if self.inverse else LEADING_DOTS)


@dataclass(frozen=True)
class Qr:
    """A QR code with its quiet zone; a module is at most `module_dots` wide."""

    link: str
    module_dots: int = 8


@dataclass(frozen=True)
class Picture:
    """A picture file of the branch, such as its logo."""

    file: str


@dataclass(frozen=True)
class Gap:
    """White space."""

    dots: int = 24


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


Part = Line | Qr | Picture | Gap | Rule


@dataclass(frozen=True)
class Layout:
    """The slip from top to bottom, all centred, on paper of so many columns."""

    columns: int
    parts: tuple[Part, ...]


def columns(printer: Printer) -> int:
    return printer.dots // COLUMN_DOTS


def char_columns(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WFA":
        return 2
    return 1


def text_columns(text: str) -> int:
    return sum(char_columns(char) for char in text)


def fitted(line: Line, wide: int) -> list[Line]:
    """The line, broken where it is wider than the paper; a band is filled up to the paper's edges."""
    fits_on_line = text_columns(line.text) * line.width <= wide
    texts = [line.text] if fits_on_line else wrap(line.text, wide // line.width)
    parts = [replace(line, text=text) for text in texts]
    if line.inverse:
        return [_band(part, wide // part.width) for part in parts]
    return parts


def _band(line: Line, wide: int) -> Line:
    blanks = wide - text_columns(line.text)
    return replace(line, text=" " * (blanks // 2) + line.text + " " * (blanks - blanks // 2))


CLOSING = r"!),.:;?\u201d\u3001\u3002\u300b\uff01\uff09\uff0c\uff1a\uff1b\uff1f"
UNIT = re.compile(rf"\s+|[!-~\u2013]+|[^\s!-~\u2013][{CLOSING}]*")
"""What stays together where possible: a Latin word, and a Chinese character with the mark after it."""
STOPS = ",;\u3001\u3002\uff0c\uff1b"


def wrap(text: str, wide: int) -> list[str]:
    """The text in as few lines of at most `wide` columns as possible, of about the same length."""
    text = text.strip()
    units = [piece for unit in UNIT.findall(text) for piece in _pieces(unit, wide)]
    lines = _filled(units, wide)
    for narrow in range(wide - 1, 1, -1):
        tighter = _filled(units, narrow)
        if len(tighter) > len(lines) or max(map(text_columns, tighter)) > narrow:
            break
        lines = tighter
    if len(lines) == 2:
        return _at_stop(text, lines, wide)
    return lines


def _at_stop(text: str, balanced: list[str], wide: int) -> list[str]:
    """Breaks the text at the comma nearest to its middle, where both parts fit on the paper; else `balanced`."""
    for at in sorted(
        (i for i, char in enumerate(text) if char in STOPS), key=lambda i: abs(2 * i - len(text))
    ):
        parts = [text[: at + 1].strip(), text[at + 1 :].strip()]
        if all(parts) and max(map(text_columns, parts)) <= wide:
            return parts
    return balanced


def _pieces(unit: str, wide: int) -> list[str]:
    """The unit, cut where it is wider than a line by itself."""
    if text_columns(unit) <= wide:
        return [unit]
    pieces = []
    piece = ""
    for char in unit:
        if piece and text_columns(piece + char) > wide:
            pieces.append(piece)
            piece = ""
        piece += char
    return [*pieces, piece]


def _filled(units: list[str], wide: int) -> list[str]:
    lines = []
    line = ""
    for unit in units:
        if line and text_columns((line + unit).rstrip()) > wide:
            lines.append(line.strip())
            line = ""
        line += unit if line else unit.lstrip()
    return [*lines, line.strip()]
