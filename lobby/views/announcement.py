"""What headquarters announces to the branch's staff."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from lobby.state.queue import QueueState
from lobby.views.base import local


class AnnouncementView(TypedDict):
    id: int
    at: str
    zh: str
    en: str
    until: Annotated[str, "the last day on which it is shown"]
    important: bool


def announcements(state: QueueState, now: datetime) -> list[AnnouncementView]:
    """Those that are not over, the important ones first, then the latest."""
    day = state.branch.day_of(now).isoformat()
    standing = [one for one in state.quality.announcements.values() if one.until >= day]
    ordered = sorted(standing, key=lambda one: (not one.important, -one.id))
    return [
        {
            "id": one.id,
            "at": local(state, one.at),
            "zh": one.zh,
            "en": one.en,
            "until": one.until,
            "important": one.important,
        }
        for one in ordered
    ]
