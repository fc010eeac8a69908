"""The pressure in an area and the usual time of a service, for screens, alerts and the manager's commands."""

from __future__ import annotations

from datetime import datetime

from lobby.branch.model import NEEDS, Branch
from lobby.branch.routing import area_for
from lobby.events.wait import NO_FIGURE, Wait
from lobby.forecast.port import Forecast
from lobby.state.alert import Pressure
from lobby.state.queue import QueueState

NOBODY_THERE = Wait(0, 0, 0, 0, told=NO_FIGURE)
"""Where no counter serves."""
Newcomer = tuple[str, str, tuple[str, ...]]
"""Service, tier, needs."""


def _newcomers(branch: Branch) -> dict[str, list[Newcomer]]:
    """By area, the kinds of customers that are sent there: customers with special needs to the green channel,
    the others by tier and service."""
    newcomers: dict[str, list[Newcomer]] = {area.id: [] for area in branch.areas}
    for service in branch.services:
        for tier in branch.tiers:
            area = area_for(branch, service.id, tier.id, ())
            newcomers[area].append((service.id, tier.id, ()))
        green = area_for(branch, service.id, branch.standard_tier.id, NEEDS[:1])
        newcomers[green].append((service.id, branch.standard_tier.id, NEEDS[:1]))
    return newcomers


class Outlook:
    """What the forecaster says of a branch's areas and services."""

    def __init__(self, branch: Branch, forecaster: Forecast) -> None:
        self._forecaster = forecaster
        self._newcomers = _newcomers(branch)

    def usual_s(self, state: QueueState, service: str) -> float:
        """The usual length of the service, seconds."""
        return self._forecaster.service_s(state, service)

    def pressure(self, state: QueueState, area: str, now: datetime) -> Pressure:
        """How many people wait in the area, how many of them are late, and the next newcomer's 90 % wait."""
        waits = state.waiting(area)
        late = sum(now > state.due(ticket) for ticket in waits)
        return Pressure(len(waits), late, self.area_wait(state, area, now).p90_s)

    def area_wait(self, state: QueueState, area: str, now: datetime) -> Wait:
        """The wait of an area's next newcomer: the longest among the kinds of customers that come there and that a
        counter may serve which is open or will be back. Where none is, there is no figure."""
        at_work = [
            state.as_lent(counter)
            for counter in state.branch.counters
            if state.counters[counter.id].at_work
        ]
        waits = [
            self._forecaster.newcomer(state, now, service, tier, area, needs)[1]
            for service, tier, needs in self._newcomers.get(area, ())
            if any(state.branch.may_serve(counter, service, tier, area) for counter in at_work)
        ]
        return max(waits, key=lambda wait: wait.p50_s, default=NOBODY_THERE)
