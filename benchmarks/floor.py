"""How narrow a told range can be at all: the floor below the figures of benchmarks/told.py.

    python benchmarks/floor.py [--days 6] [--runs 40] [--sample 40] [--write]

A sample of the customers who wait over ten minutes, from day 4 on. At the moment of issue the branch is played on many
times by its own calling order, with the shifts as planned and other customers to come. The range is cut from those
waits at the shares of misses that the live forecast aims at, and rounded as it is: once with the service times of all
who are there, which nobody can know; once with what services take on average and how much they differ. Prints the
median of upper / lower end and the share of ranges that held, beside those of what the same customers were told.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from random import Random

from stage import put_into
from told import CALLING, LEARNED_DAYS, LONG_S, SCENARIOS

from lobby.branch.config import read_scenario
from lobby.branch.scenario import Customer, Scenario, branch_of, customers, lognormal, shifts
from lobby.calling.discipline import DEFAULT
from lobby.commands.base import Decision
from lobby.forecast.live import Forecaster
from lobby.forecast.tracking import TOLD_ABOVE, TOLD_BELOW
from lobby.forecast.words import rounded_min
from lobby.quantile import quantile
from lobby.simulation.first_days import teach
from lobby.simulation.simulate import FIRST_DAY, Day, Rehearsal
from lobby.state.ticket import State, Ticket

COMING_S = 2 * 3600.0
"""Who comes later is called after those whom the sample asks of."""
NEVER_S = 4 * 3600.0
LONG = timedelta(seconds=LONG_S)
TRIES = 50
OTHERS = 1_000_000
"""Seeds of the days that the other customers come from: none of them is a scenario's own."""

HEAD = (
    "| scenario | waits | told: upper / lower | held | services unknown | held | services known | held |",
    f"|{' --- |' * 8}",
)

Moment = tuple[int, int]
"""The day, and so many came before on it."""
Range = tuple[int, int]
"""Minutes; an end of 0 is none."""


class Called(Exception):
    """Who was asked for is called: there is nothing more to play."""


@dataclass(frozen=True)
class Long:
    """Somebody who waited long: the wait, seconds, and what was told."""

    wait_s: float
    told: Range


class Known:
    """The service times of all who are there are known."""

    def service(self, customer: Customer) -> Customer:
        return customer

    def left_s(self, customer: Customer, lasted_s: float, left_s: float) -> float:
        return left_s


class Unknown:
    """Only what a service takes on average is known, and how much its times differ."""

    def __init__(self, plan: Scenario, random: Random) -> None:
        self._services = {one.id: one for one in plan.service}
        self._random = random

    def service(self, customer: Customer) -> Customer:
        return replace(customer, service_s=self._takes_s(customer))

    def left_s(self, customer: Customer, lasted_s: float, left_s: float) -> float:
        """Of a service that has lasted so long already."""
        draws = (self._takes_s(customer) - lasted_s for _ in range(TRIES))
        return next((left for left in draws if left > 0), lasted_s)

    def _takes_s(self, customer: Customer) -> float:
        service = self._services[customer.service]
        return lognormal(service.mean_s, service.cv, self._random)


class Looking(Day):
    """A day that can be looked ahead from: `look` is called with each customer who has to wait."""

    def __init__(
        self,
        rehearsal: Rehearsal,
        plan: Scenario,
        number: int,
        look: Callable[[Looking, Ticket], None],
    ) -> None:
        super().__init__(rehearsal, FIRST_DAY + timedelta(days=number))
        self.number = number
        self._branch = rehearsal.commands.branch
        self._plan = shifts(plan)
        self._look = look
        self._ends_s: dict[str, float] = {}

    def _arrive(self, customer: Customer, arrivals: Iterator[Customer]) -> None:
        super()._arrive(customer, arrivals)
        if self.tickets[-1].state is State.WAITING:
            self._look(self, self.tickets[-1])

    def _occupy(self, counter: str, for_s: float, end: Callable[..., Decision]) -> None:
        self._ends_s[counter] = self._at_s + for_s
        super()._occupy(counter, for_s, end)

    def wait_s(self, ticket: Ticket, draw: Known | Unknown, coming: Sequence[Customer]) -> float:
        """How long the ticket waits in all, if services are as drawn and these customers come."""
        rehearsal = Rehearsal(self._branch, DEFAULT, self._no_show_s)
        rehearsal.state = self._state.fork(self._branch)
        own = rehearsal.state.tickets[ticket.id]
        rehearsal.breathe = partial(_until_called, own)
        waiting = {t.id: draw.service(self._customers[t.id]) for t in self._state.waiting()}
        with suppress(Called):
            Day(rehearsal, self.now).go_on(
                waiting, self._left_s(draw), self._later(coming), self._as_planned
            )
        return (own.called_at - own.issued_at).total_seconds() if own.called_at else NEVER_S

    def _left_s(self, draw: Known | Unknown) -> dict[str, float]:
        """What is left of the service at each counter."""
        left_s = {}
        for id, counter in self._state.counters.items():
            if counter.ticket:
                since = self._state.tickets[counter.ticket].called_at or self.now
                lasted_s = (self.now - since).total_seconds()
                customer = self._customers[counter.ticket]
                left_s[id] = draw.left_s(customer, lasted_s, self._ends_s[id] - self._at_s)
        return left_s

    def _later(self, coming: Sequence[Customer]) -> list[Customer]:
        return [
            replace(one, at_s=one.at_s - self._at_s)
            for one in coming
            if 0 < one.at_s - self._at_s < COMING_S
        ]

    def _as_planned(self, ahead: Day) -> None:
        """Counters open and end by their shifts also in the play."""
        for shift in self._plan:
            rest = replace(shift, from_s=shift.from_s - self._at_s, to_s=shift.to_s - self._at_s)
            if rest.from_s > 0:
                ahead._at(rest.from_s, partial(ahead._open, rest))
            elif self._state.counters[rest.counter].open:
                ahead._shifts[rest.counter] = rest
            if rest.to_s > 0:
                ahead._at(rest.to_s, partial(ahead._end, rest))


def _until_called(ticket: Ticket) -> None:
    if ticket.called_at:
        raise Called


def long_waits(plan: Scenario, days: int) -> dict[Moment, Long]:
    """Who waited over ten minutes since the branch has learned, and what they were told."""
    branch = branch_of(plan)
    forecaster = Forecaster(branch, {})
    teach(branch, forecaster)
    rehearsal = Rehearsal(branch, DEFAULT, plan.no_show_s, forecaster)
    found: dict[Moment, Long] = {}
    for number in range(days):
        day = rehearsal.day(number, customers(plan, plan.seed, number), shifts(plan))
        for n, ticket in enumerate(day.tickets if number >= LEARNED_DAYS else ()):
            if ticket.called_at and ticket.called_at - ticket.issued_at > LONG:
                wait_s = (ticket.called_at - ticket.issued_at).total_seconds()
                found[number, n] = Long(wait_s, ticket.wait.told_min)
    return found


def floor(
    plan: Scenario, sample: set[Moment], days: int, runs: int, *, known: bool
) -> dict[Moment, Range]:
    """What could be told to each of the sample."""
    ranges: dict[Moment, Range] = {}

    def look(day: Looking, ticket: Ticket) -> None:
        moment = day.number, len(day.tickets) - 1
        if moment in sample:
            waits_s = sorted(play(day, ticket, run) for run in range(runs))
            lo_s = quantile(waits_s, TOLD_BELOW)
            hi_s = quantile(waits_s, 1 - TOLD_ABOVE)
            ranges[moment] = rounded_min(lo_s, hi_s)

    def play(day: Looking, ticket: Ticket, run: int) -> float:
        draw = Known() if known else Unknown(plan, Random(f"{run}/{ticket.id}"))
        return day.wait_s(ticket, draw, customers(plan, OTHERS + run, day.number))

    rehearsal = Rehearsal(branch_of(plan), DEFAULT, plan.no_show_s)
    for number in range(days):
        day = Looking(rehearsal, plan, number, look)
        day.play(customers(plan, plan.seed, number), shifts(plan))
    return ranges


def figures(waits_s: Sequence[float], ranges: Sequence[Range]) -> str:
    """The median of upper / lower end, of those with both, and the share that held."""
    if not waits_s:
        return "- | -"
    ratios = [hi / max(1, lo) for lo, hi in ranges if hi]
    held = [
        60 * lo <= wait_s and (not hi or wait_s <= 60 * hi)
        for wait_s, (lo, hi) in zip(waits_s, ranges, strict=True)
    ]
    middle = f"{statistics.median(ratios):.1f}" if ratios else "-"
    return f"{middle} | {sum(held) / len(held):.0%}"


def row(path: Path, days: int, runs: int, most: int) -> str:
    plan = read_scenario(path)
    found = long_waits(plan, days)
    every = max(1, len(found) // most)
    sample = dict(list(found.items())[::every])
    waits_s = [one.wait_s for one in sample.values()]
    cells = [figures(waits_s, [one.told for one in sample.values()])]
    for known in (False, True):
        ranges = floor(plan, set(sample), days, runs, known=known)
        cells.append(figures(waits_s, [ranges[moment] for moment in sample]))
    return f"| {path.stem} | {len(sample)} | {' | '.join(cells)} |"


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--days", type=int, default=6)
    options.add_argument("--runs", type=int, default=40)
    options.add_argument("--sample", type=int, default=40)
    options.add_argument("--write", action="store_true")
    args = options.parse_args()
    of = partial(row, days=args.days, runs=args.runs, most=args.sample)
    with Pool() as pool:
        rows = pool.map(of, SCENARIOS, chunksize=1)
    made = "\n".join([*HEAD, *rows])
    print(made)
    if args.write:
        put_into(CALLING, "floor", made)


if __name__ == "__main__":
    main()
