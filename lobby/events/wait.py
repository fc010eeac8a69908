"""A forecast, as it is quoted to a customer and kept with the ticket."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

NO_FIGURE = (0, 0)
"""What was told where no figure was."""
STEPS_BEFORE_MIN = (5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120, 150, 180)
"""The minutes that were told while journals did not keep them."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A forecast of the wait from now on, in seconds; lo..hi is the 90 % interval. `features` are what it was made
    from, so that its outcome can teach. `told` is the range that the customer reads, in minutes: an end of 0 is none,
    so (60, 0) is "more than 60" and (0, 0) is no figure at all; None in earlier journals."""

    p50_s: int
    p90_s: int
    lo_s: int
    hi_s: int
    features: tuple[float, ...] = ()
    told: tuple[int, int] | None = None

    @property
    def told_min(self) -> tuple[int, int]:
        """The range that the customer read, minutes. Earlier journals told the median and the 90 % bound."""
        if self.told is not None:
            return self.told
        if self.p90_s <= 60:
            return 0, 1
        return outwards(STEPS_BEFORE_MIN, self.p50_s, self.p90_s)


def outwards(steps: Sequence[int], lo_s: float, hi_s: float) -> tuple[int, int]:
    """A range of seconds in steps of minutes: the lower end rounded down and the upper one up; 0 where no step is
    left."""
    below = bisect_right(steps, lo_s / 60)
    above = bisect_left(steps, hi_s / 60)
    return steps[below - 1] if below else 0, steps[above] if above < len(steps) else 0
