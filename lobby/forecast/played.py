"""The queue played on with usual times: who is called when, if nothing surprises.

Each free counter takes the nearest end of a target among those that it may serve; who came lately goes on coming. This
is plainer than the calling order, and knows what a formula does not: which counters serve whom, how long each service
at a counter has lasted, and who will be there by then. The forecast learns how waits differ from it.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from lobby.branch.model import Counter
from lobby.state.counter import BreakStatus, CounterState, CounterStatus
from lobby.state.queue import QueueState
from lobby.state.queues import Queue

SERVICE_CV = 0.8
"""The coefficient of variation of service times: that of a scenario's service by default."""
SIGMA_2 = math.log1p(SERVICE_CV**2)
HORIZON_S = 4 * 3600.0
"""Nobody is played further: four hours, longer than customers stay."""
COMING_S = 3600.0
"""For so long customers go on to come as they lately did."""
SOON_S = 1.0
"""A counter that found nobody looks again no sooner."""
BREAK_S = 600.0
"""A counter that pauses is played as back after ten minutes: the length of a usual break."""
LONGEST_LEFT = 1.0
"""Of a service that lasts already longer than nearly all, so many times its length so far is left."""
FEW = 1e-4
"""Fewer services than one in ten thousand last so long: no mean of those is computed."""

Due = tuple[float, float]
"""The end of a target, seconds from now, then the order of issue."""


class Turn(NamedTuple):
    """At `at_s` from now `counter` is free, and of those whom it may serve `due` is the nearest: of nobody later.
    `home_from` is the area that it is lent to now, and no more by then."""

    at_s: float
    counter: str
    due: Due
    home_from: str | None = None


NOBODY: Due = (math.inf, math.inf)


class Line:
    """Who waits in a queue, and who will come to it. `due` is that of the first of them, who comes at `comes_s`. The
    rest is looked at as it moves on: most plays end before most of a line is called."""

    def __init__(self, queue: Queue, now: datetime, gap_s: float, usual_s: float) -> None:
        """One more comes every `gap_s`."""
        self.usual_s = usual_s
        self._target_s = queue.target_wait.total_seconds()
        self._now = now
        self._dues = self._in_turn(queue, gap_s)
        self.move_on()

    def move_on(self) -> None:
        self.due = next(self._dues, NOBODY)
        self.comes_s = self.due[0] - self._target_s

    def _in_turn(self, queue: Queue, gap_s: float) -> Iterator[Due]:
        for rank, order, _ in queue.places:
            yield (rank - self._now).total_seconds() + self._target_s, order
        for n in range(1, int(COMING_S / gap_s) + 1):
            yield gap_s * n + self._target_s, math.inf


class Work(NamedTuple):
    """What a counter does: the lines that it serves while it is lent to the area `lent_to`, and from `home_s` on."""

    counter: str
    pace: float
    lines: list[Line]
    lent_to: str | None
    home_s: float
    own: list[Line]

    def at(self, at_s: float) -> tuple[list[Line], str | None]:
        """The lines then, and the area that it came home from."""
        if at_s < self.home_s:
            return self.lines, None
        return self.own, self.lent_to


class Played:
    """The queue of `state`, played on from `now`. `usual_s` is the usual time of each service, `pace` the capacity of a
    counter in usual ones. It is played only as far as somebody asks."""

    def __init__(
        self,
        state: QueueState,
        now: datetime,
        usual_s: Callable[[str], float],
        pace: Callable[[str], float],
    ) -> None:
        self._state = state
        self._now = now
        self._usual_s = usual_s
        self._pace = pace
        self._turns: list[Turn] = []
        self._further = self._play()

    def call_s(self, counters: Collection[str], due: Due, area: str = "") -> float:
        """When one of these counters calls who waits in the area with this due, seconds from now: in the first turn in
        which nobody has a nearer one."""
        for turn in self._turns:
            if turn.counter in counters and turn.due >= due and turn.home_from != area:
                return turn.at_s
        for turn in self._further:
            self._turns.append(turn)
            if turn.counter in counters and turn.due >= due and turn.home_from != area:
                return turn.at_s
        return HORIZON_S

    def _play(self) -> Iterator[Turn]:
        lines = {queue: self._line(queue) for queue in self._state.queues}
        free: list[tuple[float, int, Work]] = []
        for n, counter in enumerate(self._state.branch.counters):
            at_s = self._free_s(self._state.counters[counter.id])
            if at_s < HORIZON_S:
                free.append((at_s, n, self._work(counter, lines)))
        heapq.heapify(free)
        while free:
            at_s, n, work = heapq.heappop(free)
            served, home_from = work.at(at_s)
            nearest, line = _nearest(served, at_s)
            yield Turn(at_s, work.counter, nearest, home_from)
            if line:
                line.move_on()
                next_s = at_s + line.usual_s / work.pace
            else:
                next_s = max(at_s + SOON_S, min((one.comes_s for one in served), default=math.inf))
            if next_s < HORIZON_S:
                heapq.heappush(free, (next_s, n, work))

    def _work(self, counter: Counter, lines: Mapping[Queue, Line]) -> Work:
        queues = self._state.queues
        now = self._state.counters[counter.id]
        own = [lines[queue] for queue in queues.at(counter)]
        pace = self._pace(counter.id)
        if now.lent_until is None:
            return Work(counter.id, pace, own, None, math.inf, own)
        lent = [lines[queue] for queue in queues.at(self._state.as_lent(counter))]
        home_s = (now.lent_until - self._now).total_seconds()
        return Work(counter.id, pace, lent, now.lent_to, home_s, own)

    def _line(self, queue: Queue) -> Line:
        lately = self._state.lately
        tickets = lately.tickets.get(queue, 0)
        gap_s = lately.span_s(self._now) / tickets if tickets else math.inf
        return Line(queue, self._now, gap_s, self._usual_s(queue.service))

    def _free_s(self, counter: CounterState) -> float:
        """When the counter takes the next customer, seconds from now."""
        if counter.state is CounterStatus.CLOSED:
            return self._opens_s(counter)
        waits_s = 0.0
        if counter.state is CounterStatus.PAUSED or counter.break_status is BreakStatus.GRANTED:
            waits_s = BREAK_S
        if not counter.ticket:
            return waits_s
        ticket = self._state.tickets[counter.ticket]
        usual_s = self._usual_s(ticket.service) / self._pace(counter.id)
        lasted_s = (self._now - (ticket.called_at or self._now)).total_seconds()
        return waits_s + left_s(usual_s, lasted_s)

    def _opens_s(self, counter: CounterState) -> float:
        """When a closed counter opens, seconds from now: by its own hours; by the branch's, after lunch perhaps, where
        it was open before or somebody is signed on. Of others nobody knows whether they are staffed."""
        branch = self._state.branch
        own = branch.counter_opening[counter.id]
        if own.always and counter.since is None and counter.person is None:
            return math.inf
        begins = (branch.opening if own.always else own).begins(branch.day_of(self._now))
        coming = [at for at in begins if at > self._now]
        return (min(coming) - self._now).total_seconds() if coming else math.inf


def _nearest(lines: list[Line], at_s: float) -> tuple[Due, Line | None]:
    """Of those who have come by then, whose target ends first."""
    nearest = NOBODY
    of: Line | None = None
    for line in lines:
        if line.due < nearest and line.comes_s <= at_s:
            nearest = line.due
            of = line
    return nearest, of


def left_s(usual_s: float, lasted_s: float) -> float:
    """The mean of what is left of a lognormal service that has lasted so long already, seconds."""
    if lasted_s <= 1:
        return usual_s
    sigma = math.sqrt(SIGMA_2)
    above = (math.log(lasted_s) - math.log(usual_s) + SIGMA_2 / 2) / sigma
    longer = _normal_above(above)
    if longer < FEW:
        return LONGEST_LEFT * lasted_s
    return max(1.0, usual_s * _normal_above(above - sigma) / longer - lasted_s)


def _normal_above(z: float) -> float:
    return 0.5 * math.erfc(z / math.sqrt(2))
