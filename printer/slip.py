"""A ticket's slip as a layout: pure, in columns of the paper, Chinese first and English second."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from lobby.branch import Branch, Printer
from lobby.forecast.words import wait_words
from lobby.names import Name
from lobby.ticket import Ticket

COLUMN_DOTS = 12
"""A Latin character of the printers' font A is 12 dots wide, a Chinese one 24."""


@dataclass(frozen=True)
class Line:
    """A line of text; `width` and `height` multiply the character."""

    text: str
    width: int = 1
    height: int = 1
    bold: bool = False


@dataclass(frozen=True)
class Qr:
    link: str


@dataclass(frozen=True)
class Gap:
    lines: int = 1


@dataclass(frozen=True)
class Rule:
    """A line across the paper."""


Part = Line | Qr | Gap | Rule


@dataclass(frozen=True)
class Layout:
    """The slip from top to bottom, all centred, on paper of so many columns."""

    columns: int
    parts: tuple[Part, ...]


def columns(printer: Printer) -> int:
    return printer.dots // COLUMN_DOTS


def slip(branch: Branch, printer: Printer, ticket: Ticket, link: str, reprint: bool) -> Layout:
    """The slip of a ticket. `link` is where its QR leads."""
    wide = columns(printer)
    return Layout(wide, tuple(_fitted(_parts(branch, ticket, link, reprint, wide), wide)))


def _parts(branch: Branch, ticket: Ticket, link: str, reprint: bool, wide: int) -> Iterator[Part]:
    first, second = ("en", "zh") if ticket.lang == "en" else ("zh", "en")
    area, service = branch.area[ticket.area], branch.service[ticket.service]
    yield Line(branch.bank.in_(first), 2, 2, bold=True)
    yield Line(f"{branch.name.in_(first)}  {branch.name.in_(second)}")
    if reprint:
        yield Line("*** 补打 REPRINT ***", bold=True)
    yield Rule()
    yield from _both(NUMBER, first)
    scale = max(2, min(8, wide // (2 * len(ticket.number)) + 1))
    yield Line(ticket.number, scale, scale, bold=True)
    yield Line(service.name.in_(first), 2, 2, bold=True)
    yield Line(service.name.in_(second))
    yield Rule()
    yield Line(area.name.in_(first), 2, 2)
    yield Line(area.name.in_(second))
    yield Line(area.way.in_(first))
    yield Line(area.way.in_(second))
    yield Rule()
    yield _large(AHEAD.in_(first).format(n=ticket.ahead), wide)
    yield _large(_wait(ticket, first), wide)
    yield Line(f"{AHEAD.in_(second).format(n=ticket.ahead)}, {_wait(ticket, second)}")
    yield Gap()
    yield Qr(link)
    yield from _both(SCAN, first)
    yield Gap()
    yield from _both(MISSED, first)
    yield Line(ticket.issued_at.astimezone(branch.zone).strftime("%Y-%m-%d %H:%M:%S"))


NUMBER = Name("您的号码", "Your number")
AHEAD = Name("前面 {n} 人", "{n} ahead of you")
WAIT = Name("预计等候 {wait}", "expected wait {wait}")
SCAN = Name("扫码看排队进度,办完请您评价", "Scan: your place in line, then your opinion")
MISSED = Name("过号请找大堂经理,不必重新排队", "Missed your call? Ask the lobby manager.")


def _wait(ticket: Ticket, lang: str) -> str:
    return WAIT.in_(lang).format(wait=wait_words(ticket.wait.p50_s, ticket.wait.p90_s, lang))


def _large(text: str, wide: int) -> Line:
    """As large as it goes on one line."""
    scale = 2 if 2 * text_columns(text) <= wide else 1
    return Line(text, scale, scale, bold=True)


def _both(name: Name, first: str) -> Iterator[Line]:
    yield Line(name.in_(first))
    yield Line(name.in_("en" if first == "zh" else "zh"))


def _fitted(parts: Iterator[Part], wide: int) -> Iterator[Part]:
    """Lines broken so that none is wider than the paper."""
    for part in parts:
        if isinstance(part, Line):
            for text in wrap(part.text, wide // part.width):
                yield Line(text, part.width, part.height, part.bold)
        else:
            yield part


def char_columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def text_columns(text: str) -> int:
    return sum(char_columns(char) for char in text)


def wrap(text: str, wide: int) -> list[str]:
    """The text in lines of at most `wide` columns, broken at spaces where there is one, else anywhere."""
    lines, line = [], ""
    for char in text:
        if text_columns(line + char) > wide:
            head, space, tail = line.rpartition(" ")
            broken = (head, tail) if space and head and char != " " else (line, "")
            lines.append(broken[0].strip())
            line = broken[1]
        line += char
    return [*lines, line.strip()] if line.strip() or not lines else lines
