"""What a plain line in order of arrival would have made of the same day: the yardstick of fairness.

The order of service changes who waits, hardly how many. With n waiting for a service, an ordinary line would
hold the n who came last; so the first of those would be waiting longest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class FirstCome:
    """`longest_s` by service: the longest wait that order of arrival would have brought, today and on the
    days remembered; seconds."""

    longest_s: dict[str, float] = field(default_factory=dict)
    _arrivals: list[datetime] = field(default_factory=list)
    _by_service: dict[str, list[datetime]] = field(default_factory=dict)

    def fork(self) -> FirstCome:
        by_service = {service: list(arrivals) for service, arrivals in self._by_service.items()}
        return FirstCome(dict(self.longest_s), list(self._arrivals), by_service)

    def arrived(self, service: str, at: datetime) -> None:
        self._arrivals.append(at)
        self._by_service.setdefault(service, []).append(at)

    def called(self, service: str, waiting: Mapping[str, int], at: datetime) -> None:
        """Somebody is called; `waiting` counts by service who waited until now, them included. Counters that
        do several services join the lines, so the shorter of the service's line and the whole counts."""
        own = _first_of_last(self._by_service.get(service, []), waiting.get(service, 0))
        all_ = _first_of_last(self._arrivals, sum(waiting.values()))
        if own and all_:
            wait_s = (at - max(own, all_)).total_seconds()
            self.longest_s[service] = max(wait_s, self.longest_s.get(service, 0.0))


def _first_of_last(arrivals: list[datetime], n: int) -> datetime | None:
    return arrivals[-n] if 0 < n <= len(arrivals) else None
