"""Forms that a text in an event must have. Whoever writes an event keeps to them; a row of the journal that does not
cannot be read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

FIRST_YEAR = 1970
"""What a computer shows whose clock has lost its battery."""
LAST_YEAR = 2200
"""A later instant is damage. Moved from the one to the other, every instant still has a year that datetime knows."""


def instant_of(text: str) -> datetime:
    """The instant that stands in an event or its envelope. Raises ValueError where no clock of a branch shows it."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is no instant of a branch's clock")
    return at


def _instant(text: str) -> str:
    instant_of(text)
    return text


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


def _zone(text: str) -> str:
    """Empty in journals of before."""
    if text:
        _known_zone(text)
    return text


def _known_zone(text: str) -> None:
    try:
        ZoneInfo(text)
    except (LookupError, OSError) as error:
        raise ValueError(f"{text!r} is no time zone") from error


Instant = Annotated[str, AfterValidator(_instant)]
"""ISO 8601 with offset."""
Day = Annotated[str, AfterValidator(_day)]
"""ISO 8601."""
Zone = Annotated[str, AfterValidator(_zone)]
"""An IANA name, or empty."""
