"""What the demo's people share: the branch, the random numbers, and an agenda of acts."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from demo.clock import FastClock
from lobby.commands.base import Command, P
from lobby.engine.runtime import BranchRuntime
from lobby.errors import LobbyError
from lobby.views.views import AnswerView

SHORTEST_SLEEP_S = 0.005
CUSTOMER = "demo"
MANAGER = "manager"
"""The demo's account of the lobby manager."""


def teller(counter: str) -> str:
    """The demo's account of the counter's teller."""
    return f"teller{counter}"


class Stage:
    """Runs the agenda in a thread of its own until `stop`."""

    def __init__(self, runtime: BranchRuntime, clock: FastClock, seed: int) -> None:
        self.runtime = runtime
        self.branch = runtime.branch
        self.commands = runtime.commands
        self.clock = clock
        self.random = Random(seed)
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._entries = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, real: Callable[[], datetime] | None = None) -> None:
        """With `real`, what time it is, everything until then is done at once, and the clock set to it."""
        self._thread = threading.Thread(target=self._run, args=(real,), name="crowd", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=2)

    def live_until(self, until: datetime) -> None:
        """Runs the agenda up to that instant at once; used instead of `start`."""
        while self._agenda and self._agenda[0][0] < until and not self._stop.is_set():
            at, _, act = heapq.heappop(self._agenda)
            self.clock.jump(max(at, self.clock()))
            act()

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Puts an act on the agenda, so many of the branch's seconds from now."""
        self._entries += 1
        heapq.heappush(
            self._agenda, (self.clock() + timedelta(seconds=seconds), self._entries, act)
        )

    def clear(self) -> None:
        self._agenda.clear()

    def do(
        self, actor: str, command: Command[P], /, *args: P.args, **kwargs: P.kwargs
    ) -> AnswerView:
        """The command's answer; empty when it was refused."""
        with suppress(LobbyError):
            return self.runtime.writer.do(actor, command, *args, **kwargs).data
        return {}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def hour(self) -> float:
        local = self.clock().astimezone(self.branch.zone)
        return local.hour + local.minute / 60

    def _run(self, real: Callable[[], datetime] | None) -> None:
        if real:
            self.live_until(real())
            self.clock.jump(real())
        while self._agenda and not self._stop.is_set():
            at, _, act = heapq.heappop(self._agenda)
            wait_s = (at - self.clock()).total_seconds() / self.clock.speed
            if self._stop.wait(max(SHORTEST_SLEEP_S, wait_s)):
                return
            act()
