"""Replays a trace in the order of its events, and gives the features of the queue at each customer's arrival.

No value of a row is used before its instant: call, end and counter count from when they happen.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lobby.trace.records import Row

DAY_S = 86400.0
LONG_AGO_S = 7200.0
"""An instant longer ago says nothing about the queue of now; it counts as two hours ago."""
CLOSED_AFTER_S = 1800.0
"""A counter that has called nobody for this long counts as closed."""
LONGEST_SERVICE_S = 1800.0
"""A longer service is cut to half an hour: most often somebody forgot to finish it."""
PRIOR_SERVICES = 5.0
PRIOR_SERVICE_S = 180.0
"""Before services are known, each counts as three minutes with the weight of five services."""
KINDS = 4
"""So many tiers, and twice as many services, have features of their own; further ones share the last."""


@dataclass(slots=True)
class Mean:
    """A mean that starts from a prior worth some observations."""

    weight: float = 0.0
    total: float = 0.0

    def add(self, value: float) -> None:
        self.weight += 1
        self.total += value

    def or_(self, unknown: float) -> float:
        if self.weight:
            return self.total / self.weight
        return unknown


@dataclass(slots=True)
class Agent:
    """A counter of the trace: whom it serves since when, or since when it is idle."""

    serving: int | None = None
    since_s: float = 0.0
    served: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    at_s: float
    tier: str
    service: str
    wait_s: float


class Replay:
    """The queue so far. `features` turns it into numbers for the customer who arrives."""

    def __init__(self) -> None:
        self._codes: dict[str, dict[str, int]] = {"tier": {}, "service": {}}
        self.waiting: dict[int, Row] = {}
        self.serving: dict[int, float] = {}
        self.agents: dict[str, Agent] = defaultdict(Agent)
        self.calls: deque[Call] = deque(maxlen=400)
        self.ends: deque[tuple[float, float]] = deque(maxlen=400)
        self.arrivals: deque[float] = deque(maxlen=800)
        self.abandonments: deque[float] = deque(maxlen=200)
        self.service_s: dict[str, Mean] = defaultdict(_prior)
        self.usual_wait_s: dict[tuple[str, int, int], Mean] = defaultdict(Mean)
        self._today: list[tuple[int, tuple[str, int, int], float]] = []

    # -- events -------------------------------------------------------------------------------------
    def arrived(self, id: int, row: Row) -> None:
        self.waiting[id] = row
        self.arrivals.append(row.arrived_s)

    def called(self, id: int, row: Row, at_s: float) -> None:
        self.waiting.pop(id, None)
        self.serving[id] = at_s
        wait_s = at_s - row.arrived_s
        self.calls.append(Call(at_s, row.tier, row.service, wait_s))
        for kind in ("", row.tier, row.service):
            self._today.append((int(at_s // DAY_S), (kind, *_slot(row.arrived_s, kind)), wait_s))
        if row.counter:
            agent = self.agents[row.counter]
            agent.serving = id
            agent.since_s = at_s
            agent.served[row.service] = agent.served.get(row.service, 0) + 1

    def finished(self, id: int, row: Row, at_s: float) -> None:
        took_s = min(at_s - self.serving.pop(id), LONGEST_SERVICE_S)
        self.ends.append((at_s, took_s))
        self.service_s[row.service].add(took_s)
        agent = self.agents.get(row.counter)
        if agent and agent.serving == id:
            agent.serving = None
            agent.since_s = at_s

    def abandoned(self, id: int, row: Row, at_s: float) -> None:
        self.waiting.pop(id, None)
        self.abandonments.append(at_s)

    def _learn_days_before(self, day: int) -> None:
        """Adds the waits of ended days to the usual waits."""
        if self._today and self._today[0][0] < day:
            for of_day, slot, wait_s in self._today:
                if of_day < day:
                    self.usual_wait_s[slot].add(wait_s)
            self._today = [entry for entry in self._today if entry[0] >= day]

    # -- features -----------------------------------------------------------------------------------
    def features(self, row: Row) -> list[float]:
        """The queue as numbers, for who arrives now; always in the same order."""
        now = row.arrived_s
        self._learn_days_before(int(now // DAY_S))
        return [
            self._code("tier", row.tier),
            self._code("service", row.service),
            now % DAY_S,
            _weekday(now),
            *self._queue(row, now),
            *self._counters(row, now),
            *self._recent(row, now),
            *self._flow(now),
            *self._usual(row, now),
        ]

    def _code(self, column: str, value: str) -> int:
        codes = self._codes[column]
        return codes.setdefault(value, len(codes))

    def _queue(self, row: Row, now: float) -> list[float]:
        """How many people wait by tier and service, how long the first of them has waited, and their work."""
        tiers = [0.0] * KINDS
        services = [0.0] * (2 * KINDS)
        ages = [0.0] * KINDS
        same = 0
        same_age = 0.0
        work_s = 0.0
        for other in self.waiting.values():
            age = now - other.arrived_s
            tier = min(self._code("tier", other.tier), KINDS - 1)
            tiers[tier] += 1
            ages[tier] = max(ages[tier], age)
            services[min(self._code("service", other.service), 2 * KINDS - 1)] += 1
            work_s += self.service_s[other.service].or_(0)
            if other.service == row.service:
                same = same + 1
                same_age = max(same_age, age)
        return [
            float(len(self.waiting)),
            *tiers,
            *services,
            *ages,
            max(ages),
            float(same),
            same_age,
            work_s,
        ]

    def _counters(self, row: Row, now: float) -> list[float]:
        """Which counters serve since when, and which are idle how long: of all, and of those with this service."""
        busy_able = 0
        elapsed = []
        elapsed_able = []
        idle = []
        idle_able = []
        for agent in self.agents.values():
            able = row.service in agent.served
            if agent.serving is not None:
                elapsed.append(now - agent.since_s)
                busy_able += able
                if able:
                    elapsed_able.append(now - agent.since_s)
            elif now - agent.since_s < LONG_AGO_S:
                idle.append(now - agent.since_s)
                if able:
                    idle_able.append(now - agent.since_s)
        idle.sort()
        idle_able.sort()
        busy = len(elapsed)
        return [
            float(busy), float(busy_able), float(len(self.serving)),
            *_first(idle, 4), *_first(idle_able, 3),
            *_within(idle, (60, 180, 600, CLOSED_AFTER_S)), *_within(idle_able, (60, 180, 600)),
            min(elapsed, default=-1.0), max(elapsed, default=-1.0), _mean(elapsed), _mean(elapsed_able),
            (len(self.waiting) + 1) / max(1, busy), float(busy) + _within(idle, (600,))[0],
        ]  # fmt: skip

    def _recent(self, row: Row, now: float) -> list[float]:
        """The waits of the latest calls: of all, of this tier, of this service."""
        last = list(self.calls)[-30:]
        tier = [c for c in last if c.tier == row.tier][-5:]
        service = [c for c in last if c.service == row.service]
        at_once = [c.at_s for c in last if not c.wait_s]
        same_at_once = max(
            (c.at_s for c in self.calls if not c.wait_s and c.service == row.service), default=0.0
        )
        return [
            _last([c.wait_s for c in last], 0.0),
            now - last[-1].at_s if last else LONG_AGO_S,
            _last([c.wait_s for c in tier], 0.0),
            _mean([c.wait_s for c in tier]),
            _last([c.wait_s for c in service], -1.0),
            min(LONG_AGO_S, now - _last([c.at_s for c in service], -math.inf)),
            _mean([c.wait_s for c in last[-10:]]),
            _mean([float(not c.wait_s) for c in last[-10:]]),
            _mean([float(not c.wait_s) for c in service[-5:]]),
            min(LONG_AGO_S, now - max(at_once, default=0.0)),
            min(LONG_AGO_S, now - same_at_once),
        ]

    def _flow(self, now: float) -> list[float]:
        """Arrivals, calls, ends and abandonments of the last minutes."""
        ends = [at for at, _ in self.ends]
        calls = [c.at_s for c in self.calls]
        return [
            *_since(self.arrivals, now, (60, 300, 900)),
            *_since(ends, now, (60, 300, 900)),
            *_since(calls, now, (60, 300)),
            *_since(self.abandonments, now, (300, 900)),
            min(LONG_AGO_S, now - _last(ends, -math.inf)),
            min(LONG_AGO_S, now - _last(self.abandonments, -math.inf)),
            _mean([took_s for _, took_s in list(self.ends)[-10:]]),
        ]

    def _usual(self, row: Row, now: float) -> list[float]:
        """The usual waits at this time of the day, from the days before."""
        kinds = ("", row.tier, row.service)
        means = [self.usual_wait_s[(kind, *_slot(now, kind))].or_(-1.0) for kind in kinds]
        return [*means, self.service_s[row.service].or_(0)]


def _prior() -> Mean:
    return Mean(PRIOR_SERVICES, PRIOR_SERVICES * PRIOR_SERVICE_S)


def _weekday(at_s: float) -> int:
    return int(at_s // DAY_S + 3) % 7


def _slot(at_s: float, kind: str) -> tuple[int, int]:
    """Weekday and half hour."""
    return _weekday(at_s), int(at_s % DAY_S // 1800)


def _last(values: Sequence[float], unknown: float) -> float:
    """The latest of the values; `unknown` where there is none."""
    if not values:
        return unknown
    return values[-1]


def _mean(values: Sequence[float]) -> float:
    if values:
        return sum(values) / len(values)
    return -1.0


def _first(ordered: Sequence[float], n: int) -> list[float]:
    return [*ordered[:n], *[LONG_AGO_S] * (n - len(ordered))]


def _within(values: Iterable[float], limits: Sequence[float]) -> list[float]:
    numbers = list(values)
    return [float(sum(v < limit for v in numbers)) for limit in limits]


def _since(instants: Sequence[float], now: float, spans_s: Sequence[float]) -> list[float]:
    counts = [0.0] * len(spans_s)
    widest = max(spans_s)
    for at in reversed(instants):
        if now - at > widest:
            break
        for n, span_s in enumerate(spans_s):
            counts[n] += now - at <= span_s
    return counts


# -- the order of events -----------------------------------------------------------------------------
TraceEvent = tuple[float, int, int]
CALLED, FINISHED, ABANDONED = range(3)


def observations(rows: Sequence[Row]) -> Iterator[list[float]]:
    """For each row in turn, the features at its arrival. Of the events of the same second, only those of earlier rows
    count."""
    replay = Replay()
    agenda = list[TraceEvent]()
    for id, row in enumerate(rows):
        while agenda and agenda[0][0] <= row.arrived_s:
            _apply(replay, rows, *heapq.heappop(agenda))
        yield replay.features(row)
        replay.arrived(id, row)
        for at_s, kind in (
            (row.called_s, CALLED),
            (row.finished_s, FINISHED),
            (row.abandoned_s, ABANDONED),
        ):
            if at_s is not None:
                heapq.heappush(agenda, (at_s, kind, id))


def _apply(replay: Replay, rows: Sequence[Row], at_s: float, kind: int, id: int) -> None:
    handlers = (replay.called, replay.finished, replay.abandoned)
    handlers[kind](id, rows[id], at_s)
