"""A year of a province of 200 branches, 1,000 tickets a branch and day: how long the province's monthly report takes,
how it grows with the months, and whether it equals what the branches have.

    python benchmarks/province_year.py [--branches 200] [--months 12] [--kinds 60]

Limits: the report of a month takes at most 3 s; every count is the sum of the branches' own, and each quantile is
within a second of the one of all waits. Scaled down: a day is one of `--kinds` days, each made by the branch's own
measures of 1,000 tickets drawn from a played day, with waits as where there are queues; days of figures are written for
the last month, months for all. One sample goes the whole way: a played journal through the raw table, beside the
branch's own report.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import log
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg.types.json import Json
from stage import ROOT, verdict
from start import make_day

from headquarters.config import Engines, Headquarters
from headquarters.deriving.deriver import Deriver
from headquarters.engines.engines import Postgres
from headquarters.journal.store import Store
from headquarters.journal.tables import migrate
from headquarters.reports.parts import Parts, days_merged, parts_of, sums_of_all
from headquarters.reports.reports import COMPARABLE, comparison, report
from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.events.batch import Batch
from lobby.events.envelope import BEGINNING, COLUMNS
from lobby.journal.history import Reader, reader
from lobby.journal.in_memory import tables_in_memory
from lobby.journal.tables import TABLES
from lobby.quantile import quantile
from lobby.reports.measure import Period
from lobby.reports.measures import MEASURES, days_of
from lobby.reports.measures import report as own_report

LIMIT_S = 3.0
TICKETS = 1000
MEDIAN_WAIT_S = 420
WORKING_DAYS = 22
LAST = date(2026, 12, 31)
SEED = 15
ROUNDS = 3
HALF_S = 0.51


@dataclass
class Kind:
    """A day as one branch may have it. `waits` in seconds."""

    sums: Parts
    histograms: Parts
    waits: list[float]


# -- days -----------------------------------------------------------------------------------------------
class Played:
    """The rows of a played day."""

    def __init__(self, database: Path) -> None:
        with closing(reader(database)) as db:
            self.rows = {table.name: _rows(db, table.name, table.column_list) for table in TABLES}
            self.tickets = list(db.query("SELECT * FROM ticket"))
            newest = "SELECT seq, at, kind, data FROM event WHERE kind = 'BranchConfigured'"
            self.events = db.execute(newest).fetchall()[-1:]
        self.day = date.fromisoformat(self.tickets[0]["day"])
        self.of_ticket = {
            name: _by_ticket(self.rows[name], place)
            for name, place in (("slip", 1), ("feedback", 0))
        }

    def kind(self, branch: Branch, random: Random) -> Kind:
        """Another such day: other customers, and waits as in a branch with queues."""
        longer = random.lognormvariate(0, 0.5)
        rows: dict[str, list[tuple[Any, ...]]] = {
            **self.rows,
            "ticket": [],
            "slip": [],
            "feedback": [],
        }
        waits = []
        for n, ticket in enumerate(random.choices(self.tickets, k=TICKETS)):
            id = f"{n:016}"
            wait_s = None
            if ticket["wait_s"] is not None:
                wait_s = longer * random.lognormvariate(log(MEDIAN_WAIT_S), 0.8)
                waits.append(wait_s)
            rows["ticket"].append(tuple({**ticket, "id": id, "wait_s": wait_s}.values()))
            for slip in self.of_ticket["slip"].get(ticket["id"], [])[:1]:
                rows["slip"].append((f"{id}/1", id, *slip[2:]))
            for card in self.of_ticket["feedback"].get(ticket["id"], []):
                rows["feedback"].append((id, *card[1:]))
        with closing(tables_in_memory(rows, self.events)) as db:
            return Kind(*parts_of(Period(db, branch, self.day, self.day)), waits)


def _rows(db: Reader, name: str, columns: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = db.execute(f"SELECT {columns} FROM {name}").fetchall()
    return rows


def _by_ticket(rows: Sequence[tuple[Any, ...]], place: int) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row[place], []).append(row)
    return found


# -- the year -------------------------------------------------------------------------------------------
class Year:
    """Writes months of figures, the latest last. `waits` are those of the last one, of all branches."""

    def __init__(self, db: psycopg.Connection, kinds: Sequence[Kind], branches: int) -> None:
        self.db = db
        self.kinds = kinds
        self.random = Random(SEED)
        self.codes = [f"B{n:04}" for n in range(1, branches + 1)]
        with db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO branch (code, seq) VALUES (%s, 0)", [(c,) for c in self.codes]
            )

    def write(self, month: date, *, days: bool) -> None:
        working = _working_days(month)
        self.waits: list[float] = []
        for code in self.codes:
            chosen = self.random.choices(self.kinds, k=len(working))
            self._write_month(code, working, chosen)
            self.waits += [wait for kind in chosen for wait in kind.waits]
            if days:
                self._write_days(code, working, chosen)

    def _write_month(self, code: str, days: Sequence[date], kinds: Sequence[Kind]) -> None:
        by_day = {
            day.isoformat(): sums_of_all(kind.sums) for day, kind in zip(days, kinds, strict=True)
        }
        self.db.execute(
            "INSERT INTO figures_month (branch, month, until, closed, days, document, histograms)"
            " VALUES (%s, %s, now(), true, %s, %s, %s)",
            [
                code,
                days[0].isoformat()[:7],
                Json(by_day),
                Json(days_merged([kind.sums for kind in kinds])),
                Json(days_merged([kind.histograms for kind in kinds])),
            ],
        )

    def _write_days(self, code: str, days: Sequence[date], kinds: Sequence[Kind]) -> None:
        with self.db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO figures (branch, day, until, closed, document, histograms)"
                " VALUES (%s, %s, now(), true, %s, %s)",
                [
                    (code, day.isoformat(), Json(kind.sums), Json(kind.histograms))
                    for day, kind in zip(days, kinds, strict=True)
                ],
            )


def _working_days(month: date) -> list[date]:
    first, last = days_of("month", month)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5][:WORKING_DAYS]


def _months(n: int) -> list[date]:
    """The months up to the last one, the earliest first."""
    months = [LAST.replace(day=1)]
    while len(months) < n:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]


# -- measuring ------------------------------------------------------------------------------------------
def took_s(do: Any) -> float:
    times = []
    for _ in range(ROUNDS):
        since = time.monotonic()
        do()
        times.append(time.monotonic() - since)
    return statistics.median(times)


def measure(db: psycopg.Connection, hq: Headquarters, month: date, written: int) -> float:
    month_s = took_s(lambda: report(db, hq, "month", month))
    compared_s = took_s(lambda: comparison(db, hq, "month", month, "late_share"))
    (size,) = db.execute("SELECT pg_total_relation_size('figures_month') / 2^20").fetchone() or (0,)
    print(
        f"{written:2} months: report of a month {month_s:.2f} s, comparison {compared_s:.2f} s;"
        f" figures_month {size:.0f} MB",
        flush=True,
    )
    return month_s


def equals_the_branches(db: psycopg.Connection, hq: Headquarters, year: Year) -> bool:
    whole = report(db, hq, "month", LAST)["measures"]
    own = [report(db, hq, "month", LAST, branch=code)["measures"] for code in year.codes]
    wrong = [
        id
        for id, m in MEASURES.items()
        if m.adds_up
        and abs((whole[id]["value"] or 0) - sum(each[id]["value"] or 0 for each in own)) > 0.01
    ]
    waits = sorted(year.waits)
    for id, share in (("wait_p50_s", 0.5), ("wait_p90_s", 0.9)):
        exact = quantile(waits, share)
        value = whole[id]["value"] or 0.0
        print(f"{id}: {value:.1f} s from parts, {exact:.3f} s of {len(waits):,} waits")
        wrong += [id] if abs(value - exact) > HALF_S else []
    print(f"what differs from the branches: {wrong or 'nothing'}")
    return not wrong


def whole_way(lived: Path, hq: Headquarters, branch: Branch) -> bool:
    """A played journal through the raw table: rates, and the branch's own report beside the province's."""
    with closing(reader(lived)) as db:
        rows = db.execute(f"SELECT {', '.join(COLUMNS)}, hash FROM event ORDER BY seq").fetchall()
    with closing(Store(hq.engines.database)) as store:
        store.take([Batch(rows[0][0], BEGINNING.hash, rows)])
    with closing(Deriver(hq)) as deriver:
        since = time.monotonic()
        while deriver.advance(rows[0][0]):
            pass
        derived_s = time.monotonic() - since
        since = time.monotonic()
        days = deriver.figures.round(60)
        figures_s = time.monotonic() - since
    day = branch.day_of(datetime.now(UTC))
    own = own_report(branch, lived, day, day, datetime.now(UTC))["measures"]
    with psycopg.connect(hq.engines.database) as connection:
        theirs = report(connection, hq, "day", day, branch=rows[0][0])["measures"]
    print(
        f"whole way: {len(rows)} events derived in {derived_s:.2f} s ({len(rows) / derived_s:,.0f}/s),"
        f" {days} days and months of figures in {figures_s:.2f} s; {own['tickets']['n']} tickets"
    )
    wrong = [
        id for id, m in MEASURES.items() if m.adds_up and own[id]["value"] != theirs[id]["value"]
    ]
    print(f"what differs from the branch's own report: {wrong or 'nothing'}")
    return not wrong


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--branches", type=int, default=200)
    options.add_argument("--months", type=int, default=12)
    options.add_argument("--kinds", type=int, default=60)
    args = options.parse_args()
    branch = read_branch(ROOT / "config.toml")
    with tempfile.TemporaryDirectory() as name, Postgres(Path(name) / "postgres") as postgres:
        hq = Headquarters(engines=Engines(database=postgres.url))
        migrate(postgres.url)
        make_day(Path(name) / "var")
        lived = Path(name) / "var" / "lobby.db"
        same = whole_way(lived, hq, branch)
        with psycopg.connect(postgres.url, autocommit=True) as db:
            db.execute("TRUNCATE branch, figures, figures_month, figures_due CASCADE")
            since = time.monotonic()
            played = Played(lived)
            random = Random(SEED)
            kinds = [played.kind(branch, random) for _ in range(args.kinds)]
            each_s = (time.monotonic() - since) / len(kinds)
            print(
                f"{len(kinds)} kinds of days, {each_s:.2f} s of the branch's measures each",
                flush=True,
            )
            year = Year(db, kinds, args.branches)
            months = _months(args.months)
            longest = 0.0
            for n, month in enumerate(months, start=1):
                year.write(month, days=month == months[-1])
                if n in (3, 6, args.months):
                    longest = max(longest, measure(db, hq, month, n))
            day_s = took_s(lambda: report(db, hq, "day", _working_days(LAST)[0]))
            week_s = took_s(lambda: report(db, hq, "week", _working_days(LAST)[0]))
            print(f"report of a day {day_s:.2f} s, of a week {week_s:.2f} s")
            print(f"{len(COMPARABLE)} measures can be compared")
            held = equals_the_branches(db, hq, year) and same
        print(f"longest {longest:.2f} s, limit {LIMIT_S} s: {verdict(held=longest <= LIMIT_S)}")
        print(f"equal to the branches: {verdict(held=held)}")


if __name__ == "__main__":
    main()
