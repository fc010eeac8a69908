"""A scenario: the day of a branch as figures, to simulate it on a virtual clock."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from random import Random
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import Field, Strict

from lobby.branch.model import Area, Branch, Counter, Service, Tier
from lobby.branch.names import ALIAS, DAY_S, STRICT, Name, Seconds, TimeOfDay

ONLY_AREA = "hall"


@dataclass(frozen=True)
class TierPlan:
    __pydantic_config__ = STRICT

    id: str
    target_wait_s: Seconds


@dataclass(frozen=True)
class ServicePlan:
    """Lognormal service times with this mean and coefficient of variation."""

    __pydantic_config__ = STRICT

    id: str
    mean_s: Annotated[float, Gt(0), Le(DAY_S)]
    cv: Annotated[float, Ge(0), Le(10)] = 0.8


@dataclass(frozen=True)
class Arrivals:
    """Poisson arrivals of one kind of customer; several may overlap. `no_show` is the share that does not
    come when called; `patience_s` is the mean of an exponential patience, 0 for customers who never leave."""

    __pydantic_config__ = ALIAS

    tier: str
    service: str
    from_: Annotated[TimeOfDay, Field(alias="from")]
    to: TimeOfDay
    per_hour: Annotated[float, Ge(0), Le(10_000)]
    no_show: Annotated[float, Ge(0), Le(1)] = 0.0
    patience_s: Annotated[float, Ge(0), Le(DAY_S)] = 0.0


@dataclass(frozen=True)
class CounterPlan:
    """A counter and its shift; omitted `tiers` means all tiers."""

    __pydantic_config__ = ALIAS

    id: str
    from_: Annotated[TimeOfDay, Field(alias="from")]
    to: TimeOfDay
    serves: Annotated[tuple[str, ...], MinLen(1)]
    tiers: tuple[str, ...] = ()
    prefers: str | None = None


@dataclass(frozen=True)
class Scenario:
    """`no_show_s` is how long a counter waits for a customer who does not come."""

    __pydantic_config__ = STRICT

    opens: TimeOfDay
    closes: TimeOfDay
    tier: Annotated[tuple[TierPlan, ...], MinLen(1)]
    service: Annotated[tuple[ServicePlan, ...], MinLen(1)]
    arrivals: Annotated[tuple[Arrivals, ...], MinLen(1)]
    counter: Annotated[tuple[CounterPlan, ...], MinLen(1)]
    seed: Annotated[int, Strict()] = 1
    no_show_s: Annotated[float, Ge(0), Le(DAY_S)] = 60.0


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer who will come: at `at_s` (seconds of the day), for which service, served for `service_s`. `comes` is
    False for a no-show; after `patience_s` of waiting the customer leaves."""

    at_s: float
    tier: str
    service: str
    service_s: float
    comes: bool = True
    patience_s: float = math.inf
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """A counter is open from..to, seconds of the day; a `last` shift ends when its queue is empty."""

    counter: str
    from_s: float
    to_s: float
    last: bool


def lognormal(mean_s: float, cv: float, random: Random) -> float:
    """A service time, seconds."""
    sigma2 = math.log1p(cv**2)
    return random.lognormvariate(math.log(mean_s) - sigma2 / 2, math.sqrt(sigma2))


def seconds(at: time) -> float:
    return at.hour * 3600 + at.minute * 60 + at.second


def customers(plan: Scenario, seed: int, day: int) -> list[Customer]:
    """The customers of one day in order of arrival: the same for every policy."""
    random = Random(f"{seed}/{day}")
    services = {s.id: s for s in plan.service}
    arriving = [
        c for block in plan.arrivals for c in _block(block, services[block.service], random)
    ]
    return sorted(arriving, key=lambda c: c.at_s)


def poisson(per_s: float, from_s: float, to_s: float, random: Random) -> Iterator[float]:
    """When somebody comes, seconds; so many a second on average."""
    at_s = from_s + random.expovariate(per_s)
    while at_s < to_s:
        yield at_s
        at_s += random.expovariate(per_s)


def _block(block: Arrivals, service: ServicePlan, random: Random) -> Iterator[Customer]:
    if not block.per_hour:
        return
    span_s = seconds(block.from_), seconds(block.to)
    for at_s in poisson(block.per_hour / 3600, *span_s, random):
        service_s = lognormal(service.mean_s, service.cv, random)
        comes = random.random() >= block.no_show
        patience_s = random.expovariate(1 / block.patience_s) if block.patience_s else math.inf
        yield Customer(at_s, block.tier, block.service, service_s, comes, patience_s)


def shifts(plan: Scenario) -> list[Shift]:
    return [Shift(c.id, seconds(c.from_), seconds(c.to), c.to >= plan.closes) for c in plan.counter]


def branch_of(plan: Scenario) -> Branch:
    """The branch of the scenario: one area, no printer."""
    name = Name("大厅", "Hall")
    return Branch(
        bank=name,
        name=name,
        zone=ZoneInfo("UTC"),
        areas=(Area(ONLY_AREA, name, name),),
        tiers=tuple(Tier(t.id, Name(t.id, t.id), t.target_wait_s) for t in plan.tier),
        services=tuple(
            Service(s.id, Name(s.id, s.id), _letters(n), ONLY_AREA, max(1, round(s.mean_s)))
            for n, s in enumerate(plan.service)
        ),
        counters=tuple(
            Counter(c.id, Name(c.id, c.id), ONLY_AREA, c.serves, tiers=c.tiers, prefers=c.prefers)
            for c in plan.counter
        ),
    )


def _letters(n: int) -> str:
    if n < 26:
        return chr(65 + n)
    return chr(64 + n // 26) + chr(65 + n % 26)
