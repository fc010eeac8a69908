"""What monitoring is told of a branch: whether it may open, and its metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Blueprint
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from lobby.engine.runtime import BranchRuntime
from lobby.refusals import SENTENCES
from lobby.state.printer import comes_out
from web import monitoring

Check = Callable[[BranchRuntime], tuple[bool, str]]
"""Whether a part of the branch is well, and the detail."""


def _database(runtime: BranchRuntime) -> tuple[bool, str]:
    with runtime.writer.published() as state:
        seq = f"seq {state.seq}"
    failing = runtime.writer.failing
    return not failing, SENTENCES[failing].in_("en") if failing else seq


def _printer(runtime: BranchRuntime) -> tuple[bool, str]:
    """Well while the slips of every kiosk come out; one without a printer shows its codes on the screen."""
    with runtime.writer.published() as state:
        well = all(comes_out(state, printer) for printer in state.branch.printers_in_use())
        seen = [
            f"{printer.id}: {state.printers[printer.id].status}"
            for printer in state.branch.printers
        ]
    return well, ", ".join(seen)


CHECKS: Mapping[str, Check] = {"database": _database, "printer": _printer}
"""What says whether the branch may open."""


def blueprint(runtime: BranchRuntime) -> Blueprint:
    def check() -> monitoring.Checks:
        return {name: look(runtime) for name, look in CHECKS.items()}

    return monitoring.blueprint(check, QueueState(runtime))


class QueueState(Collector):
    """The state's metrics, read at each request."""

    def __init__(self, runtime: BranchRuntime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        runtime = self._runtime
        with runtime.writer.published() as state:
            tickets = Counter((t.service, t.tier, t.state.value) for t in state.tickets.values())
            waiting = {area.id: state.waiting_count(area.id) for area in runtime.branch.areas}
            counters = Counter(c.state for c in state.counters.values())
            cards = Counter((f.score, f.visit) for f in state.feedback.values())
            printers = {p.id: p.status for p in state.printers.values()}
            unprinted = len(state.unprinted)
            seq = state.seq
            alerts = len(state.alerts.keys() | state.quality.low_cards.keys())
        yield _family(CounterMetricFamily, "lobby_tickets", "Tickets of the day", tickets)
        yield _family(GaugeMetricFamily, "lobby_waiting", "People waiting by area", waiting)
        yield _family(GaugeMetricFamily, "lobby_counters", "Counters by state", counters)
        yield _family(
            CounterMetricFamily, "lobby_feedback", "Feedback cards of the day by score", cards
        )
        ok_printers = {id: float(status == "ok") for id, status in printers.items()}
        printing = {id: float(status.prints) for id, status in printers.items()}
        yield _family(
            GaugeMetricFamily,
            "lobby_printer_ok",
            "1 when the printer reports that it is ok",
            ok_printers,
        )
        yield _family(
            GaugeMetricFamily,
            "lobby_printer_prints",
            "1 unless it is known that the printer cannot print",
            printing,
        )
        scores = {score.tier: score for score in runtime.forecaster.scores()}
        for field, (name, help) in FORECAST.items():
            values = {tier: getattr(score, field) for tier, score in scores.items()}
            yield _family(GaugeMetricFamily, name, help, values)
        remote = runtime.customers.remote
        looked_up = dict(remote.figures) if remote else {}
        yield _family(
            CounterMetricFamily, "lobby_directory", "Look-ups in the customer directory", looked_up
        )
        yield GaugeMetricFamily("lobby_slips_unprinted", "Slips still to print", value=unprinted)
        yield GaugeMetricFamily(
            "lobby_alerts_open", "Alerts that nobody has acknowledged", value=alerts
        )
        faults = dict(runtime.writer.faults)
        yield _family(
            CounterMetricFamily, "lobby_faults", "What failed after a commit, by part", faults
        )
        yield GaugeMetricFamily(
            "lobby_database_takes", "1 while events can be saved", float(not runtime.writer.failing)
        )
        yield CounterMetricFamily("lobby_events", "Events in the journal", value=seq)


FORECAST = {
    "error_s": (
        "lobby_forecast_error_seconds",
        "Mean absolute error of the latest waiting-time forecasts",
    ),
    "covered": (
        "lobby_forecast_covered",
        "Share of the latest waits within the quoted 90 % interval",
    ),
    "exceeded": ("lobby_forecast_exceeded", "Share of the latest waits over the quoted 90 % bound"),
}
LABELS = {
    "lobby_forecast_error_seconds": ["tier"],
    "lobby_forecast_covered": ["tier"],
    "lobby_forecast_exceeded": ["tier"],
    "lobby_tickets": ["service", "tier", "state"],
    "lobby_waiting": ["area"],
    "lobby_counters": ["state"],
    "lobby_feedback": ["score", "visit"],
    "lobby_printer_ok": ["printer"],
    "lobby_printer_prints": ["printer"],
    "lobby_directory": ["outcome"],
    "lobby_faults": ["part"],
}


def _family(kind: type, name: str, help: str, values: Mapping[Any, float]) -> Metric:
    family: Metric = kind(name, help, labels=LABELS[name])
    for key, value in values.items():
        labels = [str(k) for k in key] if isinstance(key, tuple) else [str(key)]
        family.add_metric(labels, value)  # type: ignore[attr-defined]
    return family
