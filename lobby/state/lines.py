"""The lines of waiting tickets. In one line all have the same promise, so first come is first served there."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lobby.branch.model import Branch, Counter
from lobby.state.ticket import Ticket

Kind = tuple[str, str, str, int]
"""Area, service, tier, and the target wait in seconds: what makes tickets one line."""

Rank = tuple[datetime, float]
"""When a ticket's waiting began, then its order of issue: of two that began together, who came first stays first."""
Place = tuple[datetime, int, str]
"""A ticket's rank and id."""
BEHIND_ALL = math.inf
"""After every order of issue: that of who comes now."""
TICK = timedelta(microseconds=1)
LATELY_TICKETS = 60
LATELY_S = 1800.0


@dataclass(slots=True, eq=False)
class Line:
    """The waiting tickets of one kind, the first come first. `promise` is the wait promised to each."""

    area: str
    service: str
    tier: str
    promise: timedelta
    places: list[Place] = field(default_factory=list)


class Lately:
    """Who came last, by line: at most LATELY_TICKETS tickets of the last LATELY_S seconds."""

    def __init__(self) -> None:
        self._latest: deque[tuple[datetime, Line]] = deque()
        self.tickets: dict[Line, int] = {}

    def came(self, line: Line, at: datetime) -> None:
        self._latest.append((at, line))
        self.tickets[line] = self.tickets.get(line, 0) + 1
        while len(self._latest) > LATELY_TICKETS or (at - self._latest[0][0]).total_seconds() > LATELY_S:
            _, gone = self._latest.popleft()
            self.tickets[gone] -= 1

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        self._latest = deque((at + by, line) for at, line in self._latest)

    def span_s(self, now: datetime) -> float:
        """The seconds in which they came; at least a minute."""
        full = len(self._latest) == LATELY_TICKETS
        return max(60.0, (now - self._latest[0][0]).total_seconds()) if full else LATELY_S


class Lines:
    """Every line of a branch. A line, once made, stays for the day."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._lines: dict[Kind, Line] = {}
        self.waiting = 0
        self._at_desk: dict[str, tuple[Line, ...]] = {}
        self._beside: dict[tuple[str, ...], tuple[Line, ...]] = {}

    def configure(self, branch: Branch) -> None:
        """From now on the counters are as in this branch; who waits stays in line."""
        self._branch = branch
        self._forget_desks()

    def _forget_desks(self) -> None:
        self._at_desk.clear()
        self._beside.clear()

    def __iter__(self) -> Iterator[Line]:
        return iter(self._lines.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lines) and self._waiting() == other._waiting()

    __hash__ = None  # type: ignore[assignment]

    def _waiting(self) -> dict[Kind, list[Place]]:
        return {kind: line.places for kind, line in self._lines.items() if line.places}

    def of(self, ticket: Ticket) -> Line:
        kind = ticket.area, ticket.service, ticket.tier, ticket.target_wait_s
        return self._lines.get(kind) or self._made(kind)

    def _made(self, kind: Kind) -> Line:
        area, service, tier, target_s = kind
        self._forget_desks()
        self._lines[kind] = Line(area, service, tier, timedelta(seconds=target_s))
        return self._lines[kind]

    def at(self, desk: Counter) -> tuple[Line, ...]:
        """The lines this counter may serve."""
        if desk.id not in self._at_desk:
            may_serve = self._branch.may_serve
            self._at_desk[desk.id] = tuple(x for x in self if may_serve(desk, x.service, x.tier, x.area))
        return self._at_desk[desk.id]

    def beside(self, desks: Sequence[Counter]) -> tuple[Line, ...]:
        """The lines that any of these counters may serve."""
        ids = tuple([desk.id for desk in desks])
        if ids not in self._beside:
            served = {id(line) for desk in desks for line in self.at(desk)}
            self._beside[ids] = tuple(line for line in self if id(line) in served)
        return self._beside[ids]

    def join(self, ticket: Ticket) -> Line:
        line = self.of(ticket)
        insort(line.places, ticket.place)
        self.waiting += 1
        return line

    def behind(self, ticket: Ticket, others: int, now: datetime) -> datetime:
        """The instant that ranks the ticket, which is not in line, behind so many others of it."""
        places = self.of(ticket).places
        at = bisect_left(places, ticket.place) + others
        if at == 0:
            return ticket.rank_at  # behind nobody, and nobody is before it: where it is
        return places[at - 1][0] + TICK if at <= len(places) else now

    def leave(self, ticket: Ticket) -> None:
        places = self.of(ticket).places
        at = bisect_left(places, ticket.place)
        if at < len(places) and places[at] == ticket.place:
            del places[at]
            self.waiting -= 1
