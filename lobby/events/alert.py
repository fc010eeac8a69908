"""Calls for help, alerts, and what the lobby manager did about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lobby.events.base import Event, Topic


@dataclass(frozen=True, slots=True)
class HelpRequested(Event):
    """A customer at the kiosk asked for a person. `name` is the kiosk's, where the branch has named it."""

    TOPICS = frozenset({Topic.ALERT})

    kiosk: str
    name: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertRaised(Event):
    """Something went past one of the branch's thresholds: `alert` is its kind, `subject` what it is about."""

    TOPICS = frozenset({Topic.ALERT})

    alert: str
    subject: str
    ticket: str | None = None
    counter: str | None = None
    area: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertCleared(Event):
    """What was alarming about the subject is over."""

    TOPICS = frozenset({Topic.ALERT})

    alert: str
    subject: str


@dataclass(frozen=True, slots=True)
class AlertAcknowledged(Event):
    """Somebody took the alert on; `alert` is the `seq` of the event that raised it."""

    TOPICS = frozenset({Topic.ALERT})

    alert: int


class Intervention(StrEnum):
    """What a lobby manager can do to relieve an area."""

    DIVERT = "divert"
    RETIER = "retier"
    MOVE = "move"
    BRING_BACK = "bring_back"
    TRANSFER = "transfer"
    OPEN_COUNTER = "open_counter"
    CLOSE_COUNTER = "close_counter"
    PAUSE_COUNTER = "pause_counter"
    RESUME_COUNTER = "resume_counter"
    ANSWER_BREAK = "answer_break"
    LEND_COUNTER = "lend_counter"


@dataclass(frozen=True, slots=True)
class InterventionTaken(Event):
    """The lobby manager did `act`, an Intervention, to relieve the area. Before it so many waited, so many past their
    service target, and the 90 % wait of a newcomer was this long. Earlier versions wrote `RescueTaken`."""

    TOPICS = frozenset({Topic.ALERT})

    act: str
    area: str
    waiting: int
    late: int
    wait_p90_s: int
    ticket: str | None = None
    counter: str | None = None


@dataclass(frozen=True, slots=True)
class InterventionMeasured(Event):
    """How the area was a while after; `intervention` is the seq of the act's event. Earlier versions wrote
    `RescueMeasured`, with `rescue`."""

    TOPICS = frozenset({Topic.ALERT})
    V = 2

    intervention: int
    waiting: int
    late: int
    wait_p90_s: int
