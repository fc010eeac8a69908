"""The law of order: whom a free counter may call, whatever makes somebody else more urgent.

Of tickets with the same target wait, one past its target is never passed by a younger one; nor is one that would have
only a few calls left after it. One past its target is passed by a ticket with another target wait only to keep a target
that breaks within a few calls otherwise: that of the ticket itself, or of one behind it in the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lobby.branch.model import Counter
from lobby.state.queue import QueueState
from lobby.state.queues import Rank
from lobby.state.ticket import Ticket

CHANCES = 4
"""A target is at risk when so few calls of the counters that can keep it, or fewer, are left before it ends."""
SHORTEST_RISK_S = 40.0
"""A target is at risk for at least so long before it ends: at many counters CHANCES calls take only seconds."""
LONGEST_RISK = 0.8
"""For no more than this share of the target wait a target is at risk: of who has just come nobody says that the target
is about to end, however slow the only counter is."""


def arrival(ticket: Ticket) -> Rank:
    """What tickets are in order of arrival by."""
    return ticket.rank_at, ticket.order


@dataclass(frozen=True)
class Turn:
    """A counter is free. `heads` are the first tickets of the queues that it may serve."""

    state: QueueState
    counter: Counter
    heads: Sequence[Ticket]
    now: datetime

    def may_be_called(self, ticket: Ticket) -> bool:
        """Whether the law lets the counter call this one of the heads."""
        first = self._firsts[ticket.target_wait_s]
        if ticket is not first and not self._has_time(first, self._takes_s(ticket, first)):
            return False
        if self.late is None or ticket is self.late:
            return True
        return self._keeps_a_target(ticket.target_wait_s)

    def before(self, ticket: Ticket) -> Ticket:
        """Whom the law calls before this one of the heads; the ticket itself, where that is nobody."""
        first = self._firsts[ticket.target_wait_s]
        due = [t for t in (first, self.late) if t and not self._has_time(t)]
        return min([ticket, *due], key=arrival)

    @cached_property
    def late(self) -> Ticket | None:
        """Who came first of those past their target."""
        late = (ticket for ticket in self._firsts.values() if self.is_late(ticket))
        return min(late, key=arrival, default=None)

    @cached_property
    def _firsts(self) -> dict[int, Ticket]:
        """By target wait in seconds, who came first."""
        return {
            ticket.target_wait_s: ticket for ticket in sorted(self.heads, key=arrival, reverse=True)
        }

    def waited_s(self, ticket: Ticket) -> float:
        """Since when the waiting counts, seconds."""
        return (self.now - ticket.rank_at).total_seconds()

    def is_late(self, ticket: Ticket) -> bool:
        """Whether the target has passed."""
        return self._left_s(ticket) <= 0

    def is_at_risk(self, ticket: Ticket) -> bool:
        """Whether only a few calls can still keep the target."""
        return 0 < self._left_s(ticket) < self.risk_s(ticket)

    def risk_s(self, ticket: Ticket) -> float:
        """How long before its end the target is at risk, seconds."""
        few_calls_s = CHANCES * self._gap_s(ticket)
        return max(SHORTEST_RISK_S, min(few_calls_s, LONGEST_RISK * ticket.target_wait_s))

    def open_counters(self, ticket: Ticket) -> int:
        """How many open counters may call the ticket; at least 1."""
        if ticket.only_counter:
            return 1
        kind = ticket.service, ticket.tier, ticket.area
        if kind not in self._open_by_kind:
            self._open_by_kind[kind] = self._count_open(*kind)
        return self._open_by_kind[kind]

    @cached_property
    def _open_by_kind(self) -> dict[tuple[str, str, str], int]:
        """What was counted already. A long line asks for each of its tickets, and most are of one kind."""
        return {}

    def _count_open(self, service: str, tier: str, area: str) -> int:
        counters = self.state.counters_for(service, tier, area)
        return sum(self.state.counters[counter.id].open for counter in counters) or 1

    def _has_time(self, ticket: Ticket, after_s: float = 0.0) -> bool:
        """Whether more than a few calls can still keep the target, so many seconds from now."""
        return self._left_s(ticket) - after_s >= self.risk_s(ticket)

    def _takes_s(self, ticket: Ticket, from_: Ticket) -> float:
        """What the ticket's service takes from another one of its counters' time, seconds."""
        return self.state.branch.service[ticket.service].usual_s / self.open_counters(from_)

    def _left_s(self, ticket: Ticket) -> float:
        """Until the target ends, seconds; after it less than 0."""
        return ticket.target_wait_s - self.waited_s(ticket)

    def _gap_s(self, ticket: Ticket) -> float:
        """From one call to the next where only such tickets are called, seconds."""
        return self._takes_s(ticket, ticket)

    def _keeps_a_target(self, target_wait_s: int) -> bool:
        """Whether somebody's target is lost unless one of the line is called now. Who is `n` places behind is called
        after `n` calls more; whose target ends before those is past helping."""
        return any(
            0 < self._left_s(ticket) - n * self._gap_s(ticket) < self.risk_s(ticket)
            for n, ticket in enumerate(self._line(target_wait_s))
        )

    def _line(self, target_wait_s: int) -> Iterator[Ticket]:
        """All with this target wait whom the counter may call, in order of arrival."""
        places = sorted(
            place
            for queue in self.state.queues.at(self.counter)
            if queue.target_wait.total_seconds() == target_wait_s
            for place in queue.places
        )
        line = (self.state.tickets[id] for *_, id in places)
        return (ticket for ticket in line if ticket.only_counter in (None, self.counter.id))
