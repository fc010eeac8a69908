"""What would happen next: many runs of the same commands from the present state, each with other random draws.

Every alternative meets the same customers with the same service times, so that a difference between two alternatives
comes from the alternatives alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from lobby.branch.lending import home_at
from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, lognormal, poisson
from lobby.branch.serving import always_open
from lobby.calling.discipline import DEFAULT
from lobby.forecast.live import Forecaster
from lobby.forecast.played import SERVICE_CV
from lobby.quantile import quantile
from lobby.simulation.simulate import Breathe, Day, Rehearsal, restless
from lobby.state.queue import QueueState
from lobby.state.ticket import AT_COUNTER, State, Ticket

NEVER_S = 14400.0
"""The wait of a customer whom nobody would call: four hours, longer than customers stay."""
COMING_S = 1800.0
"""A run covers who waits now and who comes within this time."""
RATE_S = 600.0
"""Rates of arrival are measured over at least this time. A coach that brings sixty people within a minute does not
bring sixty a minute for half an hour, and a run of 1,800 customers took half a minute."""
NO_SHOW_S = 60.0
"""How long a teller waits for a customer who does not come: that of a scenario by default."""
PRIOR_CALLS = 40
PRIOR_NO_SHOWS = 1
"""Before the day's own calls count, one customer in forty does not come."""

Change = Callable[[Day], None]
"""An alternative: what is done to the day before it goes on."""

Waits = list[tuple[Ticket, float]]
"""Each ticket that waits now or comes within COMING_S, and its whole wait, seconds."""


def p90_s(waits: Waits, concerned: Callable[[Ticket], bool]) -> float:
    """The 90 % wait of the tickets concerned, seconds."""
    return quantile(sorted(wait_s for ticket, wait_s in waits if concerned(ticket)), 0.9)


def unchanged(day: Day) -> None:
    pass


@dataclass(frozen=True)
class Chances:
    """One random draw of the unknown: the customers behind the waiting tickets, the remaining time of each service at
    a counter, and the customers to come."""

    waiting: dict[str, Customer]
    remaining_s: dict[str, float]
    coming: Sequence[Customer]


class Lookahead:
    """Runs from one state. It copies what they need of it, and goes to another process as a pickle."""

    def __init__(self, state: QueueState, now: datetime, forecaster: Forecaster) -> None:
        self.state = state.fork(bare(state.branch))
        self.now = now
        self._hours = state.branch
        self._no_shows = _no_show_share(state)
        services = {*state.branch.offered.service, *(t.service for t in state.tickets.values())}
        self._service_s = {id: forecaster.service_s(state, id) for id in services}
        examples = {
            state.queues.of(t): t for t in state.tickets.values() if _may_come(state.branch, t)
        }
        span_s = max(RATE_S, state.lately.span_s(now))
        arrivals = (
            [(queue, n) for queue, n in state.lately.tickets.items() if n and queue in examples]
            if state.gives_numbers(now)
            else []
        )
        self.coming = [(copy(examples[queue]), n / span_s) for queue, n in arrivals]
        """An example of each kind of customer that comes, and the rate of its arrivals per second."""

    def lent_min(self, counter: str, minutes: int) -> int:
        """For how many of the minutes the counter stays lent: whoever plays on knows no hours."""
        home = home_at(self._hours, counter, self.now, timedelta(minutes=minutes))
        return int((home - self.now).total_seconds() // 60)

    @property
    def customers(self) -> int:
        """About how many a run serves."""
        return self.state.queues.waiting + round(COMING_S * sum(rate for _, rate in self.coming))

    def waits(
        self, changes: Sequence[Change], runs: int, seed: int, breathe: Breathe = restless
    ) -> Iterator[list[Waits]]:
        """For each run, the waits that follow from each change."""
        for run in range(runs):
            chances = self._draw(Random(f"{seed}/{run}"))
            yield [self.run(chances, change, breathe) for change in changes]

    def run(self, chances: Chances, change: Change, breathe: Breathe = restless) -> Waits:
        """The waits that follow from these chances and the change. A ticket that is never called waits NEVER_S."""
        rehearsal = Rehearsal(self.state.branch, DEFAULT, NO_SHOW_S, breathe=breathe)
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
        coming = [
            self._customer(t, at_s, random)
            for t, rate in self.coming
            for at_s in poisson(rate, 0.0, COMING_S, random)
        ]
        return Chances(waiting, remaining_s, sorted(coming, key=lambda c: c.at_s))

    def _customer(self, example: Ticket, at_s: float, random: Random) -> Customer:
        service_s = lognormal(self._service_s[example.service], SERVICE_CV, random)
        comes = random.random() >= self._no_shows
        return Customer(at_s, example.tier, example.service, service_s, comes, needs=example.needs)

    def _remaining_s(self, ticket: Ticket, random: Random) -> float:
        """The remaining time of a service, given how long it has lasted already. Where twenty draws are shorter than
        that, the service is unusual, and the mean stands for the remainder."""
        mean_s = self._service_s[ticket.service]
        elapsed_s = (self.now - (ticket.started_at or self.now)).total_seconds()
        for _ in range(20):
            if (service_s := lognormal(mean_s, SERVICE_CV, random)) > elapsed_s:
                return service_s - elapsed_s
        return mean_s


def bare(branch: Branch) -> Branch:
    """The branch without printers and boards, which a simulation does not need. It is always open: who came on a day
    that is played again came, whatever the hours say."""
    return dataclasses.replace(always_open(branch), printers=(), boards=())


def _may_come(branch: Branch, ticket: Ticket) -> bool:
    """Whether such customers still come, after what the configuration lost today."""
    return ticket.service in branch.offered.service and ticket.tier in branch.offered.tier


def _no_show_share(state: QueueState) -> float:
    ended = [t for t in state.tickets.values() if t.called_at and t.state.ended]
    missing = sum(t.state is State.NO_SHOW for t in ended)
    return (PRIOR_NO_SHOWS + missing) / (PRIOR_CALLS + len(ended))
