"""The time limit of one slip. A printer that takes a byte now and then never reaches the limit for silence, and would
hold up its slip and all slips behind it for hours."""

from __future__ import annotations

import errno
import time

SLOWEST_BYTES_S = 400.0
"""The rate of a serial line of some 4800 baud; other connections are far quicker."""
TURNS = 5.0
"""A printer may be busy with other work for so many times the limit for silence."""


class Patience:
    """The limit of one slip of `size` bytes that begins now."""

    def __init__(self, size: int, timeout_s: float) -> None:
        self._limit_s = TURNS * timeout_s + size / SLOWEST_BYTES_S
        self._until = time.monotonic() + self._limit_s

    def still(self) -> None:
        """Raises OSError once the time is over."""
        if time.monotonic() > self._until:
            raise TimeoutError(errno.ETIMEDOUT, f"too slow: not done within {self._limit_s:.0f} s")
