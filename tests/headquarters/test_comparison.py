"""Branches beside what chance explains, and how complete a picture is; on figures written for the purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import isfinite
from random import Random
from typing import Any

import psycopg
import pytest
from conftest import examples, midday_zone
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.json import Json

from headquarters.bulletin.files import FILES
from headquarters.bulletin.made import bulletin as made_bulletin
from headquarters.config import Engines, Headquarters
from headquarters.journal.tables import migrate
from headquarters.reports.compared import Adjusted, adjusted, distance, limits_of, verdict_of
from headquarters.reports.parts import Groups, days_merged, sums_of_all
from headquarters.reports.reports import comparison, report
from headquarters.reports.words import completeness_said
from headquarters.shared.plots import course, funnel
from lobby.reports.control import Verdict
from lobby.reports.measure import Better, Unit
from lobby.reports.parts import Part

LATE = "late_share"
MONTH = date(2026, 3, 1)
WORKING_DAYS = 20


def groups(cells: dict[str, tuple[int, int]]) -> Groups:
    """Of a share: by tier/service how many count of how many."""
    mix: dict[str, Part] = {key: [n, some] for key, (some, n) in cells.items()}
    whole: Part = [sum(n for _, n in cells.values()), sum(some for some, _ in cells.values())]
    return {"": {"": whole}, "mix": mix}


# -- the same mix ---------------------------------------------------------------------------------------
def test_who_has_the_harder_business_is_not_worse() -> None:
    """Loans are late more often everywhere. One branch has more of them, and is as good as the other at each."""
    branches = {
        "A1": groups({"standard/cash": (90, 900), "standard/loan": (40, 100)}),
        "B2": groups({"standard/cash": (10, 100), "standard/loan": (360, 900)}),
    }
    whole, found = adjusted(branches)
    assert whole == pytest.approx(500 / 2000)
    assert found["A1"].value == pytest.approx(0.13)
    assert found["B2"].value == pytest.approx(0.37)
    for branch in found.values():
        assert branch.ratio == pytest.approx(1)
        assert verdict_of(branch, limits_of(branch, 1.0), Better.LESS) is Verdict.ORDINARY


def test_what_all_have_is_what_is_expected_of_all() -> None:
    random = Random(1)
    branches = {
        code: groups(
            {
                key: (random.randint(0, n), n)
                for key in ("a/x", "a/y", "b/x")
                if (n := random.randint(0, 200))
            }
        )
        for code in "ABCDEFGH"
    }
    _, found = adjusted(branches)
    happened = sum(branch.n * branch.value for branch in found.values())
    assert sum(branch.n * branch.expected for branch in found.values()) == pytest.approx(happened)


def test_without_anything_there_is_nothing_to_compare() -> None:
    assert adjusted({}) == (None, {})
    assert adjusted({"A1": {}, "B2": groups({})}) == (None, {})


@pytest.mark.parametrize(
    ("value", "better", "verdict"),
    [
        (0.30, Better.LESS, Verdict.WORSE),
        (0.10, Better.LESS, Verdict.BETTER),
        (0.30, Better.MORE, Verdict.BETTER),
        (0.30, Better.NEITHER, Verdict.CHANGED),
        (0.21, Better.LESS, Verdict.ORDINARY),
    ],
)
def test_beyond_chance_it_has_a_direction(value: float, better: Better, verdict: Verdict) -> None:
    branch = Adjusted(2000, value, 0.2)
    within = limits_of(branch, 1.0)
    assert verdict_of(branch, within, better) is verdict
    assert (distance(branch, within) > 1) == (verdict is not Verdict.ORDINARY)


def test_days_that_differ_more_widen_the_limits() -> None:
    branch = Adjusted(2000, 0.25, 0.2)
    assert verdict_of(branch, limits_of(branch, 1.0), Better.LESS) is Verdict.WORSE
    assert verdict_of(branch, limits_of(branch, 9.0), Better.LESS) is Verdict.ORDINARY


# -- from the database ------------------------------------------------------------------------------------
@pytest.fixture
def hq(database: str) -> Headquarters:
    migrate(database)
    return Headquarters(engines=Engines(database=database), zone=midday_zone())


@pytest.fixture
def db(hq: Headquarters) -> Iterator[psycopg.Connection]:
    with psycopg.connect(hq.engines.database, autocommit=True) as connection:
        yield connection


def write_month(db: psycopg.Connection, code: str, shares: Sequence[float], n: int = 100) -> None:
    """A month of a branch, by the share of late customers on each day."""
    days = [(MONTH + timedelta(days=k)).isoformat() for k in range(len(shares))]
    documents = [{LATE: groups({"standard/cash": (round(share * n), n)})} for share in shares]
    by_day = {day: sums_of_all(document) for day, document in zip(days, documents, strict=True)}
    db.execute("INSERT INTO branch (code, derived_until) VALUES (%s, now())", [code])
    db.execute(
        "INSERT INTO figures_month (branch, month, until, closed, days, document, histograms)"
        " VALUES (%s, %s, now(), true, %s, %s, '{}')",
        [code, f"{MONTH:%Y-%m}", Json(by_day), Json(days_merged(documents))],
    )


def a_month(random: Random, share: float) -> list[float]:
    return [sum(random.random() < share for _ in range(100)) / 100 for _ in range(WORKING_DAYS)]


def test_those_who_need_help_and_those_to_learn_from_are_found(
    db: psycopg.Connection, hq: Headquarters
) -> None:
    random = Random(7)
    for n in range(20):
        write_month(db, f"N{n:02}", a_month(random, 0.2))
    write_month(db, "BAD", a_month(random, 0.32))
    write_month(db, "WORST", a_month(random, 0.45))
    write_month(db, "GOOD", a_month(random, 0.08))
    write_month(db, "SMALL", [1.0], n=20)
    view = comparison(db, hq, "month", MONTH, LATE)
    assert view["help"] == ["WORST", "BAD"]
    assert view["best"] == ["GOOD"]
    verdicts = {row["branch"]: row["verdict"] for row in view["rows"]}
    assert {verdicts[f"N{n:02}"] for n in range(20)} == {Verdict.ORDINARY}
    assert verdicts["SMALL"] is Verdict.FEW
    assert "limits" not in next(row for row in view["rows"] if row["branch"] == "SMALL")
    assert [row["branch"] for row in view["rows"]] == sorted(verdicts)


def test_a_branch_has_its_own_trend(db: psycopg.Connection, hq: Headquarters) -> None:
    random = Random(3)
    write_month(db, "A1", [*a_month(random, 0.2)[:-1], 0.9])
    write_month(db, "B2", a_month(random, 0.2))
    trends = {
        row["branch"]: row["trend"] for row in comparison(db, hq, "month", MONTH, LATE)["rows"]
    }
    assert trends == {"A1": Verdict.WORSE, "B2": Verdict.ORDINARY}


# -- whatever is stored -----------------------------------------------------------------------------------
SIZES = st.sampled_from([0, 1, 2, 29, 30, 31, 500, 501, 1000, 4_000_000])
MIXES = st.sampled_from(["standard/cash", "gold/loan", "a/b"])
WORN = st.tuples(st.integers(-50, 50), st.integers(-50, 2000))
"""What no branch tells: a damaged row has it."""


@st.composite
def sound(draw: st.DrawFn) -> tuple[int, int]:
    """How many of how many: none, one, all, or some of them."""
    n = draw(SIZES)
    return draw(st.sampled_from([0, min(1, n), n // 5, max(n - 1, 0), n])), n


DAY_OF_BRANCH = st.dictionaries(MIXES, sound() | WORN, max_size=3)
BRANCHES = st.lists(st.lists(DAY_OF_BRANCH, max_size=14), max_size=30)


def write_parts(db: psycopg.Connection, branches: Sequence[Any]) -> None:
    for table in ("branch", "figures", "figures_month"):
        db.execute(f"DELETE FROM {table}".encode())
    for n, days in enumerate(branches):
        documents = [{LATE: groups(cells)} for cells in days]
        dates = [(MONTH + timedelta(days=k)).isoformat() for k in range(len(days))]
        by_day = {d: sums_of_all(each) for d, each in zip(dates, documents, strict=True)}
        code = f"B{n:02}"
        db.execute("INSERT INTO branch (code, derived_until) VALUES (%s, now())", [code])
        db.execute(
            "INSERT INTO figures_month (branch, month, until, closed, days, document, histograms)"
            " VALUES (%s, %s, now(), true, %s, %s, '{}')",
            [code, f"{MONTH:%Y-%m}", Json(by_day), Json(days_merged(documents))],
        )


def assert_is_shown(db: psycopg.Connection, hq: Headquarters) -> None:
    """As JSON and as the page's drawings: each place is a number."""
    made = comparison(db, hq, "month", MONTH, LATE)
    json.dumps(made, allow_nan=False, default=str)
    bulletin = made_bulletin(db, hq, "month", MONTH)
    json.dumps(bulletin.report, allow_nan=False, default=str)
    for form, (_, make) in FILES.items():
        assert make(bulletin, "zh"), form
    drawings = [funnel(made, "", {}), course(made["chart"], Unit.SHARE, "", "zh")]
    for drawing in filter(None, drawings):
        places = [place for dot in drawing.dots for place in (dot.x, dot.y)]
        assert all(map(isfinite, places))
        assert "nan" not in "".join(each.points for each in drawing.lines)


def test_whatever_figures_are_stored_the_comparison_is_shown(
    db: psycopg.Connection, hq: Headquarters
) -> None:
    @examples(60)
    @given(BRANCHES)
    def is_shown(branches: list[Any]) -> None:
        write_parts(db, branches)
        assert_is_shown(db, hq)

    is_shown()


def test_one_case_in_millions_is_shown(db: psycopg.Connection, hq: Headquarters) -> None:
    """A province's month. What is expected of a branch is told with six decimals, which are zero."""
    write_parts(db, [[{"a/b": (1, 4_000_000)}], [{"a/b": (0, 4_000_000)}]])
    rows = comparison(db, hq, "month", MONTH, LATE)["rows"]
    assert [(row["expected"], row["ratio"]) for row in rows] == [(0.0, None), (0.0, None)]
    assert_is_shown(db, hq)


def test_a_damaged_part_is_left_out_and_the_others_are_compared(
    db: psycopg.Connection, hq: Headquarters
) -> None:
    """Its size is below zero, or it has more late ones than all."""
    write_parts(db, [[{"a/b": (20, 100)}]] * 3 + [[{"a/b": (20, -40)}], [{"a/b": (50, 40)}]])
    view = comparison(db, hq, "month", MONTH, LATE)
    assert [row["branch"] for row in view["rows"]] == ["B00", "B01", "B02"]


# -- how complete it is ---------------------------------------------------------------------------------
def write_today(
    db: psycopg.Connection, code: str, day: date, until: datetime, *, closed: bool = False
) -> None:
    """Branch `code` with its first ten events derived, and the figures of today up to an instant."""
    db.execute(
        "INSERT INTO branch (code, epoch, seq, derived_epoch, derived_seq, derived_until)"
        " VALUES (%s, 1, 10, 1, 10, %s)",
        [code, until],
    )
    db.execute(
        "INSERT INTO figures (branch, day, until, closed, document, histograms)"
        " VALUES (%s, %s, %s, %s, '{}', '{}')",
        [code, day.isoformat(), until, closed],
    )


def say(db: psycopg.Connection, code: str, at: datetime, seq: int) -> None:
    document: dict[str, Any] = {"epoch": 1, "seq": seq, "name": {"zh": code, "en": code}}
    db.execute(
        "INSERT INTO snapshot (branch, received_at, at, clock_off_s, document) VALUES (%s, %s, %s, 0, %s)",
        [code, at, at, Json(document)],
    )


def test_it_says_who_is_in_and_who_is_behind(db: psycopg.Connection, hq: Headquarters) -> None:
    now = datetime.now(hq.zone)
    hour = timedelta(hours=1)
    today = now.date()
    write_today(db, "BUSY", today, now - timedelta(minutes=1))
    write_today(db, "CLOSED", today, now - hour, closed=True)
    write_today(db, "CUT", today, now - hour)
    write_today(db, "LAGS", today, now - hour)
    write_today(db, "REST", today, now - hour)
    db.execute("INSERT INTO branch (code) VALUES ('NEW')")
    say(db, "CUT", now - hour, 10)
    say(db, "LAGS", now, 12)
    say(db, "REST", now, 10)
    complete = report(db, hq, "day", today)["completeness"]
    assert (complete["branches"], complete["present"]) == (6, 3)
    assert [missing["branch"] for missing in complete["missing"]] == ["CUT", "LAGS", "NEW"]
    assert not complete["complete"]
    until = datetime.fromisoformat(complete["until"] or "")
    assert abs(until - (now - timedelta(minutes=1))) < timedelta(seconds=2)
    said = completeness_said(complete)
    assert said.in_("en") == f"3 of 6 branches to {until:%H:%M}"
    assert said.in_("zh") == f"已汇总 3/6 家网点，数据截至 {until:%H:%M}"


def test_what_is_still_to_be_put_together_is_not_in(
    db: psycopg.Connection, hq: Headquarters
) -> None:
    """The branch is at rest and its events are here, but the figures do not know them yet."""
    now = datetime.now(hq.zone)
    write_today(db, "A1", now.date(), now - timedelta(hours=1))
    say(db, "A1", now, 10)
    assert report(db, hq, "day", now.date())["completeness"]["present"] == 1
    db.execute(
        "INSERT INTO figures_due (branch, period) VALUES ('A1', %s)", [now.date().isoformat()]
    )
    assert report(db, hq, "day", now.date())["completeness"]["present"] == 0
    db.execute("UPDATE figures_due SET period = %s", [f"{now:%Y-%m}"])
    assert report(db, hq, "day", now.date())["completeness"]["present"] == 1
    assert report(db, hq, "month", now.date())["completeness"]["present"] == 0


def test_who_closed_yesterday_and_was_cut_is_not_in_today(
    db: psycopg.Connection, hq: Headquarters
) -> None:
    """Nobody knows whether it opened today. Once something of later is here, what was before is whole."""
    now = datetime.now(hq.zone)
    yesterday = now - timedelta(days=1)
    monday = yesterday.date() - timedelta(days=yesterday.weekday())
    evening = datetime.combine(yesterday.date(), datetime.min.time(), hq.zone) + timedelta(hours=1)
    write_today(db, "CUT", yesterday.date(), evening, closed=True)
    if now.date() < monday + timedelta(days=7):
        week = report(db, hq, "week", now.date())["completeness"]
        assert [missing["branch"] for missing in week["missing"]] == ["CUT"]
    day = report(db, hq, "day", yesterday.date())["completeness"]
    assert day["complete"]
    before = report(db, hq, "day", yesterday.date() - timedelta(days=1))["completeness"]
    assert (before["present"], before["with_figures"]) == (1, 0)
