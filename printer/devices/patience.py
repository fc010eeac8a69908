"""How long one slip may take. A printer that takes a byte now and then never runs into the limit for silence, and would
keep its slip, and all those behind it, for hours without a word."""

from __future__ import annotations

import errno
import time

SLOWEST_BYTES_S = 400.0
"""A serial line of 4800 baud sends as many; every other line is far quicker."""
TURNS = 5.0
"""So many times the limit for silence a printer may have something else to do besides."""


class Patience:
    """With one slip of this size, beginning now."""

    def __init__(self, size: int, timeout_s: float) -> None:
        self._limit_s = TURNS * timeout_s + size / SLOWEST_BYTES_S
        self._until = time.monotonic() + self._limit_s

    def still(self) -> None:
        """Raises OSError once the time is over."""
        if time.monotonic() > self._until:
            raise TimeoutError(errno.ETIMEDOUT, f"too slow: not done within {self._limit_s:.0f} s")
