"""What customers say on the feedback card."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True)
class Card:
    """The feedback card 服务意见卡 as a customer filled it in: `score` 1 (bad) to 5 (good)."""

    score: int
    reasons: tuple[str, ...] = ()
    text: str = personal(default="")
    contact: str = personal(default="")
    consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven(Card, Event):
    """The customer handed in the feedback card 服务意见卡: `score` 1 (bad) to 5 (good). `visit` says what the card is
    about: `served`, or a visit `missed`, `cancelled` or `diverted` before service began, which is counted apart.
    `text` and `contact` are sealed. `number` and `day` are the ticket's (empty in earlier journals): a card may come
    days later."""

    TOPICS = frozenset({Topic.FEEDBACK, Topic.ALERT})

    ticket: str
    visit: str = "served"
    number: str = ""
    day: str = ""
