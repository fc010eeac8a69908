"""Staff who were wronged 员工委屈: what happened, and who cares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


class Care(StrEnum):
    """What is done for somebody who was wronged."""

    COMFORT = "comfort"
    SUPPORT = "support"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReported(Event):
    """The person `wronged` was treated badly on the `day`. `what` and `by_whom`, in general words, are sealed.
    Only the person, those `named` and the head of the branch learn of it. Both are staff numbers, or accounts where
    there is no register of staff."""

    SUBJECT: ClassVar[str] = "incident"
    TOPICS = frozenset({Topic.INCIDENT})

    incident: str
    wronged: str
    day: str
    named: tuple[str, ...]
    what: str = personal(default="")
    by_whom: str = personal(default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCared(Event):
    """Somebody did something for the person: `care` is a Care, `words` are sealed."""

    SUBJECT: ClassVar[str] = "incident"
    TOPICS = frozenset({Topic.INCIDENT})

    incident: str
    care: Care
    words: str = personal(default="")


@dataclass(frozen=True, slots=True)
class FollowUpPlanned(Event):
    """`by` talks with the person until the `day`. It takes the place of the plan before."""

    TOPICS = frozenset({Topic.INCIDENT})

    incident: str
    day: str
    by: str


@dataclass(frozen=True, slots=True)
class IncidentShared(Event):
    """One more person is named, who learns of it."""

    TOPICS = frozenset({Topic.INCIDENT})

    incident: str
    with_whom: str


@dataclass(frozen=True, slots=True)
class IncidentClosed(Event):
    """The person and those who cared have ended it."""

    TOPICS = frozenset({Topic.INCIDENT})

    incident: str
