"""Plays a recorded day again with one change: the same customers and services, another outcome.

What was stands in the journal. Beside it the day is played twice, as it was and with the change: whatever a play does
not know (who was away for a moment, what was held and went on) is in both, and their difference is the change alone.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from lobby.branch.model import Branch, Counter
from lobby.branch.scenario import Customer, Shift
from lobby.calling.discipline import DEFAULT
from lobby.journal.history import Reader, reader
from lobby.simulation.figures import Tally
from lobby.simulation.lookahead import NO_SHOW_S, bare
from lobby.simulation.simulate import Breathe, Rehearsal, restless
from lobby.state.ticket import State

EXTRA = "extra"
MINUTE_S = 60.0
HOUR_S = 3600.0
DAY = timedelta(days=1)
STARTS = ("CounterOpened", "CounterResumed")
ENDS = ("CounterClosed", "CounterPaused")


Between = tuple[float, float]
"""From one second of the day to another."""


@dataclass(frozen=True)
class Variation:
    """What differs from the recorded day: the calling policy, one more counter like `counter_like`, or one for all
    business of the area `counter_of`, one counter less, `counter_less`, other targets by tier, in seconds. `between`
    says when a counter is more or less; without it all day."""

    policy: str = DEFAULT
    counter_like: str | None = None
    targets_s: Mapping[str, int] = field(default_factory=dict)
    counter_of: str | None = None
    counter_less: str | None = None
    between: Between | None = None


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
    with closing(reader(database)) as db:
        return day_in(branch, db, day)


def day_in(branch: Branch, db: Reader, day: date) -> RecordedDay:
    """As `recorded_day`, of derived tables that are open already."""
    midnight = datetime.combine(day, time(), branch.zone)
    tickets = db.execute(
        "SELECT tier, service, needs, state, issued_at, called_at, started_at, ended_at,"
        " first_called_at FROM ticket WHERE day = ? ORDER BY issued_at",
        [day.isoformat()],
    ).fetchall()
    changes = db.execute(
        "SELECT kind, counter, at FROM moment WHERE day = ? AND counter IS NOT NULL ORDER BY seq",
        [day.isoformat()],
    ).fetchall()
    offered = [t for t in tickets if t[0] in branch.offered.tier and t[1] in branch.offered.service]
    customers = [_customer(branch, midnight, *t[:-1]) for t in offered]
    return RecordedDay(customers, list(_shifts(branch, midnight, changes)), _waits(offered))


def _waits(tickets: Sequence[tuple[str | None, ...]]) -> list[Waited]:
    """Who was never called has waited until the last number or call at most: a night after the close is no wait."""
    instants = [at for *_, issued, called, _, _, _ in tickets for at in (issued, called)]
    last = max((at for at in instants if at), default="")
    return [
        Waited(
            str(tier),
            State(str(state)),
            _between_s(str(issued), first_called or min(ended or last, last)),
        )
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
    if ended and ended >= midnight + DAY:
        ended = (
            None  # the night ended what nobody did: neither a service nor patience lasted so long
        )
    issued_at = datetime.fromisoformat(issued)
    usual_s = float(branch.service[service].usual_s)
    # From the call on nobody else is served there: the way to the counter keeps it too.
    service_s = (ended - (called or started)).total_seconds() if ended and started else usual_s
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
    return outcome(branch, recorded_day(branch, database, day), variation, breathe)


def outcome(
    branch: Branch, found: RecordedDay, variation: Variation, breathe: Breathe = restless
) -> dict[str, Any] | None:
    """As `compare`, of a day that was read already."""
    if not found.customers:
        return None
    again = played(branch, found, Variation(), breathe)
    then = played(branch, found, variation, breathe)
    return {
        "tickets": len(found.customers),
        "was": as_recorded(branch, found),
        "again": again.figures(),
        "then": then.figures(),
        "saved_min": round((again.waited_s - then.waited_s) / MINUTE_S, 1),
        "counter_h": round(counter_h(found, variation.between), 2),
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
    return played(branch, day, variation, breathe).figures()


def played(
    branch: Branch, day: RecordedDay, variation: Variation, breathe: Breathe = restless
) -> Tally:
    """The tickets of the day as it is played. Who is never called waits until the last number or call at most, as in
    the journal."""
    branch, shifts = _varied(bare(branch), day, variation)
    rehearsal = Rehearsal(branch, variation.policy, NO_SHOW_S, breathe=breathe)
    tally = Tally(branch)
    course = rehearsal.day(0, day.customers, shifts)
    last = max((t.called_at or t.issued_at for t in course.tickets), default=course.now)
    tally.add(course.tickets, last)
    return tally


def counter_h(day: RecordedDay, between: Between | None) -> float:
    """How long one counter more or less is so, hours."""
    from_s, to_s = between or open_s(day)
    return max(0.0, to_s - from_s) / HOUR_S


def open_s(day: RecordedDay) -> Between:
    """From when to when some counter was open. One that nobody closed was, as far as is known, to the last number."""
    if not day.shifts:
        return 0.0, 0.0
    last_s = max([customer.at_s for customer in day.customers], default=0.0)
    ends = [shift.to_s if shift.to_s < math.inf else last_s for shift in day.shifts]
    return min(shift.from_s for shift in day.shifts), max(ends)


# -- what differs ---------------------------------------------------------------------------------------
def _varied(
    branch: Branch, day: RecordedDay, variation: Variation
) -> tuple[Branch, Sequence[Shift]]:
    tiers = tuple(
        dataclasses.replace(t, target_wait_s=variation.targets_s.get(t.id, t.target_wait_s))
        for t in branch.tiers
    )
    counters = branch.counters
    shifts: Sequence[Shift] = day.shifts
    extra = _extra(branch, variation)
    if extra and shifts:
        counters = (*counters, extra)
        shifts = [*shifts, _shift_of_extra(shifts, variation.between)]
    if variation.counter_less:
        shifts = [
            rest
            for shift in shifts
            for rest in _without(shift, variation.counter_less, variation.between)
        ]
    return dataclasses.replace(branch, tiers=tiers, counters=counters), shifts


def _extra(branch: Branch, variation: Variation) -> Counter | None:
    if variation.counter_like:
        return dataclasses.replace(branch.counter[variation.counter_like], id=EXTRA)
    if variation.counter_of:
        area = branch.area[variation.counter_of]
        serves = tuple(service.id for service in branch.services if service.area == area.id)
        return Counter(EXTRA, area.name, area.id, serves)
    return None


def _shift_of_extra(shifts: Sequence[Shift], between: Between | None) -> Shift:
    """All day it ends with the queue, as the others do; between two hours it ends with its customer."""
    if between:
        return Shift(EXTRA, *between, last=False)
    return Shift(EXTRA, min(s.from_s for s in shifts), max(s.to_s for s in shifts), last=True)


def _without(shift: Shift, counter: str, between: Between | None) -> Iterator[Shift]:
    """What is left of the shift."""
    from_s, to_s = between or (0.0, math.inf)
    if shift.counter != counter or to_s <= shift.from_s or shift.to_s <= from_s:
        yield shift
        return
    if shift.from_s < from_s:
        yield dataclasses.replace(shift, to_s=from_s, last=False)
    if to_s < shift.to_s:
        yield dataclasses.replace(shift, from_s=to_s)
