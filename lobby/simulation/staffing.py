"""How many counters tomorrow needs, by half hour, from the same weekday's arrivals of the last weeks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from lobby.branch.model import Branch
from lobby.journal.history import Reader, reader

WEEKS = 4
"""Four equal weekdays are few enough to follow the season and enough for a mean."""
HALF_HOUR_S = 1800
LATE_SHARE = 0.1
"""One customer in ten may wait longer than the target: the tenth of the 90 % figures everywhere else."""


SERVICE_LEAST_S = 1.0
"""On a day of trials, services may begin and end in the same moment: for those no counter would be needed."""


@dataclass(frozen=True, slots=True)
class HalfHour:
    """The half hour from `at` (HH:MM): the customers expected, and how many `counters` of the branch keep nine of ten
    within the standard tier's target. Where all of them are not `enough`, more would be late."""

    at: str
    arrivals: int
    counters: int
    enough: bool


def staffing(branch: Branch, database: Path, day: date) -> list[HalfHour]:
    """The half hours with arrivals on the same weekday of the WEEKS before `day`; where there is no such day, on any
    day of them. Raises OSError if there is no database."""
    with closing(reader(database)) as db:
        return staffing_in(branch, db, day)


def staffing_in(branch: Branch, db: Reader, day: date) -> list[HalfHour]:
    """As `staffing`, of derived tables that are open already."""
    first = day - timedelta(weeks=WEEKS)
    rows = db.execute(
        "SELECT day, issued_at, started_at, ended_at FROM ticket WHERE day >= ? AND day < ?",
        [first.isoformat(), day.isoformat()],
    ).fetchall()
    same = [row for row in rows if date.fromisoformat(row[0]).weekday() == day.weekday()]
    rows = same or rows
    days = len({day for day, *_ in rows})
    took_s = [*_services_s(branch, rows)] or [service.usual_s for service in branch.services]
    mean_s = max(SERVICE_LEAST_S, sum(took_s) / len(took_s))
    slots = Counter(_slot(datetime.fromisoformat(at).astimezone(branch.zone)) for _, at, *_ in rows)
    target_s = branch.standard_tier.target_wait_s
    return [
        _half_hour(branch, at, n / days, counters_for(n / days / HALF_HOUR_S, mean_s, target_s))
        for at, n in sorted(slots.items())
    ]


def _services_s(branch: Branch, rows: Iterable[tuple[str, ...]]) -> Iterator[float]:
    """How long services took, seconds. One that a teller forgot to finish, and the night ended, says nothing."""
    for day, _, started, ended in rows:
        if started and ended:
            end = datetime.fromisoformat(ended)
            if branch.day_of(end).isoformat() == day:
                yield (end - datetime.fromisoformat(started)).total_seconds()


def _half_hour(branch: Branch, at: str, arrivals: float, needed: int) -> HalfHour:
    """No more counters than there are, and no halves of customers."""
    there = len(branch.counters)
    return HalfHour(at, math.ceil(arrivals), min(needed, there), needed <= there)


def _slot(at: datetime) -> str:
    return f"{at.hour:02d}:{at.minute // 30 * 30:02d}"


def counters_for(rate: float, service_s: float, target_s: float) -> int:
    """The fewest counters at which at most LATE_SHARE wait longer than the target, by Erlang's delay formula
    (1917); `rate` is arrivals a second."""
    load = rate * service_s
    counters = int(load) + 1
    while _late(load, counters, service_s, target_s) > LATE_SHARE:
        counters += 1
    return counters


def _late(load: float, counters: int, service_s: float, target_s: float) -> float:
    blocked = 1.0
    for n in range(1, counters + 1):
        blocked = load * blocked / (n + load * blocked)
    waits = blocked / (1 - load / counters * (1 - blocked))
    return waits * math.exp(-(counters - load) * target_s / service_s)
