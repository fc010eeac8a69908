"""A forecast, as it is quoted to a customer and kept with the ticket."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wait:
    """A forecast of the wait from now on, in seconds; lo..hi is the 90 % interval. `crowd` (people ahead
    per counter) and `features` are what it was made from, so that its outcome can teach."""

    p50_s: int
    p90_s: int
    lo_s: int
    hi_s: int
    crowd: float = 0.0
    features: tuple[float, ...] = ()
