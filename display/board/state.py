"""What a board shows, as a pure function of the state. Never a person's tier."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lobby.branch.model import Board
from lobby.branch.names import LANGS
from lobby.events import Recorded, TicketCalled, TicketRecalled, Topic
from lobby.state.counter import Call
from lobby.state.queue import QueueState
from lobby.state.ticket import State as TicketState
from lobby.state.ticket import Ticket
from lobby.views.views import Views

NEXT_SHOWN = 6
BOARD_TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER, Topic.DAY})
"""What changes a board."""
State = dict[str, Any]


def shows(state: QueueState, board: Board, ticket: Ticket, counter: str) -> bool:
    """Whether a call of this ticket to this counter belongs on the board: it hangs above the counter,
    or in the area where the customer waits or has to go."""
    if board.counter:
        return board.counter == counter
    return ticket.area in board.areas or state.branch.counter[counter].area in board.areas


def board_state(state: QueueState, views: Views, board: Board, now: datetime, slides: str | None = None) -> State:
    """The whole board: complete by itself, so that a client that missed anything is right again. `slides` says
    which version of its slides the branch has."""
    counter = state.counters[board.counter] if board.counter else None
    return {
        "board": board.id,
        "name": {"zh": board.name.zh, "en": board.name.en},
        "layout": "counter" if counter else board.layout,
        "seq": state.seq,
        "at": now.isoformat(timespec="milliseconds"),
        "open": state.open,
        "volume": state.branch.volume_at(now),
        "slides": slides,
        "calls": _calls(state, board),
        "standing": [call.seq for call in state.calls],
        "areas": [_area(state, views, id, now) for id in board.areas] if not counter else [],
        "counter": {"id": counter.id, "state": counter.state} if counter else None,
    }


def _calls(state: QueueState, board: Board) -> list[State]:
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


def _call(state: QueueState, ticket: Ticket, counter: str, at: datetime, call: Call | None) -> State:
    """A call as it stands now; one that the customer has not followed yet can still be announced."""
    waited_for = ticket.state is TicketState.CALLED and call
    return {
        **_who_where(state, ticket.number, counter),
        "state": ticket.state.value,
        "at": at.isoformat(timespec="milliseconds"),
        "seq": call.seq if call else 0,
        "recall": ticket.recalls > 0,
        **(_spoken(state, ticket.number, counter) if waited_for else {}),
    }


def _who_where(state: QueueState, number: str, counter: str) -> State:
    desk = state.branch.counter[counter]
    return {
        "number": number,
        "counter": counter,
        "counter_name": {"zh": desk.name.zh, "en": desk.name.en},
        "area": desk.area,
    }


def _area(state: QueueState, views: Views, id: str, now: datetime) -> State:
    area = state.branch.area[id]
    desks = [state.counters[c.id] for c in state.branch.counters if id in (c.area, *c.helps)]
    return {
        "id": id,
        "name": {"zh": area.name.zh, "en": area.name.en},
        "way": {"zh": area.way.zh, "en": area.way.en},
        "self_service": area.self_service,
        "waiting": state.waiting_count(id),
        "open_counters": sum(desk.open for desk in desks),
        **views.area_wait(state, id, now),
        "next": [ticket.number for ticket in state.waiting(id)[:NEXT_SHOWN]],
    }


def call_message(state: QueueState, recorded: Recorded) -> State | None:
    """The `call` that an event makes on boards; None for other events."""
    event = recorded.event
    if not isinstance(event, TicketCalled | TicketRecalled) or event.ticket not in state.tickets:
        return None
    number = state.tickets[event.ticket].number
    return {
        "seq": recorded.seq,
        "at": recorded.at.isoformat(timespec="milliseconds"),
        "recall": isinstance(event, TicketRecalled),
        **_who_where(state, number, event.counter),
        **_spoken(state, number, event.counter),
    }


def _spoken(state: QueueState, number: str, counter: str) -> State:
    name = state.branch.counter[counter].name
    return {
        "say": {"zh": say_zh(number, name.zh), "en": say_en(number, name.en)},
        "audio": {lang: f"/voice/{lang}/{number}/{counter}.wav" for lang in LANGS},
    }


DIGITS_ZH = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def say_zh(number: str, counter: str) -> str:
    """`请 A 零 零 一 号，到 1 号柜台`: digits one by one, as a lobby calls them."""
    spoken = " ".join(DIGITS_ZH.get(sign, sign) for sign in number)
    return f"请 {spoken} 号，到 {counter}"


def say_en(number: str, counter: str) -> str:
    return f"Ticket {' '.join(number)}, please go to {counter}"
