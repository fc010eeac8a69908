"""What a plain line in order of arrival would have made of the same day: the yardstick of fairness.

The order of service changes who waits, hardly how many. With n waiting for a service, an ordinary line would
hold the n who came last; so the first of those would be waiting longest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class FcfsReference:
    """`longest_s` by service: the longest wait that order of arrival would have brought, today and on the
    days remembered; seconds."""

    longest_s: dict[str, float] = field(default_factory=dict)
    _arrivals: list[datetime] = field(default_factory=list)
    _by_service: dict[str, list[datetime]] = field(default_factory=dict)
    _remembered_s: dict[str, float] = field(default_factory=dict)
    _by_call: dict[str, dict[int, float]] = field(default_factory=dict)

    def remember(self, longest_s: Mapping[str, float]) -> None:
        """What the days before were like."""
        self.longest_s = dict(longest_s)
        self._remembered_s = dict(longest_s)

    def fork(self) -> FcfsReference:
        by_service = {service: list(arrivals) for service, arrivals in self._by_service.items()}
        return FcfsReference(dict(self.longest_s), list(self._arrivals), by_service)

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        self._arrivals = [at + by for at in self._arrivals]
        self._by_service = {
            service: [at + by for at in arrivals] for service, arrivals in self._by_service.items()
        }

    def arrived(self, service: str, at: datetime) -> None:
        self._arrivals.append(at)
        self._by_service.setdefault(service, []).append(at)

    def called(self, service: str, waiting: Mapping[str, int], at: datetime, call: int) -> None:
        """Somebody is called; `waiting` counts by service who waited until now, them included. Counters that
        do several services join the lines, so the shorter of the service's line and the whole counts."""
        own = _first_of_last(self._by_service.get(service, []), waiting.get(service, 0))
        all_ = _first_of_last(self._arrivals, sum(waiting.values()))
        if own and all_:
            wait_s = (at - max(own, all_)).total_seconds()
            self._by_call.setdefault(service, {})[call] = wait_s
            self.longest_s[service] = max(wait_s, self.longest_s.get(service, 0.0))

    def uncalled(self, service: str, call: int) -> None:
        """The call was taken back."""
        calls = self._by_call.get(service, {})
        if calls.pop(call, None) is None:
            return
        self.longest_s = {
            **self.longest_s,
            service: max([*calls.values(), self._remembered_s.get(service, 0.0)]),
        }
        if service not in self._remembered_s and not calls:
            del self.longest_s[service]


def _first_of_last(arrivals: list[datetime], n: int) -> datetime | None:
    if 0 < n <= len(arrivals):
        return arrivals[-n]
    return None
