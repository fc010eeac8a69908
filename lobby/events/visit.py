"""Visits of customers with special needs, announced by telephone 预约上门到店."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAnnounced(Event):
    """Somebody with special needs comes `at` that instant for a service; `aids` are what is to be at hand. `name`,
    `phone` and `wish` are sealed."""

    SUBJECT: ClassVar[str] = "visit"
    TOPICS = frozenset({Topic.VISIT})

    visit: str
    at: str
    service: str
    needs: tuple[str, ...]
    aids: tuple[str, ...] = ()
    name: str = personal(default="")
    phone: str = personal(default="")
    wish: str = personal(default="")


@dataclass(frozen=True, slots=True)
class VisitArrived(Event):
    """The customer is here and has this ticket of the green channel."""

    TOPICS = frozenset({Topic.VISIT, Topic.ALERT})

    visit: str
    ticket: str


@dataclass(frozen=True, slots=True)
class VisitCancelled(Event):
    """The customer does not come."""

    TOPICS = frozenset({Topic.VISIT, Topic.ALERT})

    visit: str
