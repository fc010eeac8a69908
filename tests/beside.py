"""What tests have the process beside the server do. It imports nothing of the tests, so that it is there at once."""

from __future__ import annotations

import os
from time import monotonic
from typing import Any


def double(number: int, breathe: Any) -> int:
    return 2 * number


def busy(seconds: float, breathe: Any) -> float:
    """Works for so long, whatever the pace."""
    end = monotonic() + seconds
    while monotonic() < end:
        pass
    return seconds


def crash(breathe: Any) -> None:
    os._exit(7)


def hoard(breathe: Any) -> int:
    return len(bytearray(2**30))


def fail(breathe: Any) -> None:
    raise ValueError("no such day")
