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
from printer.layout import COLUMN_DOTS, GLYPH_DOTS, QUIET_MODULES, Gap, Layout, Line, Part, Picture, Qr, Rule

log = logging.getLogger(__name__)

CHINESE_ON = b"\x1c&"
FEED_TO_CUT = 4
FEED_MAX = 255
SEVEN_BITS = 127
REVERSE = b"\x1dB"
SPACING = b"\x1b3"
FEED = b"\x1bJ"
NOT_HAD = "□".encode("gb18030")


@cache
def _profile_data(name: str, dots: int) -> dict[str, Any]:
    """What python-escpos knows of the printer, with the configured width: its default profile has none."""
    known: dict[str, Any] = capabilities.get_profile(name).profile_data
    return {**known, "media": {**known["media"], "width": {"pixels": dots, "mm": "Unknown"}}}


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
    """Pictures of what lies between the QR codes, so that a native code stays sharp."""
    run: list[Part] = []
    for part in [*layout.parts, None]:
        if (isinstance(part, Qr) and printer.qr == "native") or part is None:
            _printed(paper, run, layout)
            run = []
            if part is not None:
                _part(paper, part, layout, printer)
        elif not isinstance(part, Picture) or _logo(part, layout) is not None:
            run.append(part)


def _printed(paper: Any, run: list[Part], layout: Layout) -> None:
    from printer.raster import picture

    if run:
        paper.image(picture(Layout(layout.columns, tuple(run))), impl="bitImageRaster")


def _part(paper: Any, part: Part, layout: Layout, printer: Printer) -> None:
    if isinstance(part, Line):
        _line(paper, part, layout, printer)
    elif isinstance(part, Rule):
        _line(paper, Line("-" * layout.columns), layout, printer)
    elif isinstance(part, Gap):
        paper._raw(FEED + bytes([min(part.dots, FEED_MAX)]))
    elif isinstance(part, Picture):
        if (shown := _logo(part, layout)) is not None:
            paper.image(shown, impl="bitImageRaster")
    else:
        _qr(paper, part, printer)


def _logo(part: Picture, layout: Layout) -> Any:
    """The logo's dots, or None: a number is worth more than a picture that cannot be read."""
    from printer.raster import logo

    try:
        return logo(part.file, layout.columns * COLUMN_DOTS)
    except (OSError, ValueError) as error:
        log.warning("logo %s: %s", part.file, error)
        return None


def _line(paper: Any, line: Line, layout: Layout, printer: Printer) -> None:
    """With the printer's own font, which is quick and sharp; a line with a character that it lacks as a picture."""
    text = adapted(line.text, printer.font)
    if missing(text, printer.font) and (drawn := _drawn(line, layout)) is not None:
        paper.image(drawn, impl="bitImageRaster")
    else:
        _set_line(paper, replace(line, text=text), printer)


def _drawn(line: Line, layout: Layout) -> Any:
    """The line's dots, or None on a machine without a font."""
    from printer.raster import picture, trimmed

    try:
        return trimmed(picture(Layout(layout.columns, (line,))))
    except (NoFont, OSError, ValueError) as error:
        log.warning("a line that the printer's font lacks characters for: %s", error)
        return None


def _set_line(paper: Any, line: Line, printer: Printer) -> None:
    """The paper moves by the line's own height, so that bands touch and white is where the layout has it. A spacing
    of SEVEN_BITS at the most cannot be taken for half a Chinese character; a taller line makes room by itself."""
    paper.set(align="center", bold=line.bold, custom_size=True, width=line.width, height=line.height)
    spacing = min(line.dots, SEVEN_BITS)
    head = SPACING + bytes([spacing]) + (REVERSE + b"\x01" if line.inverse else b"")
    paper._raw(head + own_font(line.text, printer.font) + b"\n" + (REVERSE + b"\x00" if line.inverse else b""))
    if (more := line.dots - max(spacing, GLYPH_DOTS * line.height)) > 0:
        paper._raw(FEED + bytes([more]))
    if line.width > 1 or line.height > 1 or line.bold:
        paper.set(align="center", bold=False, normal_textsize=True)


def _qr(paper: Any, part: Qr, printer: Printer) -> None:
    """A printer's own code comes without a quiet zone: white above and below is fed, at the sides there is paper."""
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
    """The text for the printer's own Chinese font; a box for what it lacks, where nothing better is to be had."""
    return b"".join(NOT_HAD if missing(char, font) else char.encode("gb18030") for char in adapted(text, font))
