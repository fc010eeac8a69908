"""What customers say on the feedback card."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event
from lobby.events.personal import personal


@dataclass(frozen=True, slots=True)
class FeedbackGiven(Event):
    """The customer filled in the feedback card 服务意见卡: `score` 1 (bad) to 5 (good). `visit` says what the card is
    about: `served`, or a visit `missed`, `cancelled` or `diverted` before service began, which is counted apart.
    `text` and `contact` are sealed."""

    ticket: str
    score: int
    reasons: tuple[str, ...] = ()
    text: str = personal(default="")
    contact: str = personal(default="")
    consent: bool = False
    visit: str = "served"
