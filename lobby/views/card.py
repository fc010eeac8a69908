"""Whose feedback card 服务意见卡 is open at a counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypedDict

from lobby.state.queue import QueueState
from lobby.state.ticket import State, Ticket
from lobby.views.base import local

SHOWN = timedelta(seconds=60)
"""So long after the end of the service the customer still stands at the counter."""


class CounterCardView(TypedDict):
    """Whose card is open at the counter, and until when. `token` is the one of the customer's slip."""

    number: str
    token: str
    until: str
    left_s: int


class CounterTurnView(TypedDict):
    """What the tablet at a counter shows: a card, or none."""

    counter: str
    card: CounterCardView | None


def counter_card(
    state: QueueState, counter: str, now: datetime, link: Callable[[str], str]
) -> CounterCardView | None:
    """The card of the ticket that was just finished at this counter, for a minute. `link` gives a ticket's token."""
    ticket = _finished(state, counter)
    if ticket is None or ticket.ended_at is None or now - ticket.ended_at >= SHOWN:
        return None
    until = ticket.ended_at + SHOWN
    return {
        "number": ticket.number,
        "token": link(ticket.id),
        "until": local(state, until),
        "left_s": round((until - now).total_seconds()),
    }


def _finished(state: QueueState, counter: str) -> Ticket | None:
    """The last ticket served at the counter, if nobody has been called since and its card was not handed in."""
    if state.counters[counter].ticket:
        return None
    served = [
        ticket
        for ticket in state.tickets.values()
        if ticket.state is State.SERVED and ticket.counter == counter and ticket.ended_at
    ]
    last = max(served, key=lambda ticket: ticket.ended_at or state.at, default=None)
    if last is None or last.id in state.feedback:
        return None
    return last
