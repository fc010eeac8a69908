"""A snapshot that came, as the last word of its branch. What it says is the branch's own: nothing in it may stop what
is for all branches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic_core import to_json

from headquarters.journal.store import Word
from lobby.events.batch import unpack

SNAPSHOT_MAX_B = 2**18
"""Unpacked. A lobby with sixty people waiting has a twentieth of it."""
OFF_MAX = timedelta(days=100 * 365)
"""A clock without a battery says 1970; what is further away is no instant that every database and screen can tell."""


def word_of(branch: str, message: bytes, now: datetime) -> Word:
    """Raises ValueError where it is no snapshot."""
    document = unpack(message, SNAPSHOT_MAX_B)
    said = document.get("at")
    at = datetime.fromisoformat(said) if isinstance(said, str) else None
    if at is None or at.tzinfo is None or abs(at - now) > OFF_MAX:
        raise ValueError("a snapshot without an instant")
    if not all(_is_number(document.get(name)) for name in ("epoch", "seq")):
        raise ValueError("a snapshot of no event")
    text = to_json(document, inf_nan_mode="null")
    if b"\\u0000" in text:
        raise ValueError("PostgreSQL cannot hold NUL")
    return Word(branch, at.astimezone(UTC), (now - at).total_seconds(), text.decode())


def _is_number(value: object) -> bool:
    """Of an event, as the database compares it; a branch of another version may not tell it."""
    return value is None or (type(value) is int and 0 <= value < 2**63)
