"""The demo's days: the crowd begins in the morning and ends after closing time."""

from __future__ import annotations

from collections.abc import Callable
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
    """Everybody in the branch, day after day, within the `with` block. `load`: so many customers for one of a usual
    day. `real` says what time it is: the morning until then is played at once, and nights are lived through; without it
    the clock jumps over them."""

    def __init__(
        self,
        runtime: BranchRuntime,
        clock: FastClock,
        seed: int = 1,
        load: float = 1.0,
        real: Callable[[], datetime] | None = None,
    ) -> None:
        self._stage = Stage(runtime, clock, seed)
        self._real = real
        customers = Customers(self._stage, load)
        self._people = (customers, Tellers(self._stage), Manager(self._stage))
        self._stage.after(0, self._morning)

    def __enter__(self) -> None:
        self._stage.start(self._real)

    def __exit__(self, *_: object) -> None:
        self._stage.stop()

    def live_until(self, until: datetime) -> None:
        """Plays the day up to that instant at once."""
        self._stage.live_until(until)

    def _morning(self) -> None:
        for people in self._people:
            people.morning()
        self._stage.after((CLOSES_H - self._stage.hour()) * 3600 + LAST_ROUND_S, self._night)

    def _night(self) -> None:
        """Goes to tomorrow's opening."""
        stage = self._stage
        stage.clear()
        tomorrow = opening(stage.branch, stage.clock() + timedelta(days=1))
        if self._real:
            stage.after((tomorrow - stage.clock()).total_seconds(), self._morning)
            return
        stage.clock.jump(tomorrow)
        self._morning()


def play_past_days(branch: Branch, data: Path, today: datetime) -> None:
    """Plays the PAST_DAYS before `today` at once, so that the forecast has learned and what-if has recorded days. It
    does nothing where `data` has a database, and prints no slip."""
    if (data / DATABASE).exists():
        return
    unprinted = replace(branch, printers=())
    for days in range(PAST_DAYS, 0, -1):
        morning = opening(branch, today - timedelta(days=days))
        clock = FastClock(morning, speed=1)
        runtime = open_branch(unprinted, data, "http://localhost", clock)
        Crowd(runtime, clock, seed=days + 1).live_until(
            morning + timedelta(hours=CLOSES_H - OPENS_H, minutes=30)
        )
        runtime.close()
