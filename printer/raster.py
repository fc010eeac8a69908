"""Draws parts of a slip in the paper's dots: for printers without a Chinese font, for codes and logos, and for the
virtual printer's paper."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import qrcode
from PIL import Image, ImageDraw, ImageOps

from lobby.branch.inside import open_inside
from printer.fonts import Run, runs
from printer.layout import (
    COLUMN_DOTS,
    GLYPH_DOTS,
    QUIET_MODULES,
    Gap,
    Layout,
    Line,
    Part,
    Picture,
    Qr,
    Rule,
    char_columns,
    text_columns,
)

RULE_DOTS = 14
LOGO_WIDE = 0.7
LOGO_HIGH = 112
"""A logo takes at most this share of the paper's width, and so many dots of its length."""
LINE_ART = 0.9
"""A picture with this share of its dots near black or white is line art: it gets a threshold instead of dithering."""
BASELINE = 0.82
"""The baseline of a character from the top of its cell, as a share of the cell's height."""


def qr_code(link: str) -> Any:
    """The code's modules without a quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(link)
    code.make(fit=True)
    return code


def module_dots(part: Qr, dots: int) -> int:
    """The width of a module: that of the part, or less where the paper has no room for it and the quiet zone."""
    modules: int = qr_code(part.link).modules_count + 2 * QUIET_MODULES
    return max(1, min(part.module_dots, dots // modules))


def qr_picture(link: str, module: int, quiet: int = QUIET_MODULES) -> Any:
    code = qr_code(link)
    code.box_size = module
    code.border = quiet
    return code.make_image().get_image().convert("1")


@cache
def logo(file: str, dots: int) -> Any:
    """The picture in black and white, scaled to LOGO_WIDE and LOGO_HIGH. Raises OSError when it is no picture."""
    path = Path(file)
    with open_inside(path.parent, path.name) as picture, Image.open(picture) as opened:
        image = ImageOps.exif_transpose(opened).convert("RGBA")
    white = Image.new("RGBA", image.size, "white")
    grey = Image.alpha_composite(white, image).convert("L")
    scale = min(dots * LOGO_WIDE / grey.width, LOGO_HIGH / grey.height)
    size = max(8, round(grey.width * scale)), max(1, round(grey.height * scale))
    grey = grey.resize(size, Image.Resampling.LANCZOS)
    counts = grey.histogram()
    black_or_white = sum(counts[:64]) + sum(counts[192:])
    line_art = black_or_white >= LINE_ART * grey.width * grey.height
    return grey.convert("1", dither=Image.Dither.NONE if line_art else Image.Dither.FLOYDSTEINBERG)


def picture(layout: Layout) -> Any:
    """The whole slip, black on white."""
    dots = layout.columns * COLUMN_DOTS
    return stacked([_strip(part, dots) for part in layout.parts], dots)


def stacked(strips: list[Any], dots: int) -> Any:
    """The strips below each other on white paper."""
    paper = Image.new("1", (dots, max(1, sum(strip.height for strip in strips))), 1)
    y = 0
    for strip in strips:
        paper.paste(strip, (0, y))
        y += strip.height
    return paper


def _strip(part: Part, dots: int) -> Any:
    if isinstance(part, Qr):
        return placed(qr_picture(part.link, module_dots(part, dots)), dots)
    if isinstance(part, Picture):
        return placed(logo(part.file, dots), dots)
    if isinstance(part, Gap):
        return Image.new("1", (dots, part.dots), 1)
    if isinstance(part, Rule):
        strip = Image.new("1", (dots, RULE_DOTS), 1)
        ImageDraw.Draw(strip).rectangle((0, RULE_DOTS // 2 - 1, dots, RULE_DOTS // 2), fill=0)
        return strip
    return _typeset(part, dots)


def placed(image: Any, dots: int, align: str = "center") -> Any:
    """The image on the paper's whole width."""
    strip = Image.new("1", (dots, image.height), 1)
    strip.paste(image, (_left(image.width, dots, align), 0))
    return strip


def _left(wide: int, dots: int, align: str) -> int:
    return {"left": 0, "center": max(0, (dots - wide) // 2), "right": max(0, dots - wide)}[align]


def _typeset(line: Line, dots: int) -> Any:
    """A line in the font's own proportions, narrowed where it would be wider than the paper."""
    text = unicodedata.normalize("NFC", line.text.strip() if line.inverse else line.text)
    pieces = runs(text, round(GLYPH_DOTS * 0.92 * line.height), line.bold)
    ink = 0
    if line.inverse:
        ink = 255
    ground = 255 - ink
    wide = (
        sum(round(piece.font.getlength(piece.text)) + 2 * _stroke(line, piece) for piece in pieces)
        + 2
    )
    word = Image.new("L", (wide, line.dots), ground)
    x = 1
    for piece in pieces:
        stroke = _stroke(line, piece)
        at = (x + stroke, GLYPH_DOTS * line.height * BASELINE)
        drawing = ImageDraw.Draw(word)
        drawing.text(at, piece.text, font=piece.font, fill=ink, anchor="ls", stroke_width=stroke)
        x += round(piece.font.getlength(piece.text)) + 2 * stroke
    width = round(wide * min(1, line.width / line.height))
    word = word.resize((min(width, dots), line.dots)).convert("1", dither=Image.Dither.NONE)
    strip = Image.new("1", (dots, line.dots), ground // 255)
    strip.paste(word, (_left(word.width, dots, "center"), 0))
    return strip


def _stroke(line: Line, piece: Run) -> int:
    """How many dots thicker a font without a bold face is drawn."""
    if line.bold and not piece.own_bold:
        return max(1, line.height // 2)
    return 0


def trimmed(strip: Any) -> Any:
    """The picture without the white at its sides: the printer centres it itself."""
    inked = ImageOps.invert(strip.convert("L")).getbbox()
    if inked is None:
        return strip
    margin = min(inked[0], strip.width - inked[2])
    return strip.crop((margin, 0, strip.width - margin, strip.height))


# -- text in a printer's own font --------------------------------------------------------------------------
def line_strip(line: Line, dots: int, align: str, high: int) -> Any:
    """A line of text in character cells; the paper moves by `high` dots."""
    strip = Image.new("1", (dots, high), 1)
    x = _left(text_columns(line.text) * COLUMN_DOTS * line.width, dots, align)
    for char in line.text:
        cell = char_columns(char) * COLUMN_DOTS * line.width
        glyph = _glyph(char, cell, line)
        strip.paste(
            ImageOps.invert(glyph.convert("L")).convert("1") if line.inverse else glyph, (x, 0)
        )
        x += cell
    return strip


def _glyph(char: str, cell: int, line: Line) -> Any:
    """The character scaled to its cell: the system's fonts are proportional, a printer's font is not."""
    size = GLYPH_DOTS * line.height
    piece = runs(char, round(size * 0.88), line.bold)[0]
    stroke = _stroke(line, piece)
    natural = char_columns(char) * COLUMN_DOTS * line.height
    width = max(natural, round(piece.font.getlength(char)) + 2 * stroke)
    glyph = Image.new("L", (width, size), 255)
    at = (width / 2, size * BASELINE)
    ImageDraw.Draw(glyph).text(at, char, font=piece.font, fill=0, anchor="ms", stroke_width=stroke)
    return glyph.resize((cell, size)).convert("1", dither=Image.Dither.NONE)
