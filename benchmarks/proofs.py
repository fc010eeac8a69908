"""Compares a second look at what the journal proves of 92 days with the first one after a start, in turns in one run.

    python benchmarks/proofs.py [--rounds 5]

Limit: the second look takes at most a tenth of the first one's processor time, since days that are over are computed
once. Each day has 1,200 tickets; benchmarks/years.py copies one day of the branch's own commands.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stage import ROOT, verdict
from start import describe, make_day
from years import write_years

from lobby.branch.config import read_branch
from lobby.reports import proofs
from lobby.reports.standing import LONGEST_DAYS, standings_of
from lobby.standards.reading import catalogue_of

LIMIT = 0.1


def look_s(folder: Path) -> float:
    """The processor's time of a look at the standards."""
    branch = read_branch(ROOT / "config.toml")
    last = branch.day_of(datetime.now(UTC))
    first = last - timedelta(days=LONGEST_DAYS - 1)
    catalogue = catalogue_of(branch.standards)
    since = time.process_time()
    standings_of(branch, catalogue, folder / "var" / "lobby.db", first, last)
    return time.process_time() - since


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        day = Path(name) / "day"
        folder = Path(name) / "days"
        make_day(day / "var")
        write_years(day / "var", folder / "var", LONGEST_DAYS)
        describe(folder)
        pairs = []
        for _ in range(args.rounds):
            proofs.forget()
            pairs.append((look_s(folder), look_s(folder)))
            first_s, second_s = pairs[-1]
            print(f"first {first_s:.2f} s, second {second_s:.3f} s", flush=True)
        ratio = statistics.median(second / first for first, second in pairs)
        print(f"median ratio {ratio:.3f}, limit {LIMIT}: {verdict(held=ratio <= LIMIT)}")


if __name__ == "__main__":
    main()
