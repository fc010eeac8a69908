"""What happened to the journal itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lobby.events.base import Event, Topic


class ForkReason(StrEnum):
    """Why a journal goes on in a new epoch."""

    RESTORED = "restored"
    """`lobby restore` put a backup in its place."""
    TAKEN_OVER = "taken_over"
    """It is opened on another machine than before."""
    COPIED = "copied"
    """It is opened in another folder, or without its fence."""
    ALTERED = "altered"
    """Its end is not the one that was written: it was cut, edited or replaced by hand."""
    UPGRADED = "upgraded"
    """It was begun by a version that knew no epochs."""


@dataclass(frozen=True, slots=True)
class JournalForked(Event):
    """The journal goes on in a new epoch, which begins with this event, after the event `parent_seq` of
    `parent_epoch` with `parent_hash`. `reason`: restored, taken_over, copied, altered or upgraded. `written_seq` is
    the last event that was written in this folder before, where that is known."""

    TOPICS = frozenset({Topic.JOURNAL})

    parent_epoch: int
    parent_seq: int
    parent_hash: str
    reason: str
    written_seq: int | None = None


@dataclass(frozen=True, slots=True)
class JournalRestored(Event):
    """A backup, or by hand another file, took the place of the journal, whose last event was `lost` and which had
    given, by day and series, these `numbers`: none of them is given again."""

    TOPICS = frozenset({Topic.JOURNAL})

    lost: int
    numbers: dict[str, dict[str, int]]
