"""Compares the start with the journal of five years (1.5 million tickets) with that of a day, in turns in one run.

    python benchmarks/start.py [--years 5] [--rounds 5]

Limit: the start after five years takes at most 1.3 times the first day's. The last day is the same in both, made by the
branch's own commands; benchmarks/years.py writes the days before it.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from datetime import time as of_day
from pathlib import Path

from stage import ROOT, Branch, verdict
from years import write_years

from lobby.branch.config import read_branch
from lobby.commands.base import Command, P
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.events import Card
from lobby.journal.history import reader

LIMIT = 1.3
DAY_TICKETS = 1200
DAYS_A_YEAR = 250
"""A bank's working days."""
TELLERS = ("1", "2", "3", "4", "8")
CARDS_EVERY = 5
"""One customer in so many gives feedback."""
OPEN = timedelta(hours=8)
STEPS = 6


class Clock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def play_day(runtime: BranchRuntime, clock: Clock, until: datetime) -> None:
    """Plays a day: tickets are issued, called and served, some get feedback; the last ones still wait."""
    writer = runtime.writer
    commands = runtime.commands
    services = [s.id for s in runtime.branch.services if s.area == "hall"]
    step = (until - clock.now) / STEPS

    def do(command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> None:
        writer.submit(By("year"), command, *args, **kwargs)

    for counter in runtime.branch.counters:
        do(commands.open_counter, counter=counter.id)
    for n in range(DAY_TICKETS):
        do(commands.issue, service=random.choice(services))
        if n >= 20:
            counter = random.choice(TELLERS)
            for command in (commands.next, commands.start, commands.finish):
                do(command, counter=counter)
        if n % (DAY_TICKETS // STEPS) == 0:
            writer.pump()
            clock.now += step
    writer.pump()
    with writer.published() as state:
        served = [ticket.id for ticket in state.tickets.values() if ticket.state == "served"]
    for ticket in served[::CARDS_EVERY]:
        do(commands.give_feedback, ticket=ticket, card=Card(random.randint(1, 5)))
    writer.pump()


def make_day(folder: Path) -> None:
    """Makes a journal of one day, which is today and ends now."""
    branch = read_branch(ROOT / "config.toml")
    now = datetime.now(UTC)
    midnight = datetime.combine(branch.day_of(now), of_day(), branch.zone)
    clock = Clock(max(now - OPEN, midnight))
    runtime = open_branch(branch, folder, "http://x", clock, pumped=True)
    play_day(runtime, clock, now)
    runtime.close()


def start_s(folder: Path) -> float:
    with Branch(folder) as branch:
        return branch.started_s


def describe(folder: Path) -> None:
    database = folder / "var" / "lobby.db"
    with closing(reader(database)) as db:
        tickets = db.execute("SELECT count(*) FROM ticket").fetchone()[0]
        events = db.execute("SELECT max(seq) FROM event").fetchone()[0]
    size_mb = database.stat().st_size / 2**20
    print(f"{folder.name}: {tickets} tickets, {events} events, {size_mb:.0f} MB", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=float, default=5)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        day = Path(name) / "day"
        years = Path(name) / "years"
        make_day(day / "var")
        since = time.monotonic()
        write_years(day / "var", years / "var", max(1, round(DAYS_A_YEAR * args.years)))
        print(f"written in {time.monotonic() - since:.0f} s", flush=True)
        for folder in (day, years):
            describe(folder)
            start_s(folder)  # writes its fence, and makes the file system cache what a start reads
        ratios = []
        for _ in range(args.rounds):
            short = start_s(day)
            long = start_s(years)
            ratios.append(long / short)
            print(
                f"a day {short:.2f} s, {args.years:g} years {long:.2f} s: {ratios[-1]:.2f}",
                flush=True,
            )
        median = statistics.median(ratios)
        print(f"median {median:.2f}, limit {LIMIT}: {verdict(held=median <= LIMIT)}")


if __name__ == "__main__":
    main()
