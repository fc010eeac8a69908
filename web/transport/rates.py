"""Limits how often something may happen."""

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
    """The remaining tokens of one client."""

    __slots__ = ("_clock", "_rate", "_since", "_tokens")

    def __init__(self, rate: Rate, clock: Callable[[], float]) -> None:
        self._rate = rate
        self._clock = clock
        self._tokens = float(rate.burst)
        self._since = clock()

    def take(self) -> bool:
        """Whether it may happen once more; takes a token."""
        now = self._clock()
        self._tokens = min(
            float(self._rate.burst), self._tokens + (now - self._since) * self._rate.per_s
        )
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
