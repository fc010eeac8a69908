"""The slip that shows whether a printer prints: marked as a test, without a number and without a code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lobby.branch.model import Branch, Printer
from lobby.texts import Text
from printer.layout import Gap, Layout, Line, Part, Rule, columns
from printer.slip import laid_out

TEST = Text("TEST")
NO_NUMBER = Text("A test of the printer, no number for the queue")
PRINTER = Text("Printer {id}")
EDGES = Text("Both arrows stand at the edges of the paper")
SENTENCES = (TEST, NO_NUMBER, EDGES)
LANGS = ("zh", "en")
SCALE = 3


def trial_slip(branch: Branch, printer: Printer, at: datetime) -> Layout:
    """Which printer it is, when, and where the edges of its paper are."""
    return laid_out(_parts(branch, printer, at), printer)


def _parts(branch: Branch, printer: Printer, at: datetime) -> Iterator[Part]:
    yield Line(" ".join(TEST.in_(lang) for lang in LANGS), SCALE, SCALE, bold=True, inverse=True)
    yield Gap(4)
    for lang in LANGS:
        yield Line(NO_NUMBER.in_(lang), bold=True)
    yield Rule()
    for lang in LANGS:
        yield Line(f"{branch.name.in_(lang)} {PRINTER.with_(id=printer.id).in_(lang)}")
    yield Line(f"{at.astimezone(branch.zone):%Y-%m-%d %H:%M:%S}")
    yield Rule()
    yield Line("<" + "-" * (columns(printer) - 2) + ">")
    for lang in LANGS:
        yield Line(EDGES.in_(lang))
