"""Compares a month's bulletin over the journal of five years (1.5 million tickets) with that over one year's, in turns
in one run.

    python benchmarks/report.py [--years 5] [--rounds 5]

Limits: it takes at most 2 s, and over five years at most 1.1 times as long as over one. The last month is the same in
both: benchmarks/years.py copies one day of the branch's own commands for every day before it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from stage import ROOT, verdict
from start import DAYS_A_YEAR, describe, make_day
from years import write_years

from lobby.branch.config import read_branch
from lobby.reports.bulletin import bulletin
from staff.bulletin import document

LIMIT_S = 2.0
LIMIT = 1.1
WORKING_DAYS = 21
"""In a month. The journals of benchmarks/years.py have one working day for each date."""


def bulletin_s(folder: Path, last: date) -> float:
    """How long it takes from the journal to the file."""
    branch = read_branch(ROOT / "config.toml")
    first = last - timedelta(days=WORKING_DAYS - 1)
    since = time.monotonic()
    made = bulletin(branch, folder / "var" / "lobby.db", first, last, datetime.now(UTC))
    document.file(made, "zh")
    return time.monotonic() - since


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--years", type=float, default=5)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        day = Path(name) / "day"
        one = Path(name) / "one"
        many = Path(name) / "many"
        make_day(day / "var")
        for folder, years in ((one, 1.0), (many, args.years)):
            write_years(day / "var", folder / "var", max(WORKING_DAYS, round(DAYS_A_YEAR * years)))
            describe(folder)
        last = read_branch(ROOT / "config.toml").day_of(datetime.now(UTC))
        for folder in (one, many):
            bulletin_s(folder, last)  # makes the file system cache what a bulletin reads
        pairs = [(bulletin_s(one, last), bulletin_s(many, last)) for _ in range(args.rounds)]
        for short, long in pairs:
            print(f"one year {short:.2f} s, {args.years:g} years {long:.2f} s: {long / short:.2f}")
        longest = statistics.median(long for _, long in pairs)
        ratio = statistics.median(long / short for short, long in pairs)
        print(f"median {longest:.2f} s, limit {LIMIT_S} s: {verdict(held=longest <= LIMIT_S)}")
        print(f"median ratio {ratio:.2f}, limit {LIMIT}: {verdict(held=ratio <= LIMIT)}")


if __name__ == "__main__":
    main()
