"""A day as the journal has it: its events without those that were undone, and its tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.journal.history import configured

Row = dict[str, Any]
Database = Any
"""A journal that is open for reading, as lobby.journal.history.reader opens it."""
SPANS = (
    "SELECT d.opened_seq AS since, (SELECT min(n.opened_seq) FROM day n WHERE n.opened_seq > d.opened_seq) AS until"
    " FROM day d WHERE d.day = ? ORDER BY since"
)
EVENTS = (
    "SELECT seq, at, kind, ticket, counter, data FROM event WHERE seq >= ? AND seq < ? ORDER BY seq"
)
LAST_HASH = "SELECT hash FROM event WHERE seq < ? ORDER BY seq DESC LIMIT 1"
TICKETS = "SELECT * FROM ticket WHERE day = ? ORDER BY id"
EVER = 2**63 - 1


@dataclass(frozen=True)
class Fact:
    """An event as it stands in the journal."""

    seq: int
    at: datetime
    kind: str
    ticket: str | None
    counter: str | None
    data: Row

    def until(self, other: Fact | None) -> float:
        """Seconds from here to the other; for ever where there is none."""
        if other is None:
            return float("inf")
        return (other.at - self.at).total_seconds()


@dataclass(frozen=True)
class DayFacts:
    """What the journal has of a day. `branch` is the configuration that held when the day ended."""

    day: date
    branch: Branch
    facts: Sequence[Fact]
    tickets: dict[str, Row]

    def of(self, *kinds: type[ev.Event]) -> list[Fact]:
        """The facts of these kinds, in order."""
        names = {kind.__name__ for kind in kinds}
        return [fact for fact in self.facts if fact.kind in names]

    @cached_property
    def by_ticket(self) -> dict[str, list[Fact]]:
        facts: dict[str, list[Fact]] = {}
        for fact in self.facts:
            if fact.ticket:
                facts.setdefault(fact.ticket, []).append(fact)
        return facts

    @cached_property
    def acknowledged(self) -> dict[int, Fact]:
        """By the seq of what raised an alert, when somebody took it on."""
        return {fact.data["alert"]: fact for fact in self.of(ev.AlertAcknowledged)}

    def next_at(self, fact: Fact, *kinds: type[ev.Event]) -> Fact | None:
        """The first fact of these kinds at the same counter after this one."""
        later = (f for f in self.of(*kinds) if f.seq > fact.seq and f.counter == fact.counter)
        return next(later, None)


def day_facts(db: Database, branch: Branch, day: date) -> DayFacts:
    """The day from the journal. A day without events has no facts."""
    spans = [(row["since"], row["until"] or EVER) for row in db.query(SPANS, [day.isoformat()])]
    facts = _by_one_clock([fact for span in spans for fact in _facts(db, span)])
    undone = {seq for fact in facts for seq in fact.data.get("undone") or ()}
    done = [fact for fact in facts if fact.seq not in undone]
    then = configured(db, branch, facts[-1].seq) if facts else branch
    tickets = {row["id"]: row for row in db.query(TICKETS, [day.isoformat()])}
    return DayFacts(day, then, done, tickets)


def _by_one_clock(facts: Sequence[Fact]) -> list[Fact]:
    """After the clock was set all of the day before counts by the new clock."""
    moved: list[Fact] = []
    for fact in facts:
        if fact.kind == ev.ClockStepped.__name__:
            by = timedelta(seconds=float(fact.data["by_s"]))
            moved = [replace(earlier, at=earlier.at + by) for earlier in moved]
        moved.append(fact)
    return moved


def fingerprint(db: Database, day: date) -> str:
    """Another one as soon as the journal says anything else of the day or of what was before: the hash of its last
    event, which covers all before it."""
    spans = db.execute(SPANS, [day.isoformat()]).fetchall()
    until = max((span[1] or EVER for span in spans), default=0)
    row = db.execute(LAST_HASH, [until]).fetchone()
    return f"{day} {row and row[0]}"


def _facts(db: Database, span: tuple[int, int]) -> Iterator[Fact]:
    """Rows that cannot be read are passed over, as a start does."""
    for seq, at, kind, ticket, counter, data in db.execute(EVENTS, span):
        try:
            fact = Fact(
                seq, ev.instant_of(at), ev.kind_now(kind), ticket, counter, json.loads(data)
            )
        except ValueError:
            continue
        if isinstance(fact.data, dict):
            yield fact
