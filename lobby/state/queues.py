"""The queues of waiting tickets. In one queue all have the same target wait, so first come is first served there."""

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
"""Area, service, tier, and the target wait in seconds: what makes tickets one queue."""

Rank = tuple[datetime, float]
"""When a ticket's waiting began, then its order of issue: of two that began together, who came first stays first."""
Place = tuple[datetime, int, str]
"""A ticket's rank and id."""
Helping = tuple[str, tuple[str, ...]]
"""A counter by its id, and the areas that it helps now."""
BEHIND_ALL = math.inf
"""After every order of issue: that of who comes now."""
TICK = timedelta(microseconds=1)
LATELY_TICKETS = 60
LATELY_S = 1800.0


@dataclass(slots=True, eq=False)
class Queue:
    """The waiting tickets of one kind, the first come first. `target_wait` is each ticket's."""

    area: str
    service: str
    tier: str
    target_wait: timedelta
    places: list[Place] = field(default_factory=list)


class Lately:
    """Who came last, by queue: at most LATELY_TICKETS tickets of the last LATELY_S seconds."""

    def __init__(self) -> None:
        self._latest: deque[tuple[datetime, Queue]] = deque()
        self.tickets: dict[Queue, int] = {}

    def came(self, queue: Queue, at: datetime) -> None:
        self._latest.append((at, queue))
        self.tickets[queue] = self.tickets.get(queue, 0) + 1
        while (
            len(self._latest) > LATELY_TICKETS
            or (at - self._latest[0][0]).total_seconds() > LATELY_S
        ):
            _, gone = self._latest.popleft()
            self.tickets[gone] -= 1

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        self._latest = deque((at + by, queue) for at, queue in self._latest)

    def span_s(self, now: datetime) -> float:
        """The seconds in which they came; at least a minute."""
        full = len(self._latest) == LATELY_TICKETS
        if full:
            return max(60.0, (now - self._latest[0][0]).total_seconds())
        return LATELY_S


class Queues:
    """Every queue of a branch. A queue, once made, stays for the day."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self._queues: dict[Kind, Queue] = {}
        self.waiting = 0
        self._at_counter: dict[Helping, tuple[Queue, ...]] = {}
        self._beside: dict[tuple[Helping, ...], tuple[Queue, ...]] = {}

    def configure(self, branch: Branch) -> None:
        """From now on the counters are as in this branch; who waits stays in the queue."""
        self._branch = branch
        self._forget_counters()

    def _forget_counters(self) -> None:
        self._at_counter.clear()
        self._beside.clear()

    def __iter__(self) -> Iterator[Queue]:
        return iter(self._queues.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Queues) and self._waiting() == other._waiting()

    __hash__ = None  # type: ignore[assignment]

    def _waiting(self) -> dict[Kind, list[Place]]:
        return {kind: queue.places for kind, queue in self._queues.items() if queue.places}

    def of(self, ticket: Ticket) -> Queue:
        kind = ticket.area, ticket.service, ticket.tier, ticket.target_wait_s
        return self._queues.get(kind) or self._made(kind)

    def _made(self, kind: Kind) -> Queue:
        area, service, tier, target_s = kind
        self._forget_counters()
        self._queues[kind] = Queue(area, service, tier, timedelta(seconds=target_s))
        return self._queues[kind]

    def at(self, counter: Counter) -> tuple[Queue, ...]:
        """The queues this counter may serve."""
        helping = counter.id, counter.helps
        if helping not in self._at_counter:
            may_serve = self._branch.may_serve
            self._at_counter[helping] = tuple(
                x for x in self if may_serve(counter, x.service, x.tier, x.area)
            )
        return self._at_counter[helping]

    def beside(self, counters: Sequence[Counter]) -> tuple[Queue, ...]:
        """The queues that any of these counters may serve."""
        helping = tuple([(counter.id, counter.helps) for counter in counters])
        if helping not in self._beside:
            served = {id(queue) for counter in counters for queue in self.at(counter)}
            self._beside[helping] = tuple(queue for queue in self if id(queue) in served)
        return self._beside[helping]

    def join(self, ticket: Ticket) -> Queue:
        queue = self.of(ticket)
        insort(queue.places, ticket.place)
        self.waiting += 1
        return queue

    def behind(self, ticket: Ticket, others: int, now: datetime) -> datetime:
        """The instant that ranks the ticket, which is not in the queue, behind so many others of it."""
        places = self.of(ticket).places
        at = bisect_left(places, ticket.place) + others
        if at == 0:
            return ticket.rank_at  # behind nobody, and nobody is before it: where it is
        if at <= len(places):
            return places[at - 1][0] + TICK
        return now

    def leave(self, ticket: Ticket) -> None:
        places = self.of(ticket).places
        at = bisect_left(places, ticket.place)
        if at < len(places) and places[at] == ticket.place:
            del places[at]
            self.waiting -= 1
