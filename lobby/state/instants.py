"""Instants that were read off the computer's clock, which may be set."""

from __future__ import annotations

from datetime import datetime, timedelta

STEP_S = 2.0
"""A difference up to this is no step: time services correct less than this by running slower or faster, and the
two clocks are read one after the other."""
DOUBTED_S = 3600.0
"""A clock that was set by more than this in one day is doubted until somebody says that it is right."""
CLOSED_MAX = timedelta(days=31)
"""A day that begins so long after the one before is rather a wrong clock than a holiday."""


def moved(at: datetime | None, by: timedelta) -> datetime | None:
    """The same moment on a clock that was set."""
    if at:
        return at + by
    return None
