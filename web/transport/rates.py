"""How often something may be done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """`burst` at once, `per_s` in the long run (a token bucket)."""

    burst: int
    per_s: float

    def allowance(self, clock: Callable[[], float] = time.monotonic) -> Allowance:
        return Allowance(self, clock)


class Allowance:
    """What one client has left of its rate."""

    __slots__ = ("_clock", "_left", "_rate", "_since")

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._left = float(rate.burst)
        self._since = clock()

    def take(self) -> bool:
        """Whether once more is allowed."""
        now = self._clock()
        self._left = min(float(self._rate.burst), self._left + (now - self._since) * self._rate.per_s)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
