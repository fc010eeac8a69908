"""What meets special needs today 无障碍服务: who is here, which counter is open, what is left to lend."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.branch.care import Aid
from lobby.commands.loan import left
from lobby.commands.presence import is_here
from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang


class AidPersonView(TypedDict):
    number: Annotated[str, "the staff number, else the account"]
    name: str
    here: bool


class AidView(TypedDict):
    id: str
    name: ByLang
    needs: list[str]
    at_hand: bool
    people: list[AidPersonView]
    counters: Annotated[list[str], "those of its counters that are open"]
    left: Annotated[
        int | None, "how many of its thing can be lent; null for an aid without a thing"
    ]


def aids(state: QueueState) -> list[AidView]:
    return [_aid(state, aid) for aid in state.branch.aids]


def _aid(state: QueueState, aid: Aid) -> AidView:
    people = [_person(state, number) for number in aid.people]
    counters = [id for id in aid.counters if id in state.counters and state.counters[id].open]
    remaining = left(state, aid.thing) if aid.thing else None
    always = not (aid.people or aid.counters or aid.thing)
    here = any(person["here"] for person in people)
    return {
        "id": aid.id,
        "name": by_language(aid.name),
        "needs": list(aid.needs),
        "at_hand": always or here or bool(counters) or bool(remaining),
        "people": people,
        "counters": counters,
        "left": remaining,
    }


def _person(state: QueueState, number: str) -> AidPersonView:
    return {
        "number": number,
        "name": state.branch.staff.name_of(number),
        "here": is_here(state, number),
    }
