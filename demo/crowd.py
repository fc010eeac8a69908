"""The demo's day: who comes in the morning, and when everybody goes home."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from demo.clock import CLOSES_H, OPENS_H, FastClock, opening
from demo.customers import Customers
from demo.manager import Manager
from demo.stage import Stage
from demo.tellers import Tellers
from lobby.branch.model import Branch
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch

LAST_ROUND_S = 3600.0
PAST_DAYS = 3


class Crowd:
    """Everybody in the branch, day after day, as long as it is entered."""

    def __init__(self, runtime: BranchRuntime, clock: FastClock, seed: int = 1) -> None:
        self._stage = Stage(runtime, clock, seed)
        self._people = (Customers(self._stage), Tellers(self._stage), Manager(self._stage))
        self._stage.after(0, self._morning)

    def __enter__(self) -> None:
        self._stage.start()

    def __exit__(self, *_: object) -> None:
        self._stage.stop()

    def live_until(self, until: datetime) -> None:
        """The day up to that instant, all at once."""
        self._stage.live_until(until)

    def _morning(self) -> None:
        for people in self._people:
            people.morning()
        self._stage.after((CLOSES_H - self._stage.hour()) * 3600 + LAST_ROUND_S, self._night)

    def _night(self) -> None:
        """Until tomorrow's opening."""
        stage = self._stage
        stage.clear()
        stage.clock.jump(opening(stage.branch, stage.clock() + timedelta(days=1)))
        self._morning()


def live_through(branch: Branch, data: Path, today: datetime) -> None:
    """Unless `data` holds days already: those before the opening of `today`, all at once, from which a branch that is
    not new has learned, and which it can play again. Nothing is printed."""
    if (data / DATABASE).exists():
        return
    unprinted = replace(branch, printers=())
    for days in range(PAST_DAYS, 0, -1):
        morning = opening(branch, today - timedelta(days=days))
        clock = FastClock(morning, speed=1)
        runtime = open_branch(unprinted, data, "http://localhost", clock)
        Crowd(runtime, clock, seed=days + 1).live_until(morning + timedelta(hours=CLOSES_H - OPENS_H, minutes=30))
        runtime.close()
