"""Measures the cost of the forecast: issuing with and without it, each durable in a real journal; the waits of 200
waiting tickets; and the events per second of a simulation.

    python benchmarks/forecast.py [--rounds 7] [--tickets 400]

Limits: with / without at most 1.3; 200 waiting times within 20 ms; 20,000 events a second on one core.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stage import ROOT

from lobby.branch.config import read_branch, read_scenario
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.simulation.simulate import simulate
from lobby.simulation.stand_ins import NullForecast

COST = 1.3
BOARD_MS = 20.0
EVENTS_S = 20_000
WAITING = 200
BRANCH = read_branch(ROOT / "config.toml")


class Clock:
    now = datetime(2026, 3, 2, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=5)
        return self.now


def fresh_branch(folder: str) -> BranchRuntime:
    runtime = open_branch(BRANCH, Path(folder), "http://x", Clock())
    for counter in BRANCH.counters:
        runtime.writer.do("bench", runtime.commands.open_counter, counter=counter.id)
    return runtime


def fill(runtime: BranchRuntime, tickets: int) -> float:
    """Issues so many tickets and returns the seconds that it took."""
    tiers = [t.id for t in BRANCH.tiers]
    services = [s.id for s in BRANCH.services]
    started = time.perf_counter()
    for n in range(tickets):
        fields = {"service": services[n % len(services)], "tier": tiers[n % len(tiers)]}
        runtime.writer.do("bench", runtime.commands.issue, **fields)
    return time.perf_counter() - started


def issuing(tickets: int, *, forecast: bool) -> float:
    with tempfile.TemporaryDirectory() as folder:
        runtime = fresh_branch(folder)
        if not forecast:
            runtime.commands.forecaster = NullForecast()
            runtime.writer._views._forecaster = runtime.commands.forecaster
        fill(runtime, WAITING)
        took_s = fill(runtime, tickets)
        runtime.close()
    return took_s


def waits_ms() -> float:
    """The milliseconds for the forecasts of 200 waiting tickets, as a board or the tablet needs them."""
    with tempfile.TemporaryDirectory() as folder:
        runtime = fresh_branch(folder)
        fill(runtime, WAITING)
        with runtime.writer.published() as state:
            waiting = state.waiting()
            started = time.perf_counter()
            for ticket in waiting:
                runtime.forecaster.at_place(state, ticket)
            took_ms = (time.perf_counter() - started) * 1000 * WAITING / len(waiting)
        runtime.close()
    return took_ms


def events_s() -> float:
    plan = read_scenario(ROOT / "benchmarks" / "scenarios" / "lunch_peak.toml")
    started = time.process_time()
    return float(simulate(plan, "default", 8, 1)["events"]) / (time.process_time() - started)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--tickets", type=int, default=400)
    args = options.parse_args()
    ratios = []
    waits = []
    speeds = []
    for _ in range(args.rounds):
        without = issuing(args.tickets, forecast=False)
        with_ = issuing(args.tickets, forecast=True)
        ratios.append(with_ / without)
        waits.append(waits_ms())
        speeds.append(events_s())
    for name, values, limit in (
        ("issuing with / without forecast", ratios, COST),
        (f"{WAITING} waiting times, ms", waits, BOARD_MS),
        ("events a second", speeds, EVENTS_S),
    ):
        middle = statistics.median(values)
        print(
            f"{name}: {middle:.2f} ({min(values):.2f}-{max(values):.2f}); ratio to the limit {middle / limit:.2f}"
        )


if __name__ == "__main__":
    main()
