"""A month of a branch, played on its own commands in seconds: customers and tellers by chance, a configuration that
changes, backups and restores."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from random import Random

import time_machine
from conftest import CONFIG, MORNING, Clock
from service_loop import ServiceLoop

from cli import main
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.rules import NO_CODE, Identity
from lobby.commands import slip as slips
from lobby.commands.base import Command, P
from lobby.engine.runtime import open_branch
from lobby.engine.submission import By
from lobby.events import Card
from lobby.state.counter import CounterState
from lobby.state.queue import QueueState
from lobby.state.ticket import State

DAYS = 21
STEPS = 55
STEP = timedelta(minutes=9)
COUNTERS = ("1", "2", "3", "4", "8")
RECORDED = "fx"
"""A service of the hall that must be recorded here."""
CLOSES = time(16, 30)
"""When the counters should close, from the second configuration on."""


class Month:
    """Plays itself in `data` when it is made. `restores` are the days on which a backup is restored; `code` is the
    branch's."""

    def __init__(
        self,
        data: Path,
        seed: int,
        days: int = DAYS,
        restores: tuple[int, ...] = (5, 12),
        code: str = NO_CODE,
    ) -> None:
        self.data = data
        self.random = Random(seed)
        self.clock = Clock(MORNING)
        self.loop = ServiceLoop(self.random, self.do)
        self.restores = restores
        self.config = replace(first(read_branch(CONFIG)), branch=Identity(code))
        self.services = [s.id for s in self.config.services if s.area == "hall"]
        self.open()
        for day in range(days):
            self.day(day)
            self.clock.now = MORNING + timedelta(days=day + 1)
        self.runtime.close()

    def open(self) -> None:
        self.runtime = open_branch(self.config, self.data, "http://x", self.clock, pumped=True)

    def day(self, n: int) -> None:
        self.runtime.writer.pump()
        for step in range(STEPS):
            if step == STEPS - 4:
                self.do(self.runtime.commands.close_day)
            self.step(n)
            if n in self.restores and step == 20:
                self.backup()
            if n in self.restores and step == 30:
                self.restore()
            if n in (8, 15) and step == 25:
                self.reconfigure(n)
            self.clock.now += STEP
        for counter in COUNTERS[:-1]:
            self.do(self.runtime.commands.close_counter, counter=counter)
        self.runtime.writer.pump()

    def do(self, command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> None:
        """What is refused is refused."""
        self.runtime.writer.submit(By("month"), command, *args, **kwargs)

    def soon(self, share: float) -> bool:
        return self.random.random() < share

    def step(self, n: int) -> None:
        commands = self.runtime.commands
        for _ in range(self.random.choice((1, 2, 3, 4))):
            self.issue()
        if self.soon(0.05):
            self.do(commands.request_help, kiosk="entrance")
        self.runtime.writer.pump()
        for act in range(3):
            with self.runtime.writer.published() as state:
                counters = [state.counter(id) for id in COUNTERS]
                moves = [(c, self.ticket_state(state, c)) for c in counters]
            for counter, ticket in moves:
                self.teller(counter, ticket)
            self.clock.now += timedelta(seconds=3.7 if act else 61.3)
            self.runtime.writer.pump()
        self.others()
        self.runtime.writer.pump()

    def issue(self) -> None:
        service = self.random.choice(self.services)
        self.do(
            self.runtime.commands.issue,
            service=service,
            tier=self.random.choice([tier.id for tier in self.config.tiers]),
            needs=("elderly",) if self.soon(0.15) else (),
            then=(self.random.choice(self.services),) if self.soon(0.1) else (),
        )

    def ticket_state(self, state: QueueState, counter: CounterState) -> State | None:
        if counter.ticket:
            return state.tickets[counter.ticket].state
        return None

    def teller(self, counter: CounterState, ticket: State | None) -> None:
        commands = self.runtime.commands
        id = counter.id
        if not counter.open:
            self.do(commands.open_counter, counter=id)
            self.do(commands.resume_counter, counter=id)
        elif self.soon(0.06):
            self.do(commands.undo, counter=id)
        elif ticket is None:
            self.do(commands.next, counter=id)
        elif ticket is State.CALLED:
            act = self.random.choices(
                (commands.start, commands.no_show, commands.recall, commands.park),
                (80, 10, 5, 5),
            )[0]
            self.do(act, counter=id)
        elif self.soon(0.05):
            self.do(commands.transfer_here, counter=id, service=self.random.choice(self.services))
        elif self.soon(0.6):
            self.loop.say_recording(self.runtime, id, counter.ticket or "")
            self.do(commands.finish, counter=id)
        if self.soon(0.02):
            self.do(commands.ask_break, counter=id)
            self.do(commands.answer_break, counter=id, granted=self.soon(0.7))

    def others(self) -> None:
        """Customers, the lobby manager, the printer."""
        commands = self.runtime.commands
        with self.runtime.writer.published() as state:
            waiting = [t.id for t in state.tickets.values() if t.state is State.WAITING]
            parked = [t.id for t in state.tickets.values() if t.state is State.PARKED]
            judged = [t.id for t in state.tickets.values() if t.state is State.SERVED]
            left = [t.id for t in state.tickets.values() if t.state is State.CANCELLED]
            slip_ids = list(state.unprinted)
            alerts = list(state.alerts)
        for slip in slip_ids:
            if self.soon(0.9):
                self.do(slips.sent, slip=slip)
                self.do(slips.printed, slip=slip, confirmed=True)
        for ticket in parked:
            self.do(commands.resume, ticket=ticket)
        for ticket in [*judged[-3:], *left[-1:]]:
            if self.soon(0.4):
                self.do(commands.give_feedback, ticket, Card(self.random.randint(1, 5)))
        for alert in alerts:
            if self.soon(0.5):
                self.do(commands.acknowledge, alert=alert)
        if waiting and self.soon(0.3):
            self.steer(self.random.choice(waiting))
        self.loop.step(self.runtime, self.clock.now, waiting)

    def steer(self, ticket: str) -> None:
        commands = self.runtime.commands
        tier = self.random.choice([tier.id for tier in self.config.tiers])
        match self.random.randrange(4):
            case 0:
                self.do(commands.cancel, ticket=ticket)
            case 1:
                self.do(commands.divert, ticket=ticket, area="self_service")
            case 2:
                self.do(commands.retier, ticket=ticket, tier=tier, reason="误记")
            case 3:
                self.do(commands.transfer, ticket=ticket, service=self.random.choice(self.services))

    def backup(self) -> None:
        self.file = self.data.with_name(f"backup-{self.clock.now:%d}.db")
        assert main(["backup", str(self.file), "--data", str(self.data)]) == 0

    def restore(self) -> None:
        """What came since the backup is gone."""
        self.runtime.close()
        with time_machine.travel(self.clock.now, tick=False):
            assert main(["restore", str(self.file), "--data", str(self.data), "--yes"]) == 0
        self.open()

    def reconfigure(self, n: int) -> None:
        """Other targets, and a counter and a tier less, while customers wait."""
        self.runtime.close()
        self.config = changed(self.config, n)
        self.open()


def first(branch: Branch) -> Branch:
    """The shipped branch with a service of the hall that must be recorded, and no time to close."""
    services = [replace(s, recorded=s.id == RECORDED) for s in branch.services]
    care = replace(branch.care, closes=None)
    return replace(branch, services=tuple(services), care=care)


def changed(branch: Branch, n: int) -> Branch:
    tiers = tuple(replace(tier, target_wait_s=tier.target_wait_s + 60 * n) for tier in branch.tiers)
    counters = tuple(counter for counter in branch.counters if counter.id != "5")
    care = replace(branch.care, closes=CLOSES)
    return replace(branch, tiers=tiers, counters=counters, care=care)
