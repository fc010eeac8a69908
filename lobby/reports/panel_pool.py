"""Who may be invited to a panel, out of the cards of a period, and how far the invited differ from all customers."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lobby.commands.panel import Pool
from lobby.events.personal import Missing, Reveal
from lobby.reports.reading import reading
from lobby.reports.statistics import Interval, wilson
from lobby.state.panel import Dimension, Group, Guest, Panel

Row = dict[str, Any]
Mark = Callable[[str], str]
"""Gives the mark of a contact."""

VISITS = (
    "SELECT tier, service, count(*) AS n FROM ticket WHERE day BETWEEN ? AND ? AND state = 'served'"
    " GROUP BY tier, service"
)
CARDS = (
    "SELECT t.id AS ticket, t.tier, t.service, f.score, f.contact, f.consent FROM feedback f"
    " JOIN ticket t ON t.id = f.ticket WHERE t.day BETWEEN ? AND ? ORDER BY f.at DESC"
)
MARK_DIGITS = 4
"""Hexadecimal ones, 65,536 marks: of 10^11 telephone numbers each has more than a million, so that it names nobody. One
of 300 customers is passed over for the mark of another among 200 who were invited."""
PHONE = re.compile(r"\D*(?:\d\D*){7,}")
PHONE_DIGITS = 11
"""Of a mobile number without its country code."""


def marks(key: bytes) -> Mark:
    """A mark is an HMAC-SHA256 of the contact as it is compared, cut to MARK_DIGITS."""

    def mark(contact: str) -> str:
        compared = _compared(contact).encode()
        return hmac.new(key, compared, hashlib.sha256).hexdigest()[:MARK_DIGITS]

    return mark


def _compared(contact: str) -> str:
    """A telephone number's last digits, however it is written; else the text without blanks, in small letters."""
    if PHONE.fullmatch(contact):
        return re.sub(r"\D", "", contact)[-PHONE_DIGITS:]
    return "".join(contact.split()).casefold()


def pool_of(database: Path, since: date, until: date, reveal: Reveal, mark: Mark) -> Pool:
    """Customers with a readable contact and consent, each with the latest card. Reads the disk."""
    period = [since.isoformat(), until.isoformat()]
    with reading(database) as db:
        visits = list(db.query(VISITS, period))
        cards = list(db.query(CARDS, period))
    guests = {guest.mark: guest for guest in _guests(reversed(cards), reveal, mark)}
    return Pool(tuple(guests.values()), tuple(_groups(visits, cards, tuple(guests.values()))))


def _guests(cards: Iterator[Row], reveal: Reveal, mark: Mark) -> Iterator[Guest]:
    for card in cards:
        contact = reveal(card["contact"] or "")
        if card["consent"] and contact and not isinstance(contact, Missing):
            yield Guest(card["ticket"], card["tier"], card["service"], card["score"], mark(contact))


def _groups(
    visits: Sequence[Row], cards: Sequence[Row], guests: Sequence[Guest]
) -> Iterator[Group]:
    """Of each dimension; a score has as many visits as cards, since nobody knows what the others felt."""
    for dimension in Dimension:
        cards_of = Counter(str(card[dimension]) for card in cards)
        agreed_of = Counter(guest.group(dimension) for guest in guests)
        visits_of = _visits(visits, dimension) or cards_of
        for key in sorted(visits_of | cards_of):
            yield Group(dimension, key, visits_of[key], cards_of[key], agreed_of[key])


def _visits(visits: Sequence[Row], dimension: Dimension) -> Counter[str]:
    if dimension is Dimension.SCORE:
        return Counter()
    counts: Counter[str] = Counter()
    for row in visits:
        counts[row[dimension]] += row["n"]
    return counts


def sealed_contact(database: Path, ticket: str) -> str:
    """What the customer of the ticket left to be reached by, sealed; empty for nothing. Reads the disk."""
    with reading(database) as db:
        row = db.execute("SELECT contact FROM feedback WHERE ticket = ?", [ticket]).fetchone()
    return (row and row[0]) or ""


@dataclass(frozen=True)
class Bias:
    """A group's share in the visits, in those who agreed and in those who are expected, each with its interval; None of
    nothing. `differs` where the share of those who agreed cannot be that of the visits by chance alone."""

    dimension: Dimension
    key: str
    visits: Interval | None
    agreed: Interval | None
    invited: Interval | None

    @property
    def differs(self) -> bool:
        if self.visits is None or self.agreed is None:
            return False
        return not self.agreed.lo <= self.visits.value <= self.agreed.hi


def biases(panel: Panel) -> Iterator[Bias]:
    """By group, as the last draw had it."""
    if not panel.draws:
        return
    groups = panel.draws[-1].groups
    totals = _totals(groups)
    expected = [invitation.guest for invitation in panel.expected]
    for group in groups:
        visits, agreed = totals[group.dimension]
        invited = sum(guest.group(group.dimension) == group.key for guest in expected)
        yield Bias(
            group.dimension,
            group.key,
            wilson(group.visits, visits),
            wilson(group.agreed, agreed),
            wilson(invited, len(expected)),
        )


def _totals(groups: Sequence[Group]) -> Mapping[Dimension, tuple[int, int]]:
    """The visits and the agreements of each dimension's groups together."""

    def total(dimension: Dimension) -> tuple[int, int]:
        of_dimension = [group for group in groups if group.dimension is dimension]
        return sum(g.visits for g in of_dimension), sum(g.agreed for g in of_dimension)

    return {dimension: total(dimension) for dimension in Dimension}
