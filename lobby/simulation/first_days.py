"""What a new branch's forecast learns before anybody has come: days of its own configuration, simulated."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator
from random import Random

from lobby.branch.model import NEEDS, Branch, Counter
from lobby.branch.scenario import Customer, Shift, lognormal, poisson
from lobby.calling.discipline import DEFAULT
from lobby.forecast.live import Forecaster
from lobby.forecast.played import SERVICE_CV
from lobby.simulation.lookahead import NO_SHOW_S, bare
from lobby.simulation.simulate import Rehearsal

log = logging.getLogger(__name__)

ENOUGH = 300
"""So many outcomes of its own, those of a day, tell more of a branch than simulated ones."""
OPENS_H = 9
DAY = (0.8, 1.3, 1.1, 0.8)
"""How busy each hour is, of the day's mean. Four hours fill a queue and empty it."""
LOADS = ((1.0, 1.0), (1.1, 0.75))
"""Of each day, the work that comes for each open counter, in counters, and the share of counters that are open: a full
day, and a fuller one with colleagues away. They take half a second of a new branch's first start."""
STANDARD = 0.8
"""The share of the standard tier; the others share the rest evenly."""
DEDICATED = 0.5
"""At a counter dedicated to a tier, so many of its customers are of that tier."""
WITH_NEEDS = 0.05
"""The share of customers with special needs."""


def teach_if_new(branch: Branch, forecaster: Forecaster) -> None:
    """Until a day's customers have taught it. A branch is better off without these lessons than without opening."""
    if forecaster.calibration.lessons < ENOUGH:
        try:
            teach(branch, forecaster)
        except Exception:
            log.exception("nothing was learned from simulated days")


def teach(branch: Branch, forecaster: Forecaster) -> None:
    """Lets the forecaster learn from the days. The same branch gives the same days."""
    rehearsal = Rehearsal(bare(branch), DEFAULT, NO_SHOW_S, forecaster)
    for number, (load, share) in enumerate(LOADS):
        random = Random(number)
        counters = random.sample(branch.counters, math.ceil(share * len(branch.counters)))
        shifts = [Shift(counter.id, OPENS_H * 3600.0, math.inf, last=True) for counter in counters]
        coming = [c for counter in counters for c in _customers(branch, counter, load, random)]
        rehearsal.day(number, sorted(coming, key=lambda customer: customer.at_s), shifts)
    forecaster.calibration.begin()


def _customers(branch: Branch, counter: Counter, load: float, random: Random) -> Iterator[Customer]:
    """Work for this counter; whoever is free may serve them."""
    services = [s for s in branch.services if s.id in counter.serves]
    tiers = _tiers(branch, counter)
    for n, busy in enumerate(DAY):
        from_s = (OPENS_H + n) * 3600
        for service in services:
            gap_s = service.usual_s * len(services) / (load * busy)
            for at_s in poisson(1 / gap_s, from_s, from_s + 3600, random):
                tier = random.choices([*tiers], [*tiers.values()])[0]
                needs = NEEDS[:1] if random.random() < WITH_NEEDS else ()
                took_s = lognormal(service.usual_s, SERVICE_CV, random)
                yield Customer(at_s, tier, service.id, took_s, needs=needs)


def _tiers(branch: Branch, counter: Counter) -> dict[str, float]:
    """How often customers of each tier come to this counter."""
    served = [tier.id for tier in branch.tiers if not counter.tiers or tier.id in counter.tiers]
    standard = branch.standard_tier.id
    others = (1 - STANDARD) / max(1, len(branch.tiers) - 1)
    often = {id: STANDARD if id == standard else others for id in served}
    if counter.prefers in often:
        rest = sum(often.values()) - often[counter.prefers]
        often[counter.prefers] = max(often[counter.prefers], DEDICATED * rest / (1 - DEDICATED))
    return often
