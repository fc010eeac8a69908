"""The demo's customers: they come, some with an appointment, for one or more services. Some leave, let others pass or
ask for help."""

from __future__ import annotations

import math
from datetime import datetime
from functools import partial

from demo.clock import CLOSES_H
from demo.stage import CUSTOMER, Stage
from lobby.branch.model import NEEDS
from lobby.branch.routing import area_for

LOAD = 0.52
PEAK_FROM_H = 11
PEAK_TO_H = 13
PEAK = 1.5
SPARE = 0.6
"""A single counter keeps this share of its capacity free; each of n counters keeps this share divided by the root of
n (square-root staffing)."""
FEWER_ABOVE = 0.3
"""Each higher tier has so many customers for one of the tier below."""
NEEDS_SHARE = 0.08
LEAVE_SHARE = 0.03
YIELD_SHARE = 0.02
MORE_SHARE = 0.06
BOOKED_SHARE = 0.35
CHECK_IN_SHARE = 0.85
HELP_EVERY_S = 2700.0


class Customers:
    def __init__(self, stage: Stage, load: float = 1.0) -> None:
        self._stage = stage
        self._load = LOAD * load
        self._branch = stage.branch
        self._kinds = [(s.id, t.id) for s in self._branch.services for t in self._branch.tiers]
        rank = {t.id: n for n, t in enumerate(self._branch.tiers)}
        self._weights = [self._capacity(s, t) * FEWER_ABOVE ** rank[t] for s, t in self._kinds]

    def _capacity(self, service: str, tier: str) -> float:
        """The load of such customers per second that the branch's counters can carry: customers come for the services
        that it is staffed for."""
        counters = self._branch.counters_for(
            service, tier, area_for(self._branch, service, tier, ())
        )
        load = 1 - SPARE / math.sqrt(max(1, len(counters)))
        return (
            load
            * sum(1 / len(counter.serves) for counter in counters)
            / self._branch.service[service].usual_s
        )

    def morning(self) -> None:
        self._book()
        self._stage.after(60, self.come)
        self._stage.after(self._stage.random.expovariate(1 / HELP_EVERY_S), self._ask_for_help)

    def come(self) -> None:
        """Issues a ticket for one customer and schedules the next one, until the branch closes."""
        stage = self._stage
        if stage.hour() >= CLOSES_H:
            return
        (service, tier), (second_service, _) = stage.random.choices(self._kinds, self._weights, k=2)
        needs = [stage.random.choice(NEEDS)] if stage.chance(NEEDS_SHARE) else []
        further_services = [second_service] if stage.chance(MORE_SHARE) else []
        large = "elderly" in needs
        issued = stage.do(
            CUSTOMER,
            stage.commands.issue,
            service=service,
            needs=needs,
            tier=tier,
            then=further_services,
            large_print=large,
        )
        if issued:
            self._while_waiting(issued["ticket"]["id"])
        peak = 1.0
        if PEAK_FROM_H <= stage.hour() < PEAK_TO_H:
            peak = PEAK
        stage.after(stage.random.expovariate(self._rate() * peak), self.come)

    def _while_waiting(self, ticket: str) -> None:
        stage = self._stage
        if stage.chance(LEAVE_SHARE):
            stage.after(
                stage.random.uniform(60, 900),
                partial(stage.do, CUSTOMER, stage.commands.cancel, ticket=ticket),
            )
        elif stage.chance(YIELD_SHARE):
            let_pass = partial(stage.do, CUSTOMER, stage.commands.let_pass, ticket=ticket, places=3)
            stage.after(stage.random.uniform(60, 600), let_pass)

    def _rate(self) -> float:
        """The arrivals per second at which the counters are busy for the share LOAD of their time, on a usual day."""
        total = sum(self._weights)
        mean_s = sum(
            w * self._branch.service[s].usual_s
            for (s, _), w in zip(self._kinds, self._weights, strict=True)
        )
        return self._load * len(self._branch.counters) * total / mean_s

    def _ask_for_help(self) -> None:
        stage = self._stage
        stage.do(CUSTOMER, stage.commands.request_help)
        stage.after(stage.random.expovariate(1 / HELP_EVERY_S), self._ask_for_help)

    # -- appointments -------------------------------------------------------------------------------
    def _book(self) -> None:
        """Books some of today's slots; most of these customers check in."""
        plan = self._branch.appointments
        stage = self._stage
        if plan is None:
            return
        today = self._branch.day_of(stage.clock())
        service = plan.services[0]
        with stage.runtime.writer.published() as state:
            slots = stage.commands.slots(state, stage.clock(), service, today)
        for at, free_places in slots:
            for _ in range(free_places):
                if stage.chance(BOOKED_SHARE):
                    self._book_slot(at)

    def _book_slot(self, at: datetime) -> None:
        plan = self._branch.appointments
        stage = self._stage
        service = stage.random.choice(plan.services if plan else ())
        booked = stage.do(CUSTOMER, stage.commands.book, service=service, at=at)
        if booked and stage.chance(CHECK_IN_SHARE):
            early_s = stage.random.uniform(-120, 600)
            check_in = partial(
                stage.do, CUSTOMER, stage.commands.check_in, appointment=booked["appointment"]["id"]
            )
            stage.after((at - stage.clock()).total_seconds() - early_s, check_in)
