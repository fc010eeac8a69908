"""Things on loan 便民用品: lent, back, lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingLent(Event):
    """A customer has borrowed until `due`: who has the `ticket` with this `number`, or whom `borrower` describes."""

    SUBJECT: ClassVar[str] = "loan"
    TOPICS = frozenset({Topic.LOAN})

    loan: str
    thing: str
    due: str
    number: str = ""
    ticket: str | None = None
    borrower: str = personal(default="")


@dataclass(frozen=True, slots=True)
class ThingReturned(Event):
    """The thing is there again: it came back, or one that was lost is found or replaced."""

    TOPICS = frozenset({Topic.LOAN, Topic.ALERT})

    loan: str


@dataclass(frozen=True, slots=True)
class ThingLost(Event):
    """Nobody expects the thing back: there is one less to lend until it is returned or replaced."""

    TOPICS = frozenset({Topic.LOAN, Topic.ALERT})

    loan: str
