"""A figure that follows the world: raised when outcomes lie above it too often, lowered when too seldom.

Quantile tracking (Gibbs & Candès 2021; Angelopoulos, Candès & Tibshirani 2023): whatever the outcomes do, in
the long run the share above the figure is the share aimed at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SURE_AFTER = 16


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
