"""A layout as a picture at the paper's dots, for printers without a Chinese font of their own."""

from __future__ import annotations

from typing import Any

import qrcode
from PIL import Image, ImageDraw

from printer.fonts import cjk_font
from printer.slip import COLUMN_DOTS, Gap, Layout, Line, Part, Qr, Rule, char_columns, text_columns

LINE_DOTS = 30
GLYPH_DOTS = 24
QR_MODULE_DOTS = 6
QUIET_MODULES = 2


def qr_picture(link: str, module_dots: int = QR_MODULE_DOTS) -> Any:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module_dots, border=QUIET_MODULES)
    code.add_data(link)
    code.make(fit=True)
    return code.make_image().get_image().convert("1")


def picture(layout: Layout) -> Any:
    """The whole slip, black on white."""
    dots = layout.columns * COLUMN_DOTS
    strips = [_strip(part, dots) for part in layout.parts]
    paper = Image.new("1", (dots, sum(strip.height for strip in strips)), 1)
    y = 0
    for strip in strips:
        paper.paste(strip, (0, y))
        y += strip.height
    return paper


def _strip(part: Part, dots: int) -> Any:
    if isinstance(part, Qr):
        code = qr_picture(part.link)
        strip = Image.new("1", (dots, code.height), 1)
        strip.paste(code, ((dots - code.width) // 2, 0))
        return strip
    if isinstance(part, Gap):
        return Image.new("1", (dots, LINE_DOTS * part.lines), 1)
    if isinstance(part, Rule):
        strip = Image.new("1", (dots, LINE_DOTS // 2), 1)
        ImageDraw.Draw(strip).line((0, LINE_DOTS // 4, dots, LINE_DOTS // 4), fill=0, width=2)
        return strip
    return line_strip(part, dots)


def line_strip(line: Line, dots: int, align: str = "center") -> Any:
    """A line of text in character cells, as a printer sets it."""
    strip = Image.new("1", (dots, LINE_DOTS * line.height), 1)
    wide = text_columns(line.text) * COLUMN_DOTS * line.width
    x = {"left": 0, "center": max(0, (dots - wide) // 2), "right": max(0, dots - wide)}[align]
    for char in line.text:
        cell = char_columns(char) * COLUMN_DOTS * line.width
        strip.paste(_glyph(char, cell, line), (x, (LINE_DOTS - GLYPH_DOTS) * line.height // 2))
        x += cell
    return strip


def _glyph(char: str, cell: int, line: Line) -> Any:
    """The character squeezed into its cell: the system's fonts are proportional, a printer's is not."""
    size = GLYPH_DOTS * line.height
    font = cjk_font(round(size * 0.88))
    stroke = max(1, line.height // 2) if line.bold else 0
    natural = char_columns(char) * COLUMN_DOTS * line.height
    drawn = max(natural, round(font.getlength(char)) + 2 * stroke)
    glyph = Image.new("L", (drawn, size), 255)
    ImageDraw.Draw(glyph).text((drawn / 2, size * 0.8), char, font=font, fill=0, anchor="ms", stroke_width=stroke)
    return glyph.resize((cell, size)).convert("1", dither=Image.Dither.NONE)
