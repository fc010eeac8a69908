"""The event and its envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class Unread(Event):
    """A row of the journal that this version does not understand; it is passed over."""

    kind: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its envelope, as the journal keeps it. `at` is UTC."""

    seq: int
    at: datetime
    actor: str
    event: Event
