"""Announcements of headquarters that the branch shows to its staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Announcement:
    """`id` is the instruction's; `until` the last day on which it is shown, ISO 8601."""

    id: int
    at: datetime
    zh: str
    en: str
    until: str
    important: bool
