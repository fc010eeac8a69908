"""Learns how waits in this branch depend on the queue, and how large the errors of its forecasts are.

Each tier has a linear model of the logarithm of the wait on logarithms of queue features. Each outcome updates it
(recursive least squares; Ang et al. 2016 found that such models beat queueing formulas in hospitals). The untrained
model is the played queue. The interval comes from quantiles of the model's latest errors. Their level is tracked, so
that in the long run the intervals cover the share that they state; so is that of the range that people read.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lobby.events.wait import Wait
from lobby.forecast.port import Score
from lobby.forecast.tracking import Cut, Told
from lobby.forecast.words import rounded_min
from lobby.quantile import quantile

EASE_S = 20.0
"""Seconds added before a logarithm is taken: else a wait of 1 s would count as half of 2 s, though nobody notices."""
PLAYED = 1
"""The index of the played wait among the features."""
TRUST = 0.3
"""The prior variance of each weight: a day's outcomes may move the model away from the played wait."""
FORGET = 0.9998
"""The weight of an outcome per later outcome: it halves after some 3,500."""
ERRORS_MAX = 3000
"""So many errors are kept: about as many as the model remembers outcomes."""
CLASS_LIMITS_S = (120.0, 300.0, 600.0, 1200.0, 2100.0)
"""The forecasts that separate classes of errors: a long wait is known better, for its size, than a short one."""
COLD = (-2.0, 1.9, -1.6, 1.5, -1.2, 1.2, -0.9, 1.0, -0.6, 0.8, -0.4, 0.6, -0.2, 0.4, 0.0, 0.2)
"""The errors expected before the first outcome: a wait may be a seventh of the played one or seven times as long. Each
outcome takes the place of one of them, the largest first."""
AT_ONCE = math.log(EASE_S)
"""The logarithm of no wait: the forecast at a free counter, except for the moment until its teller calls."""
COLD_FREE = (1.0, 0.7, 0.4, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""The errors expected at a free counter: six in ten do not wait, the slowest waits (e - 1) EASE_S, some 34 s."""
COVER = 0.9
"""The share of waits that the interval covers, as the API states it (`wait_lo_s`..`wait_hi_s`)."""
MOST_MISSES = 0.25
"""Where most customers do not wait, the interval of those who do still misses no more than this share."""
STEP = 0.01
"""How far one outcome moves the tracked level, once it has settled."""
LEVEL_RANGE = (-math.log(MOST_MISSES), 7.0)
"""The tracked level stays within these: up to 7, a miss in some 1,100 outcomes, so that it comes back soon."""
SCORED_MAX = 200
"""Scores are of so many latest forecasts: a share of one in ten is then good to some 2 %."""
LOG_WAIT_MAX = 11.0
"""exp(11) s are 16 hours, longer than any day of a branch: a wild forecast does not overflow."""


class Model:
    """The linear model of one tier."""

    def __init__(self, size: int) -> None:
        self._weights = np.zeros(size)
        self._weights[PLAYED] = 1.0
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
        self._sorted = sorted(cold)
        self._latest = deque(cold)
        self._expected = len(cold)

    def add(self, error: float) -> None:
        insort(self._sorted, error)
        self._latest.append(error)
        if self._expected or len(self._latest) > ERRORS_MAX:
            self._expected = max(0, self._expected - 1)
            del self._sorted[bisect_left(self._sorted, self._latest.popleft())]

    def quantile(self, level: float) -> float:
        """The quantile of conformal prediction: the next error falls with equal chance between any two neighbours."""
        n = len(self._sorted)
        return quantile(self._sorted, min(1.0, max(0.0, (level * (n + 1) - 1) / (n - 1))))


@dataclass(frozen=True, slots=True)
class Scored:
    """One forecast and its outcome, seconds."""

    error_s: float
    covered: bool
    exceeded: bool


class Calibration:
    """The models, errors and tracked levels of all tiers. `size` is the number of features."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.lessons = 0
        self._models: dict[str, Model] = defaultdict(lambda: Model(size))
        self._errors: dict[tuple[str, int], Errors] = defaultdict(lambda: Errors(COLD))
        self._free: dict[str, Errors] = defaultdict(lambda: Errors(COLD_FREE))
        self._cuts: dict[str, Cut] = defaultdict(
            lambda: Cut(1 - COVER, STEP, MOST_MISSES, LEVEL_RANGE)
        )
        self._told: dict[tuple[str, str], Told] = defaultdict(Told)
        self._scored: dict[str, deque[Scored]] = defaultdict(lambda: deque(maxlen=SCORED_MAX))

    def cut(self, tier: str, area: str, features: tuple[float, ...]) -> Wait:
        """The wait of a customer there; without features, at a free counter."""
        middle = AT_ONCE
        errors = self._free[tier]
        if features:
            middle = self._models[tier].log_wait(features)
            errors = self._errors[tier, _class_of(middle)]

        def at(level: float) -> float:
            return _seconds(middle + errors.quantile(level))

        p50, p90, lo, hi = self._cuts[tier].of(at)
        told = rounded_min(*self._told[tier, area].of(at))
        if not features:
            told = 0, told[1]
        return Wait(round(p50), round(p90), round(lo), round(hi), features, told)

    def learn(self, tier: str, area: str, quoted: Wait, waited_s: float) -> None:
        """Learns from the outcome of a forecast; of one that an earlier version made from other features, nothing."""
        if quoted.features and len(quoted.features) != self._size:
            return
        self.lessons += 1
        covered = quoted.lo_s <= waited_s <= max(quoted.hi_s, 1)
        exceeded = waited_s > max(quoted.p90_s, 1)
        self._scored[tier].append(Scored(abs(waited_s - quoted.p50_s), covered, exceeded))
        self._cuts[tier].learn(covered=covered, exceeded=exceeded)
        log_wait = eased_log(waited_s)
        if not quoted.features:
            self._free[tier].add(log_wait - AT_ONCE)
            return
        model = self._models[tier]
        expected = model.log_wait(quoted.features)
        self._errors[tier, _class_of(expected)].add(log_wait - expected)
        self._told[tier, area].learn(quoted.told_min, waited_s)
        model.learn(quoted.features, log_wait)

    def begin(self) -> None:
        """The lessons so far were simulated. How often ranges hold is to be seen from here on."""
        self._told.clear()
        self._cuts.clear()
        self._scored.clear()

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


def _class_of(log_wait: float) -> int:
    return sum(_seconds(log_wait) >= limit_s for limit_s in CLASS_LIMITS_S)


def _seconds(log_wait: float) -> float:
    return max(0.0, math.exp(min(log_wait, LOG_WAIT_MAX)) - EASE_S)


def eased_log(seconds: float) -> float:
    """The logarithm of a time with EASE_S. A negative time, of a clock that was set back, counts as none."""
    return math.log(max(0.0, seconds) + EASE_S)
