"""Control charts: which change of a figure is one, and which is the ordinary variation of days.

XmR charts (W. Shewhart; D. Wheeler, "Understanding Variation", 1993) with the rules of NHS England's "Making data
count" (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from lobby.reports.measure import Better

POINTS_MIN = 12
"""With fewer points the limits themselves are guesses ("Making data count" asks for 12 at least)."""
SIGMAS = 2.66
"""Three standard deviations in mean moving ranges: 3 / 1.128."""
RUN = 7
"""So many points on one side of the mean, or in one direction, are no chance."""
OUTER = 2 / 3
"""The outer third of the room between mean and limit begins here."""


class Signal(StrEnum):
    """What shows that something changed."""

    OUTSIDE = "outside"
    SHIFT = "shift"
    TREND = "trend"
    NEAR = "near"


class Verdict(StrEnum):
    """What the last point says."""

    ORDINARY = "ordinary"
    BETTER = "better"
    WORSE = "worse"
    CHANGED = "changed"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Control:
    """The mean of the points and the limits around it. `signal`: what the last point shows, `rising` in which
    direction; None where it shows nothing."""

    mean: float
    lo: float
    hi: float
    signal: Signal | None
    rising: bool
    outside: tuple[int, ...]


def control(values: Sequence[float], floor: float, ceiling: float) -> Control | None:
    """The chart's limits, which go no further than the figure itself can. None where there are too few points."""
    if len(values) < POINTS_MIN:
        return None
    mean = sum(values) / len(values)
    moving = [abs(b - a) for a, b in pairwise(values)]
    reach = SIGMAS * sum(moving) / len(moving)
    lo = max(mean - reach, floor)
    hi = min(mean + reach, ceiling)
    outside = tuple(n for n, value in enumerate(values) if not lo <= value <= hi)
    signal, rising = _signal(values, mean, reach, last_is_outside=len(values) - 1 in outside)
    return Control(mean, lo, hi, signal, rising, outside)


def _signal(
    values: Sequence[float], mean: float, reach: float, *, last_is_outside: bool
) -> tuple[Signal | None, bool]:
    """What the last point shows, and whether it is upwards."""
    above = values[-1] > mean
    steps = [b - a for a, b in pairwise(values[-RUN - 1 :])]
    if last_is_outside:
        return Signal.OUTSIDE, above
    if _on_one_side([value - mean for value in values[-RUN:]]):
        return Signal.SHIFT, above
    if _on_one_side(steps):
        return Signal.TREND, steps[0] > 0
    if _near(values[-3:], mean, reach):
        return Signal.NEAR, above
    return None, above


def _on_one_side(distances: Sequence[float]) -> bool:
    return all(d > 0 for d in distances) or all(d < 0 for d in distances)


def _near(last: Sequence[float], mean: float, reach: float) -> bool:
    """Whether two of three points, the last among them, are in the outer third on the same side."""
    sides = [_side(value - mean, OUTER * reach) for value in last]
    return bool(sides[-1]) and sides.count(sides[-1]) >= 2


def _side(distance: float, beyond: float) -> int:
    if abs(distance) <= beyond:
        return 0
    return 1 if distance > 0 else -1


def verdict(chart: Control | None, better: Better) -> Verdict:
    if chart is None:
        return Verdict.FEW
    if chart.signal is None:
        return Verdict.ORDINARY
    if better is Better.NEITHER:
        return Verdict.CHANGED
    if chart.rising == (better is Better.MORE):
        return Verdict.BETTER
    return Verdict.WORSE
