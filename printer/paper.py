"""Interprets ESC/POS bytes for the virtual printer, independently of the encoder.

It knows the commands of Epson's reference that slips use. Any other byte shows as itself, so that a wrong byte is
visible in the picture.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from printer.devices.virtual import sheet, sheet_numbers, tray
from printer.layout import GLYPH_DOTS, Line
from printer.raster import line_strip, placed, qr_picture, stacked

ALIGNMENTS = {0: "left", 1: "center", 2: "right", 48: "left", 49: "center", 50: "right"}
LINE_DOTS = 30
CUT_DOTS = 24
ONE_ARGUMENT = {
    b"\x1bt",
    b"\x1bR",
    b"\x1bM",
    b"\x1b-",
    b"\x1b{",
    b"\x1bG",
    b"\x1b ",
    b"\x1c!",
}
NO_ARGUMENT = {b"\x1c&", b"\x1c."}
TWO_ARGUMENTS = {b"\x1dL", b"\x1dW", b"\x1cS"}


@dataclass(frozen=True)
class Text:
    text: str
    width: int
    height: int
    bold: bool
    align: str
    inverse: bool = False
    spacing: int = LINE_DOTS


@dataclass(frozen=True)
class Feed:
    """White space, so many dots high."""

    dots: int


@dataclass(frozen=True)
class Code:
    """A QR code the printer draws."""

    data: str
    dots: int
    align: str


@dataclass(frozen=True)
class Raster:
    width: int
    height: int
    data: bytes
    align: str


@dataclass(frozen=True)
class Cut:
    """The end of a slip."""


Mark = Text | Feed | Code | Raster | Cut


@dataclass
class _Head:
    """The state of the printer's head between two commands."""

    align: str = "left"
    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False
    spacing: int = LINE_DOTS
    line: bytearray = field(default_factory=bytearray)
    code_data: bytes = b""
    code_dots: int = 3

    def text(self) -> Text:
        text = bytes(self.line).decode("gb18030", errors="replace")
        self.line.clear()
        return Text(
            text, self.width, self.height, self.bold, self.align, self.inverse, self.spacing
        )

    def flush(self) -> list[Mark]:
        if self.line:
            return [self.text()]
        return []


def interpret(data: bytes) -> list[Mark]:
    """The marks that the bytes print, from top to bottom. Never raises."""
    return list(_marks(data))


def _marks(data: bytes) -> Iterator[Mark]:
    head = _Head()
    at = 0
    while at < len(data):
        if data[at] == 0x0A:
            yield head.text()
            at += 1
        elif data[at] in b"\x1b\x1d\x1c\x10":
            used, marks = _command(head, data, at)
            yield from marks
            at += used
        else:
            if data[at] != 0x0D:
                head.line.append(data[at])
            at += 1
    if head.line:
        yield head.text()


def _command(head: _Head, data: bytes, at: int) -> tuple[int, list[Mark]]:
    """The length of the command in bytes, and the marks that it prints."""
    name = data[at : at + 2]
    parameters = data[at + 2 :]
    n = parameters[0] if parameters else 0
    if name == b"\x1b@":
        head.align = "left"
        head.width = 1
        head.height = 1
        head.bold = False
        head.inverse = False
        head.spacing = LINE_DOTS
        return 2, []
    if name == b"\x1b2":
        head.spacing = LINE_DOTS
        return 2, []
    if name == b"\x1ba":
        head.align = ALIGNMENTS.get(n, head.align)
    elif name == b"\x1b3":
        head.spacing = n
    elif name == b"\x1dB":
        head.inverse = bool(n & 1)
    elif name == b"\x1bE":
        head.bold = bool(n & 1)
    elif name == b"\x1d!":
        head.width = (n >> 4 & 7) + 1
        head.height = (n & 7) + 1
    elif name == b"\x1b!":
        head.width = 1 + bool(n & 0x20)
        head.height = 1 + bool(n & 0x10)
    elif name == b"\x1bd":
        return 3, [head.text()] * n
    elif name == b"\x1bJ":
        return 3, [*head.flush(), Feed(n)]
    elif name == b"\x1dV":
        return (4 if n in (65, 66) else 3), [Cut()]
    elif name == b"\x1d(":
        return _symbol(head, parameters)
    elif name == b"\x1dv":
        return _raster(head, parameters)
    elif name in NO_ARGUMENT:
        return 2, []
    elif name in TWO_ARGUMENTS:
        return 4, []
    elif name not in ONE_ARGUMENT and name[:1] != b"\x10":
        head.line += b"?"
        return 1, []
    return 3, []


def _symbol(head: _Head, parameters: bytes) -> tuple[int, list[Mark]]:
    """GS ( k: store, size and print a QR code."""
    if len(parameters) < 5:
        return 2 + len(parameters), []
    length = parameters[1] | parameters[2] << 8
    body = parameters[3 : 3 + length]
    marks = []
    if parameters[:1] == b"k" and len(body) >= 2 and body[0] == 0x31:
        if body[1] == 67 and len(body) > 2:
            head.code_dots = body[2]
        elif body[1] == 80:
            head.code_data = body[3:]
        elif body[1] == 81:
            marks.append(Code(head.code_data.decode(errors="replace"), head.code_dots, head.align))
    return 5 + length, list[Mark](marks)


def _raster(head: _Head, parameters: bytes) -> tuple[int, list[Mark]]:
    """GS v 0: a bit image, row by row."""
    if len(parameters) < 6:
        return 2 + len(parameters), []
    wide = parameters[2] | parameters[3] << 8
    high = parameters[4] | parameters[5] << 8
    bits = parameters[6 : 6 + wide * high]
    if len(bits) < wide * high or not bits:
        return 2 + len(parameters), []
    return 8 + len(bits), [Raster(wide * 8, high, bits, head.align)]


def draw(data: bytes, dots: int) -> bytes:
    """The slip as a PNG, at the paper's own dots."""
    paper = stacked([_strip(mark, dots) for mark in interpret(data)], dots)
    out = io.BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def _strip(mark: Mark, dots: int) -> Any:
    if isinstance(mark, Text):
        return _text_strip(mark, dots)
    if isinstance(mark, Feed):
        return Image.new("1", (dots, mark.dots), 1)
    if isinstance(mark, Cut):
        return Image.new("1", (dots, CUT_DOTS), 1)
    if isinstance(mark, Code):
        return placed(qr_picture(mark.data, mark.dots, quiet=0), dots, mark.align)
    bits = bytes(byte ^ 0xFF for byte in mark.data)
    return placed(Image.frombytes("1", (mark.width, mark.height), bits), dots, mark.align)


def _text_strip(text: Text, dots: int) -> Any:
    """A line of text; an empty line is as high as its spacing."""
    line = Line(text.text, text.width, text.height, text.bold, text.inverse)
    high = max(text.spacing, 1)
    if text.text:
        high = max(high, GLYPH_DOTS * text.height)
    return line_strip(line, dots, text.align, high)


def sheets(data: Path, printer: str) -> list[dict[str, Any]]:
    """The slips in a virtual printer's tray, oldest first: number, text, and the link of the code that the printer
    draws; empty where the code is a picture."""
    slips = []
    for n in sorted(sheet_numbers(tray(data, printer))):
        try:
            marks = interpret(sheet(data, printer, n))
        except OSError:  # pruned meanwhile, or no regular file
            continue
        slips.append(
            {
                "n": n,
                "text": "\n".join(m.text for m in marks if isinstance(m, Text)).strip(),
                "link": next((m.data for m in marks if isinstance(m, Code)), ""),
            }
        )
    return slips


def sheet_png(data: Path, printer: str, dots: int, n: int) -> bytes:
    """The picture of one slip. OSError when it is not in the tray."""
    return draw(sheet(data, printer, n), dots)
