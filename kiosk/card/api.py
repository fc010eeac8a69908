"""The feedback card 服务意见卡 on a tablet at the counter: whose turn to judge it is."""

from __future__ import annotations

from datetime import timedelta
from typing import TypedDict

from lobby.errors import NotFound
from lobby.state.queue import QueueState
from lobby.state.ticket import State, Ticket
from lobby.views.base import local
from lobby.views.shapes import shape
from web.dispatch import runtime
from web.roles import needs
from web.schemas import SECURITY, ById, api_of

SHOWN = timedelta(seconds=60)
"""So long after the end of the service the customer still stands at the counter."""

api = api_of("card_api", __name__, "customer", SECURITY)


class CounterCardView(TypedDict):
    """Whose card is open at the counter, and until when. `token` is the one of the customer's slip."""

    number: str
    token: str
    until: str
    left_s: int


@api.get("/counters/<id>/card", responses={200: shape(CounterCardView), 204: None})
@needs("card")
def card(path: ById) -> CounterCardView | tuple[str, int]:
    """The card of the ticket that was just finished at this counter, for a minute; 204 where there is none. For devices
    at the counter alone: staff get 403."""
    if path.id not in runtime().branch.counter:
        raise NotFound("unknown_counter", id=path.id)
    now = runtime().clock()
    with runtime().writer.published() as state:
        ticket = _finished(state, path.id)
        if ticket is None or ticket.ended_at is None or now - ticket.ended_at >= SHOWN:
            return "", 204
        until = ticket.ended_at + SHOWN
        return {
            "number": ticket.number,
            "token": runtime().links.tickets.of(ticket.id),
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
