"""What a board shows, as a pure function of the state. Never a person's tier."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from display.voice.wording import SPOKEN, TEST, phrases, sentence, spoken_in
from lobby.branch.screens import Board
from lobby.events import DeviceTested, Recorded, TicketCalled, TicketRecalled, Topic
from lobby.state.counter import Call, CounterState
from lobby.state.device_test import TestKind
from lobby.state.doors import closed
from lobby.state.queue import QueueState
from lobby.state.ticket import State as TicketState
from lobby.state.ticket import Ticket
from lobby.texts import by_language
from lobby.views.base import ByLang, Waits
from lobby.views.views import Views

BoardLayout = Literal["main", "area", "counter"]
NEXT_SHOWN = 6
Spoken = Annotated[
    list[str], "the languages to say it in, the customer's own first; alone, while other calls wait"
]
BOARD_TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER, Topic.DAY, Topic.PERSON})
"""What changes a board."""


class CallView(TypedDict):
    """Who is at which counter; `say` and `audio` while the customer is awaited."""

    number: str
    counter: str
    counter_name: ByLang
    area: str
    state: str
    at: str
    seq: int
    recall: bool
    say: NotRequired[ByLang]
    audio: NotRequired[ByLang]
    spoken: NotRequired[Spoken]


class CallMessage(TypedDict):
    """A call as it happens."""

    seq: int
    at: str
    recall: bool
    number: str
    counter: str
    counter_name: ByLang
    area: str
    say: ByLang
    audio: ByLang
    spoken: Spoken


class TestMessage(TypedDict):
    """A test of this board: its picture for some seconds, and with `call` the voice too."""

    test: str
    say: ByLang
    audio: ByLang


class BoardAreaView(Waits):
    id: str
    name: ByLang
    way: ByLang
    self_service: bool
    waiting: int
    open_counters: int
    next: list[str]


class BoardCounterView(TypedDict):
    id: str
    state: str
    person: Annotated[
        str | None, "the staff number of who serves there, where the bank wants it shown"
    ]


class BoardView(TypedDict):
    board: str
    name: ByLang
    layout: BoardLayout
    seq: int
    at: str
    open: bool
    closed: Annotated[ByLang | None, "why no numbers are given, and when again"]
    volume: Annotated[int, "0 (silent, only shown) to 100, by the time of day"]
    slides: Annotated[str | None, "which version of its slides the branch has"]
    calls: list[CallView]
    standing: Annotated[list[int], "the calls that were not taken back, by `seq`"]
    areas: list[BoardAreaView]
    counter: BoardCounterView | None


def shows(state: QueueState, board: Board, ticket: Ticket, counter: str) -> bool:
    """Whether a call of this ticket to this counter belongs on the board: it hangs above the counter,
    or in the area where the customer waits or has to go."""
    if board.counter:
        return board.counter == counter
    return ticket.area in board.areas or state.branch.counter[counter].area in board.areas


def board_state(
    state: QueueState, views: Views, board: Board, now: datetime, slides: str | None = None
) -> BoardView:
    """The whole board: complete by itself, so that a client that missed anything is right again. `slides` says
    which version of its slides the branch has."""
    counter = state.counters[board.counter] if board.counter else None
    shut = closed(state, now)
    return {
        "board": board.id,
        "name": by_language(board.name),
        "layout": "counter" if counter else board.layout,
        "seq": state.seq,
        "at": now.isoformat(timespec="milliseconds"),
        "open": shut is None,
        "closed": by_language(shut.says) if shut else None,
        "volume": state.branch.volume_at(now),
        "slides": slides,
        "calls": _calls(state, board),
        "standing": [call.seq for call in state.calls],
        "areas": [_area(state, views, id, now) for id in board.areas] if not counter else [],
        "counter": _counter(state, counter) if counter else None,
    }


def _counter(state: QueueState, counter: CounterState) -> BoardCounterView:
    """With the staff number of who serves there, where the bank wants it shown."""
    shown = state.branch.staff.show_number and counter.open
    return {"id": counter.id, "state": counter.state, "person": counter.person if shown else None}


def _calls(state: QueueState, board: Board) -> list[CallView]:
    """Who is at which counter, the newest call first; a recall is a call."""
    last = {(call.ticket, call.counter): call for call in state.calls}
    found = []
    for counter in state.counters.values():
        ticket = state.tickets.get(counter.ticket or "")
        if ticket and ticket.called_at and shows(state, board, ticket, counter.id):
            call = last.get((ticket.id, counter.id))
            at = call.at if call else ticket.called_at
            found.append((at, _call(state, ticket, counter.id, at, call)))
    return [shown for _, shown in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _call(
    state: QueueState, ticket: Ticket, counter: str, at: datetime, call: Call | None
) -> CallView:
    """A call as it stands now; one that the customer has not followed yet can still be announced."""
    branch_counter = state.branch.counter[counter]
    shown: CallView = {
        "number": ticket.number,
        "counter": counter,
        "counter_name": by_language(branch_counter.name),
        "area": branch_counter.area,
        "state": ticket.state.value,
        "at": at.isoformat(timespec="milliseconds"),
        "seq": call.seq if call else 0,
        "recall": ticket.recalls > 0,
    }
    if ticket.state is TicketState.CALLED and call:
        shown["say"] = _said(state, ticket.number, counter)
        shown["audio"] = _clips(ticket.number, counter)
        shown["spoken"] = spoken_in(ticket.lang)
    return shown


def _area(state: QueueState, views: Views, id: str, now: datetime) -> BoardAreaView:
    area = state.branch.area[id]
    serving = map(state.as_lent, state.branch.counters)
    counters = [state.counters[c.id] for c in serving if id in (c.area, *c.helps)]
    return {
        "id": id,
        "name": by_language(area.name),
        "way": by_language(area.way),
        "self_service": area.self_service,
        "waiting": state.waiting_count(id),
        "open_counters": sum(counter.open for counter in counters),
        **views.area_wait(state, id, now),
        "next": [ticket.number for ticket in state.waiting(id)[:NEXT_SHOWN]],
    }


def call_message(state: QueueState, recorded: Recorded) -> CallMessage | None:
    """The `call` that an event makes on boards; None for other events."""
    event = recorded.event
    if not isinstance(event, TicketCalled | TicketRecalled) or event.ticket not in state.tickets:
        return None
    ticket = state.tickets[event.ticket]
    number = ticket.number
    branch_counter = state.branch.counter[event.counter]
    return {
        "seq": recorded.seq,
        "at": recorded.at.isoformat(timespec="milliseconds"),
        "recall": isinstance(event, TicketRecalled),
        "number": number,
        "counter": event.counter,
        "counter_name": by_language(branch_counter.name),
        "area": branch_counter.area,
        "say": _said(state, number, event.counter),
        "audio": _clips(number, event.counter),
        "spoken": spoken_in(ticket.lang),
    }


def test_message(recorded: Recorded) -> tuple[str, TestMessage] | None:
    """The board and the `test` that an event makes on it; None for other events."""
    event = recorded.event
    if not isinstance(event, DeviceTested) or event.test == TestKind.PRINT:
        return None
    audio = {lang: f"/voice/{lang}/test.wav" for lang in SPOKEN}
    say = {lang: TEST[lang].text for lang in SPOKEN}
    return event.device, {"test": event.test, "say": say, "audio": audio}


def _said(state: QueueState, number: str, counter: str) -> ByLang:
    """What the voice says, in each language that it speaks."""
    called_to = state.branch.counter[counter]
    return {lang: sentence(lang, phrases(lang, number, called_to)) for lang in SPOKEN}


def _clips(number: str, counter: str) -> ByLang:
    """Where the spoken words are."""
    return {lang: f"/voice/{lang}/{number}/{counter}.wav" for lang in SPOKEN}
