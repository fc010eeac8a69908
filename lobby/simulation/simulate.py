"""Days of customers on a virtual clock through the same commands and queue state that run the branch."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from random import Random
from typing import Any

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, Scenario, Shift, branch_of, customers, shifts
from lobby.commands.base import Decision
from lobby.commands.commands import Commands
from lobby.commands.ids import Ids
from lobby.evolve.apply import apply
from lobby.forecast.port import Forecast
from lobby.simulation.figures import Tally
from lobby.simulation.stand_ins import NullForecast, Past
from lobby.state.queue import QueueState
from lobby.state.ticket import State, Ticket
from lobby.state.undo import Acts

FIRST_DAY = datetime(2001, 1, 1, tzinfo=UTC)
Breathe = Callable[[], None]
"""What a long computation calls at each of its steps, so that it can be made to rest."""


def restless() -> None:
    """The breath of a computation with nobody beside it."""


class Rehearsal:
    """One branch on a virtual clock, day after day."""

    def __init__(
        self,
        branch: Branch,
        policy: str,
        no_show_s: float,
        forecaster: Forecast | None = None,
        breathe: Breathe = restless,
        changeovers_s: Mapping[str, Sequence[float]] | None = None,
    ) -> None:
        self._past = Past()
        ids = Ids(Random(0).getrandbits)  # the same days have the same ids
        self.commands = Commands(branch, forecaster or NullForecast(), self._past, policy, ids)
        self.state = QueueState(branch)
        self.state.acts = Acts(keep=False)
        self.no_show_s = no_show_s
        self.breathe = breathe
        self.changeovers_s = changeovers_s or {}
        """For each counter what its teller takes before a call that could be made, call by call, and over again."""

    def day(self, number: int, customers: Sequence[Customer], shifts: Iterable[Shift]) -> Day:
        day = Day(self, FIRST_DAY + timedelta(days=number))
        day.play(customers, shifts)
        self._past.longest_s = self.state.fcfs.longest_s
        return day


class Day:
    """The course of one day. Commands make every decision; the day only holds what happens when: an agenda of
    instants (seconds since midnight) and the counters' shifts."""

    def __init__(self, rehearsal: Rehearsal, midnight: datetime) -> None:
        self._commands = rehearsal.commands
        self._state = rehearsal.state
        self._no_show_s = rehearsal.no_show_s
        self._breathe = rehearsal.breathe
        self._changeovers_s = {id: cycle(each) for id, each in rehearsal.changeovers_s.items()}
        self._midnight = midnight
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._entries = 0
        self._idle: dict[str, None] = {}
        self._changeovers: dict[str, float] = {}
        """Until when the teller of a counter is not there for the next one. Whoever closes it meanwhile ends this."""
        self._shifts: dict[str, Shift] = {}
        self._customers: dict[str, Customer] = {}
        self._at_s = 0.0
        self.now = midnight
        self.busy_s = dict.fromkeys(self._state.counters, 0.0)
        self.open_s = dict.fromkeys(self._state.counters, 0.0)

    @property
    def tickets(self) -> list[Ticket]:
        return list(self._state.tickets.values())

    def play(self, customers: Iterable[Customer], shifts: Iterable[Shift]) -> None:
        while events := self._commands.roll(self._state, self._midnight):
            self._do(Decision(events))
        for shift in shifts:
            self._at(shift.from_s, partial(self._open, shift))
            if shift.to_s < math.inf:
                self._at(shift.to_s, partial(self._end, shift))
        self._await(iter(customers))
        self._run()

    def _run(self) -> None:
        while self._agenda:
            self._breathe()
            self._at_s, _, act = heapq.heappop(self._agenda)
            self.now = self._midnight + timedelta(seconds=self._at_s)
            act()

    def go_on(
        self,
        waiting: Mapping[str, Customer],
        remaining_s: Mapping[str, float],
        coming: Iterable[Customer],
        change: Callable[[Day], None],
    ) -> None:
        """Plays on from the present state until everybody who waits or comes is served. `waiting` has the customer of
        each ticket, `remaining_s` the rest of the service at each counter. Open counters stay open, but one that the
        configuration lost today ends with its customer; `change` happens first."""
        self._customers = dict(waiting)
        for counter in self._state.counters.values():
            if counter.id not in self._commands.branch.offered.counter:
                self._shifts[counter.id] = Shift(counter.id, 0.0, 0.0, last=False)
            elif counter.open:
                self._shifts[counter.id] = Shift(counter.id, 0.0, math.inf, last=True)
        for counter_id, service_s in remaining_s.items():
            if (
                self._state.tickets[self._state.counters[counter_id].ticket or ""].state
                is State.CALLED
            ):
                self._do(self._commands.start(self._state, self.now, counter_id))
            self._occupy(counter_id, service_s, self._commands.finish)
        for counter in self._state.counters.values():
            if counter.lent_until:
                home_s = max(0.0, (counter.lent_until - self._midnight).total_seconds())
                self._at(home_s, partial(self._come_home, counter.id))
        change(self)
        for shift in list(self._shifts.values()):
            if shift.to_s > 0 and self._state.counters[shift.counter].ticket is None:
                self._call(shift.counter)
        self._await(iter(coming))
        self._run()

    def open(self, counter: str) -> None:
        """Opens the counter from now on."""
        self._open(Shift(counter, self._at_s, math.inf, last=True))

    def close_after(self, counter: str, for_s: float) -> None:
        """The counter takes nobody new after so many seconds."""
        shift = self._shifts[counter] = Shift(counter, 0.0, self._at_s + for_s, last=False)
        self._at(shift.to_s, partial(self._end, shift))

    def lend(self, counter: str, area: str, minutes: int) -> None:
        """The counter helps the area for so long."""
        self._do(self._commands.lend_counter(self._state, self.now, counter, area, minutes))
        self._at(self._at_s + 60.0 * minutes, partial(self._come_home, counter))

    def _come_home(self, counter: str) -> None:
        """Its time is over, unless it closed before."""
        if self._state.counters[counter].lent_to:
            self._do(self._commands.end_lending(self._state, self.now, counter))

    def send_away(self, ticket: str) -> None:
        """A customer leaves the queue for a machine."""
        self._do(self._commands.cancel(self._state, self.now, ticket))

    # -- customers ----------------------------------------------------------------------------------
    def _await(self, arrivals: Iterator[Customer]) -> None:
        if customer := next(arrivals, None):
            self._at(customer.at_s, partial(self._arrive, customer, arrivals))

    def _arrive(self, customer: Customer, arrivals: Iterator[Customer]) -> None:
        self._await(arrivals)
        issue = self._commands.issue(
            self._state, self.now, customer.service, customer.needs, tier=customer.tier
        )
        ticket = self._state.tickets[self._do(issue).ticket or ""]
        self._customers[ticket.id] = customer
        able = {
            able_counter.id
            for able_counter in self._state.counters_for(ticket.service, ticket.tier, ticket.area)
        }
        if free := next((counter for counter in self._idle if counter in able), None):
            self._call(free)
        elif customer.patience_s < math.inf:
            self._at(self._at_s + customer.patience_s, partial(self._leave, ticket))

    def _leave(self, ticket: Ticket) -> None:
        if ticket.state is State.WAITING:
            self._do(self._commands.cancel(self._state, self.now, ticket.id))

    # -- counters -----------------------------------------------------------------------------------
    def _open(self, shift: Shift) -> None:
        self._do(self._commands.open_counter(self._state, self.now, shift.counter))
        self._shifts[shift.counter] = shift
        if self._state.counters[shift.counter].ticket is None:
            self._call(shift.counter)

    def _end(self, shift: Shift) -> None:
        if shift.counter in self._idle or (shift.counter in self._changeovers and not shift.last):
            self._close(shift.counter)

    def _close(self, counter: str) -> None:
        self._idle.pop(counter, None)
        self._changeovers.pop(counter, None)
        self._do(self._commands.close_counter(self._state, self.now, counter))
        self.open_s[counter] += self._at_s - self._shifts[counter].from_s

    def _call(self, counter: str) -> None:
        """The next one, after the teller's changeover if there is a next one now."""
        after_s = 0.0
        if counter in self._changeovers_s and self._next(counter).ticket:
            after_s = next(self._changeovers_s[counter], 0.0)
        if after_s:
            self._idle.pop(counter, None)
            self._changeovers[counter] = self._at_s + after_s
            self._at(self._at_s + after_s, partial(self._changed_over, counter))
        else:
            self._call_now(counter)

    def _changed_over(self, counter: str) -> None:
        if self._changeovers.get(counter) == self._at_s:
            del self._changeovers[counter]
            self._call_now(counter)

    def _next(self, counter: str) -> Decision:
        return self._commands.next(self._state, self.now, counter)

    def _call_now(self, counter: str) -> None:
        decision = self._do(self._next(counter))
        if decision.ticket is None:
            self._idle_or_close(counter)
            return
        self._idle.pop(counter, None)
        customer = self._customers[decision.ticket]
        if customer.comes:
            self._do(self._commands.start(self._state, self.now, counter))
            self._occupy(counter, customer.service_s, self._commands.finish)
        else:
            self._occupy(counter, self._no_show_s, self._commands.no_show)

    def _idle_or_close(self, counter: str) -> None:
        if self._at_s >= self._shifts[counter].to_s:
            self._close(counter)
        else:
            self._idle.setdefault(counter)

    def _occupy(self, counter: str, for_s: float, end: Callable[..., Decision]) -> None:
        self.busy_s[counter] += for_s
        self._at(self._at_s + for_s, partial(self._free, counter, end))

    def _free(self, counter: str, end: Callable[..., Decision]) -> None:
        self._do(end(self._state, self.now, counter))
        shift = self._shifts[counter]
        if self._at_s >= shift.to_s and not shift.last:
            self._close(counter)
        else:
            self._call(counter)

    # -- the agenda ---------------------------------------------------------------------------------
    def _at(self, at_s: float, act: Callable[[], object]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (at_s, self._entries, act))

    def _do(self, decision: Decision) -> Decision:
        for event in decision.events:
            if isinstance(event, ev.TicketCalled):
                self._commands.forecaster.learn(self._state.tickets[event.ticket], self.now)
            apply(self._state, ev.Recorded(self._state.seq + 1, self.now, "rehearsal", event))
        return decision


def simulate(
    plan: Scenario,
    policy: str,
    days: int,
    seed: int,
    forecaster: Forecast | None = None,
    watch: Callable[[Day], object] | None = None,
) -> dict[str, Any]:
    """The figures of so many days of a scenario: what `lobby simulate --json` prints. `watch` sees each ended day."""
    branch = branch_of(plan)
    rehearsal = Rehearsal(branch, policy, plan.no_show_s, forecaster)
    tally = Tally(branch)
    busy_s = dict.fromkeys(branch.counter, 0.0)
    open_s = dict.fromkeys(branch.counter, 0.0)
    for number in range(days):
        day = rehearsal.day(number, customers(plan, seed, number), shifts(plan))
        tally.add(day.tickets, day.now)
        if watch:
            watch(day)
        for id in branch.counter:
            busy_s[id] += day.busy_s[id]
            open_s[id] += day.open_s[id]
    shares = {
        id: {"busy_share": round(busy_s[id] / (open_s[id] or 1.0), 4)} for id in branch.counter
    }
    head = {"policy": policy, "days": days, "seed": seed}
    return {**head, **tally.figures(), "counters": shares, "events": rehearsal.state.seq}
