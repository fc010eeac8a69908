"""Learns the distribution of the wait from the features at each arrival.

A forest of extremely randomised trees (Geurts, Ernst & Wehenkel 2006) sorts customers into bins of waiting time. Its
leaves hold the outcomes of similar moments, so that one model gives every quantile (Meinshausen 2006). No wait at all
is a bin of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier

Floats = NDArray[np.float64]

TREES = 200
LEAF = 5
SHARE_OF_FEATURES = 0.8
BINS = 24
UNINFORMED_S = (0.0, 60.0, 180.0, 600.0, 1800.0)
"""The waits assumed before any is known: from none to half an hour."""


@dataclass(frozen=True)
class Waits:
    """Distributions of waits: `mass[i, b]` is the probability that wait i is at most `edges_s[b]`;
    `edges_s[0]` is 0, no wait at all. Within a bin a wait is equally likely everywhere."""

    edges_s: Floats
    mass: Floats

    def quantile(self, i: int, level: float) -> float:
        """The wait that is not exceeded with probability `level`, seconds."""
        mass = self.mass[i]
        if level <= mass[0]:
            return 0.0
        return float(np.interp(level, mass, self.edges_s))


def usual(waits_s: Floats, n: int) -> Waits:
    """The distribution for n customers where too few waits are known for a forest: that of the known ones."""
    waits = np.concatenate([waits_s, UNINFORMED_S])
    edges = _edges(waits)
    mass = np.searchsorted(np.sort(waits), edges, "right") / len(waits)
    return Waits(edges, np.tile(mass, (n, 1)))


class Forest:
    """Trees grown on features and the waits that followed. The same data give the same trees."""

    def __init__(self, features: Floats, waits_s: Floats) -> None:
        self._edges_s = _edges(waits_s)
        self._trees = ExtraTreesClassifier(
            TREES, min_samples_leaf=LEAF, max_features=SHARE_OF_FEATURES, n_jobs=-1, random_state=0
        )
        self._trees.fit(features, np.searchsorted(self._edges_s, waits_s, "left"))
        self._trees.n_jobs = (
            1  # threads add up in any order, but forecasts must repeat to the last bit
        )

    def forecast(self, features: Floats) -> Waits:
        shares = np.zeros((len(features), len(self._edges_s)))
        shares[:, self._trees.classes_] = self._trees.predict_proba(features)
        return Waits(self._edges_s, np.minimum(1.0, np.cumsum(shares, axis=1)))


def _edges(waits_s: Floats) -> Floats:
    """The ends of the bins: zero, then bins that hold fewer waits towards the long ones, where bounds are cut."""
    waited = waits_s[waits_s > 0]
    if not len(waited):
        return np.array([0.0, 1.0])
    steps = np.linspace(0, 1, BINS + 1)[1:]
    return np.unique(np.concatenate([[0.0], np.quantile(waited, 1 - (1 - steps) ** 1.5)]))
