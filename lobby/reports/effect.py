"""Whether a change helped: a measure before and after it, in windows of as many working days.

Customers of one day are alike (the same staff, the same weather), so that days are what is counted: the figure of a
window is the mean of its days, each with the weight of its observations, and its variance is that between days (ratio
estimator of a cluster sample: W. G. Cochran, "Sampling Techniques", 1977, 11.8). The difference has Welch's interval
(B. L. Welch, Biometrika 34, 1947). It is looked at once, when the windows are full: whoever looks every day until it
shows an effect will see one. The day of the change itself counts for neither side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from pathlib import Path
from typing import Any

from lobby.branch.model import Branch
from lobby.branch.rules import ActionRules
from lobby.reports.measure import Measure, Period, Unit
from lobby.reports.measures import MEASURES
from lobby.reports.reading import reading
from lobby.reports.statistics import Z
from lobby.state.action import Aim, Direction, Effect, Verdict, Window

LONGEST = 3
"""So many times as long as usual a window may become, until it has enough observations."""
LOOKED_BACK = 3
"""Days of the calendar for one working day: over New Year a branch works on one of two."""


@dataclass(frozen=True, slots=True)
class DayFigure:
    """The figure of a day, made of `n` observations; the mean of a window has it with this weight."""

    day: date
    value: float | None
    n: int

    @property
    def counts(self) -> bool:
        return self.value is not None and self.n > 0


@dataclass(frozen=True, slots=True)
class Course:
    """A measure's days before and after a change, in order: of each side as many as were there. `effect` is None while
    the days after the change are still too few."""

    before: tuple[DayFigure, ...]
    after: tuple[DayFigure, ...]
    wanted: int
    effect: Effect | None


def course(
    branch: Branch, database: Path, aim: Aim, changed_on: date, today: date
) -> Course | None:
    """Reads the disk. None for a measure that this version does not have."""
    measure = MEASURES.get(aim.measure)
    if measure is None:
        return None
    longest = LONGEST * branch.actions.effect_days
    first = changed_on - timedelta(days=LOOKED_BACK * longest)
    last = min(today - timedelta(days=1), changed_on + timedelta(days=LOOKED_BACK * longest))
    with reading(database) as db:
        days = day_figures(Period(db, branch, first, last), measure, aim)
    before = tuple(day for day in days if day.day < changed_on)[-longest:]
    after = tuple(day for day in days if day.day > changed_on)[:longest]
    return compare_when_full(before, after, aim.direction, branch.actions, measure.unit)


def may_be_told(branch: Branch, changed_on: date, today: date) -> bool:
    """Whether enough working days have gone by since the change; asked first, since the figures are half a year's."""
    gone = (today - changed_on).days
    days = (changed_on + timedelta(days=day) for day in range(1, gone))
    return sum(map(branch.calendar.is_working_day, days)) >= branch.actions.effect_days


def day_figures(period: Period, measure: Measure, aim: Aim) -> list[DayFigure]:
    """Of each working day that the journal has. Of a count each day is one observation, a day of nothing too."""
    values: dict[str, list[Any]] = defaultdict(list)
    for row, value in period.made_of(measure):
        if all(str(row.get(key)) == wanted for key, wanted in aim.group.items()):
            values[row["day"]].append(value)
    works = period.branch.calendar.is_working_day
    days = [day for day in map(date.fromisoformat, sorted(period.zones)) if works(day)]
    return [_of_day(measure, day, values[day.isoformat()]) for day in days]


def _of_day(measure: Measure, day: date, values: Sequence[Any]) -> DayFigure:
    figure = measure.statistic(values)
    if measure.unit is Unit.COUNT:
        return DayFigure(day, figure.value or 0.0, 1)
    return DayFigure(day, figure.value, figure.n)


def compare_when_full(
    before: Sequence[DayFigure],
    after: Sequence[DayFigure],
    direction: Direction,
    rules: ActionRules,
    unit: Unit,
) -> Course:
    """The shortest windows with enough observations decide, however the figures are."""
    usual = rules.effect_days
    for size in range(usual, LONGEST * usual + 1):
        earlier = tuple(before[-size:])
        later = tuple(after[:size])
        if len(later) < size:
            return Course(earlier, later, size, None)
        if len(earlier) < size:
            break
        if _enough(earlier, rules, unit) and _enough(later, rules, unit):
            return Course(earlier, later, size, compared(earlier, later, direction))
    return Course(earlier, later, size, _too_few(earlier, later))


def _enough(days: Sequence[DayFigure], rules: ActionRules, unit: Unit) -> bool:
    """Observations, and days with one: half of a window at least. Of a count each day is an observation."""
    with_some = [day for day in days if day.counts]
    if 2 * len(with_some) < len(days):
        return False
    return unit is Unit.COUNT or sum(day.n for day in with_some) >= rules.effect_min_n


def _too_few(before: Sequence[DayFigure], after: Sequence[DayFigure]) -> Effect:
    earlier = window(before) if before else _no_days(after[0].day)
    return Effect(Verdict.TOO_FEW, earlier, window(after), None, None, None)


def _no_days(until: date) -> Window:
    """The days before the change of a branch whose first day it was."""
    return Window(until, until, 0, 0, None)


def compared(
    before: Sequence[DayFigure], after: Sequence[DayFigure], direction: Direction
) -> Effect:
    """Of windows with at least two days each that have a figure."""
    earlier = _mean([day for day in before if day.counts])
    later = _mean([day for day in after if day.counts])
    difference = later.value - earlier.value
    half = _half(earlier, later)
    lo = difference - half
    hi = difference + half
    verdict = _verdict(lo, hi, direction)
    return Effect(verdict, window(before), window(after), difference, lo, hi)


def _verdict(lo: float, hi: float, direction: Direction) -> Verdict:
    """An effect is shown where the whole interval lies on one side of zero."""
    less = hi < 0
    more = lo > 0
    if not (less or more):
        return Verdict.NO_EFFECT
    if less == (direction is Direction.LESS):
        return Verdict.HELPED
    return Verdict.WORSE


def window(days: Sequence[DayFigure]) -> Window:
    """Raises IndexError for no days."""
    with_some = [day for day in days if day.counts]
    value = _mean(with_some).value if with_some else None
    n = sum(day.n for day in days)
    return Window(days[0].day, days[-1].day, len(days), n, value)


@dataclass(frozen=True, slots=True)
class _Mean:
    """A weighted mean of days, its variance, and the degrees of freedom of that."""

    value: float
    variance: float
    freedom: int


def _mean(days: Sequence[DayFigure]) -> _Mean:
    total = sum(day.n for day in days)
    value = sum(day.n * (day.value or 0.0) for day in days) / total
    if len(days) < 2:
        return _Mean(value, 0.0, 0)
    spread = sum((day.n / total * ((day.value or 0.0) - value)) ** 2 for day in days)
    freedom = len(days) - 1
    return _Mean(value, spread * len(days) / freedom, freedom)


def _half(one: _Mean, other: _Mean) -> float:
    """Half of Welch's interval."""
    variance = one.variance + other.variance
    if not variance:
        return 0.0
    # Of shares of the variance: the square of a tiny variance is nothing.
    spread = sum((side.variance / variance) ** 2 / side.freedom for side in (one, other))
    return student(1 / spread) * sqrt(variance)


def student(freedom: float) -> float:
    """The 0.975 quantile of Student's distribution, to 0.2 % from four degrees of freedom on (Abramowitz and Stegun,
    1964, 26.7.5)."""
    g1 = (Z**3 + Z) / 4
    g2 = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    g3 = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    g4 = (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160
    return Z + g1 / freedom + g2 / freedom**2 + g3 / freedom**3 + g4 / freedom**4
