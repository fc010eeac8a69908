"""A day of the journal, so that it can be played again: who came, who served when, and how long a teller took between
two customers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, Shift
from lobby.journal.history import Reader, reader
from lobby.state.ticket import State

STARTS = ("CounterOpened", "CounterResumed")
ENDS = ("CounterClosed", "CounterPaused", "BreakAnswered")
"""A break that was granted begins when its counter is free, as a shift ends."""
DAY = timedelta(days=1)
COLUMNS = (
    "tier, service, area, counter, needs, state, issued_at, called_at, started_at, ended_at,"
    " first_called_at"
)


class Waited(NamedTuple):
    """How long a customer of the journal waited for the first call, or until the visit ended without one; seconds."""

    tier: str
    state: State
    wait_s: float


@dataclass(frozen=True)
class RecordedDay:
    """The customers and shifts of a day, and the waits as they were. `changeovers_s` has for each counter, call by
    call, for how many seconds it was not serving while the customer of the call waited already. What its teller did
    for a customer who stepped aside or went on elsewhere is among them."""

    customers: list[Customer]
    shifts: list[Shift]
    waits: list[Waited]
    changeovers_s: Mapping[str, list[float]] = field(default_factory=dict)


class _Visit(NamedTuple):
    """A ticket with its instants as seconds of the day; those of the call and of the service are the latest."""

    tier: str
    service: str
    area: str
    counter: str | None
    needs: str
    state: str
    issued_s: float
    called_s: float | None
    started_s: float | None
    ended_s: float | None
    first_called_s: float | None


def recorded_day(branch: Branch, database: Path, day: date) -> RecordedDay:
    """Empty when the branch was not open that day. Raises OSError if there is no database."""
    with closing(reader(database)) as db:
        return day_in(branch, db, day)


def day_in(branch: Branch, db: Reader, day: date) -> RecordedDay:
    """As `recorded_day`, of derived tables that are open already."""
    midnight = datetime.combine(day, time(), branch.zone)
    tickets = db.execute(
        f"SELECT {COLUMNS} FROM ticket WHERE day = ? ORDER BY issued_at", [day.isoformat()]
    ).fetchall()
    changes = db.execute(
        "SELECT kind, counter, at FROM moment WHERE day = ? AND counter IS NOT NULL"
        " AND (kind <> 'BreakAnswered' OR detail = '1') ORDER BY seq",
        [day.isoformat()],
    ).fetchall()
    all_visits = [
        _Visit(*ticket[:6], *(_second(midnight, at) for at in ticket[6:])) for ticket in tickets
    ]
    visits = [
        visit
        for visit in all_visits
        if visit.tier in branch.offered.tier and visit.service in branch.offered.service
    ]
    shifts = list(_shifts(branch, midnight, changes))
    return RecordedDay(
        [_customer(branch, visit) for visit in visits],
        shifts,
        _waits(visits),
        dict(_changeovers(branch, _calls(visits), shifts)),
    )


def _second(midnight: datetime, at: str | None) -> float | None:
    return (datetime.fromisoformat(at) - midnight).total_seconds() if at else None


def _waits(visits: Sequence[_Visit]) -> list[Waited]:
    """Who was never called has waited until the last number or call at most: a night after the close is no wait."""
    instants = [at_s for visit in visits for at_s in (visit.issued_s, visit.called_s)]
    last_s = max((at_s for at_s in instants if at_s is not None), default=0.0)
    return [Waited(visit.tier, State(visit.state), _wait_s(visit, last_s)) for visit in visits]


def _wait_s(visit: _Visit, last_s: float) -> float:
    until_s = visit.first_called_s
    if until_s is None:
        until_s = min(last_s if visit.ended_s is None else visit.ended_s, last_s)
    return max(0.0, until_s - visit.issued_s)


# -- customers ------------------------------------------------------------------------------------------
def _customer(branch: Branch, visit: _Visit) -> Customer:
    ended_s = _ended_s(visit)
    left_unserved = ended_s is not None and visit.called_s is None
    patience_s = (ended_s or 0.0) - visit.issued_s if left_unserved else math.inf
    usual_s = float(branch.service[visit.service].usual_s)
    from_s, to_s = _span_s(visit)
    served = visit.started_s is not None and ended_s is not None
    return Customer(
        visit.issued_s,
        visit.tier,
        visit.service,
        to_s - from_s if served else usual_s,
        visit.state != State.NO_SHOW,
        patience_s,
        tuple(filter(None, visit.needs.split(","))),
    )


def _ended_s(visit: _Visit) -> float | None:
    """The night ended what nobody did: neither a service nor patience lasted so long."""
    if visit.ended_s is None or visit.ended_s >= DAY.total_seconds():
        return None
    return visit.ended_s


def _span_s(visit: _Visit) -> tuple[float, float]:
    """From the call, after which nobody else is served there, to the end; one that the night ended has no length."""
    from_s = visit.started_s or 0.0 if visit.called_s is None else visit.called_s
    ended_s = _ended_s(visit)
    return from_s, from_s if ended_s is None else ended_s


# -- counters -------------------------------------------------------------------------------------------
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


def _calls(visits: Sequence[_Visit]) -> dict[str, list[_Visit]]:
    """By counter, in their order."""
    calls: dict[str, list[_Visit]] = {}
    called = [visit for visit in visits if visit.called_s is not None]
    for visit in sorted(called, key=attrgetter("called_s")):
        calls.setdefault(visit.counter or "", []).append(visit)
    return calls


def _changeovers(
    branch: Branch, calls: Mapping[str, Sequence[_Visit]], shifts: Sequence[Shift]
) -> Iterator[tuple[str, list[float]]]:
    """Of a counter's own area alone: what it helps elsewhere it may have been free for and not allowed to call."""
    for id, visits in calls.items():
        if counter := branch.counter.get(id):
            opened = [shift.from_s for shift in shifts if shift.counter == id]
            yield id, [*_free_before(visits, counter.area, opened)]


def _free_before(visits: Sequence[_Visit], area: str, opened: Sequence[float]) -> Iterator[float]:
    busy_until_s = 0.0
    for visit in visits:
        called_s, ended_s = _span_s(visit)
        opened_s = max((at_s for at_s in opened if at_s <= called_s), default=called_s)
        waited_all_along = visit.first_called_s == visit.called_s
        if visit.area == area and waited_all_along:
            yield max(0.0, called_s - max(busy_until_s, visit.issued_s, opened_s))
        busy_until_s = max(busy_until_s, ended_s)
