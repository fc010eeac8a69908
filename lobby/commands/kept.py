"""Who is kept for one counter: somebody can always call this customer."""

from __future__ import annotations

from lobby import events as ev
from lobby.branch.lending import as_helper
from lobby.branch.model import Branch, Counter
from lobby.branch.routing import area_for
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket


def released(branch: Branch, ticket: Ticket, counter: str, tier: str) -> ev.TicketReleased:
    """Who was kept for a counter goes where such customers wait."""
    area = area_for(branch, ticket.service, tier, ticket.needs)
    return ev.TicketReleased(ticket.id, counter, area)


def let_go_where_lent(state: QueueState, counter: str, area: str | None) -> list[ev.Event]:
    """Whom the counter lets go that is lent to this area from now on, or to none: who waits for it where it serves no
    more."""
    branch = state.branch
    lent = as_helper(branch.counter[counter], area)
    return [
        released(branch, ticket, counter, ticket.tier)
        for ticket in state.kept_for(counter)
        if not _fits(branch, lent, ticket)
    ]


def _fits(branch: Branch, counter: Counter, ticket: Ticket) -> bool:
    return branch.may_serve(counter, ticket.service, ticket.tier, ticket.area)


def brought_home(state: QueueState, counter: str) -> list[ev.Event]:
    """The counter is lent no more."""
    return [ev.LendingEnded(counter), *let_go_where_lent(state, counter, None)]
