"""What the branch has from headquarters: announcements to its staff, and its part of the configuration."""

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


@dataclass(frozen=True, slots=True)
class Applied:
    """What is in force of the configuration that headquarters sent, as `ConfigurationApplied` tells it."""

    instruction: int = 0
    version: str = ""
    hash: str = ""
    edited: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    detail: str = ""
    detail_zh: str = ""
