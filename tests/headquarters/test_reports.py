"""The province's figures are those of its branches put together, by the branches' own definitions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from conftest import MORNING
from month import Month
from raw_rows import journal_of, take_in

from headquarters.config import Engines, Headquarters, Outlet
from headquarters.config import Unit as TreeUnit
from headquarters.deriving.deriver import Deriver
from headquarters.journal.tables import migrate
from headquarters.reports.reports import ReportView, chart, comparison, report
from lobby.branch.names import Name
from lobby.errors import NotFound
from lobby.journal.history import reader
from lobby.reports.measure import Period
from lobby.reports.measures import MEASURES, measure_of
from lobby.reports.measures import report as own_report
from lobby.reports.parts import Quantile

DAYS = 3
FIRST = MORNING.date()
LAST = FIRST + timedelta(days=DAYS - 1)
ALONE = {"load_uneven_share"}
"""What cannot be added up."""
COUNTS = [id for id, measure in MEASURES.items() if measure.adds_up]
OTHERS = [id for id in MEASURES if id not in COUNTS and id not in ALONE]
HALF_S = 0.5 + 1e-6
DAY_S = 86_400


def name(text: str) -> Name:
    return Name(text, text)


TREE = (
    TreeUnit("province", name("省分行")),
    TreeUnit("north", name("北市分行"), "province"),
    TreeUnit("south", name("南市分行"), "province"),
)
MOVED = FIRST + timedelta(days=2)
OUTLETS = (
    Outlet("A1", "north", name("一号网点")),
    Outlet("B2", "north", name("二号网点"), until=MOVED - timedelta(days=1)),
    Outlet("B2", "south", name("二号网点"), since=MOVED),
    Outlet("C3", "south", name("三号网点")),
)


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Month]:
    folder = tmp_path_factory.mktemp("branches")
    plays = {"A1": 11, "B2": 12, "C3": 13}
    return {
        code: Month(folder / code / "var", seed, DAYS, (), code) for code, seed in plays.items()
    }


@pytest.fixture(scope="module")
def hq(postgres: Any, months: dict[str, Month]) -> Headquarters:
    with psycopg.connect(postgres.url, autocommit=True) as db:
        db.execute("CREATE DATABASE province_reports")
    url = postgres.url_of("province_reports")
    migrate(url)
    config = Headquarters(engines=Engines(database=url), units=TREE, branches=OUTLETS)
    with closing(Deriver(config)) as deriver:
        for month in months.values():
            take_in(url, journal_of(month.data))
        deriver.figures.pause_s = 0
        while deriver.round(60):
            pass
        deriver.figures.round(60)
    return config


@pytest.fixture
def db(hq: Headquarters) -> Iterator[psycopg.Connection]:
    with psycopg.connect(hq.engines.database, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def whole(hq: Headquarters) -> ReportView:
    with psycopg.connect(hq.engines.database) as db:
        return report(db, hq, "week", LAST)


@pytest.fixture(scope="module")
def periods(months: dict[str, Month]) -> Iterator[list[Period]]:
    readers = [reader(month.data / "lobby.db") for month in months.values()]
    yield [
        Period(db, month.config, FIRST, LAST)
        for db, month in zip(readers, months.values(), strict=True)
    ]
    for db in readers:
        db.close()


@pytest.mark.parametrize("id", COUNTS)
def test_a_count_is_the_sum_of_the_branches_own(
    id: str, whole: ReportView, months: dict[str, Month]
) -> None:
    own = {
        code: own_report(month.config, month.data / "lobby.db", FIRST, LAST, month.clock())
        for code, month in months.items()
    }
    figure = whole["measures"][id]
    values = {code: view["measures"][id]["value"] for code, view in own.items()}
    assert figure["value"] == pytest.approx(sum(value or 0 for value in values.values()), abs=1e-3)
    by_branch = {code: view["value"] for code, view in figure["by"]["branch"].items()}
    assert by_branch == pytest.approx(
        {code: v for code, v in values.items() if own[code]["measures"][id]["n"]}
    )


@pytest.mark.parametrize("id", OTHERS)
def test_another_figure_is_that_of_all_their_things(
    id: str, whole: ReportView, periods: list[Period]
) -> None:
    """As if all branches were one: the values of all rows, and the statistic of them."""
    measure = measure_of(id)
    values = [value for period in periods for _, value in period.made_of(measure)]
    expected = measure.statistic(values)
    figure = whole["measures"][id]
    right_to = (
        HALF_S * measure.statistic.second if isinstance(measure.statistic, Quantile) else 1e-6
    )
    assert figure["n"] == expected.n
    if expected.value is None:
        assert figure["value"] is None
    else:
        assert figure["value"] == pytest.approx(expected.value, abs=right_to)


def test_the_groups_of_a_key_are_those_of_all_branches(
    whole: ReportView, periods: list[Period]
) -> None:
    for key in ("tier", "service", "hour"):
        expected: dict[str, int] = {}
        for period in periods:
            for group, figure in period.figures_by(measure_of("served"), key).items():
                expected[group] = expected.get(group, 0) + figure.n
        groups = whole["measures"]["served"]["by"][key]
        assert {group: view["n"] for group, view in groups.items()} == expected
    assert "counter" not in whole["measures"]["served"]["by"]


def test_the_month_is_the_same_as_its_days(db: psycopg.Connection, hq: Headquarters) -> None:
    """A month comes from a row of its own, a day and a week from the days'."""
    month = report(db, hq, "month", LAST)
    week = report(db, hq, "week", LAST)
    for id in MEASURES:
        assert month["measures"][id]["n"] == week["measures"][id]["n"], id
        assert month["measures"][id]["value"] == pytest.approx(week["measures"][id]["value"]), id


def test_a_branch_that_moved_counts_where_it_stood(
    db: psycopg.Connection, hq: Headquarters, months: dict[str, Month]
) -> None:
    south = report(db, hq, "month", LAST, unit="south")
    moved = own_report(months["B2"].config, months["B2"].data / "lobby.db", MOVED, LAST, MORNING)
    there = south["measures"]["tickets"]["by"]["branch"]
    assert there["B2"]["value"] == moved["measures"]["tickets"]["value"]
    assert set(there) == {"B2", "C3"}
    whole = report(db, hq, "month", LAST)["measures"]["tickets"]
    north = report(db, hq, "month", LAST, unit="north")["measures"]["tickets"]
    assert whole["by"]["unit"] == {
        "north": {"value": north["value"], "n": north["n"]},
        "south": {
            "value": south["measures"]["tickets"]["value"],
            "n": south["measures"]["tickets"]["n"],
        },
    }


def test_one_branch_has_its_own_figures(
    db: psycopg.Connection, hq: Headquarters, months: dict[str, Month]
) -> None:
    own = own_report(months["C3"].config, months["C3"].data / "lobby.db", LAST, LAST, MORNING)
    view = report(db, hq, "day", LAST, branch="C3")
    for id in set(MEASURES) - ALONE:
        theirs, figure = own["measures"][id], view["measures"][id]
        assert figure["n"] == theirs["n"], id
        assert figure["value"] == pytest.approx(theirs["value"], abs=HALF_S), id
        for key in set(theirs.get("by", {})) - {"counter"}:
            assert set(figure["by"][key]) == set(theirs["by"][key]), (id, key)


def test_it_says_how_complete_it_is(db: psycopg.Connection, hq: Headquarters) -> None:
    """The three branches closed their last day; a fourth has sent nothing."""
    complete = report(db, hq, "day", LAST)["completeness"]
    assert (complete["branches"], complete["present"], complete["missing"]) == (3, 3, [])
    assert complete["complete"]
    assert complete["until"] == f"{LAST + timedelta(days=1)}T00:00:00+08:00"
    with_another = Headquarters(
        engines=hq.engines, branches=(*OUTLETS, Outlet("D4", "south", name("四号网点"))), units=TREE
    )
    complete = report(db, with_another, "day", LAST)["completeness"]
    assert (complete["branches"], complete["present"]) == (4, 3)
    assert [missing["branch"] for missing in complete["missing"]] == ["D4"]
    assert not complete["complete"]


def test_what_is_not_there_is_told(db: psycopg.Connection, hq: Headquarters) -> None:
    with pytest.raises(NotFound, match="no unit west"):
        report(db, hq, "day", LAST, unit="west")
    with pytest.raises(NotFound, match="no branch Z9"):
        report(db, hq, "day", LAST, branch="Z9")
    with pytest.raises(NotFound, match="wait_mean_s is none"):
        comparison(db, hq, "day", LAST, "wait_mean_s")


def test_a_branch_whose_clock_is_off_is_in_no_comparison(
    db: psycopg.Connection, hq: Headquarters
) -> None:
    db.execute(
        "INSERT INTO snapshot (branch, received_at, at, clock_off_s, document)"
        " VALUES ('A1', now(), now(), -75, '{}')"
    )
    try:
        view = comparison(db, hq, "month", LAST, "late_share")
    finally:
        db.execute("DELETE FROM snapshot")
    assert [left["branch"] for left in view["completeness"]["left_out"]] == ["A1"]
    assert [row["branch"] for row in view["rows"]] == ["B2", "C3"]


def test_branches_by_chance_differ_by_ordinary_variation(
    db: psycopg.Connection, hq: Headquarters, periods: list[Period]
) -> None:
    """Three plays of one branch: none is better. What is expected of all is what happened to all."""
    view = comparison(db, hq, "month", LAST, "late_share")
    assert view["adjusted_for"] == ["tier", "service"]
    assert {row["verdict"] for row in view["rows"]} == {"ordinary"}
    n = sum(row["n"] for row in view["rows"])
    assert n == sum(period.figure(measure_of("late_share")).n for period in periods)
    happened = sum(row["n"] * row["value"] for row in view["rows"])
    assert sum(row["n"] * row["expected"] for row in view["rows"]) == pytest.approx(
        happened, abs=0.01
    )
    for row in view["rows"]:
        within = row["limits"]
        assert (
            within["lo998"]
            <= within["lo95"]
            <= row["expected"]
            <= within["hi95"]
            <= within["hi998"]
        )
    assert len(view["chart"]["days"]) == DAYS
    assert view["chart"]["verdict"] == "few"


def test_a_chart_has_the_days_of_all_branches(
    db: psycopg.Connection, hq: Headquarters, months: dict[str, Month]
) -> None:
    """Of a unit, a branch on the days on which it stood there; a day on which nobody missed a call counts."""
    tickets = chart(db, hq, LAST, "tickets")
    days = [report(db, hq, "day", date.fromisoformat(day)) for day in tickets["days"]]
    assert tickets["values"] == [day["measures"]["tickets"]["value"] for day in days]
    south = chart(db, hq, LAST, "no_shows", unit="south")
    c3 = months["C3"]
    own = own_report(c3.config, c3.data / "lobby.db", FIRST, FIRST, MORNING)
    assert south["values"][0] == own["measures"]["no_shows"]["value"]
    with pytest.raises(NotFound, match="wait_p90_s has no chart"):
        chart(db, hq, LAST, "wait_p90_s")


def test_dates_are_those_of_the_branches(whole: ReportView) -> None:
    monday = FIRST - timedelta(days=FIRST.weekday())
    assert whole["period"] == {"from": str(monday), "to": str(monday + timedelta(days=6))}
    assert date.fromisoformat(whole["period"]["to"]) >= LAST


@pytest.mark.parametrize("pieces", [7])
def test_figures_follow_what_comes_later(
    pieces: int, database: str, db: psycopg.Connection, hq: Headquarters, months: dict[str, Month]
) -> None:
    """Cards, answers and returns touch days that were over: in pieces it comes to the same as at once."""
    migrate(database)
    config = Headquarters(engines=Engines(database=database))
    rows = journal_of(months["A1"].data)
    with closing(Deriver(config)) as deriver:
        deriver.figures.pause_s = 0
        for piece in range(1, pieces + 1):
            take_in(database, rows[: len(rows) * piece // pieces])
            while deriver.round(60):
                pass
    with psycopg.connect(database) as other:
        in_pieces = report(other, config, "month", LAST, branch="A1")["measures"]
    at_once = report(db, hq, "month", LAST, branch="A1")["measures"]
    for id in MEASURES:
        assert {**in_pieces[id]["by"], "unit": {}} == {**at_once[id]["by"], "unit": {}}, id
        assert in_pieces[id]["value"] == at_once[id]["value"], id
