"""Where one more counter would have helped most on a recorded day: which counters it is to be like, and in which hours.

Few days are played: each kind of counter that the branch has, open or not, all day, and then the best kind in each pair
of hours.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lobby.branch.model import Branch, Counter
from lobby.simulation.recorded import RecordedDay
from lobby.simulation.simulate import Breathe, restless
from lobby.simulation.whatif import (
    HOUR_S,
    MINUTE_S,
    Between,
    Variation,
    counter_h,
    open_s,
    played,
)

WINDOW_S = 2 * HOUR_S
"""A teller who comes from elsewhere comes for two hours at least: the way has to pay."""
STEP_S = HOUR_S
FIRST_STEP_S = HOUR_S / 2
WINDOWS_MAX = 12
KINDS_MAX = 8
WORTH_MIN_AN_HOUR = 1.0
"""Less than one minute of waiting saved in an hour of a counter is no gain that anybody notices."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One more counter like `counter_like` from..to, seconds of the day, would have saved `saved_min` minutes of
    waiting in `counter_h` hours; `waited_min` were waited without it, in the same simulation. One of `all_day` ends
    with the queue."""

    counter_like: str
    from_s: float
    to_s: float
    saved_min: float
    counter_h: float
    waited_min: float
    all_day: bool = False

    @property
    def saved_min_an_hour(self) -> float:
        return self.saved_min / self.counter_h if self.counter_h else 0.0


def best_gain(branch: Branch, day: RecordedDay, breathe: Breathe = restless) -> Gain | None:
    """The counter and the hours with the most saved in an hour of the counter; None where nothing is worth it, or the
    day has no customers. It plays up to KINDS_MAX + WINDOWS_MAX + 1 days."""
    if not day.customers or not day.shifts:
        return None
    waited_s = played(branch, day, Variation(), breathe).waited_s
    all_day = [
        _gain(branch, day, like, None, waited_s, breathe)
        for like in one_of_each_kind(branch, branch.counter)
    ]
    best = max(all_day, key=lambda gain: gain.saved_min, default=None)
    if best is None:
        return None
    windows = [
        _gain(branch, day, best.counter_like, between, waited_s, breathe)
        for between in windows_of(day)
    ]
    best = max([best, *windows], key=lambda gain: gain.saved_min_an_hour)
    return best if best.saved_min_an_hour >= WORTH_MIN_AN_HOUR else None


def _gain(
    branch: Branch,
    day: RecordedDay,
    like: str,
    between: Between | None,
    waited_s: float,
    breathe: Breathe,
) -> Gain:
    varied = Variation(counter_like=like, between=between)
    saved_s = waited_s - played(branch, day, varied, breathe).waited_s
    hours = counter_h(day, varied)
    from_s, to_s = between or open_s(day)
    return Gain(
        like,
        from_s,
        to_s,
        round(saved_s / MINUTE_S, 1),
        round(hours, 2),
        round(waited_s / MINUTE_S, 1),
        all_day=between is None,
    )


def one_of_each_kind(branch: Branch, counters: Collection[str]) -> list[str]:
    """Of those that serve the same people the first, in the order of the configuration; KINDS_MAX at most."""
    kinds: dict[object, str] = {}
    for counter in branch.counters:
        if counter.id in counters:
            kinds.setdefault(_kind(counter), counter.id)
    return list(kinds.values())[:KINDS_MAX]


def _kind(counter: Counter) -> object:
    return (
        counter.area,
        frozenset(counter.serves),
        frozenset(counter.helps),
        frozenset(counter.tiers),
        counter.prefers,
    )


def windows_of(day: RecordedDay) -> list[Between]:
    """Pairs of hours in which the branch was open; the first begins at the half hour, the others at whole hours."""
    return list(_windows(*open_s(day)))[:WINDOWS_MAX]


def _windows(first_s: float, last_s: float) -> Iterator[Between]:
    from_s = math.ceil(first_s / FIRST_STEP_S) * FIRST_STEP_S
    while from_s + WINDOW_S <= last_s + STEP_S / 2:
        yield from_s, from_s + WINDOW_S
        from_s = (from_s // STEP_S + 1) * STEP_S
