"""Ids of tickets and appointments: unique for ever, across branches and restores."""

from __future__ import annotations

import secrets
from base64 import b32hexencode
from collections.abc import Callable
from datetime import datetime

RANDOM_BITS = 32
"""Beside the millisecond: 400 branches give the same id twice in 20 years with a chance below 1 in 1,000, and no branch
looks among the ids of another."""
ID_BYTES = 10
"""48 bits of milliseconds and the random ones, as a UUID of version 7 begins (RFC 9562, 5.7). 16 letters."""


class Ids:
    """Gives ids, each greater than the one before: among equals who came first stays first."""

    def __init__(self, random_bits: Callable[[int], int] = secrets.randbits) -> None:
        self._random_bits = random_bits
        self._last = 0

    def next(self, now: datetime) -> str:
        """A new id, of the letters 0-9a-v."""
        drawn = round(now.timestamp() * 1000) << RANDOM_BITS | self._random_bits(RANDOM_BITS)
        self._last = max(drawn, self._last + 1)
        return b32hexencode(self._last.to_bytes(ID_BYTES)).decode().lower()
