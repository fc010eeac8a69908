"""Who is here today: by the morning's tick."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Presence:
    """What was ticked on the `day` of the person with this staff number."""

    staff_number: str
    day: str
    here: bool
