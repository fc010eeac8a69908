"""A first honest estimate of the wait: the work ahead, shared by the open counters.

The wait of a customer behind n others at c busy counters is the time until n + 1 services end: about a
gamma distribution with mean (n + 1) s / c. Its quantiles are taken by the approximation of Wilson &
Hilferty (1931). What may change meanwhile (overtaking, counters opening and closing) widens it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import NormalDist

from lobby.branch import Branch, Counter
from lobby.floor import BEHIND_ALL, Floor, Place, promise_s
from lobby.ticket import Wait

PRIOR_WEIGHT = 8.0
"""How many measured services the configured or historical mean is worth."""
SERVICE_CV2 = 0.64
CHANGE_CV2 = 0.09
NOBODY_OPEN_CV2 = 0.5
P05, P50, P90, P95 = (NormalDist().inv_cdf(p) for p in (0.05, 0.5, 0.9, 0.95))
NOTHING = Wait(0, 0, 0, 0)


class Forecaster:
    """Forecasts for one branch. `history_s` is the mean service time per service learned from the
    journal's earlier days, in seconds."""

    def __init__(self, branch: Branch, history_s: Mapping[str, float]) -> None:
        self.branch = branch
        self._prior_s = {s.id: float(history_s.get(s.id, s.usual_s)) for s in branch.services}

    def service_s(self, floor: Floor, service: str) -> float:
        """The mean service time: today's, shrunk to what was known before, seconds."""
        count, total_s = floor.service_s.get(service, (0, 0.0))
        return (PRIOR_WEIGHT * self._prior_s[service] + total_s) / (PRIOR_WEIGHT + count)

    def newcomer(
        self, floor: Floor, now: datetime, service: str, tier: str, area: str, needs: tuple[str, ...] = ()
    ) -> tuple[int, Wait]:
        """People ahead and the wait of a customer who takes a number now."""
        due = now + timedelta(seconds=promise_s(self.branch, tier, needs))
        return self.at_place(floor, service, tier, area, (due, BEHIND_ALL))

    def at_place(self, floor: Floor, service: str, tier: str, area: str, place: Place) -> tuple[int, Wait]:
        """People ahead and the wait of a place in line."""
        ahead = floor.ahead(area, service, tier, place)
        desks = self.branch.desks(service, tier, area)
        return sum(ahead.values()), self._wait(floor, service, ahead, desks)

    def _wait(self, floor: Floor, service: str, ahead: dict[str, int], desks: Sequence[Counter]) -> Wait:
        people = sum(ahead.values())
        nows = [floor.counters[c.id] for c in desks]
        open_now = [c for c in nows if c.state == "open"]
        idle = sum(c.ticket is None for c in open_now)
        if idle > people:
            return NOTHING
        work_s = sum(n * self.service_s(floor, s) for s, n in ahead.items())
        busy = len(open_now) - idle
        counters = max(1, len(open_now))
        mean_s = (work_s + self.service_s(floor, service) * (busy or 1) / counters) / counters
        cv2 = (SERVICE_CV2 / (people + 1)) + CHANGE_CV2 + (0 if open_now else NOBODY_OPEN_CV2)
        return gamma_wait(mean_s, cv2)


def gamma_wait(mean_s: float, cv2: float) -> Wait:
    """The quantiles of a gamma distribution with this mean and squared coefficient of variation."""
    spread = math.sqrt(cv2) / 3

    def quantile(z: float) -> int:
        return round(mean_s * max(0.0, 1 - spread * spread + spread * z) ** 3)

    return Wait(quantile(P50), quantile(P90), quantile(P05), quantile(P95))
