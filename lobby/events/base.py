"""The event and its envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Topic(StrEnum):
    """What an event changes. Who shows something of the branch follows the topics that change it."""

    QUEUE = "queue"
    COUNTER = "counter"
    DAY = "day"
    """The day, the clock, and the configuration."""
    APPOINTMENT = "appointment"
    SLIP = "slip"
    ALERT = "alert"
    FEEDBACK = "feedback"
    PERSON = "person"
    ACCESS = "access"
    JOURNAL = "journal"
    CASE = "case"
    ACTION = "action"
    INSPECTION = "inspection"
    PANEL = "panel"
    RECORDING = "recording"
    INCIDENT = "incident"
    LOAN = "loan"
    VISIT = "visit"
    COMPLIMENT = "compliment"
    NOTE = "note"
    INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `V` is the version of its kind's data: see lobby/events/upcasters.py. Each kind names
    its `TOPICS`. `SUBJECT` is the field with the id of what the personal data in it are about: its name and that id
    make the name of the subject whose key seals them."""

    V: ClassVar[int] = 1
    SUBJECT: ClassVar[str] = "ticket"
    TOPICS: ClassVar[frozenset[Topic]]


@dataclass(frozen=True, slots=True)
class Unread(Event):
    """A row of the journal that this version does not know or cannot read. It is kept and changes nothing."""

    TOPICS = frozenset({Topic.JOURNAL})

    kind: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its envelope, as the journal keeps it. `at` is UTC. `actor` is an account, a token, or a part of
    the system; `person` the staff number 工号 of who did it, where that is known."""

    seq: int
    at: datetime
    actor: str
    event: Event
    person: str | None = None
