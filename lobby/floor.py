"""What is: the state of the branch as a fold of its events. Nothing here decides or refuses."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from lobby import events as ev
from lobby.branch import Branch
from lobby.folds import FOLDS
from lobby.now import Alert, Call, CounterNow, PrinterNow, Slip
from lobby.ticket import State, Ticket

CALLS_KEPT = 30


Line = tuple[str, str, str]
"""Area, service, tier: within one line first come is first served."""

Place = tuple[datetime, str]
"""Where a ticket stands: when its promise runs out, then its id."""
BEHIND_ALL = "~"
"""After every id: the place of who comes now."""


class Floor:
    """The day so far. Reads are methods and attributes; `apply` is the only way to change it."""

    def __init__(self, branch: Branch) -> None:
        self.branch = branch
        self.seq = 0
        self.at = datetime.fromtimestamp(0, UTC)
        self.blank("")

    def blank(self, day: str) -> None:
        self.day = day
        self.open = False
        self.numbers: dict[str, int] = {}
        self.tickets: dict[str, Ticket] = {}
        self.slips: dict[str, Slip] = {}
        self.unprinted: dict[str, Slip] = {}
        self.counters = {c.id: CounterNow(c.id) for c in self.branch.counters}
        self.printers = {p.id: PrinterNow(p.id) for p in self.branch.printers}
        self.alerts: dict[int, Alert] = {}
        self.service_s: dict[str, tuple[int, float]] = {}
        self.feedback: dict[str, ev.FeedbackGiven] = {}
        self.calls: deque[Call] = deque(maxlen=CALLS_KEPT)
        self._lines: dict[Line, list[Place]] = {}

    # -- reading ------------------------------------------------------------------------------------
    def promise_s(self, ticket: Ticket) -> int:
        """The wait promised to this customer, seconds."""
        return promise_s(self.branch, ticket.tier, ticket.needs)

    def due(self, ticket: Ticket) -> datetime:
        """When the promise made to this customer runs out."""
        return ticket.rank_at + timedelta(seconds=self.promise_s(ticket))

    def place(self, ticket: Ticket) -> Place:
        return self.due(ticket), ticket.id

    def waiting(self, area: str | None = None) -> list[Ticket]:
        """The waiting tickets, of one area or of all, the nearest promise first."""
        lines = (line for (a, _, _), line in self._lines.items() if area is None or a == area)
        return [self.tickets[id] for _, id in sorted(entry for line in lines for entry in line)]

    def waiting_count(self, area: str) -> int:
        return sum(len(line) for (a, _, _), line in self._lines.items() if a == area)

    def waiting_for(self, counter: str) -> list[Ticket]:
        """The waiting tickets this counter may serve, the nearest promise first."""
        desk = self.branch.counter[counter]
        lines = (line for (a, s, t), line in self._lines.items() if line and desk.may_serve(s, t, a))
        found = (self.tickets[id] for _, id in sorted(entry for line in lines for entry in line))
        return [t for t in found if t.only_counter in (None, counter)]

    def ahead(self, area: str, service: str, tier: str, place: Place) -> dict[str, int]:
        """By service, how many wait in the area for the same counters with a place before this one."""
        desks = self.branch.desks(service, tier, area)
        ahead: dict[str, int] = {}
        for (a, s, t), line in self._lines.items():
            if a == area and line and any(c.may_serve(s, t, a) for c in desks):
                ahead[s] = ahead.get(s, 0) + bisect_left(line, place)
        return ahead

    def live(self) -> Iterator[Ticket]:
        return (t for t in self.tickets.values() if not t.state.ended)

    # -- folding (the folds themselves: lobby/folds.py) -----------------------------------------------
    def apply(self, recorded: ev.Recorded) -> None:
        """Take one event in. An event is a fact: it is never refused."""
        self.seq, self.at = recorded.seq, recorded.at
        fold = FOLDS.get(type(recorded.event))
        if fold:
            fold(self, recorded, recorded.event)

    def queue(self, ticket: Ticket) -> None:
        insort(self._line(ticket), self.place(ticket))

    def unqueue(self, ticket: Ticket) -> None:
        line, entry = self._line(ticket), self.place(ticket)
        at = bisect_left(line, entry)
        if at < len(line) and line[at] == entry:
            del line[at]

    def _line(self, ticket: Ticket) -> list[Place]:
        return self._lines.setdefault((ticket.area, ticket.service, ticket.tier), [])

    def leave_counter(self, ticket: Ticket, at: datetime) -> None:
        if ticket.counter and self.counters[ticket.counter].ticket == ticket.id:
            self.counters[ticket.counter].ticket = None
            self.counters[ticket.counter].since = at

    def rejoin(self, ticket: Ticket, at: datetime) -> None:
        """Back into the line, wherever the ticket is now, with the waiting so far."""
        self.unqueue(ticket)
        self.leave_counter(ticket, at)
        ticket.state, ticket.counter, ticket.started_at = State.WAITING, None, None

    def end(self, ticket: Ticket, state: State, at: datetime) -> None:
        self.unqueue(ticket)
        self.leave_counter(ticket, at)
        ticket.state, ticket.ended_at = state, at


def promise_s(branch: Branch, tier: str, needs: Iterable[str]) -> int:
    """The tier's target wait, or the green channel's where that is shorter."""
    target = branch.tier[tier].target_wait_s
    return min(target, branch.rules.green_target_wait_s) if tuple(needs) else target
