"""What monitoring is told of a province: whether its pages are ready, and its metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask import Blueprint
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from headquarters.live.picture import Picture
from headquarters.live.state import BranchState
from web import monitoring


def blueprint(picture: Picture) -> Blueprint:
    def check() -> monitoring.Checks:
        """The database was read a moment ago."""
        return {"database": (picture.is_fresh, f"{len(picture.entries)} branches")}

    return monitoring.blueprint(check, Province(picture))


class Province(Collector):
    """What is live, read at each request. A metric for each of thousands of branches would be the API's work."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def collect(self) -> Iterator[Metric]:
        entries = [*self._picture.entries.values()]
        states = Counter(entry.state for entry in entries)
        of_states = GaugeMetricFamily("lobby_hq_branches", "Branches by state.", labels=["state"])
        for state in BranchState:
            of_states.add_metric([state], states[state])
        yield of_states
        kinds = Counter(alarm.kind for entry in entries for alarm in entry.alarms)
        alarms = GaugeMetricFamily(
            "lobby_hq_alarms", "Alarms that stand, by kind.", labels=["kind"]
        )
        for kind, count in sorted(kinds.items()):
            alarms.add_metric([kind], count)
        yield alarms
        yield GaugeMetricFamily(
            "lobby_hq_events",
            "Events up to which the branches' newest journals are here.",
            value=sum(entry.cursor.seq for entry in entries if entry.cursor),
        )
        yield GaugeMetricFamily(
            "lobby_hq_database_age_seconds",
            "How long ago the database was read.",
            value=self._picture.picture_age_s,
        )
