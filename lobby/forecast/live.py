"""How long a customer in the lobby will wait from now on.

The queue is played on with usual times (lobby/forecast/played.py). The played wait and other features of the queue are
what the branch learns from (lobby/forecast/calibration.py); one of them is a formula, which divides the work ahead
among the open counters, less the capacity that customers with shorter target waits will use meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from lobby.branch.model import Branch, Counter
from lobby.events.wait import NO_FIGURE, Wait
from lobby.forecast.calibration import Calibration, eased_log
from lobby.forecast.played import Played
from lobby.forecast.port import Score
from lobby.state.queue import QueueState
from lobby.state.queues import BEHIND_ALL, Rank
from lobby.state.ticket import Ticket

PRIOR_SERVICES = 8.0
"""The weight of the prior mean of a service time, and of a teller's pace, in measured services: service times vary
by their own length (a coefficient of 0.8 or so), so the mean of 8 is good to a third."""
LEFT_AT_LEAST = 0.3
"""The share of the counters that is left for a customer, however many overtake: the discipline bounds overtaking."""
FEATURES = 11
BEFORE_ALL = timedelta(days=1)
"""Who is put first ranks so much earlier: before everybody, since nobody waits longer than the branch's day."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What waits for the same counters as a place: `people` and `work_s` with a nearer due time, and the seconds of
    work whose target wait is shorter than, the same as and longer than the place's own. `first_s` is the wait so far
    of the first customer with the same target wait."""

    people: int
    work_s: float
    shorter_s: float
    same_s: float
    longer_s: float
    first_s: float


class Forecaster:
    """Forecasts for one branch. `history_s` is the mean time of each service on the journal's earlier days, in
    seconds."""

    def __init__(self, branch: Branch, history_s: Mapping[str, float]) -> None:
        self.branch = branch
        self.calibration = Calibration(FEATURES)
        self._prior_pace_s = (
            PRIOR_SERVICES * sum(s.usual_s for s in branch.services) / len(branch.services)
        )
        self._history_s = dict(history_s)
        self._last_wait_s: dict[str, float] = {}
        self._played: tuple[object, Played] | None = None

    def newcomer(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        tier: str,
        area: str,
        needs: tuple[str, ...] = (),
    ) -> tuple[int, Wait]:
        target_wait = timedelta(seconds=self.branch.target_wait_s(tier, needs))
        return self._at(
            state,
            max(now, state.at),
            now,
            service,
            tier,
            area,
            state.counters_for(service, tier, area),
            target_wait,
            BEHIND_ALL,
        )

    def at_place(self, state: QueueState, ticket: Ticket) -> tuple[int, Wait]:
        counters = state.counters_for(ticket.service, ticket.tier, ticket.area)
        if ticket.only_counter:
            counters = (state.as_lent(self.branch.counter[ticket.only_counter]),)
        target_wait = timedelta(seconds=ticket.target_wait_s)
        rank_at = ticket.rank_at - BEFORE_ALL if ticket.first else ticket.rank_at
        return self._at(
            state,
            state.at,
            rank_at,
            ticket.service,
            ticket.tier,
            ticket.area,
            counters,
            target_wait,
            ticket.order,
        )

    def learn(self, ticket: Ticket, called_at: datetime) -> None:
        if ticket.called_at is None and ticket.rank_at == ticket.issued_at:
            waited_s = max(0.0, (called_at - ticket.issued_at).total_seconds())
            self.calibration.learn(ticket.tier, ticket.area, ticket.wait, waited_s)
            self._last_wait_s[ticket.tier] = waited_s

    def scores(self) -> Iterable[Score]:
        return self.calibration.scores()

    def service_s(self, state: QueueState, service: str) -> float:
        """The mean service time in seconds: today's, shrunk to the prior."""
        prior_s = self._history_s.get(service) or self.branch.service[service].usual_s
        count, total_s = state.service_s.get(service, (0, 0.0))
        return (PRIOR_SERVICES * prior_s + total_s) / (PRIOR_SERVICES + count)

    def _at(
        self,
        state: QueueState,
        now: datetime,
        rank_at: datetime,
        service: str,
        tier: str,
        area: str,
        counters: Sequence[Counter],
        target_wait: timedelta,
        order: float,
    ) -> tuple[int, Wait]:
        """People ahead and the wait from `now` on, at the place of a customer who came at `rank_at`."""
        ahead = self._ahead(state, area, counters, target_wait, (rank_at, order))
        at_work = [state.counters[c.id] for c in counters if state.counters[c.id].at_work]
        open_now = [counter for counter in at_work if counter.open]
        if sum(counter.idle for counter in open_now) > ahead.people:
            return ahead.people, self.calibration.cut(tier, area, ())
        capacity = sum(self._pace(state, counter.id) for counter in open_now) or 1.0
        shorter, total = self._load(state, counters, target_wait)
        own_s = self.service_s(state, service)
        formula_s = (ahead.work_s + own_s) / max(LEFT_AT_LEAST * capacity, capacity - shorter)
        played_s = formula_s
        if at_work:
            due = (rank_at - now + target_wait).total_seconds()
            ids = {counter.id for counter in counters}
            played_s = self._play(state, now).call_s(ids, (due, order), area)
        features = (
            1.0,
            eased_log(played_s),
            eased_log(formula_s),
            eased_log((ahead.same_s + own_s) / capacity),
            eased_log(ahead.shorter_s / capacity),
            eased_log(ahead.longer_s / capacity),
            eased_log(ahead.first_s),
            eased_log(self._last_wait_s.get(tier, 0.0)),
            min(2.0, shorter / capacity),
            min(2.0, total / capacity),
            eased_log(own_s / capacity),
        )
        wait = self.calibration.cut(tier, area, tuple(round(f, 3) for f in features))
        if not at_work:
            wait = replace(wait, told=NO_FIGURE)
        return ahead.people, wait

    def _play(self, state: QueueState, now: datetime) -> Played:
        """The queue played on. All who ask of one moment ask of one play."""
        moment = (state.day, state.seq, now)
        if self._played is None or self._played[0] != moment:
            usual_s = partial(self.service_s, state)
            self._played = moment, Played(state, now, usual_s, partial(self._pace, state))
        return self._played[1]

    def _ahead(
        self,
        state: QueueState,
        area: str,
        counters: Sequence[Counter],
        target_wait: timedelta,
        rank: Rank,
    ) -> Ahead:
        rank_at, order = rank
        due = rank_at + target_wait
        people = 0
        work_s = 0.0
        first_s = 0.0
        work_by_target = {-1: 0.0, 0: 0.0, 1: 0.0}
        for queue in state.queues.beside(counters):
            if not queue.places or queue.area != area:
                continue
            service_s = self.service_s(state, queue.service)
            before = bisect_left(queue.places, (due - queue.target_wait, order))
            people = people + before
            work_s = work_s + before * service_s
            if queue.target_wait == target_wait:
                first_s = max(first_s, (state.at - queue.places[0][0]).total_seconds())
                work_by_target[0] += before * service_s
            else:
                work_by_target[1 if queue.target_wait > target_wait else -1] += (
                    len(queue.places) * service_s
                )
        return Ahead(
            people, work_s, work_by_target[-1], work_by_target[0], work_by_target[1], first_s
        )

    def _pace(self, state: QueueState, counter: str) -> float:
        """The capacity of this counter in usual counters: its teller's pace today, shrunk to 1."""
        expected_s, took_s = state.counters[counter].pace
        return (self._prior_pace_s + expected_s) / (self._prior_pace_s + took_s)

    def _load(
        self, state: QueueState, counters: Sequence[Counter], target_wait: timedelta
    ) -> tuple[float, float]:
        """The work that customers lately brought to these counters, in counters: that of customers with shorter
        target waits, who will overtake, and that of all."""
        shorter = 0.0
        total = 0.0
        tickets = state.lately.tickets
        span_s = state.lately.span_s(state.at)
        for queue in state.queues.beside(counters):
            if arrivals := tickets.get(queue, 0):
                work_s = arrivals * self.service_s(state, queue.service) / span_s
                total += work_s
                if queue.target_wait < target_wait:
                    shorter += work_s
        return shorter, total
