"""A figure that follows its outcomes: it rises when they lie above it too often, and falls when too seldom.

Quantile tracking (Gibbs & Candès 2021; Angelopoulos, Candès & Tibshirani 2023): for any outcomes, the share above the
figure approaches the target share in the long run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

SETTLED_AFTER = 16
"""Until so many outcomes the steps are larger, four times at first: the root of 16."""
BOUND_MISSES = 0.1
"""The 90 % wait is exceeded by one outcome in ten."""
UNBOUNDED = (-math.inf, math.inf)
BELOW = 0.25
"""The share of the interval's misses that may lie below it: waits surprise upwards more often than downwards."""

TOLD_BELOW = 0.11
TOLD_ABOVE = 0.09
"""Of the ranges that people read, 84 % hold at least; the upper end, by which they plan, is broken by less than one in
ten."""
TOLD_AT_FIRST = 0.7
"""The part of those misses that a range aims at before its first outcome: a branch's first day has surprises."""
TOLD_STEP = 0.06
"""Larger than that of the interval: what people read is to hold within days, not weeks."""
TOLD_MOST = 0.4
"""Rounding makes a range wider: before it, more may be missed than is missed after it."""
TOLD_RANGE = (-math.log(TOLD_MOST), 6.0)


@dataclass(slots=True)
class Tracked:
    """The figure `at`. After few outcomes its steps are larger; `step` is the size after SETTLED_AFTER outcomes."""

    at: float
    step: float
    _outcomes: int = 0

    def learn(self, *, above: bool, share: float) -> None:
        """One outcome was above the figure or not; `share` of them should be."""
        self._outcomes += 1
        step = self.step * max(1.0, math.sqrt(SETTLED_AFTER / self._outcomes))
        self.at += step * (above - share)


class Level:
    """The share of misses to allow so that, of all outcomes, `share` are missed; never more than `most`. It is
    tracked as -log(miss), which gives the far tail as much room as the middle. It stays within `bounds`, so that it
    recovers soon from a long run of hits or misses; it begins at the part `at_first` of `share`."""

    def __init__(
        self,
        share: float,
        step: float,
        most: float,
        bounds: tuple[float, float],
        at_first: float = 1.0,
    ) -> None:
        self._share = share
        self._most = most
        self._bounds = bounds
        self._nats = Tracked(-math.log(at_first * share), step)

    @property
    def miss(self) -> float:
        return min(self._most, math.exp(-self._nats.at))

    def learn(self, *, missed: bool) -> None:
        self._nats.learn(above=missed, share=self._share)
        lowest, highest = self._bounds
        self._nats.at = min(highest, max(lowest, self._nats.at))


class Cut:
    """Where to cut a distribution of waits, so that `misses` of the outcomes miss its interval and a tenth exceed its
    90 % bound."""

    def __init__(
        self, misses: float, step: float, most: float, bounds: tuple[float, float] = UNBOUNDED
    ) -> None:
        self._interval = Level(misses, step, most, bounds)
        self._bound = Level(BOUND_MISSES, step, most, bounds)

    def of(self, quantile: Callable[[float], float]) -> tuple[float, float, float, float]:
        """Median, 90 % bound, and the ends of the interval, of the distribution with these quantiles."""
        miss = self._interval.miss
        p50 = quantile(0.5)
        p90 = max(p50, quantile(1 - self._bound.miss))
        return (
            p50,
            p90,
            min(p50, quantile(miss * BELOW)),
            max(p50, quantile(1 - miss * (1 - BELOW))),
        )

    def learn(self, *, covered: bool, exceeded: bool) -> None:
        """Learns from the outcome of one forecast that was cut here."""
        self._interval.learn(missed=not covered)
        self._bound.learn(missed=exceeded)


class Told:
    """Where to cut a distribution so that the range that people read holds, after it is rounded: of the lower ends
    TOLD_BELOW are too high, of the upper ends TOLD_ABOVE too low."""

    def __init__(self) -> None:
        self._below = Level(TOLD_BELOW, TOLD_STEP, TOLD_MOST, TOLD_RANGE, TOLD_AT_FIRST)
        self._above = Level(TOLD_ABOVE, TOLD_STEP, TOLD_MOST, TOLD_RANGE, TOLD_AT_FIRST)

    def of(self, quantile: Callable[[float], float]) -> tuple[float, float]:
        """The ends to be rounded."""
        return quantile(self._below.miss), quantile(1 - self._above.miss)

    def learn(self, told: tuple[int, int], waited_s: float) -> None:
        """Learns from the outcome of one range, minutes. An end that was not told can teach nothing."""
        lo, hi = told
        if lo:
            self._below.learn(missed=waited_s < 60 * lo)
        if hi:
            self._above.learn(missed=waited_s > 60 * hi)
