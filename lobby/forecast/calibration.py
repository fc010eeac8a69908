"""Learns how waits in this branch depend on what can be seen, and how wrong its forecasts are.

By tier, a linear model of the logarithm of the wait on logarithms of queue features, updated with each outcome
(recursive least squares; Ang et al. 2016 found such models to beat queueing formulas in hospitals). Before
it has learned, it is the formula. Around it, quantiles of its own latest errors, whose level is tracked so that
in the long run the intervals cover what they say.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lobby.events.wait import Wait
from lobby.forecast.tracking import Cut
from lobby.quantile import quantile

EASE_S = 20.0
"""Added before taking logarithms, so that seconds do not count as multiples."""
FORMULA = 1
"""Where the features have the formula's wait."""
TRUST = 0.03
"""How much the first outcomes may move the model from the formula."""
FORGET = 0.9998
ERRORS = 3000
CROWDS = (1.0, 3.0)
COLD = (-2.0, -1.6, -1.2, -0.9, -0.6, -0.4, -0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 1.9)
"""Errors to expect before any were seen: a wait may be a seventh or the sevenfold of the formula's."""
AT_ONCE = math.log(EASE_S)
"""No wait at all: what is forecast at a free counter but for the moment until its teller calls."""
COLD_FREE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.4, 0.7, 1.0)
COVER = 0.9
MOST_MISSES = 0.25
"""Where most do not wait at all, the interval of those who do still misses no more than this."""
STEP = 0.01
KEPT = (-math.log(MOST_MISSES), 7.0)
SCORED = 200
LONGEST = 11.0


class Model:
    """The linear model of one tier."""

    def __init__(self, size: int) -> None:
        self._weights = np.zeros(size)
        self._weights[FORMULA] = 1.0
        self._cov = TRUST * np.eye(size)

    def log_wait(self, features: Sequence[float]) -> float:
        return float(np.dot(self._weights, features))

    def learn(self, features: Sequence[float], log_wait: float) -> None:
        x = np.array(features)
        gain = self._cov @ x
        gain /= FORGET + x @ gain
        self._weights += gain * (log_wait - self._weights @ x)
        self._cov = (self._cov - np.outer(gain, x @ self._cov)) / FORGET


class Errors:
    """The latest errors of the model, as logarithms of outcome / forecast."""

    def __init__(self, cold: Sequence[float]) -> None:
        self._sorted = list(cold)
        self._latest = deque(cold)

    def add(self, error: float) -> None:
        insort(self._sorted, error)
        self._latest.append(error)
        if len(self._latest) > ERRORS:
            del self._sorted[bisect_left(self._sorted, self._latest.popleft())]

    def quantile(self, level: float) -> float:
        """As conformal prediction has it: the next error is as likely to fall between any two."""
        n = len(self._sorted)
        return quantile(self._sorted, min(1.0, max(0.0, (level * (n + 1) - 1) / (n - 1))))


@dataclass(frozen=True, slots=True)
class Scored:
    """One forecast and its outcome, seconds."""

    error_s: float
    covered: bool
    exceeded: bool


@dataclass(frozen=True, slots=True)
class Score:
    """The latest forecasts of a tier: how many, their mean absolute error in seconds, the share of outcomes
    within the 90 % interval, and over the 90 % bound."""

    tier: str
    forecasts: int
    error_s: float
    covered: float
    exceeded: float


class Calibration:
    """`size` is the number of features."""

    def __init__(self, size: int) -> None:
        self._models: dict[str, Model] = defaultdict(lambda: Model(size))
        self._errors: dict[tuple[str, int], Errors] = defaultdict(lambda: Errors(COLD))
        self._free: dict[str, Errors] = defaultdict(lambda: Errors(COLD_FREE))
        self._cuts: dict[str, Cut] = defaultdict(lambda: Cut(1 - COVER, STEP, MOST_MISSES, KEPT))
        self._scored: dict[str, deque[Scored]] = defaultdict(lambda: deque(maxlen=SCORED))

    def cut(self, tier: str, features: tuple[float, ...], crowd: float) -> Wait:
        """The wait of who is behind `crowd` people per counter; without features, at a free counter."""
        if features:
            middle = self._models[tier].log_wait(features)
            errors = self._errors[tier, _crowd(crowd)]
        else:
            middle = AT_ONCE
            errors = self._free[tier]
        p50, p90, lo, hi = self._cuts[tier].of(lambda level: _seconds(middle + errors.quantile(level)))
        return Wait(round(p50), round(p90), round(lo), round(hi), crowd, features)

    def learn(self, tier: str, told: Wait, waited_s: float) -> None:
        """What became of a forecast."""
        covered = told.lo_s <= waited_s <= max(told.hi_s, 1)
        exceeded = waited_s > max(told.p90_s, 1)
        self._scored[tier].append(Scored(abs(waited_s - told.p50_s), covered, exceeded))
        self._cuts[tier].learn(covered=covered, exceeded=exceeded)
        log_wait = eased_log(waited_s)
        if not told.features:
            self._free[tier].add(log_wait - AT_ONCE)
        else:
            model = self._models[tier]
            self._errors[tier, _crowd(told.crowd)].add(log_wait - model.log_wait(told.features))
            model.learn(told.features, log_wait)

    def scores(self) -> list[Score]:
        return [
            Score(
                tier,
                len(scored),
                round(sum(s.error_s for s in scored) / len(scored), 1),
                round(sum(s.covered for s in scored) / len(scored), 3),
                round(sum(s.exceeded for s in scored) / len(scored), 3),
            )
            for tier, scored in self._scored.items()
        ]


def _crowd(crowd: float) -> int:
    return sum(crowd >= limit for limit in CROWDS)


def _seconds(log_wait: float) -> float:
    return max(0.0, math.exp(min(log_wait, LONGEST)) - EASE_S)


def eased_log(seconds: float) -> float:
    """No time is shorter than none, whatever a clock said."""
    return math.log(max(0.0, seconds) + EASE_S)
