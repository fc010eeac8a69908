"""What a board shows, as a pure function of the floor. Never a person's tier."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from lobby.branch import Board
from lobby.events import Recorded, TicketCalled, TicketRecalled
from lobby.floor import Floor
from lobby.ticket import Ticket
from lobby.views import Views

NEXT_SHOWN = 6
State = dict[str, Any]


def shows(floor: Floor, board: Board, ticket: Ticket, counter: str) -> bool:
    """Whether a call of this ticket to this counter belongs on the board: it hangs above the counter,
    or in the area where the customer waits or has to go."""
    if board.counter:
        return board.counter == counter
    return ticket.area in board.areas or floor.branch.counter[counter].area in board.areas


def board_state(floor: Floor, views: Views, board: Board, now: datetime) -> State:
    """The whole board: complete by itself, so that a client that missed anything is right again."""
    counter = floor.counters[board.counter] if board.counter else None
    return {
        "board": board.id,
        "name": {"zh": board.name.zh, "en": board.name.en},
        "seq": floor.seq,
        "at": now.isoformat(timespec="milliseconds"),
        "open": floor.open,
        "calls": _calls(floor, board),
        "areas": [_area(floor, views, id, now) for id in board.areas] if not counter else [],
        "counter": {"id": counter.id, "state": counter.state} if counter else None,
    }


def _calls(floor: Floor, board: Board) -> list[State]:
    """Who is at which counter, the newest call first."""
    found = []
    for counter in floor.counters.values():
        ticket = floor.tickets.get(counter.ticket or "")
        if ticket and ticket.called_at and shows(floor, board, ticket, counter.id):
            found.append((ticket.called_at, _call(floor, ticket, counter.id)))
    return [call for _, call in sorted(found, key=lambda pair: pair[0], reverse=True)]


def _call(floor: Floor, ticket: Ticket, counter: str) -> State:
    name = floor.branch.counter[counter].name
    return {
        "number": ticket.number,
        "counter": counter,
        "counter_name": {"zh": name.zh, "en": name.en},
        "area": floor.branch.counter[counter].area,
        "state": ticket.state.value,
    }


def _area(floor: Floor, views: Views, id: str, now: datetime) -> State:
    area = floor.branch.area[id]
    desks = [floor.counters[c.id] for c in floor.branch.counters if id in (c.area, *c.helps)]
    return {
        "id": id,
        "name": {"zh": area.name.zh, "en": area.name.en},
        "way": {"zh": area.way.zh, "en": area.way.en},
        "waiting": floor.waiting_count(id),
        "open_counters": sum(desk.state == "open" for desk in desks),
        **views.wait(views.area_wait(floor, id, now)),
        "next": [ticket.number for ticket in floor.waiting(id)[:NEXT_SHOWN]],
    }


def call_message(floor: Floor, recorded: Recorded) -> State | None:
    """The `call` that an event makes on boards; None for other events."""
    event = recorded.event
    if not isinstance(event, TicketCalled | TicketRecalled) or event.ticket not in floor.tickets:
        return None
    number, counter = floor.tickets[event.ticket].number, floor.branch.counter[event.counter]
    return {
        "seq": recorded.seq,
        "number": number,
        "counter": counter.id,
        "counter_name": {"zh": counter.name.zh, "en": counter.name.en},
        "area": counter.area,
        "say": {"zh": say_zh(number, counter.name.zh), "en": say_en(number, counter.name.en)},
        "audio": {lang: f"/voice/{lang}/{number}/{counter.id}.wav" for lang in ("zh", "en")},
    }


DIGITS_ZH = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def say_zh(number: str, counter: str) -> str:
    """`请 A 零 零 一 号,到 1 号柜台`: digits one by one, as a lobby calls them."""
    spoken = " ".join(DIGITS_ZH.get(sign, sign) for sign in number)
    return f"请 {spoken} 号,到 {counter}"


def say_en(number: str, counter: str) -> str:
    return f"Ticket {' '.join(number)}, please go to {counter}"
