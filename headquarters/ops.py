"""The answers for monitoring: alive, ready, and the metrics of the province."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from flask import Blueprint, Flask, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from headquarters.live.picture import Picture
from headquarters.live.state import BranchState
from web.roles import needs, public


def blueprint(app: Flask) -> Blueprint:
    ops = Blueprint("ops", __name__)
    picture: Picture = app.extensions["picture"]
    registry = CollectorRegistry()
    registry.register(Province(picture))

    @ops.get("/healthz")
    @public
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @ops.get("/readyz")
    @public
    def readyz() -> tuple[dict[str, object], int]:
        """Ready: the database was read a moment ago."""
        checks = {
            "database": {"ok": picture.is_fresh, "detail": f"{len(picture.entries)} branches"}
        }
        if not picture.is_fresh:
            return {"status": "not ready", "checks": checks}, 503
        return {"status": "ready", "checks": checks}, 200

    @ops.get("/metrics")
    @needs("monitor")
    def metrics() -> Response:
        return Response(
            generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8"
        )

    return ops


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
