"""The content of a ticket's slip from top to bottom: number, service, area, wait, and what a missed call means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
BESIDE_FIGURES = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])")
SENTENCES = (
    *(AHEAD, NOBODY_AHEAD, AS_OF, NEXT, NEXT_SHORT, SCAN, BOOKED, ASK, REPRINT),
    *MISSED.values(),
    *WAIT.values(),
)
"""All that a slip says beside the branch's own names."""
LARGE_FOR = ("elderly", "disabled")
QR_DOTS = 5
"""0.6 mm a module, more than codes on receipts have."""
QR_DOTS_LARGE = 7
NUMBER_SCALE = 5
NUMBER_SCALE_LARGE = 6


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
    return laid_out(parts, printer)


def laid_out(parts: Iterable[Part], printer: Printer) -> Layout:
    """The parts on this printer's paper."""
    return Layout(columns(printer), tuple(_fitted(parts, printer)))


def _fitted(parts: Iterable[Part], printer: Printer) -> Iterator[Part]:
    """Breaks the lines for the characters that are printed: those that the printer's font has."""
    own_font = printer.text == "gb18030"
    for part in parts:
        if isinstance(part, Line):
            text = adapted(part.text, printer.font) if own_font else part.text
            yield from fitted(replace(part, text=text), columns(printer))
        else:
            yield part


# -- the usual slip: at most 12 cm of 80 mm paper ----------------------------------------------------------
def _parts(content: _Slip) -> Iterator[Part]:
    """Where to go and how long it takes in both languages; what else there is to know in the customer's."""
    yield from _head(content)
    yield _number(content)
    yield from _services(content)
    yield Gap(4)
    yield _area(content)
    yield Gap(4)
    area = content.branch.area[content.ticket.area]
    yield _as_large(area.way.in_(content.first), content.wide)
    yield Line(area.way.in_(content.second))
    yield Rule()
    yield from _place(content)
    yield Qr(content.link, QR_DOTS)
    yield Line(SCAN.in_(content.first))
    yield Line(NEXT.in_(content.first), bold=True)
    yield Line(missed(content.branch.rules).in_(content.first))
    yield Line(content.clock(content.ticket.issued_at, "%Y-%m-%d %H:%M:%S"))


def _head(content: _Slip) -> Iterator[Part]:
    """Bank and branch; a logo shows the bank's name."""
    branch = content.branch
    if content.printer.logo:
        yield Picture(content.printer.logo)
        yield from _one_line(
            content, [branch.name.in_(content.first), branch.name.in_(content.second)]
        )
    else:
        langs = (content.first, content.second)
        names = [f"{branch.bank.in_(lang)} {branch.name.in_(lang)}" for lang in langs]
        yield from _one_line(content, names)
    if content.reprint:
        at = AS_OF.in_(content.first).format(at=content.clock(content.ticket.issued_at))
        yield Line(f"{_both(REPRINT, content)} {at}", bold=True, inverse=True)
    yield Gap(4)


def _one_line(content: _Slip, texts: list[str], scale: int = 1) -> Iterator[Line]:
    """Both on one line where the paper has room for them, else one below the other."""
    together = " ".join(texts)
    if text_columns(together) * scale <= content.wide:
        yield Line(together, scale, scale, bold=True)
    else:
        yield Line(texts[0], scale, scale, bold=True)
        yield Line(texts[1])


def _area(content: _Slip) -> Line:
    """The area as a band, with its second name where there is room: the way below says it in both languages."""
    name = content.branch.area[content.ticket.area].name
    band = next(iter(_one_line(content, [name.in_(content.first), name.in_(content.second)], 2)))
    return replace(band, inverse=True)


def _both(words: Readable, content: _Slip) -> str:
    return f"{words.in_(content.first)} {words.in_(content.second)}"


def _number(content: _Slip, most: int = NUMBER_SCALE) -> Line:
    """The number: `most` times the usual size, or what the paper allows with two columns at each side."""
    scale = max(2, min(most, (content.wide - 4) // len(content.ticket.number)))
    return Line(content.ticket.number, scale, most, bold=True)


def _services(content: _Slip) -> Iterator[Part]:
    names = content.services()
    if len(names) == 1:
        yield from _one_line(
            content, [names[0].in_(lang) for lang in (content.first, content.second)]
        )
    else:
        yield from _list(names, content)
    if content.booked:
        at = content.clock(content.booked)
        langs = (content.first, content.second)
        yield from _one_line(content, [BOOKED.in_(lang).format(at=at) for lang in langs])


def _list(names: tuple[Name, ...], content: _Slip) -> Iterator[Part]:
    """Several services in their order, with their numbers below each other."""
    langs = (content.first, content.second)
    rows = [
        f"{n} {' '.join(name.in_(lang) for lang in langs)}" for n, name in enumerate(names, start=1)
    ]
    longest = min(max(map(text_columns, rows)), content.wide)
    for text in rows:
        yield Line(_padded(text, longest), bold=True)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - text_columns(text))


def _place(content: _Slip) -> Iterator[Part]:
    """People ahead and the wait as quoted at issue."""
    yield _high(_standing(content.ticket, content.first), content.wide)
    yield Line(_standing(content.ticket, content.second))


def _standing(ticket: Ticket, lang: str) -> str:
    return f"{_ahead(ticket, lang)} · {_wait(ticket, lang)}"


def _high(text: str, wide: int) -> Line:
    """A line of twice the height, and of twice the width too where that stays one line: for that, Chinese gives up the
    spaces around its figures."""
    return replace(_as_large(BESIDE_FIGURES.sub("", text), wide), height=2)


def _ahead(ticket: Ticket, lang: str) -> str:
    return (AHEAD if ticket.ahead else NOBODY_AHEAD).in_(lang).format(n=ticket.ahead)


def _wait(ticket: Ticket, lang: str) -> str:
    return wait_words(ticket.wait, lang)


def missed(rules: Rules) -> Text:
    """The words for what the branch does about a missed call."""
    return MISSED[rules.missed].with_(n=rules.missed_back)


def _as_large(text: str, wide: int, most: int = 2) -> Line:
    """A line up to `most` times as large, as long as it stays one line."""
    scale = max((n for n in range(1, most + 1) if n * text_columns(text) <= wide), default=1)
    return Line(text, scale, scale, bold=True)


# -- large print: at most 16 cm; fewer words, nothing smaller than twice the usual -----------------------------------
def _large_parts(content: _Slip) -> Iterator[Part]:
    if content.printer.logo:
        yield Picture(content.printer.logo)
    if content.reprint:
        yield Line(REPRINT.in_(content.first), 2, 2, bold=True, inverse=True)
    yield _number(content, NUMBER_SCALE_LARGE)
    for name in content.services():
        yield Line(name.in_(content.first), 2, 2, bold=True)
    if content.booked:
        yield Line(
            BOOKED.in_(content.first).format(at=content.clock(content.booked)), 2, 2, bold=True
        )
    area = content.branch.area[content.ticket.area]
    yield _larger(area.name.in_(content.first), content.wide, inverse=True)
    yield Gap(4)
    yield Line(area.way.in_(content.first), 2, 2, bold=True)
    yield Rule()
    yield _larger(_ahead(content.ticket, content.first), content.wide)
    yield _larger(_wait(content.ticket, content.first), content.wide)
    yield Rule()
    yield Line(NEXT_SHORT.in_(content.first), 2, 2, bold=True)
    yield Qr(content.link, QR_DOTS_LARGE)
    yield Line(ASK.in_(content.first), 2, 2)
    yield Line(
        f"{content.branch.name.in_(content.first)} {content.clock(content.ticket.issued_at)}", 2, 2
    )


def _larger(text: str, wide: int, inverse: bool = False) -> Line:
    """Three times the usual size where that stays one line, else twice; then it may be broken."""
    scale = 3 if 3 * text_columns(text) <= wide - 2 else 2
    return Line(text, scale, scale, bold=True, inverse=inverse)
