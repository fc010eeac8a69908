"""Compares the start of a branch with 10,000 cases open with that of the same branch without, in turns in one run.

    python benchmarks/cases.py [--cases 10000] [--rounds 5]

Limit: the cases add at most 0.3 s of the processor's time, which is what a start waits for: other programs on the
machine do not count. They came in on the day before, so that a start has them from the snapshot.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stage import ROOT, Branch, verdict
from start import Clock, play_day

from lobby import events as ev
from lobby.branch.config import read_branch
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By

LIMIT_S = 0.3
BATCH = 50
OFFICE = Who("office", "office")
TEXT = "等候时间过长，柜员没有说明原因，要求答复。"


def take(runtime: BranchRuntime, cases: int, now: datetime) -> None:
    """Takes so many complaints in, as a list of the hotline brings them."""
    for first in range(0, cases, BATCH):
        complaints = [
            ev.Complaint(
                ev.Channel.HOTLINE,
                now.isoformat(),
                reference=f"KF{n}",
                cause="C01",
                complainant=f"客户{n}",
                contact=f"139{n:08}",
                text=TEXT,
            )
            for n in range(first, min(first + BATCH, cases))
        ]
        file, given = runtime.lists.accept(now, By("office"), OFFICE, complaints)
        for piece in given.pieces():
            runtime.writer.submit(By("office"), runtime.commands.take_cases, piece)
            runtime.writer.pump()
        file.unlink()


def make(folder: Path, cases: int) -> None:
    """A journal of yesterday, with the cases, and of today until now."""
    branch = read_branch(ROOT / "config.toml")
    now = datetime.now(UTC)
    midnight = datetime.combine(branch.day_of(now), datetime.min.time(), branch.zone)
    clock = Clock(midnight - timedelta(hours=6))
    runtime = open_branch(branch, folder, "http://x", clock, pumped=True)
    take(runtime, cases, clock.now)
    clock.now = max(now - timedelta(hours=8), midnight)
    runtime.writer.pump()
    play_day(runtime, clock, now)
    runtime.close()


def start_s(folder: Path) -> float:
    """The processor's time until the branch answers."""
    with Branch(folder) as branch:
        return branch.cpu_s()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        without = Path(name) / "without"
        with_cases = Path(name) / "with"
        make(without / "var", 0)
        make(with_cases / "var", args.cases)
        for folder in (without, with_cases):
            start_s(folder)  # writes its fence, and makes the file system cache what a start reads
        added = []
        for _ in range(args.rounds):
            bare_s = start_s(without)
            full_s = start_s(with_cases)
            added.append(full_s - bare_s)
            print(
                f"without {bare_s:.2f} s, with {args.cases} cases {full_s:.2f} s: {added[-1]:+.2f}",
                flush=True,
            )
        median_s = statistics.median(added)
        print(f"median {median_s:+.2f} s, limit {LIMIT_S}: {verdict(held=median_s <= LIMIT_S)}")


if __name__ == "__main__":
    main()
