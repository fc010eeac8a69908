"""The content of a ticket's slip from top to bottom: number, service, area, wait, and what a missed call means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lobby.branch.model import Branch, Printer
from lobby.branch.names import Name
from lobby.branch.rules import Missed, Rules
from lobby.forecast.words import WAIT, wait_words
from lobby.state.ticket import Ticket
from lobby.texts import Readable, Text
from printer.glyphs import adapted
from printer.layout import (
    SCALE_MAX,
    Gap,
    Layout,
    Line,
    Part,
    Picture,
    Qr,
    Rule,
    columns,
    fitted,
    text_columns,
)

NUMBER = Text("Your number")
AHEAD = Text("{n} ahead of you")
NOBODY_AHEAD = Text("No one ahead of you")
AS_OF = Text("When taken at {at}")
NEXT = Text("Please take a seat: we will call you")
NEXT_SHORT = Text("We will call you")
SCAN = Text("Scan: your place in line, then your opinion")
BOOKED = Text("Appointment {at}")
ASK = Text("Missed it? Ask us")
MISSED = {
    Missed.ENDS: Text("Missed your call? Please take a new number"),
    Missed.BACK: Text("Missed your call? You move back {n} places"),
    Missed.LAST: Text("Missed your call? You go to the end of the line"),
    Missed.REDRAW: Text("Missed your call? Take a new number today, your wait counts"),
}
REPRINT = Text("REPRINT")
SENTENCES = (
    *(NUMBER, AHEAD, NOBODY_AHEAD, AS_OF, NEXT, NEXT_SHORT, SCAN, BOOKED, ASK, REPRINT),
    *MISSED.values(),
    *WAIT.values(),
)
"""All that a slip says beside the branch's own names."""
LARGE_FOR = ("elderly", "disabled")
QR_DOTS = 8
QR_DOTS_LARGE = 11


@dataclass(frozen=True)
class _Slip:
    """What the slip shows; `first` is the customer's language, `second` the other one."""

    branch: Branch
    printer: Printer
    ticket: Ticket
    link: str
    reprint: bool
    booked: datetime | None
    first: str
    second: str

    @property
    def wide(self) -> int:
        return columns(self.printer)

    def clock(self, at: datetime, form: str = "%H:%M") -> str:
        return at.astimezone(self.branch.zone).strftime(form)

    def services(self) -> tuple[Name, ...]:
        """The names of the services in the order of the visit."""
        return tuple(
            self.branch.service[id].name for id in (self.ticket.service, *self.ticket.then)
        )


def slip(
    branch: Branch,
    printer: Printer,
    ticket: Ticket,
    link: str,
    reprint: bool,
    booked: datetime | None = None,
) -> Layout:
    """The slip of a ticket. `link` is the address in its QR code, `booked` the time of an appointment."""
    second = "en" if ticket.lang == "zh" else "zh"
    content = _Slip(branch, printer, ticket, link, reprint, booked, ticket.lang, second)
    large = ticket.large_print or any(need in LARGE_FOR for need in ticket.needs)
    parts = _large_parts(content) if large else _parts(content)
    return Layout(content.wide, tuple(_fitted(parts, content)))


def _fitted(parts: Iterator[Part], content: _Slip) -> Iterator[Part]:
    """Breaks the lines for the characters that are printed: those that the printer's font has."""
    own_font = content.printer.text == "gb18030"
    for part in parts:
        if isinstance(part, Line):
            text = adapted(part.text, content.printer.font) if own_font else part.text
            yield from fitted(replace(part, text=text), content.wide)
        else:
            yield part


# -- the usual slip --------------------------------------------------------------------------------------
def _parts(content: _Slip) -> Iterator[Part]:
    yield from _head(content)
    yield Line(_both(NUMBER, content))
    yield _number(content)
    yield from _services(content)
    yield Gap(20)
    area = content.branch.area[content.ticket.area]
    yield Line(area.name.in_(content.first), 2, 2, bold=True, inverse=True)
    yield Gap(8)
    yield Line(area.name.in_(content.second))
    yield Gap(8)
    yield _as_large(area.way.in_(content.first), content.wide)
    yield Line(area.way.in_(content.second))
    yield Gap(8)
    yield Rule()
    yield Gap(4)
    yield from _place(content)
    yield Rule()
    yield Qr(content.link, QR_DOTS)
    yield from _in_two_languages(SCAN, content)
    yield Gap(16)
    yield Line(NEXT.in_(content.first), bold=True)
    yield Line(NEXT.in_(content.second))
    yield Gap(12)
    yield from _in_two_languages(missed(content.branch.rules), content)
    yield Gap(12)
    yield Line(_both(content.branch.name, content))
    yield Line(content.clock(content.ticket.issued_at, "%Y-%m-%d %H:%M:%S"))


def _head(content: _Slip) -> Iterator[Part]:
    """The logo, which shows the bank's name; without a logo the name as text."""
    if content.printer.logo:
        yield Picture(content.printer.logo)
    else:
        yield Line(content.branch.bank.in_(content.first), 2, 2, bold=True)
        yield Line(content.branch.bank.in_(content.second))
    yield Gap(20)
    if content.reprint:
        yield Line(_both(REPRINT, content), bold=True, inverse=True)
        yield Gap(12)


def _both(words: Readable, content: _Slip) -> str:
    return f"{words.in_(content.first)} {words.in_(content.second)}"


def _number(content: _Slip) -> Line:
    """The number, as large as the paper allows with a margin of two columns at each side."""
    scale = max(2, min(SCALE_MAX, (content.wide - 4) // len(content.ticket.number)))
    return Line(content.ticket.number, scale, SCALE_MAX, bold=True)


def _services(content: _Slip) -> Iterator[Part]:
    names = content.services()
    if len(names) == 1:
        yield Line(names[0].in_(content.first), 2, 2, bold=True)
        yield Line(names[0].in_(content.second))
    else:
        yield from _list(names, content)
    if content.booked:
        yield Gap(8)
        yield _as_large(
            BOOKED.in_(content.first).format(at=content.clock(content.booked)), content.wide
        )
        yield Line(BOOKED.in_(content.second).format(at=content.clock(content.booked)))


def _list(names: tuple[Name, ...], content: _Slip) -> Iterator[Part]:
    """Several services in their order, with their numbers below each other."""
    names_first = [f"{n} {name.in_(content.first)}" for n, name in enumerate(names, start=1)]
    longest = max(map(text_columns, names_first))
    scale = 2 if 2 * longest <= content.wide else 1
    for text, name in zip(names_first, names, strict=True):
        yield Line(_padded(text, longest), scale, scale, bold=True)
        yield Line(_padded("  " * scale + name.in_(content.second), scale * longest))
        yield Gap(6)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - text_columns(text))


def _place(content: _Slip) -> Iterator[Part]:
    """People ahead and the wait as quoted at issue; a reprint gives the time of issue."""
    if content.reprint:
        yield Line(AS_OF.in_(content.first).format(at=content.clock(content.ticket.issued_at)))
    yield _as_large(_ahead(content.ticket, content.first), content.wide)
    yield _as_large(_wait(content.ticket, content.first), content.wide)
    yield Line(f"{_ahead(content.ticket, content.second)}, {_wait(content.ticket, content.second)}")
    yield Gap(4)


def _ahead(ticket: Ticket, lang: str) -> str:
    return (AHEAD if ticket.ahead else NOBODY_AHEAD).in_(lang).format(n=ticket.ahead)


def _wait(ticket: Ticket, lang: str) -> str:
    return wait_words(ticket.wait.p50_s, ticket.wait.p90_s, lang)


def missed(rules: Rules) -> Text:
    """The words for what the branch does about a missed call."""
    return MISSED[rules.missed].with_(n=rules.missed_back)


def _as_large(text: str, wide: int, most: int = 2) -> Line:
    """A line up to `most` times as large, as long as it stays one line."""
    scale = max((n for n in range(1, most + 1) if n * text_columns(text) <= wide), default=1)
    return Line(text, scale, scale, bold=True)


def _in_two_languages(name: Readable, content: _Slip) -> Iterator[Line]:
    yield Line(name.in_(content.first))
    yield Line(name.in_(content.second))


# -- large print: fewer words, nothing smaller than twice the usual --------------------------------------
def _large_parts(content: _Slip) -> Iterator[Part]:
    if content.printer.logo:
        yield Picture(content.printer.logo)
    if content.reprint:
        yield Line(REPRINT.in_(content.first), 2, 2, bold=True, inverse=True)
    yield Gap(12)
    yield _number(content)
    for name in content.services():
        yield Line(name.in_(content.first), 2, 2, bold=True)
    if content.booked:
        yield Line(
            BOOKED.in_(content.first).format(at=content.clock(content.booked)), 2, 2, bold=True
        )
    yield Gap(20)
    area = content.branch.area[content.ticket.area]
    yield _larger(area.name.in_(content.first), content.wide, inverse=True)
    yield Gap(12)
    yield Line(area.way.in_(content.first), 2, 2, bold=True)
    yield Gap(8)
    yield Rule()
    yield _larger(_ahead(content.ticket, content.first), content.wide)
    yield _larger(_wait(content.ticket, content.first), content.wide)
    yield Rule()
    yield Gap(8)
    yield Line(NEXT_SHORT.in_(content.first), 2, 2, bold=True)
    yield Qr(content.link, QR_DOTS_LARGE)
    yield Line(ASK.in_(content.first), 2, 2)
    yield Gap(12)
    yield Line(
        f"{content.branch.name.in_(content.first)} {content.clock(content.ticket.issued_at)}", 2, 2
    )


def _larger(text: str, wide: int, inverse: bool = False) -> Line:
    """Three times the usual size where that stays one line, else twice; then it may be broken."""
    scale = 3 if 3 * text_columns(text) <= wide - 2 else 2
    return Line(text, scale, scale, bold=True, inverse=inverse)
