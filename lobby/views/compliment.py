"""Compliments 表扬, for those they are about and for who passes them on."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.state.queue import QueueState
from lobby.views.base import local
from lobby.views.views import SHOWN


class ComplimentView(TypedDict):
    id: str
    at: str
    day: str
    channel: Annotated[str, "card, book, telephone or on_the_spot"]
    about: list[str]
    names: list[str]
    card: Annotated[str, "the ticket of the feedback card; empty for another channel"]
    read_by: list[str]


def compliment_view(state: QueueState, id: str) -> ComplimentView:
    compliment = state.quality.compliments[id]
    return {
        "id": compliment.id,
        "at": local(state, compliment.at),
        "day": compliment.day,
        "channel": compliment.channel,
        "about": list(compliment.about),
        "names": [state.branch.staff.name_of(id) for id in compliment.about],
        "card": compliment.card,
        "read_by": list(compliment.read_by),
    }


def compliments_view(state: QueueState) -> list[ComplimentView]:
    """The latest first."""
    return [compliment_view(state, id) for id in reversed(state.quality.compliments)]


def own_compliments(state: QueueState, id: str) -> list[ComplimentView]:
    return [view for view in compliments_view(state) if id in view["about"]]


SHOWN["compliment"] = compliment_view
