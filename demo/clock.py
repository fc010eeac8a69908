"""The clock of the demo."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from lobby.branch.model import Branch

OPENS_H = 9
CLOSES_H = 17


class FastClock:
    """The branch's time, `speed` times as fast as real time, from `start` on."""

    def __init__(
        self, start: datetime, speed: float, real: Callable[[], float] = time.monotonic
    ) -> None:
        self.speed = speed
        self._real = real
        self._start = start
        self._since = real()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=(self._real() - self._since) * self.speed)

    def jump(self, to: datetime) -> None:
        """Sets the clock to a later instant."""
        self._start = to
        self._since = self._real()


def opening(branch: Branch, real: datetime) -> datetime:
    """The minute before the branch opens on this day."""
    local = real.astimezone(branch.zone).replace(hour=OPENS_H, minute=0, second=0, microsecond=0)
    return (local - timedelta(minutes=1)).astimezone(UTC)
