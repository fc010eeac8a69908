"""A branch that lives by itself: customers and tellers who walk through the running house, faster than life."""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from lobby.branch import NEEDS, Branch
from lobby.errors import LobbyError
from lobby.house import House
from lobby.scenario import lognormal
from lobby.tiering import area_for
from lobby.writer import Verb

OPENS_H, CLOSES_H = 9, 17
LOAD = 0.9
PEAK_FROM_H, PEAK_TO_H, PEAK = 11, 13, 1.3
FEWER_ABOVE = 0.3
"""Of each higher tier so many come as of the one below."""
NEEDS_SHARE, NO_SHOW_SHARE, LEAVE_SHARE, CARD_SHARE = 0.08, 0.05, 0.03, 0.3
WALK_S, TIDY_S, NO_SHOW_S, TRY_AGAIN_S = (10.0, 40.0), (3.0, 15.0), 45.0, 20.0
SHORTEST_SLEEP_S = 0.005
SCORES = (5, 5, 5, 5, 4, 4, 3, 2, 1)
ACTOR = "demo"


class FastClock:
    """The branch's time, `speed` times as fast as real time, from `start` on."""

    def __init__(self, start: datetime, speed: float, real: Callable[[], float] = time.monotonic) -> None:
        self.speed, self._real = speed, real
        self._start, self._since = start, real()

    def __call__(self) -> datetime:
        return self._start + timedelta(seconds=(self._real() - self._since) * self.speed)

    def jump(self, to: datetime) -> None:
        """To a later instant."""
        self._start, self._since = to, self._real()


def opening(branch: Branch, real: datetime) -> datetime:
    """The minute before the branch opens on this day."""
    local = real.astimezone(branch.zone).replace(hour=OPENS_H, minute=0, second=0, microsecond=0)
    return (local - timedelta(minutes=1)).astimezone(UTC)


class Crowd:
    """Customers, tellers and the cards they fill in. Every act goes through the writer's door as anybody's;
    what the hall refuses, because somebody at a screen was quicker, is let be."""

    def __init__(self, house: House, clock: FastClock, seed: int = 1) -> None:
        self._house, self._branch, self._clock = house, house.branch, clock
        self._random = Random(seed)
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._entries = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="crowd", daemon=True)
        self._kinds = [(s.id, t.id) for s in self._branch.services for t in self._branch.tiers]
        rank = {t.id: n for n, t in enumerate(self._branch.tiers)}
        self._weights = [self._capacity(s, t) * FEWER_ABOVE ** rank[t] for s, t in self._kinds]

    def _capacity(self, service: str, tier: str) -> float:
        """How many such customers the branch can serve in a second: people come for what it is staffed for."""
        desks = self._branch.desks(service, tier, area_for(self._branch, service, tier, ()))
        return sum(1 / len(desk.serves) for desk in desks) / self._branch.service[service].usual_s

    def start(self) -> None:
        self._in(0, self._morning)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=2)

    # -- the agenda ---------------------------------------------------------------------------------
    def _in(self, after_s: float, act: Callable[[], object]) -> None:
        self._entries += 1
        heapq.heappush(self._agenda, (self._clock() + timedelta(seconds=after_s), self._entries, act))

    def _run(self) -> None:
        while self._agenda and not self._stop.is_set():
            at, _, act = heapq.heappop(self._agenda)
            wait_s = (at - self._clock()).total_seconds() / self._clock.speed
            if self._stop.wait(max(SHORTEST_SLEEP_S, wait_s)):
                return
            act()

    def _do(self, verb: Verb, **args: Any) -> dict[str, Any]:
        """The answer, or nothing when it was refused."""
        with suppress(LobbyError):
            return self._house.writer.do(ACTOR, verb, **args).data
        return {}

    # -- the day ------------------------------------------------------------------------------------
    def _morning(self) -> None:
        for n, counter in enumerate(self._branch.counters):
            self._in(60 + 20 * n, partial(self._sit_down, counter.id))
        self._in(60, self._come)

    def _hour(self) -> float:
        local = self._clock().astimezone(self._branch.zone)
        return local.hour + local.minute / 60

    def _come(self) -> None:
        """One customer takes a number, and the next is on the way; after closing, the next morning."""
        if self._hour() >= CLOSES_H:
            self._in(3600, self._sleep)
            return
        service, tier = self._random.choices(self._kinds, self._weights)[0]
        needs = [self._random.choice(NEEDS)] if self._random.random() < NEEDS_SHARE else []
        issued = self._do(self._house.hall.issue, service=service, needs=needs, tier=tier)
        if issued and self._random.random() < LEAVE_SHARE:
            leave = partial(self._do, self._house.hall.cancel, ticket=issued["ticket"]["id"])
            self._in(self._random.uniform(60, 900), leave)
        peak = PEAK if PEAK_FROM_H <= self._hour() < PEAK_TO_H else 1.0
        self._in(self._random.expovariate(self._rate() * peak), self._come)

    def _rate(self) -> float:
        """Arrivals a second at which the counters are busy LOAD of their time."""
        total = sum(self._weights)
        mean_s = sum(w * self._branch.service[s].usual_s for (s, _), w in zip(self._kinds, self._weights, strict=True))
        return LOAD * len(self._branch.counters) * total / mean_s

    def _sleep(self) -> None:
        """Until tomorrow's opening."""
        self._agenda.clear()
        self._clock.jump(opening(self._branch, self._clock() + timedelta(days=1)))
        self._in(0, self._morning)

    # -- the tellers --------------------------------------------------------------------------------
    def _sit_down(self, counter: str) -> None:
        self._do(self._house.hall.open_counter, counter=counter)
        self._call(counter)

    def _call(self, counter: str) -> None:
        called = self._do(self._house.hall.next, counter=counter)
        if not called:
            self._in(TRY_AGAIN_S, partial(self._call, counter))
        elif self._random.random() < NO_SHOW_SHARE:
            self._in(NO_SHOW_S, partial(self._recall, counter))
        else:
            self._in(self._random.uniform(*WALK_S), partial(self._serve, counter, called["ticket"]))

    def _recall(self, counter: str) -> None:
        self._do(self._house.hall.recall, counter=counter)
        self._in(NO_SHOW_S, partial(self._give_up, counter))

    def _give_up(self, counter: str) -> None:
        self._do(self._house.hall.no_show, counter=counter)
        self._call(counter)

    def _serve(self, counter: str, ticket: dict[str, Any]) -> None:
        self._do(self._house.hall.start, counter=counter)
        usual_s = self._branch.service[ticket["service"]].usual_s
        self._in(lognormal(usual_s, 0.8, self._random), partial(self._end, counter, ticket["id"]))

    def _end(self, counter: str, ticket: str) -> None:
        self._do(self._house.hall.finish, counter=counter)
        if self._random.random() < CARD_SHARE:
            score = self._random.choice(SCORES)
            card = partial(self._do, self._house.hall.give_feedback, ticket=ticket, score=score)
            self._in(self._random.uniform(60, 600), card)
        self._in(self._random.uniform(*TIDY_S), partial(self._call, counter))
