"""Notes that one shift leaves to the next 交接班."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLeft(Event):
    """A note for who works next: at the `counter`, or in the whole branch. `words` are sealed, since they may name a
    customer."""

    SUBJECT: ClassVar[str] = "note"
    TOPICS = frozenset({Topic.NOTE})

    note: str
    by: str
    counter: str | None = None
    words: str = personal(default="")


@dataclass(frozen=True, slots=True)
class NoteRead(Event):
    """Somebody has read the note."""

    TOPICS = frozenset({Topic.NOTE})

    note: str
    by: str
