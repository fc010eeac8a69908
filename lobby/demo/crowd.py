"""The demo's day: who comes in the morning, and when everybody goes home."""

from __future__ import annotations

from datetime import timedelta

from lobby.demo.clock import CLOSES_H, FastClock, opening
from lobby.demo.customers import Customers
from lobby.demo.manager import Manager
from lobby.demo.stage import Stage
from lobby.demo.tellers import Tellers
from lobby.house import House

LAST_ROUND_S = 3600.0


class Crowd:
    """Everybody in the branch, day after day."""

    def __init__(self, house: House, clock: FastClock, seed: int = 1) -> None:
        self._stage = Stage(house, clock, seed)
        self._people = (Customers(self._stage), Tellers(self._stage), Manager(self._stage))

    def start(self) -> None:
        self._stage.after(0, self._morning)
        self._stage.start()

    def stop(self) -> None:
        self._stage.stop()

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
