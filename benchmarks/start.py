"""Start with the journal of a year (300,000 tickets) beside the start with a day's, in turns in the same run.

    python benchmarks/start.py [--tickets 300000] [--rounds 5]

Limit: the year's start takes at most 1.3 times the day's. The year is made by the branch's own commands on a
virtual clock, so its journal is what a year would have left; each day of it has another configuration.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stage import ROOT, Branch

from lobby.branch.config import read_branch
from lobby.branch.names import Name
from lobby.commands.base import Command, P
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.journal.history import reader

LIMIT = 1.3
DAY_TICKETS = 1200


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def live(runtime: BranchRuntime, clock: Clock, tickets: int) -> None:
    """A day: tickets issued, called, served; the last ones still wait."""
    writer = runtime.writer
    hall = runtime.commands
    services = [s.id for s in runtime.branch.services if s.area == "hall"]

    def do(command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> None:
        writer.submit(By("year"), command, *args, **kwargs)

    for counter in runtime.branch.counters:
        do(hall.open_counter, counter=counter.id)
    for n in range(tickets):
        do(hall.issue, service=random.choice(services))
        if n >= 20:
            for command in (hall.next, hall.start, hall.finish):
                do(command, counter=random.choice(("1", "2", "3", "4", "8")))
        if n % 200 == 0:
            writer.pump()
            clock.now += timedelta(minutes=30)
    writer.pump()


def make(folder: Path, tickets: int) -> None:
    """A journal whose last day is today."""
    days = max(1, tickets // DAY_TICKETS)
    clock = Clock(datetime.now(UTC) - timedelta(days=days - 1))
    branch = read_branch(ROOT / "config.toml")
    for day in range(days):
        of_day = replace(branch, name=Name(f"第 {day} 日", f"Day {day}"))
        runtime = open_branch(of_day, folder, "http://x", clock, pumped=True)
        morning = clock.now
        live(runtime, clock, min(tickets, DAY_TICKETS))
        clock.now = morning + timedelta(days=1)
        runtime.close()


def start_s(folder: Path) -> float:
    with Branch(folder) as branch:
        return branch.started_s


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tickets", type=int, default=300_000)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        day = Path(name) / "day"
        year = Path(name) / "year"
        for folder, tickets in ((day, DAY_TICKETS), (year, args.tickets)):
            make(folder / "var", tickets)
            database = folder / "var" / "lobby.db"
            with closing(reader(database)) as db:
                count = db.table("ticket").count
            print(f"{folder.name}: {count} tickets, {database.stat().st_size / 2**20:.0f} MB", flush=True)
        ratios = []
        for _ in range(args.rounds):
            short = start_s(day)
            long = start_s(year)
            ratios.append(long / short)
            print(f"day {short:.2f} s, year {long:.2f} s: {ratios[-1]:.2f}", flush=True)
        median = statistics.median(ratios)
        print(f"median {median:.2f}, limit {LIMIT}: {'held' if median <= LIMIT else 'MISSED'}")
        shutil.rmtree(name, ignore_errors=True)


if __name__ == "__main__":
    main()
