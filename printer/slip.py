"""What a ticket's slip says, from top to bottom: the number first, then where to, how long, and what if."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lobby.branch.model import Branch, Printer
from lobby.branch.names import Name
from lobby.branch.rules import Rules
from lobby.forecast.words import wait_words
from lobby.state.ticket import Ticket
from printer.glyphs import adapted
from printer.layout import SCALE_MAX, Gap, Layout, Line, Part, Picture, Qr, Rule, columns, fitted, text_columns

NUMBER = Name("您的号码", "Your number")
AHEAD = Name("前面 {n} 人", "{n} ahead of you")
NOBODY = Name("前面没有人", "No one ahead of you")
AS_OF = Name("{at} 取号时", "When taken at {at}")
NEXT = Name("请就座，叫到您的号再到柜台", "Please take a seat: we will call you")
NEXT_SHORT = Name("请就座，会叫您", "We will call you")
SCAN = Name("手机扫码看进度，办完请评价", "Scan: your place in line, then your opinion")
BOOKED = Name("预约 {at}", "Appointment {at}")
ASK = Name("过号请找大堂经理", "Missed it? Ask us")
MISSED: dict[str, Name] = {
    "ends": Name("过号作废，请重新取号", "Missed your call? Please take a new number"),
    "back": Name("过号顺延 {n} 位，请留意叫号", "Missed your call? You move back {n} places"),
    "last": Name("过号排到队尾，请留意叫号", "Missed your call? You go to the end of the line"),
    "redraw": Name("过号当天可重新取号，已等时间计入", "Missed your call? Draw again today, your wait counts"),
}
REPRINT = "补打 REPRINT"
LARGE_FOR = ("elderly", "disabled")
QR_DOTS = 8
QR_DOTS_LARGE = 11


@dataclass(frozen=True)
class _Slip:
    """What the words are made from; `first` and `second` are the languages, the customer's first."""

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
        """In the order of the visit."""
        return tuple(self.branch.service[id].name for id in (self.ticket.service, *self.ticket.then))


def slip(
    branch: Branch, printer: Printer, ticket: Ticket, link: str, reprint: bool, booked: datetime | None = None
) -> Layout:
    """The slip of a ticket. `link` is where its QR leads, `booked` the time of an appointment."""
    first, second = ("zh", "en") if ticket.lang == "zh" else ("en", "zh")
    it = _Slip(branch, printer, ticket, link, reprint, booked, first, second)
    large = ticket.large_print or any(need in LARGE_FOR for need in ticket.needs)
    parts = _large_parts(it) if large else _parts(it)
    return Layout(it.wide, tuple(_fitted(parts, it)))


def _fitted(parts: Iterator[Part], it: _Slip) -> Iterator[Part]:
    """Measured as they are printed: with the characters that the printer's font has."""
    own_font = it.printer.text == "gb18030"
    for part in parts:
        if isinstance(part, Line):
            text = adapted(part.text, it.printer.font) if own_font else part.text
            yield from fitted(replace(part, text=text), it.wide)
        else:
            yield part


# -- the usual slip --------------------------------------------------------------------------------------
def _parts(it: _Slip) -> Iterator[Part]:
    yield from _head(it)
    yield Line(f"{NUMBER.in_(it.first)} {NUMBER.in_(it.second)}")
    yield _number(it)
    yield from _services(it)
    yield Gap(20)
    area = it.branch.area[it.ticket.area]
    yield Line(area.name.in_(it.first), 2, 2, bold=True, inverse=True)
    yield Gap(8)
    yield Line(area.name.in_(it.second))
    yield Gap(8)
    yield _as_large(area.way.in_(it.first), it.wide)
    yield Line(area.way.in_(it.second))
    yield Gap(8)
    yield Rule()
    yield Gap(4)
    yield from _place(it)
    yield Rule()
    yield Qr(it.link, QR_DOTS)
    yield from _both(SCAN, it)
    yield Gap(16)
    yield Line(NEXT.in_(it.first), bold=True)
    yield Line(NEXT.in_(it.second))
    yield Gap(12)
    yield from _both(missed(it.branch.rules), it)
    yield Gap(12)
    yield Line(f"{it.branch.name.in_(it.first)} {it.branch.name.in_(it.second)}")
    yield Line(it.clock(it.ticket.issued_at, "%Y-%m-%d %H:%M:%S"))


def _head(it: _Slip) -> Iterator[Part]:
    """The logo says the bank's name, where there is one."""
    if it.printer.logo:
        yield Picture(it.printer.logo)
    else:
        yield Line(it.branch.bank.in_(it.first), 2, 2, bold=True)
        yield Line(it.branch.bank.in_(it.second))
    yield Gap(20)
    if it.reprint:
        yield Line(REPRINT, bold=True, inverse=True)
        yield Gap(12)


def _number(it: _Slip) -> Line:
    """As huge as the paper allows with some white beside it."""
    scale = max(2, min(SCALE_MAX, (it.wide - 4) // len(it.ticket.number)))
    return Line(it.ticket.number, scale, SCALE_MAX, bold=True)


def _services(it: _Slip) -> Iterator[Part]:
    names = it.services()
    if len(names) == 1:
        yield Line(names[0].in_(it.first), 2, 2, bold=True)
        yield Line(names[0].in_(it.second))
    else:
        yield from _list(names, it)
    if it.booked:
        yield Gap(8)
        yield _as_large(BOOKED.in_(it.first).format(at=it.clock(it.booked)), it.wide)
        yield Line(BOOKED.in_(it.second).format(at=it.clock(it.booked)))


def _list(names: tuple[Name, ...], it: _Slip) -> Iterator[Part]:
    """Several services in their order, numbers below each other."""
    firsts = [f"{n} {name.in_(it.first)}" for n, name in enumerate(names, start=1)]
    longest = max(map(text_columns, firsts))
    scale = 2 if 2 * longest <= it.wide else 1
    for text, name in zip(firsts, names, strict=True):
        yield Line(_padded(text, longest), scale, scale, bold=True)
        yield Line(_padded("  " * scale + name.in_(it.second), scale * longest))
        yield Gap(6)


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - text_columns(text))


def _place(it: _Slip) -> Iterator[Part]:
    """People ahead and wait as the customer was told; a reprint says when that was."""
    if it.reprint:
        yield Line(AS_OF.in_(it.first).format(at=it.clock(it.ticket.issued_at)))
    yield _as_large(_ahead(it.ticket, it.first), it.wide)
    yield _as_large(_wait(it.ticket, it.first), it.wide)
    yield Line(f"{_ahead(it.ticket, it.second)}, {_wait(it.ticket, it.second)}")
    yield Gap(4)


def _ahead(ticket: Ticket, lang: str) -> str:
    return (AHEAD if ticket.ahead else NOBODY).in_(lang).format(n=ticket.ahead)


def _wait(ticket: Ticket, lang: str) -> str:
    return wait_words(ticket.wait.p50_s, ticket.wait.p90_s, lang)


def missed(rules: Rules) -> Name:
    """What the branch does about a missed call, in words."""
    rule = MISSED[rules.missed]
    return Name(rule.zh.format(n=rules.missed_back), rule.en.format(n=rules.missed_back))


def _as_large(text: str, wide: int, most: int = 2) -> Line:
    """Up to `most` times as large, if it goes on one line so."""
    scale = max((n for n in range(1, most + 1) if n * text_columns(text) <= wide), default=1)
    return Line(text, scale, scale, bold=True)


def _both(name: Name, it: _Slip) -> Iterator[Line]:
    yield Line(name.in_(it.first))
    yield Line(name.in_(it.second))


# -- large print: fewer words, nothing smaller than twice the usual --------------------------------------
def _large_parts(it: _Slip) -> Iterator[Part]:
    if it.printer.logo:
        yield Picture(it.printer.logo)
    if it.reprint:
        yield Line(REPRINT, 2, 2, bold=True, inverse=True)
    yield Gap(12)
    yield _number(it)
    for name in it.services():
        yield Line(name.in_(it.first), 2, 2, bold=True)
    if it.booked:
        yield Line(BOOKED.in_(it.first).format(at=it.clock(it.booked)), 2, 2, bold=True)
    yield Gap(20)
    area = it.branch.area[it.ticket.area]
    yield _larger(area.name.in_(it.first), it.wide, inverse=True)
    yield Gap(12)
    yield Line(area.way.in_(it.first), 2, 2, bold=True)
    yield Gap(8)
    yield Rule()
    yield _larger(_ahead(it.ticket, it.first), it.wide)
    yield _larger(_wait(it.ticket, it.first), it.wide)
    yield Rule()
    yield Gap(8)
    yield Line(NEXT_SHORT.in_(it.first), 2, 2, bold=True)
    yield Qr(it.link, QR_DOTS_LARGE)
    yield Line(ASK.in_(it.first), 2, 2)
    yield Gap(12)
    yield Line(f"{it.branch.name.in_(it.first)} {it.clock(it.ticket.issued_at)}", 2, 2)


def _larger(text: str, wide: int, inverse: bool = False) -> Line:
    """Three times the usual size where that stays on one line, else twice, broken if need be."""
    scale = 3 if 3 * text_columns(text) <= wide - 2 else 2
    return Line(text, scale, scale, bold=True, inverse=inverse)
