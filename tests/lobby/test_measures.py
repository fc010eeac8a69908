"""Every measure equals what a few lines of SQL over the table `event` give, on a month with other configurations
and restores. The lines know nothing of the branch's rules, tables or replay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import MORNING
from loop_sql import LOOP_SCHEMA, LOOP_SQL
from measure_sql import CARDS, GROUPS, SCHEMA
from measure_sql import SQL as QUEUE_SQL
from month import DAYS, Month
from sqlite_utils.db import sqlite3

from lobby.journal.history import reader
from lobby.reports.groups import KEYS
from lobby.reports.measure import Period
from lobby.reports.measures import MEASURES, ReportView, Span, last_over, parts, report
from lobby.reports.statistics import net_promoter, wilson

FIRST = MORNING.date()
LAST = FIRST + timedelta(days=DAYS - 1)
SQL = QUEUE_SQL | LOOP_SQL
pytestmark = pytest.mark.timeout(900)
"""The month is half a minute of a processor that others use too."""
TOLERANCE_S = 1e-3
"""Julian days have some 40 µs of precision."""


@pytest.mark.parametrize(
    ("span", "today", "first", "last"),
    [
        ("day", "2026-03-02", "2026-03-01", "2026-03-01"),
        ("week", "2026-03-02", "2026-02-23", "2026-03-01"),
        ("week", "2026-03-03", "2026-02-23", "2026-03-01"),
        ("month", "2026-03-01", "2026-02-01", "2026-02-28"),
        ("month", "2026-03-31", "2026-02-01", "2026-02-28"),
    ],
)
def test_a_timer_that_runs_late_is_of_the_same_period(
    span: Span, today: str, first: str, last: str
) -> None:
    found = last_over(span, date.fromisoformat(today))
    assert [each.isoformat() for each in found] == [first, last]


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Month:
    return Month(tmp_path_factory.mktemp("month") / "var", seed=13)


@pytest.fixture(scope="module")
def events(month: Month) -> Iterator[Any]:
    with closing(sqlite3.connect(month.data / "lobby.db")) as db:
        db.executescript(SCHEMA + LOOP_SCHEMA)
        yield db


@pytest.fixture(scope="module")
def figures(month: Month) -> ReportView:
    return report(month.config, month.data / "lobby.db", FIRST, LAST, month.clock())


def test_it_is_a_busy_month(events: Any, figures: ReportView) -> None:
    """With everything that could make a figure wrong."""
    kinds = dict(events.execute("SELECT kind, count(*) FROM event GROUP BY kind").fetchall())
    assert kinds["TicketIssued"] > 2000
    assert kinds["ActUndone"] > 50
    assert kinds["BranchConfigured"] >= 3
    assert kinds["JournalRestored"] == kinds["JournalForked"] == 2
    for kind in ("TicketContinued", "TicketParked", "TicketRetiered", "TicketTransferred"):
        assert kinds[kind] > 20, kind
    assert len(figures["completeness"]["days"]) == DAYS


@pytest.mark.parametrize("id", MEASURES)
def test_a_measure_is_what_sql_over_the_events_gives(
    id: str, events: Any, figures: ReportView
) -> None:
    (value,) = events.execute(SQL[id]).fetchone()
    figure = figures["measures"][id]
    assert figure["n"] > 0
    assert figure["value"] == pytest.approx(value, abs=TOLERANCE_S)


def test_every_group_has_a_name() -> None:
    assert {key for measure in MEASURES.values() for key in measure.by} <= set(KEYS)


@pytest.mark.parametrize("id_and_key", GROUPS, ids="-".join)
def test_a_group_is_what_sql_over_the_events_gives(
    id_and_key: tuple[str, str], events: Any, figures: ReportView
) -> None:
    id, key = id_and_key
    groups = figures["measures"][id]["by"][key]
    expected = {str(group): value for group, value in events.execute(GROUPS[id_and_key])}
    assert {group: figure["value"] for group, figure in groups.items()} == pytest.approx(
        expected, abs=TOLERANCE_S
    )


def test_intervals_are_those_of_the_counts(events: Any, figures: ReportView) -> None:
    late, n = events.execute(
        "SELECT sum(wait > target), count(*) FROM t WHERE wait NOT NULL"
    ).fetchone()
    wide = wilson(late, n)
    assert wide is not None
    assert figures["measures"]["late_share"]["lo"] == pytest.approx(wide.lo, abs=1e-6)
    for_us, against, n = events.execute(
        f"SELECT sum(score = 5), sum(score <= 3), count(*) {CARDS}"
    ).fetchone()
    net = net_promoter(for_us, against, n)
    assert net is not None
    assert figures["measures"]["feedback_net"]["hi"] == pytest.approx(net.hi, abs=1e-6)


def test_what_a_figure_is_made_of_makes_the_figure(month: Month, figures: ReportView) -> None:
    database = month.data / "lobby.db"
    for id, measure in MEASURES.items():
        made_of = parts(month.config, database, measure, (FIRST, LAST), {}, (0, 10**6))
        values = [part["value"] for part in made_of["tickets"]]
        assert measure.statistic(values).value == pytest.approx(
            figures["measures"][id]["value"], abs=1e-6
        )


def test_days_add_up_to_the_month(month: Month, figures: ReportView) -> None:
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    counted = [tickets_of(month.data / "lobby.db", month, day) for day in days]
    assert sum(counted) == figures["measures"]["tickets"]["value"]


def tickets_of(database: Path, month: Month, day: date) -> float:
    with closing(reader(database)) as db:
        return Period(db, month.config, day, day).figure(MEASURES["tickets"]).value or 0
