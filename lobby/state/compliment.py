"""Compliments 表扬 on their way to those they are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lobby.events.compliment import Praise

SHOWN_FOR = timedelta(days=90)
"""A quarter: until the next talk about somebody's work."""


@dataclass(frozen=True, slots=True)
class Compliment:
    """A customer praised the persons of `about`; `words` are sealed. `read_by` have read it."""

    id: str
    at: datetime
    channel: Praise
    about: tuple[str, ...]
    day: str
    card: str
    words: str
    read_by: tuple[str, ...] = ()
