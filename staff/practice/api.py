"""Practice in the API: the console's verbs in a lobby of one's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, TypedDict

from flask import current_app, request
from pydantic import BaseModel

from lobby.commands.base import CounterCommand
from lobby.simulation.practice import MASTERED, Practice, Task, practise
from lobby.state.ticket import Hold, QueuePosition
from lobby.texts import by_language
from lobby.views.base import ByLang
from lobby.views.hall import HallView
from lobby.views.shapes import shape
from web.dispatch import runtime, who
from web.roles import current, needs
from web.schemas import SECURITY, Body, Id, api_of

api = api_of("practice_api", __name__, "practice", SECURITY[:2])
AWAY = timedelta(minutes=15)
"""Who comes back later begins anew."""
AT_ONCE = 40
"""So many practise at once; who came least lately leaves first."""


class Verb(StrEnum):
    """What may be done at the counter."""

    OPEN = "open"
    CLOSE = "close"
    PAUSE = "pause"
    RESUME = "resume"
    NEXT = "next"
    RECALL = "recall"
    START = "start"
    FINISH = "finish"
    NO_SHOW = "no-show"
    PUT_BACK = "put-back"
    PARK = "park"
    TRANSFER = "transfer"
    ADD = "add"
    UNDO = "undo"
    BREAK = "break"
    CALL = "call"
    WAKE = "wake"


class TaskView(TypedDict):
    id: str
    done: int
    of: int


class PracticeView(TypedDict):
    """`hall` is as the console of a branch has it."""

    hall: HallView
    tasks: list[TaskView]
    present: Annotated[bool | None, "whether the customer who was called stands there"]
    wish: Annotated[ByLang | None, "the service that the customer wants instead"]


class PracticeBody(Body):
    """What the verb needs, as at `/counters/{id}/{verb}`."""

    ticket: Id = ""
    service: Id = ""
    hold: Hold = Hold.ANY
    counter: Id | None = None
    place: Literal[QueuePosition.LIFETIME, QueuePosition.FIRST, QueuePosition.LAST] = (
        QueuePosition.LIFETIME
    )


class PracticePath(BaseModel):
    verb: Verb


def own_counter() -> str:
    """The counter of the teller's account, else the branch's first."""
    principal = current()
    if principal and principal.counter:
        return principal.counter
    return runtime().branch.counters[0].id


def _practices() -> dict[str, Practice]:
    practices: dict[str, Practice] = current_app.extensions.setdefault("practices", {})
    return practices


def _practice(now: datetime) -> Practice:
    """That of who asks; a new one for who comes the first time, or was away for long."""
    practices = _practices()
    name = who().account
    practice = practices.pop(name, None)
    if practice is None or now - practice.seen_at > AWAY:
        practice = practise(runtime().branch, own_counter(), now)
    practices[name] = practice
    while len(practices) > AT_ONCE:
        del practices[next(iter(practices))]
    return practice


@api.get("/practice", responses={200: shape(PracticeView)})
@needs("staff")
def practice_now() -> PracticeView:
    """The lobby of who asks. It lives in memory alone, and ends a quarter of an hour after the last look."""
    return _now()


def _now() -> PracticeView:
    now = runtime().clock()
    return _view(_practice(now), now)


@api.post("/practice/anew", responses={200: shape(PracticeView)})
@needs("staff")
def anew() -> PracticeView:
    """Begin again."""
    _practices().pop(who().account, None)
    return _now()


@api.post("/practice/<verb>", responses={200: shape(PracticeView), 204: None})
@needs("staff")
def act(path: PracticePath, body: PracticeBody) -> PracticeView | tuple[str, int]:
    """An act at the counter of one's own lobby; 204 when there is nobody to call."""
    now = runtime().clock()
    practice = _practice(now)
    if path.verb is Verb.WAKE:
        practice.wake(now, body.ticket)
        return _view(practice, now)
    decision = practice.do(now, _expected(practice, _command(practice, path.verb, body)))
    if path.verb is Verb.NEXT and not decision.events:
        return ("", 204)
    return _view(practice, now)


def _expected(practice: Practice, command: CounterCommand[[]]) -> CounterCommand[[]]:
    if turn := request.headers.get("Lobby-Expects"):
        return practice.commands.expecting(command, turn)
    return command


def _command(practice: Practice, verb: Verb, body: PracticeBody) -> CounterCommand[[]]:
    """The command of the verb with what it needs."""
    commands = practice.commands
    plain: dict[Verb, CounterCommand[[]]] = {
        Verb.OPEN: commands.open_counter,
        Verb.CLOSE: commands.close_counter,
        Verb.PAUSE: commands.pause_counter,
        Verb.RESUME: commands.resume_counter,
        Verb.NEXT: commands.next,
        Verb.RECALL: commands.recall,
        Verb.START: commands.start,
        Verb.FINISH: commands.finish,
        Verb.NO_SHOW: commands.no_show,
        Verb.PUT_BACK: commands.put_back,
        Verb.UNDO: commands.undo,
        Verb.BREAK: commands.ask_break,
    }
    if verb in plain:
        return plain[verb]
    needing: dict[Verb, tuple[Callable[..., Any], dict[str, Any]]] = {
        Verb.PARK: (commands.park, {"hold": body.hold}),
        Verb.ADD: (commands.add, {"service": body.service}),
        Verb.CALL: (commands.call, {"ticket": body.ticket}),
        Verb.TRANSFER: (
            commands.transfer_here,
            {"service": body.service, "to_counter": body.counter, "seat": body.place},
        ),
    }
    command, arguments = needing[verb]
    return lambda state, now, counter, /: command(state, now, counter, **arguments)


def _view(practice: Practice, now: datetime) -> PracticeView:
    wish = practice.wish
    return {
        "hall": practice.hall(now),
        "tasks": [{"id": task, "done": practice.done[task], "of": MASTERED} for task in Task],
        "present": practice.present,
        "wish": by_language(practice.branch.service[wish].name) if wish else None,
    }
