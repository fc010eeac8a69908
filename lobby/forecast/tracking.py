"""A figure that follows the world: raised when outcomes lie above it too often, lowered when too seldom.

Quantile tracking (Gibbs & Candès 2021; Angelopoulos, Candès & Tibshirani 2023): whatever the outcomes do, in
the long run the share above the figure is the share aimed at.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

SURE_AFTER = 16
BOUND_MISSES = 0.1
ANYWHERE = (-math.inf, math.inf)
BELOW = 0.25
"""The share of the interval's misses that may lie below it: waits have their surprises above."""


@dataclass(slots=True)
class Tracked:
    """The figure `at`. While little is known its steps are larger; `step` is the settled one."""

    at: float
    step: float
    _seen: int = 0

    def learn(self, *, above: bool, share: float) -> None:
        """One outcome was above the figure or not; `share` of them should be."""
        self._seen += 1
        step = self.step * max(1.0, math.sqrt(SURE_AFTER / self._seen))
        self.at += step * (above - share)


class Level:
    """The share of misses to allow so that, of all outcomes, `share` are missed; never more than `most`. It is
    tracked as -log(miss), where the far tail has as much room as the middle, and kept within `kept`, so that a
    long spell is soon forgotten."""

    def __init__(self, share: float, step: float, most: float, kept: tuple[float, float]) -> None:
        self._share = share
        self._most = most
        self._kept = kept
        self._nats = Tracked(-math.log(share), step)

    @property
    def miss(self) -> float:
        return min(self._most, math.exp(-self._nats.at))

    def learn(self, *, missed: bool) -> None:
        self._nats.learn(above=missed, share=self._share)
        lowest, highest = self._kept
        self._nats.at = min(highest, max(lowest, self._nats.at))


class Cut:
    """Where to cut a distribution of waits so that its 90 % bound and its interval, missed by `misses` of the
    outcomes, keep their word."""

    def __init__(self, misses: float, step: float, most: float, kept: tuple[float, float] = ANYWHERE) -> None:
        self._interval, self._bound = Level(misses, step, most, kept), Level(BOUND_MISSES, step, most, kept)

    def of(self, quantile: Callable[[float], float]) -> tuple[float, float, float, float]:
        """Median, 90 % bound, and the ends of the interval, of the distribution with these quantiles."""
        miss = self._interval.miss
        p50 = quantile(0.5)
        p90 = max(p50, quantile(1 - self._bound.miss))
        return p50, p90, min(p50, quantile(miss * BELOW)), max(p50, quantile(1 - miss * (1 - BELOW)))

    def learn(self, *, covered: bool, exceeded: bool) -> None:
        """What became of one forecast cut here."""
        self._interval.learn(missed=not covered)
        self._bound.learn(missed=exceeded)
