"""Counters, and their tellers' breaks."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic
from lobby.events.forms import Instant


@dataclass(frozen=True, slots=True)
class CounterOpened(Event):
    """The counter takes customers."""

    TOPICS = frozenset({Topic.COUNTER})

    counter: str


@dataclass(frozen=True, slots=True)
class CounterClosed(Event):
    """The counter takes no more customers today, or until it is opened again."""

    TOPICS = frozenset({Topic.COUNTER, Topic.ALERT})

    counter: str


@dataclass(frozen=True, slots=True)
class CounterPaused(Event):
    """The teller is away for a while; the counter stays manned in the plan."""

    TOPICS = frozenset({Topic.COUNTER})

    counter: str


@dataclass(frozen=True, slots=True)
class CounterResumed(Event):
    """The teller is back."""

    TOPICS = frozenset({Topic.COUNTER})

    counter: str


@dataclass(frozen=True, slots=True)
class OpeningAsked(Event):
    """The lobby manager asks who is at the counter to open it. That it opens or resumes is the yes."""

    TOPICS = frozenset({Topic.COUNTER})

    counter: str


@dataclass(frozen=True, slots=True)
class OpeningDeclined(Event):
    """Not now: whoever is at the counter cannot open it. Or the lobby manager asks no more (`withdrawn`), and nobody
    declined."""

    TOPICS = frozenset({Topic.COUNTER})

    counter: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class CounterLent(Event):
    """The counter helps the area for a while, beside its own, `until` an ISO instant. Lent again, it is lent anew."""

    TOPICS = frozenset({Topic.COUNTER, Topic.QUEUE})

    counter: str
    area: str
    until: Instant


@dataclass(frozen=True, slots=True)
class LendingEnded(Event):
    """The counter helps the area that it was lent to no more: its time is over, or the lobby manager ended it. A
    counter that closes is lent no more either."""

    TOPICS = frozenset({Topic.COUNTER, Topic.QUEUE})

    counter: str


@dataclass(frozen=True, slots=True)
class BreakAsked(Event):
    """The teller asked for a break."""

    TOPICS = frozenset({Topic.ALERT})

    counter: str


@dataclass(frozen=True, slots=True)
class BreakAnswered(Event):
    """The lobby manager answered; a break that is `granted` begins when nobody is at the counter."""

    TOPICS = frozenset({Topic.COUNTER, Topic.ALERT})

    counter: str
    granted: bool
