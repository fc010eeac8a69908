"""Practice 练习: a lobby of one's own in memory, for a new teller. Simulated customers come, colleagues serve beside,
and the same commands decide. It has no journal: nothing of it reaches the branch."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from random import Random

from lobby import events as ev
from lobby.branch.model import Branch, Counter, Service
from lobby.branch.person import Staff
from lobby.branch.routing import area_for
from lobby.branch.serving import always_open
from lobby.commands.base import CounterCommand, Decision, P
from lobby.commands.commands import Commands
from lobby.errors import Conflict, LobbyError
from lobby.evolve.apply import apply
from lobby.forecast.outlook import Outlook
from lobby.simulation.stand_ins import NullForecast, Past
from lobby.state.queue import QueueState
from lobby.state.ticket import State, Ticket
from lobby.views.hall import HallView
from lobby.views.views import Views

TRAINEE = "practice"
WAITING_AT_FIRST = 4
COME_S = (15.0, 60.0)
"""A new customer comes after so long: quick enough that nobody practises waiting."""
WALK_S = 8.0
"""From the seat to the counter."""
SERVED_S = (120.0, 300.0)
"""How long colleagues serve: customers are to be left for who practises."""
STAYS_AWAY = 0.25
"""Far more customers than in a branch do not come, and want something else, so that both are met within minutes."""
WANTS_ELSE = 0.3
COLLEAGUES = 2


Kind = tuple[str, str, tuple[str, ...]]
"""Service, tier and special needs of a customer."""
NEEDS_MET: tuple[tuple[str, ...], ...] = ((), ("elderly",))


class Task(StrEnum):
    """What is to be mastered."""

    CALL = "call"
    START = "start"
    FINISH = "finish"
    HOLD = "hold"
    TRANSFER = "transfer"
    NO_SHOW = "no_show"
    UNDO = "undo"


MASTERED = 2
"""Once may be luck."""
TASK_OF: Mapping[type[ev.Event], Task] = {
    ev.TicketCalled: Task.CALL,
    ev.TicketStarted: Task.START,
    ev.TicketFinished: Task.FINISH,
    ev.TicketParked: Task.HOLD,
    ev.TicketTransferred: Task.TRANSFER,
    ev.TicketNoShow: Task.NO_SHOW,
    ev.ActUndone: Task.UNDO,
}


class Practice:
    """One lobby with one trainee at the `counter`, on the clock that each call passes in."""

    def __init__(self, branch: Branch, counter: str, now: datetime, random: Random) -> None:
        self.branch = _bare(branch)
        self.counter = counter
        self.done = dict.fromkeys(Task, 0)
        self.seen_at = now
        self.commands = Commands(self.branch, NullForecast(), Past())
        self._state = QueueState(self.branch)
        self._random = random
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._entries = 0
        self._now = now
        self._stays_away: set[str] = set()
        self._wants: dict[str, str] = {}
        self._kinds = _kinds(self.branch, counter)
        self._begin()

    # -- the trainee ------------------------------------------------------------------------------------
    def do(
        self, now: datetime, command: CounterCommand[P], /, *args: P.args, **kwargs: P.kwargs
    ) -> Decision:
        """The trainee's act at the counter. Raises LobbyError."""
        self.live(now)
        decision = command(self._state, now, self.counter, *args, **kwargs)
        if any(isinstance(event, ev.TicketStarted) for event in decision.events):
            self._must_be_there()
        self._take(decision)
        for event in decision.events:
            if task := TASK_OF.get(type(event)):
                self.done[task] += 1
        return decision

    def wake(self, now: datetime, ticket: str) -> None:
        """A ticket that was held waits in line again. Raises LobbyError."""
        self.live(now)
        self._take(self.commands.resume(self._state, now, ticket))

    def hall(self, now: datetime) -> HallView:
        """The lobby as a console shows it."""
        self.live(now)
        forecast = NullForecast()
        return Views(forecast, Outlook(self.branch, forecast), str).hall(self._state, now)

    @property
    def present(self) -> bool | None:
        """Whether the customer who was called stands at the counter; None where nobody was called."""
        ticket = self._at_counter()
        if ticket is None:
            return None
        return ticket.state is State.SERVING or self._has_come(ticket)

    @property
    def wish(self) -> str | None:
        """The service that the customer at the counter turns out to want instead."""
        ticket = self._at_counter()
        if ticket is None or ticket.state is not State.SERVING:
            return None
        wanted = self._wants.get(ticket.id)
        return None if wanted == ticket.service else wanted

    def live(self, now: datetime) -> None:
        """What customers and colleagues did until now."""
        self.seen_at = now
        while self._agenda and self._agenda[0][0] <= now:
            self._now, _, act = heapq.heappop(self._agenda)
            act()
        self._now = now

    # -- the lobby --------------------------------------------------------------------------------------
    def _begin(self) -> None:
        while events := self.commands.roll(self._state, self._now):
            self._take(Decision(events))
        for _ in range(WAITING_AT_FIRST):
            self._arrive()
        self._after(self._random.uniform(*COME_S), self._come)
        for colleague in self._colleagues():
            self._take(self.commands.open_counter(self._state, self._now, colleague))
            self._after(self._random.uniform(*SERVED_S), partial(self._call, colleague))

    def _colleagues(self) -> list[str]:
        area = self.branch.counter[self.counter].area
        near = [counter.id for counter in self.branch.counters if counter.area == area]
        return [id for id in near if id != self.counter][:COLLEAGUES]

    def _come(self) -> None:
        self._arrive()
        self._after(self._random.uniform(*COME_S), self._come)

    def _arrive(self) -> None:
        """Somebody takes a number for what the trainee's counter serves."""
        service, tier, needs = self._random.choice(self._kinds)
        with suppress(LobbyError):
            issue = self.commands.issue(self._state, self._now, service, needs, tier=tier)
            issued = self._take(issue)
            ticket = issued.ticket or ""
            if self._random.random() < STAYS_AWAY:
                self._stays_away.add(ticket)
            elif self._random.random() < WANTS_ELSE:
                self._wants[ticket] = self._random.choice([s.id for s in self.branch.services])

    def _call(self, counter: str) -> None:
        """A colleague serves the next customer, who always comes."""
        decision = self._take(self.commands.next(self._state, self._now, counter))
        if decision.ticket is None:
            self._after(self._random.uniform(*COME_S), partial(self._call, counter))
            return
        self._take(self.commands.start(self._state, self._now, counter))
        self._after(self._random.uniform(*SERVED_S), partial(self._finish, counter))

    def _finish(self, counter: str) -> None:
        self._take(self.commands.finish(self._state, self._now, counter))
        self._after(1.0, partial(self._call, counter))

    def _at_counter(self) -> Ticket | None:
        return self._state.tickets.get(self._state.counters[self.counter].ticket or "")

    def _must_be_there(self) -> None:
        ticket = self._at_counter()
        if ticket and not self._has_come(ticket):
            raise Conflict("nobody_came", number=ticket.number)

    def _has_come(self, ticket: Ticket) -> bool:
        walked = self._now - (ticket.called_at or self._now) >= timedelta(seconds=WALK_S)
        return walked and ticket.id not in self._stays_away

    def _after(self, seconds: float, act: Callable[[], object]) -> None:
        self._entries += 1
        at = self._now + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, (at, self._entries, act))

    def _take(self, decision: Decision) -> Decision:
        for event in decision.events:
            apply(self._state, ev.Recorded(self._state.seq + 1, self._now, TRAINEE, event))
        return decision


def practise(branch: Branch, counter: str, now: datetime) -> Practice:
    """A lobby that goes another way each time."""
    return Practice(branch, counter, now, Random())


def _kinds(branch: Branch, counter: str) -> list[Kind]:
    """The customers that the counter may serve: of any tier, and of the green channel."""
    kinds = [
        (service.id, tier.id, needs)
        for service in branch.services
        for tier in branch.tiers
        for needs in NEEDS_MET
    ]
    return [kind for kind in kinds if _is_for(branch, branch.counter[counter], kind)]


def _is_for(branch: Branch, counter: Counter, kind: Kind) -> bool:
    service, tier, needs = kind
    return branch.may_serve(counter, service, tier, area_for(branch, service, tier, needs))


def _bare(branch: Branch) -> Branch:
    """The branch without machines and without a register of staff; no service has to be recorded. It is always open,
    since people practise when the branch is closed."""
    services: tuple[Service, ...] = tuple(replace(s, recorded=False) for s in branch.services)
    return replace(always_open(branch), services=services, printers=(), kiosks=(), staff=Staff())
