"""Plays a recorded day again with one change: the same customers and services, another outcome.

What was stands in the journal. Beside it the day is played twice, as it was and with the change: whatever a play does
not know (who walked how far, who was away for a moment) is in both, and their difference is the change alone.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, Shift
from lobby.calling.discipline import DEFAULT
from lobby.journal.history import reader
from lobby.simulation.figures import Tally
from lobby.simulation.lookahead import NO_SHOW_S, bare
from lobby.simulation.simulate import Breathe, Rehearsal, restless
from lobby.state.ticket import State

EXTRA = "extra"
STARTS = ("CounterOpened", "CounterResumed")
ENDS = ("CounterClosed", "CounterPaused")


@dataclass(frozen=True)
class Variation:
    """What differs from the recorded day: the calling policy, one more counter like `counter_like` all day, other
    targets by tier, in seconds."""

    policy: str = DEFAULT
    counter_like: str | None = None
    targets_s: Mapping[str, int] = field(default_factory=dict)


class Waited(NamedTuple):
    """How long a customer of the journal waited for the first call, or until the visit ended without one; seconds."""

    tier: str
    state: State
    wait_s: float


@dataclass(frozen=True)
class RecordedDay:
    """A day of the journal that can be played again, and the waits of its customers as they were."""

    customers: list[Customer]
    shifts: list[Shift]
    waits: list[Waited]


def recorded_day(branch: Branch, database: Path, day: date) -> RecordedDay:
    """The customers and shifts of that day; empty when the branch was not open. Raises OSError if there is no
    database."""
    midnight = datetime.combine(day, time(), branch.zone)
    with closing(reader(database)) as db:
        tickets = db.execute(
            "SELECT tier, service, needs, state, issued_at, called_at, started_at, ended_at,"
            " first_called_at FROM ticket WHERE day = ? ORDER BY issued_at",
            [day.isoformat()],
        ).fetchall()
        changes = db.execute(
            "SELECT kind, counter, at FROM event WHERE counter IS NOT NULL AND kind LIKE 'Counter%'"
            " AND seq >= (SELECT min(opened_seq) FROM day WHERE day = ?)"
            " AND seq < coalesce((SELECT min(opened_seq) FROM day WHERE day > ?), 9e18) ORDER BY seq",
            [day.isoformat(), day.isoformat()],
        ).fetchall()
    offered = [t for t in tickets if t[0] in branch.offered.tier and t[1] in branch.offered.service]
    customers = [_customer(branch, midnight, *t[:-1]) for t in offered]
    return RecordedDay(customers, list(_shifts(branch, midnight, changes)), _waits(offered))


def _waits(tickets: Sequence[tuple[str | None, ...]]) -> list[Waited]:
    """Who still waits has waited until the last that is known of the day."""
    instants = [
        at
        for *_, issued, called, started, ended, _ in tickets
        for at in (issued, called, started, ended)
    ]
    last = max((at for at in instants if at), default="")
    return [
        Waited(str(tier), State(str(state)), _between_s(str(issued), first_called or ended or last))
        for tier, _, _, state, issued, _, _, ended, first_called in tickets
    ]


def _between_s(since: str, until: str) -> float:
    return max(0.0, (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds())


def _customer(
    branch: Branch,
    midnight: datetime,
    tier: str,
    service: str,
    needs: str,
    state: str,
    issued: str,
    *instants: str | None,
) -> Customer:
    called, started, ended = (datetime.fromisoformat(at) if at else None for at in instants)
    issued_at = datetime.fromisoformat(issued)
    usual_s = float(branch.service[service].usual_s)
    service_s = (ended - started).total_seconds() if ended and started else usual_s
    left_unserved = ended is not None and called is None
    patience_s = (ended - issued_at).total_seconds() if ended and left_unserved else math.inf
    at_s = (issued_at - midnight).total_seconds()
    return Customer(
        at_s,
        tier,
        service,
        service_s,
        state != "no_show",
        patience_s,
        tuple(filter(None, needs.split(","))),
    )


def _shifts(
    branch: Branch, midnight: datetime, changes: Iterable[tuple[str, str, str]]
) -> Iterator[Shift]:
    """When each counter was open. A counter that nobody closed serves to the end."""
    since: dict[str, float] = {}
    for kind, counter, at in changes:
        at_s = (datetime.fromisoformat(at) - midnight).total_seconds()
        if counter in branch.offered.counter and kind in STARTS:
            since.setdefault(counter, at_s)
        elif kind in ENDS and counter in since:
            yield Shift(counter, since.pop(counter), at_s, last=False)
    for counter, from_s in since.items():
        yield Shift(counter, from_s, math.inf, last=True)


def compare(
    branch: Branch, database: Path, day: date, variation: Variation, breathe: Breathe = restless
) -> dict[str, Any] | None:
    """`was` of the journal, `again` played without a change, `then` with it; None when the branch was not open. It
    takes seconds."""
    found = recorded_day(branch, database, day)
    if not found.customers:
        return None
    return {
        "tickets": len(found.customers),
        "was": as_recorded(branch, found),
        "again": play(branch, found, Variation(), breathe),
        "then": play(branch, found, variation, breathe),
    }


def as_recorded(branch: Branch, day: RecordedDay) -> dict[str, Any]:
    """The figures by tier of what the journal has, measured against the targets of the configuration."""
    tally = Tally(branch)
    for waited in day.waits:
        tally.note(*waited)
    return tally.figures()


def play(
    branch: Branch, day: RecordedDay, variation: Variation, breathe: Breathe = restless
) -> dict[str, Any]:
    """The figures by tier, with waits measured against the targets of the variation."""
    branch, shifts = _varied(bare(branch), day.shifts, variation)
    rehearsal = Rehearsal(branch, variation.policy, NO_SHOW_S, breathe=breathe)
    tally = Tally(branch)
    played = rehearsal.day(0, day.customers, shifts)
    tally.add(played.tickets, played.now)
    return tally.figures()


def _varied(
    branch: Branch, shifts: list[Shift], variation: Variation
) -> tuple[Branch, list[Shift]]:
    tiers = tuple(
        dataclasses.replace(t, target_wait_s=variation.targets_s.get(t.id, t.target_wait_s))
        for t in branch.tiers
    )
    counters = branch.counters
    if variation.counter_like and shifts:
        counters = (
            *counters,
            dataclasses.replace(branch.counter[variation.counter_like], id=EXTRA),
        )
        shifts = [
            *shifts,
            Shift(EXTRA, min(s.from_s for s in shifts), max(s.to_s for s in shifts), last=True),
        ]
    return dataclasses.replace(branch, tiers=tiers, counters=counters), shifts
