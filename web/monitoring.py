"""The answers for monitoring that a branch and headquarters share: alive, ready, and the metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from web.roles import needs, public

Checks = Mapping[str, tuple[bool, str]]
"""By part, whether it is well, and the detail."""


def blueprint(check: Callable[[], Checks], collector: Collector) -> Blueprint:
    """`check` is asked at each request whether this server is ready; `collector` reads the metrics."""
    ops = Blueprint("ops", __name__)
    registry = CollectorRegistry()
    registry.register(collector)

    @ops.get("/healthz")
    @public
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @ops.get("/readyz")
    @public
    def readyz() -> tuple[dict[str, object], int]:
        results = check()
        ready = all(ok for ok, _ in results.values())
        details = {name: {"ok": ok, "detail": detail} for name, (ok, detail) in results.items()}
        if not ready:
            return {"status": "not ready", "checks": details}, 503
        return {"status": "ready", "checks": details}, 200

    @ops.get("/metrics")
    @needs("monitor")
    def metrics() -> Response:
        return Response(
            generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8"
        )

    return ops
