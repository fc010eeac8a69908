"""A layout as the bytes of one slip, through python-escpos and the printer's profile."""

from __future__ import annotations

from functools import cache
from typing import Any

from escpos import capabilities
from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy

from lobby.branch import Printer
from printer.slip import Gap, Layout, Line, Part, Qr, Rule

CHINESE_ON = b"\x1c&"
QR_DOTS = 6
QR_DOTS_NARROW = 5
FEED_TO_CUT = 4
YEN, FULL_WIDTH_YEN = "\u00a5", "\uffe5"
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
    paper._raw(b"\n" * FEED_TO_CUT)
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
    from printer.raster import picture

    run: list[Part] = []
    for part in [*layout.parts, None]:
        if (isinstance(part, Qr) and printer.qr == "native") or part is None:
            if run:
                paper.image(picture(Layout(layout.columns, tuple(run))), impl="bitImageRaster")
            run = []
            if part is not None:
                _part(paper, part, layout, printer)
        else:
            run.append(part)


def _part(paper: Any, part: Part, layout: Layout, printer: Printer) -> None:
    if isinstance(part, Line):
        _line(paper, part)
    elif isinstance(part, Rule):
        paper._raw(b"-" * layout.columns + b"\n")
    elif isinstance(part, Gap):
        paper._raw(b"\n" * part.lines)
    else:
        _qr(paper, part, printer)


def _line(paper: Any, line: Line) -> None:
    paper.set(align="center", bold=line.bold, custom_size=True, width=line.width, height=line.height)
    paper._raw(gb18030(line.text) + b"\n")
    if line.width > 1 or line.height > 1 or line.bold:
        paper.set(align="center", bold=False, normal_textsize=True)


def _qr(paper: Any, part: Qr, printer: Printer) -> None:
    if printer.qr == "native":
        size = QR_DOTS if printer.paper_mm == 80 else QR_DOTS_NARROW
        paper.qr(part.link, native=True, ec=QR_ECLEVEL_M, size=size)
        paper._raw(b"\n")
    else:
        from printer.raster import qr_picture

        paper.image(qr_picture(part.link), impl="bitImageRaster")


def gb18030(text: str) -> bytes:
    """The text for a printer's own Chinese font. What has only a four-byte code is in no printer's
    font, and gets a box."""
    encoded = (char.encode("gb18030") for char in text.replace(YEN, FULL_WIDTH_YEN))
    return b"".join(code if len(code) <= 2 else NOT_HAD for code in encoded)
