"""What happens next, if: many runs of the same Hall from the state as it is now, each with other chances.

Every alternative meets the same customers with the same service times, so that what differs between two
of them is the alternative's doing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from random import Random

from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, lognormal
from lobby.calling.discipline import DEFAULT
from lobby.forecast.live import Forecaster
from lobby.quantile import quantile
from lobby.simulation.simulate import Day, Rehearsal
from lobby.state.queue import QueueState
from lobby.state.ticket import AT_COUNTER, State, Ticket

NEVER_S = 14400.0
"""The wait of somebody whom nobody would call."""
COMING_S = 1800.0
"""Of interest are who waits now and who comes within this time."""
RATE_S = 600.0
"""Rates are told from no shorter time: a coach that brings sixty within a minute brings not sixty a minute for half
an hour, and to play 1,800 customers took half a minute."""
SERVICE_CV = 0.8
NO_SHOW_S = 60.0
PRIOR_CALLS = 40
PRIOR_NO_SHOWS = 1

Change = Callable[[Day], None]
"""An alternative: what is done to the day before it goes on."""


Waits = list[tuple[Ticket, float]]
"""Of who waits now and who comes within COMING_S: each ticket and its wait in all, seconds."""


def p90_s(waits: Waits, concerned: Callable[[Ticket], bool]) -> float:
    """The 90 % wait of those concerned, seconds."""
    return quantile(sorted(wait_s for ticket, wait_s in waits if concerned(ticket)), 0.9)


def as_it_is(day: Day) -> None:
    pass


@dataclass(frozen=True)
class Chances:
    """One draw of what nobody knows yet: what becomes of the tickets waiting, how long those at the counters
    still take, who comes."""

    waiting: dict[str, Customer]
    remaining_s: dict[str, float]
    coming: Sequence[Customer]


class Lookahead:
    """Runs from one state. The state is copied: it may go on meanwhile."""

    def __init__(self, state: QueueState, now: datetime, forecaster: Forecaster) -> None:
        self.state = state.fork(bare(state.branch))
        self.now = now
        self._no_shows = _no_show_share(state)
        self._service_s = {s.id: forecaster.service_s(state, s.id) for s in state.branch.services}
        examples = {state.lines.of(t): t for t in state.tickets.values()}
        span_s = max(RATE_S, state.lately.span_s(now))
        came = [(line, n) for line, n in state.lately.tickets.items() if n and line in examples] if state.open else []
        self.coming = [(copy(examples[line]), n / span_s) for line, n in came]
        """An example of each kind of customer that comes, and how many of them come a second."""

    def waits(self, changes: Sequence[Change], runs: int, seed: int) -> Iterator[list[Waits]]:
        """For each run what follows from each change."""
        for run in range(runs):
            chances = self._draw(Random(f"{seed}/{run}"))
            yield [self.run(chances, change) for change in changes]

    def run(self, chances: Chances, change: Change) -> Waits:
        """The waits that follow if that happens. Who is never called counts as waiting NEVER_S."""
        rehearsal = Rehearsal(self.state.branch, DEFAULT, NO_SHOW_S)
        rehearsal.state = self.state.fork(self.state.branch)
        day = Day(rehearsal, self.now)
        day.go_on(chances.waiting, chances.remaining_s, chances.coming, change)
        return [
            (t, (t.called_at - t.rank_at).total_seconds() if t.called_at else NEVER_S)
            for t in day.tickets
            if t.state is State.WAITING or (t.called_at and t.called_at >= self.now)
        ]

    def _draw(self, random: Random) -> Chances:
        waiting = {t.id: self._customer(t, 0.0, random) for t in self.state.waiting()}
        remaining_s = {
            t.counter: self._remaining_s(t, random)
            for t in self.state.live()
            if t.state in AT_COUNTER and t.counter is not None
        }
        coming = [self._customer(t, at_s, random) for t, rate in self.coming for at_s in _poisson(rate, random)]
        return Chances(waiting, remaining_s, sorted(coming, key=lambda c: c.at_s))

    def _customer(self, like: Ticket, at_s: float, random: Random) -> Customer:
        service_s = lognormal(self._service_s[like.service], SERVICE_CV, random)
        comes = random.random() >= self._no_shows
        return Customer(at_s, like.tier, like.service, service_s, comes, needs=like.needs)

    def _remaining_s(self, ticket: Ticket, random: Random) -> float:
        """What is left of a service that has lasted so long already."""
        mean_s = self._service_s[ticket.service]
        elapsed_s = (self.now - (ticket.started_at or self.now)).total_seconds()
        for _ in range(20):
            if (drawn := lognormal(mean_s, SERVICE_CV, random)) > elapsed_s:
                return drawn - elapsed_s
        return mean_s


def bare(branch: Branch) -> Branch:
    """The branch without what a rehearsal does not need."""
    return dataclasses.replace(branch, printers=(), boards=())


def _no_show_share(state: QueueState) -> float:
    ended = [t for t in state.tickets.values() if t.called_at and t.state.ended]
    missing = sum(t.state is State.NO_SHOW for t in ended)
    return (PRIOR_NO_SHOWS + missing) / (PRIOR_CALLS + len(ended))


def _poisson(rate: float, random: Random) -> Iterator[float]:
    at_s = random.expovariate(rate)
    while at_s < COMING_S:
        yield at_s
        at_s += random.expovariate(rate)
