"""A recorded day once more, with one thing otherwise: the same customers, the same services, another outcome."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, Shift
from lobby.calling.discipline import DEFAULT
from lobby.journal.history import reader
from lobby.simulation.figures import Tally
from lobby.simulation.lookahead import NO_SHOW_S, bare
from lobby.simulation.simulate import Rehearsal

EXTRA = "extra"
STARTS = ("CounterOpened", "CounterResumed")
ENDS = ("CounterClosed", "CounterPaused")


@dataclass(frozen=True)
class Variation:
    """What is to differ: the calling policy, one more counter like this one all day, other targets by tier,
    in seconds."""

    policy: str = DEFAULT
    counter_like: str | None = None
    targets_s: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedDay:
    """A day as the journal has it, fit to be played again."""

    customers: list[Customer]
    shifts: list[Shift]


def recorded_day(branch: Branch, database: Path, day: date) -> RecordedDay:
    """Who came on that day and who sat where; empty when the branch was not open. OSError if there is no database."""
    midnight = datetime.combine(day, time(), branch.zone)
    with closing(reader(database)) as db:
        tickets = db.execute(
            "SELECT tier, service, needs, state, issued_at, called_at, started_at, ended_at FROM ticket"
            " WHERE day = ? ORDER BY issued_at",
            [day.isoformat()],
        ).fetchall()
        turns = db.execute(
            "SELECT kind, counter, at FROM event WHERE counter IS NOT NULL AND kind LIKE 'Counter%'"
            " AND seq >= (SELECT min(opened_seq) FROM day WHERE day = ?)"
            " AND seq < coalesce((SELECT min(opened_seq) FROM day WHERE day > ?), 9e18) ORDER BY seq",
            [day.isoformat(), day.isoformat()],
        ).fetchall()
    known = (t for t in tickets if t[0] in branch.offered.tier and t[1] in branch.offered.service)
    customers = [_customer(branch, midnight, *t) for t in known]
    return RecordedDay(customers, list(_shifts(branch, midnight, turns)))


def _customer(
    branch: Branch, midnight: datetime, tier: str, service: str, needs: str, state: str, issued: str, *rest: str | None
) -> Customer:
    called, started, ended = (datetime.fromisoformat(at) if at else None for at in rest)
    issued_at = datetime.fromisoformat(issued)
    usual_s = float(branch.service[service].usual_s)
    service_s = (ended - started).total_seconds() if ended and started else usual_s
    left = ended is not None and called is None
    patience_s = (ended - issued_at).total_seconds() if ended and left else math.inf
    at_s = (issued_at - midnight).total_seconds()
    return Customer(
        at_s, tier, service, service_s, state != "no_show", patience_s, tuple(filter(None, needs.split(",")))
    )


def _shifts(branch: Branch, midnight: datetime, turns: Iterable[tuple[str, str, str]]) -> Iterator[Shift]:
    """When each counter was open. One that nobody closed serves to the end."""
    since: dict[str, float] = {}
    for kind, counter, at in turns:
        at_s = (datetime.fromisoformat(at) - midnight).total_seconds()
        if counter in branch.offered.counter and kind in STARTS:
            since.setdefault(counter, at_s)
        elif kind in ENDS and counter in since:
            yield Shift(counter, since.pop(counter), at_s, last=False)
    for counter, from_s in since.items():
        yield Shift(counter, from_s, math.inf, last=True)


def play(branch: Branch, day: RecordedDay, otherwise: Variation) -> dict[str, Any]:
    """Figures per tier, waits measured against the branch's own targets as they would be."""
    branch, shifts = _changed(bare(branch), day.shifts, otherwise)
    rehearsal = Rehearsal(branch, otherwise.policy, NO_SHOW_S)
    tally = Tally(branch)
    played = rehearsal.day(0, day.customers, shifts)
    tally.add(played.tickets, played.now)
    return tally.figures()


def _changed(branch: Branch, shifts: list[Shift], otherwise: Variation) -> tuple[Branch, list[Shift]]:
    tiers = tuple(
        dataclasses.replace(t, target_wait_s=otherwise.targets_s.get(t.id, t.target_wait_s)) for t in branch.tiers
    )
    counters = branch.counters
    if otherwise.counter_like and shifts:
        counters = (*counters, dataclasses.replace(branch.counter[otherwise.counter_like], id=EXTRA))
        shifts = [*shifts, Shift(EXTRA, min(s.from_s for s in shifts), max(s.to_s for s in shifts), last=True)]
    return dataclasses.replace(branch, tiers=tiers, counters=counters), shifts
