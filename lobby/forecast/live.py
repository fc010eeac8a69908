"""How long a customer in the lobby will wait from now on.

A formula shares the work ahead among the open counters, less what customers with shorter promises will take
of them meanwhile. The formula and what else can be seen are the features from which the branch learns
(lobby/forecast/calibration.py). A cold start is the formula with wide bounds.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from lobby.branch.model import Branch, Counter
from lobby.events.wait import Wait
from lobby.forecast.calibration import Calibration, Score, eased_log
from lobby.state.lines import BEHIND_ALL, Rank
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket

PRIOR_SERVICES = 8.0
"""How many measured services the configured or historical mean is worth, and a teller's usual pace."""
LEFT_AT_LEAST = 0.3
"""However many overtake, this share of the counters is left for the others: the discipline sees to it."""
FEATURES = 10
NOTHING = Wait(0, 0, 0, 0)
BEFORE_ALL = timedelta(days=1)


class Forecast(Protocol):
    """What the hall and its views ask about waiting."""

    def newcomer(
        self, state: QueueState, now: datetime, service: str, tier: str, area: str, needs: tuple[str, ...] = ()
    ) -> tuple[int, Wait]:
        """People ahead and the wait of a customer who takes a number now."""

    def at_place(self, state: QueueState, ticket: Ticket) -> tuple[int, Wait]:
        """People ahead and the remaining wait of a waiting ticket."""

    def learn(self, ticket: Ticket, called_at: datetime) -> None:
        """What became of the forecast given with the ticket; told as it was before the call."""

    def scores(self) -> Iterable[Score]:
        """How right the latest forecasts were, by tier."""

    def service_s(self, state: QueueState, service: str) -> float:
        """How long the service usually takes, seconds."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What waits for the same counters: people and seconds of work with nearer promises than a place, and
    seconds of work by the length of the promise compared to the place's own; `first_s` is how long the
    first with a promise as long has waited."""

    people: int
    work_s: float
    shorter_s: float
    same_s: float
    longer_s: float
    first_s: float


class Forecaster:
    """Forecasts for one branch. `history_s` is the mean service time per service learned from the
    journal's earlier days, in seconds."""

    def __init__(self, branch: Branch, history_s: Mapping[str, float]) -> None:
        self.branch = branch
        self.calibration = Calibration(FEATURES)
        self._prior_pace_s = PRIOR_SERVICES * sum(s.usual_s for s in branch.services) / len(branch.services)
        self._history_s = dict(history_s)
        self._last_wait_s: dict[str, float] = {}

    def newcomer(
        self, state: QueueState, now: datetime, service: str, tier: str, area: str, needs: tuple[str, ...] = ()
    ) -> tuple[int, Wait]:
        promise = timedelta(seconds=self.branch.target_wait_s(tier, needs))
        return self._at(
            state, now, service, tier, area, self.branch.counters_for(service, tier, area), promise, BEHIND_ALL
        )

    def at_place(self, state: QueueState, ticket: Ticket) -> tuple[int, Wait]:
        desks = self.branch.counters_for(ticket.service, ticket.tier, ticket.area)
        if ticket.only_counter:
            desks = (self.branch.counter[ticket.only_counter],)
        promise = timedelta(seconds=ticket.target_wait_s)
        rank_at = ticket.rank_at - BEFORE_ALL if ticket.first else ticket.rank_at
        return self._at(state, rank_at, ticket.service, ticket.tier, ticket.area, desks, promise, ticket.order)

    def learn(self, ticket: Ticket, called_at: datetime) -> None:
        if ticket.called_at is None and ticket.rank_at == ticket.issued_at:
            waited_s = max(0.0, (called_at - ticket.issued_at).total_seconds())
            self.calibration.learn(ticket.tier, ticket.wait, waited_s)
            self._last_wait_s[ticket.tier] = waited_s

    def scores(self) -> Iterable[Score]:
        return self.calibration.scores()

    def service_s(self, state: QueueState, service: str) -> float:
        """The mean service time: today's, shrunk to what was known before, seconds."""
        prior_s = self._history_s.get(service) or self.branch.service[service].usual_s
        count, total_s = state.service_s.get(service, (0, 0.0))
        return (PRIOR_SERVICES * prior_s + total_s) / (PRIOR_SERVICES + count)

    def _at(
        self,
        state: QueueState,
        rank_at: datetime,
        service: str,
        tier: str,
        area: str,
        desks: Sequence[Counter],
        promise: timedelta,
        order: float,
    ) -> tuple[int, Wait]:
        """The wait from now on at the place of who came at `rank_at`."""
        ahead = self._ahead(state, area, desks, promise, (rank_at, order))
        open_now = [desk.id for desk in desks if state.counters[desk.id].state == "open"]
        idle = sum(state.counters[id].ticket is None for id in open_now)
        if idle > ahead.people:
            return ahead.people, self.calibration.cut(tier, (), 0.0)
        capacity = sum(self._pace(state, id) for id in open_now) or 1.0
        shorter, all_ = self._load(state, desks, promise)
        own_s = self.service_s(state, service)
        formula_s = (ahead.work_s + own_s) / max(LEFT_AT_LEAST * capacity, capacity - shorter)
        features = (
            1.0,
            eased_log(formula_s),
            eased_log((ahead.same_s + own_s) / capacity),
            eased_log(ahead.shorter_s / capacity),
            eased_log(ahead.longer_s / capacity),
            eased_log(ahead.first_s),
            eased_log(self._last_wait_s.get(tier, 0.0)),
            min(2.0, shorter / capacity),
            min(2.0, all_ / capacity),
            eased_log(own_s / capacity),
        )
        return ahead.people, self.calibration.cut(
            tier, tuple(round(f, 3) for f in features), ahead.people / max(1, len(open_now))
        )

    def _ahead(self, state: QueueState, area: str, desks: Sequence[Counter], promise: timedelta, rank: Rank) -> Ahead:
        rank_at, order = rank
        due = rank_at + promise
        people = 0
        work_s = 0.0
        first_s = 0.0
        by_promise = {-1: 0.0, 0: 0.0, 1: 0.0}
        for line in state.lines.beside(desks):
            if not line.places or line.area != area:
                continue
            service_s = self.service_s(state, line.service)
            before = bisect_left(line.places, (due - line.promise, order))
            people = people + before
            work_s = work_s + before * service_s
            if line.promise == promise:
                first_s = max(first_s, (state.at - line.places[0][0]).total_seconds())
                by_promise[0] += before * service_s
            else:
                by_promise[1 if line.promise > promise else -1] += len(line.places) * service_s
        return Ahead(people, work_s, by_promise[-1], by_promise[0], by_promise[1], first_s)

    def _pace(self, state: QueueState, counter: str) -> float:
        """How many usual counters' worth this counter does today: its teller's pace, shrunk to 1."""
        expected_s, took_s = state.counters[counter].pace
        return (self._prior_pace_s + expected_s) / (self._prior_pace_s + took_s)

    def _load(self, state: QueueState, desks: Sequence[Counter], promise: timedelta) -> tuple[float, float]:
        """Counters' worth of work that customers lately brought to these counters: those with shorter
        promises, who will overtake, and all."""
        shorter = 0.0
        all_ = 0.0
        tickets = state.lately.tickets
        span_s = state.lately.span_s(state.at)
        for line in state.lines.beside(desks):
            if came := tickets.get(line, 0):
                work_s = came * self.service_s(state, line.service) / span_s
                all_ += work_s
                if line.promise < promise:
                    shorter += work_s
        return shorter, all_
