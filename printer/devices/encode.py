"""A layout as the bytes of one slip, through python-escpos and the printer's profile."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache
from typing import Any

from escpos import capabilities
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy

from lobby.branch.model import Font, Printer
from printer.fonts import NoFont
from printer.glyphs import adapted, missing
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
)

log = logging.getLogger(__name__)

CHINESE_ON = b"\x1c&"
FEED_TO_CUT = 4
FEED_MAX = 255
SEVEN_BITS = 127
REVERSE = b"\x1dB"
SPACING = b"\x1b3"
FEED = b"\x1bJ"
MISSING_SIGN = "□".encode("gb18030")


@cache
def _profile_data(name: str, dots: int) -> dict[str, Any]:
    """The profile of python-escpos with the configured width, which the default profile lacks."""
    profile: dict[str, Any] = capabilities.get_profile(name).profile_data
    return {**profile, "media": {**profile["media"], "width": {"pixels": dots, "mm": "Unknown"}}}


def encode(layout: Layout, printer: Printer) -> bytes:
    """ESC/POS for this printer."""
    name = printer.profile or "default"
    paper = Dummy(profile=name)
    paper.profile.profile_data = _profile_data(name, printer.dots)
    paper.hw("INIT")
    paper.set(align="center")
    if printer.text == "raster":
        _raster(paper, layout, printer)
    else:
        paper._raw(CHINESE_ON)
        for part in layout.parts:
            _part(paper, part, layout, printer)
    paper._raw(b"\x1b2" + b"\n" * FEED_TO_CUT)
    if _cuts(printer):
        paper.cut(mode="PART", feed=False)
    return bytes(paper.output)


def _cuts(printer: Printer) -> bool:
    if printer.cutter is not None:
        return printer.cutter
    if printer.profile:
        return bool(_profile_data(printer.profile, printer.dots)["features"].get("paperPartCut"))
    return printer.paper_mm == 80


def _raster(paper: Any, layout: Layout, printer: Printer) -> None:
    """Draws the parts between QR codes as pictures; a native code is sharper than a picture."""
    picture_parts: list[Part] = []
    for part in [*layout.parts, None]:
        if (isinstance(part, Qr) and printer.qr == "native") or part is None:
            _print_picture(paper, picture_parts, layout)
            picture_parts = []
            if part is not None:
                _part(paper, part, layout, printer)
        elif not isinstance(part, Picture) or _logo(part, layout) is not None:
            picture_parts.append(part)


def _print_picture(paper: Any, picture_parts: list[Part], layout: Layout) -> None:
    from printer.raster import picture

    if picture_parts:
        paper.image(picture(Layout(layout.columns, tuple(picture_parts))), impl="bitImageRaster")


def _part(paper: Any, part: Part, layout: Layout, printer: Printer) -> None:
    if isinstance(part, Line):
        _text_line(paper, part, layout, printer)
    elif isinstance(part, Rule):
        _text_line(paper, Line("-" * layout.columns), layout, printer)
    elif isinstance(part, Gap):
        paper._raw(FEED + bytes([min(part.dots, FEED_MAX)]))
    elif isinstance(part, Picture):
        if (dots := _logo(part, layout)) is not None:
            paper.image(dots, impl="bitImageRaster")
    else:
        _qr(paper, part, printer)


def _logo(part: Picture, layout: Layout) -> Any:
    """The logo's dots; None where it cannot be read, so that the slip is printed without it."""
    from printer.raster import logo

    try:
        return logo(part.file, layout.columns * COLUMN_DOTS)
    except (OSError, ValueError) as error:
        log.warning("logo %s: %s", part.file, error)
        return None


def _text_line(paper: Any, line: Line, layout: Layout, printer: Printer) -> None:
    """Prints the line in the printer's own font, which is quick and sharp; a line with a character that the font lacks
    as a picture."""
    text = adapted(line.text, printer.font)
    if missing(text, printer.font) and (dots := _line_dots(line, layout)) is not None:
        paper.image(dots, impl="bitImageRaster")
    else:
        _typeset(paper, replace(line, text=text), printer)


def _line_dots(line: Line, layout: Layout) -> Any:
    """The line's dots; None on a machine without a font."""
    from printer.raster import picture, trimmed

    try:
        return trimmed(picture(Layout(layout.columns, (line,))))
    except (NoFont, OSError, ValueError) as error:
        log.warning("a line that the printer's font lacks characters for: %s", error)
        return None


def _typeset(paper: Any, line: Line, printer: Printer) -> None:
    """Sets the line with the spacing of its own height, so that bands touch and white is where the layout has it. A
    printer could read a spacing over SEVEN_BITS as half a Chinese character; a taller line makes its own room."""
    paper.set(
        align="center", bold=line.bold, custom_size=True, width=line.width, height=line.height
    )
    spacing = min(line.dots, SEVEN_BITS)
    text = own_font(line.text, printer.font) + b"\n"
    if line.inverse:
        text = REVERSE + b"\x01" + text + REVERSE + b"\x00"
    paper._raw(SPACING + bytes([spacing]) + text)
    if (more := line.dots - max(spacing, GLYPH_DOTS * line.height)) > 0:
        paper._raw(FEED + bytes([more]))
    if line.width > 1 or line.height > 1 or line.bold:
        paper.set(align="center", bold=False, normal_textsize=True)


def _qr(paper: Any, part: Qr, printer: Printer) -> None:
    """Prints the QR code. A native code has no quiet zone, so white paper is fed above and below it."""
    from printer.raster import module_dots, qr_picture

    size = module_dots(part, printer.dots)
    if printer.qr == "native":
        quiet = FEED + bytes([min(QUIET_MODULES * size, FEED_MAX)])
        paper._raw(quiet)
        paper.qr(part.link, native=True, ec=QR_ECLEVEL_M, size=size)
        paper._raw(quiet)
    else:
        paper.image(qr_picture(part.link, size), impl="bitImageRaster")


def own_font(text: str, font: Font) -> bytes:
    """The text for the printer's own Chinese font; a box stands for a character that the font lacks."""
    return b"".join(
        MISSING_SIGN if missing(char, font) else char.encode("gb18030")
        for char in adapted(text, font)
    )
