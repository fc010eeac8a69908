"""How much of the processor a look ahead may use: a share of one core on average, with some saved up for haste."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic, process_time, sleep

SHARE = 0.2
"""Of one core, on average."""
SAVED_S = 3.0
"""So much processor time may be saved up while nothing is done. With SHARE it stays below a quarter of a core in any
minute."""


class Pace:
    """Makes the threads of a process rest whenever the process is ahead of its share."""

    def __init__(
        self,
        used_s: Callable[[], float] = process_time,
        now_s: Callable[[], float] = monotonic,
        rest: Callable[[float], None] = sleep,
    ) -> None:
        """`used_s`: the processor time that the process has used, `now_s`: a clock that nobody sets; seconds."""
        self._clocks = used_s, now_s
        self._rest = rest
        self._saved_s = SAVED_S
        self._used_s = used_s()
        self._at_s = now_s()
        self._lock = Lock()

    def breathe(self) -> None:
        """Rests until the process has its share again."""
        with self._lock:
            saved_s = self._settle()
        if saved_s < 0:
            self._rest(-saved_s / SHARE)

    def _settle(self) -> float:
        used_s, at_s = (clock() for clock in self._clocks)
        earned_s = SHARE * (at_s - self._at_s)
        self._saved_s = min(SAVED_S, self._saved_s + earned_s) - (used_s - self._used_s)
        self._used_s = used_s
        self._at_s = at_s
        return self._saved_s
