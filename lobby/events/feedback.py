"""What customers say on the feedback card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lobby.events.base import Event, Topic
from lobby.events.personal import CONTACT, personal


@dataclass(frozen=True, slots=True)
class Card:
    """The feedback card 服务意见卡 as a customer filled it in: `score` 1 (bad) to 5 (good)."""

    score: int
    reasons: tuple[str, ...] = ()
    text: str = personal(default="")
    contact: str = personal(subject=CONTACT, default="")
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven(Card, Event):
    """The customer handed in the feedback card 服务意见卡: `score` 1 (bad) to 5 (good). `visit` says what the card is
    about: `served`, or a visit `missed`, `cancelled` or `diverted` before service began, which is counted apart.
    `text` and `contact` are sealed, each under a key of its own, so that the contact can be withdrawn. `number` and
    `day` are the ticket's (empty in earlier journals): a card may come days later."""

    TOPICS = frozenset({Topic.FEEDBACK, Topic.ALERT})

    ticket: str
    visit: str = "served"
    number: str = ""
    day: str = ""


class AskedBy(StrEnum):
    """What asked a customer for the feedback card, beside the slip: the page on the phone, the counter's tablet."""

    PAGE = "page"
    TABLET = "tablet"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackAsked(Event):
    """The card was shown to the customer once service had begun; `by` is an AskedBy. Once for each ticket and way: a
    slip that was printed asks too, and has an event of its own."""

    TOPICS = frozenset({Topic.FEEDBACK})

    ticket: str
    by: str


@dataclass(frozen=True, slots=True)
class ContactWithdrawn(Event):
    """The customer takes back how to be reached: its key is erased. The opinion stays."""

    TOPICS = frozenset({Topic.FEEDBACK})

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionVoiced(Event):
    """A customer who still waits said a word to the lobby manager: an opinion of its own, beside the card. `text` is
    sealed."""

    TOPICS = frozenset({Topic.FEEDBACK, Topic.ALERT})

    ticket: str
    text: str = personal()
