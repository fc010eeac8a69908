"""The branch's time: the computer's clock, watched by a clock that only counts.

What the state keeps are instants of the computer's clock. When that is set, all of them are shifted by as much
(`ClockStepped`), so that every wait stays as long as it was. How far it was set, the counting clock tells, which
nobody can set and which goes on while the computer sleeps.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lobby.state.instants import STEP_S

Wall = Callable[[], datetime]
"""The present instant in UTC, as the computer has it."""
Steady = Callable[[], float]
"""Seconds since some moment; never set."""


def now_utc() -> datetime:
    return datetime.now(UTC)


def since_boot_s() -> float:
    """Counts while the computer sleeps too, where the system has such a clock."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks, read together."""

    wall: datetime
    steady_s: float


class BranchClock:
    """Called, it gives the instant in which the state is now: after a step the one of before, going on, until the
    writer has journalled the step and says so with `keep`. Without `steady` all time passes as `wall` shows it,
    which is right for a virtual clock."""

    def __init__(self, wall: Wall = now_utc, steady: Steady | None = None) -> None:
        self._wall = wall
        self._steady = since_boot_s if steady is None and wall is now_utc else steady
        self._kept: Reading | None = None

    def __call__(self) -> datetime:
        reading = self.read()
        last = self._kept
        if last is None or not self.step_s(reading):
            return reading.wall
        return _expected(last, reading)

    def read(self) -> Reading:
        wall = self._wall()
        return Reading(wall, self._steady() if self._steady else wall.timestamp())

    def step_s(self, reading: Reading) -> float:
        """By how much the computer's clock was set since the reading kept; 0 where it was not, or none is kept."""
        if self._kept is None:
            return 0.0
        step_s = (reading.wall - _expected(self._kept, reading)).total_seconds()
        if abs(step_s) > STEP_S:
            return step_s
        return 0.0

    @property
    def started(self) -> bool:
        """Whether a reading was kept: before that, only the journal tells what time it was."""
        return self._kept is not None

    def keep(self, reading: Reading) -> None:
        """The state is in this reading's time now."""
        self._kept = reading

    def steady_s(self) -> float:
        """Seconds that no setting of the clock touches."""
        return self.read().steady_s


def _expected(last: Reading, now: Reading) -> datetime:
    return last.wall + timedelta(seconds=now.steady_s - last.steady_s)
