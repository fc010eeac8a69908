"""Days of branches played again at headquarters: as the branch itself plays them, for one branch and for all, and what
neighbours could lend each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from html import unescape
from typing import Any

import psycopg
import pytest
from conftest import until
from month import Month
from office import PLAYED_S, Caller, Office, office_of, province, ready
from played_days import DAY, DAYS, played_days

from headquarters.engines.engines import Postgres
from headquarters.planning.tiers import cells
from lobby.engine.runtime import DATABASE
from lobby.simulation.one_more import best_gain
from lobby.simulation.recorded import recorded_day
from lobby.simulation.staffing import staffing
from lobby.simulation.whatif import Variation, compare

server = None
"""Starts processes."""
AFTER = DAY + timedelta(weeks=1)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    """Of six branches below three cities, those of the first city have two days here."""
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(6)) as running:
        yield running


@pytest.fixture(scope="module")
def months(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Month]:
    return played_days(office.database, tmp_path_factory.mktemp("branches"), ["4400", "4401"])


@pytest.fixture
def caller(office: Office, months: dict[str, Month]) -> Caller:
    return office.as_("office")


def own(month: Month, variation: Variation, day: date = DAY) -> dict[str, Any]:
    """What the branch's own page would show."""
    found = compare(month.config, month.data / DATABASE, day, variation)
    assert found
    return found


@pytest.mark.parametrize(
    ("query", "variation"),
    [
        (
            "counter_like=1&begins=10:00&ends=12:30",
            Variation(counter_like="1", between=(36_000.0, 45_000.0)),
        ),
        ("counter_of=hall", Variation(counter_of="hall")),
        ("counter_less=2", Variation(counter_less="2")),
    ],
)
def test_headquarters_plays_a_day_as_the_branch_does(
    caller: Caller, months: dict[str, Month], query: str, variation: Variation
) -> None:
    played = ready(caller, f"/branches/4400/whatif?day={DAY}&{query}")
    expected = own(months["4400"], variation)
    for play in ("was", "again", "then"):
        assert played[play]["tiers"] == expected[play]["tiers"]
    assert played["tickets"] == expected["tickets"] > 100
    assert (played["saved_min"], played["counter_h"]) == (
        expected["saved_min"],
        expected["counter_h"],
    )
    assert played["whole"]


def test_what_cannot_be_played_is_refused_in_words(office: Office, caller: Caller) -> None:
    of_day = f"/branches/4400/whatif?day={DAY}"
    assert caller.get(f"{of_day}&counter_like=99").status_code == 422
    assert caller.get(f"{of_day}&counter_of=nowhere").status_code == 422
    assert caller.get(f"{of_day}&counter_like=1&begins=12:00&ends=10:00").status_code == 422
    assert caller.get(f"{of_day}&counter_like=1&begins=25:00").status_code == 422
    for changes in ("", "&counter_like=1&counter_less=2"):
        answer = caller.get(f"{of_day}{changes}")
        assert (answer.status_code, answer.json()["code"]) == (422, "one_change")
    empty = DAY + timedelta(days=DAYS)  # opened, and nobody came
    answers: list[Any] = []

    def is_told() -> bool:
        answers.append(caller.get(f"/branches/4400/whatif?day={empty}&counter_like=1"))
        return answers[-1].status_code == 404

    until(is_told, "that nobody came", PLAYED_S)
    assert answers[-1].json()["code"] == "no_customers"
    nothing = caller.get(f"/branches/4400/whatif?day={DAY - timedelta(days=9)}&counter_like=1")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "no_such_day")
    assert caller.get(f"/branches/4405/whatif?day={DAY}&counter_like=1").status_code == 404
    bound = office.as_("head", "c2")
    assert bound.get(f"{of_day}&counter_like=1").status_code == 403


def test_where_one_more_counter_helps_says_how_far_it_is(
    office: Office, caller: Caller, months: dict[str, Month]
) -> None:
    gains = ready(caller, f"/gains/{DAY}")
    assert (gains["branches"], gains["chosen"], gains["played"]) == (2, 2, 2)
    assert {branch["branch"] for branch in gains["missing"]} == {"4402", "4403", "4404", "4405"}
    assert (gains["failed"], gains["partial"], gains["stalled"]) == ([], [], False)
    saved = [row["saved_min_an_hour"] for row in gains["rows"]]
    assert saved == sorted(saved, reverse=True)
    shown = {row["branch"]: row for row in gains["rows"]}
    for code, month in months.items():
        recorded = recorded_day(month.config, month.data / DATABASE, DAY)
        gain = best_gain(month.config, recorded)
        assert gain
        row = shown[code]
        assert (row["counter_like"], row["saved_min"], row["counter_h"], row["waited_min"]) == (
            gain.counter_like,
            gain.saved_min,
            gain.counter_h,
            gain.waited_min,
        )
    bound = ready(office.as_("head", "c2"), f"/gains/{DAY}")
    assert (bound["branches"], bound["rows"]) == (0, [])
    assert {branch["branch"] for branch in bound["missing"]} == {"4404", "4405"}


def test_what_neighbours_need_is_their_own_forecast(
    caller: Caller, months: dict[str, Month]
) -> None:
    exchange = ready(caller, f"/exchanges/{AFTER}?unit=c0")
    assert [each["branch"] for each in exchange["outlooks"]] == ["4400", "4401"]
    for each in exchange["outlooks"]:
        month = months[each["branch"]]
        forecast = [asdict(half) for half in staffing(month.config, month.data / DATABASE, AFTER)]
        assert [
            {
                "at": half["at"],
                "arrivals": half["arrivals"],
                "counters": half["needed"],
                "enough": half["enough"],
            }
            for half in each["half_hours"]
        ] == forecast
    for proposal in exchange["proposals"]:
        assert proposal["saved_min"] > proposal["cost_min"]
        assert {proposal["lender"], proposal["borrower"]} == {"4400", "4401"}
    nowhere = ready(caller, f"/exchanges/{AFTER}?unit=c2")
    assert (nowhere["outlooks"], nowhere["proposals"]) == ([], [])
    assert [branch["branch"] for branch in nowhere["missing"]] == ["4404", "4405"]


# -- pages ------------------------------------------------------------------------------------------------
def page(caller: Caller, path: str) -> str:
    answer = caller.session.get(f"{caller.url}{path}", headers={"Accept": "text/html"}, timeout=20)
    assert answer.ok, answer.text
    return answer.text


def test_a_page_says_that_it_is_still_played_and_then_has_the_figures(caller: Caller) -> None:
    path = f"/branch/4401/whatif?date={DAY}&change=like:1&begins=09:30&ends=11:30"
    until(lambda: "simulated, with the change" in page(caller, path), "the day", PLAYED_S)
    assert "Choose one change" in page(caller, f"/branch/4401/whatif?date={DAY}")
    assert "Nothing of this day is here" in page(caller, "/branch/4401/whatif?date=2020-01-02")
    assert "There is no counter x" in page(caller, f"/branch/4401/whatif?date={DAY}&change=like:x")
    for nonsense in ("change=x", "begins=x&ends=y", "date=x"):
        assert page(caller, f"/branch/4401/whatif?{nonsense}")


def test_the_pages_of_all_branches_show_what_the_api_tells(caller: Caller) -> None:
    ready(caller, f"/gains/{DAY}")
    assert "Played: 2 of the 2 branches" in page(caller, f"/planning?date={DAY}")
    assert "No branch has figures" in page_when_ready(caller, "/planning?date=2020-01-02")
    shown = page_when_ready(caller, "/planning/exchange?unit=c0")
    assert "Proposals, not orders" in shown


def test_what_stands_below_each_other_has_one_unit(caller: Caller) -> None:
    """However long: hours beside minutes are compared by nobody."""
    ready(caller, f"/gains/{DAY}")
    table = page_when_ready(caller, f"/planning?date={DAY}").split("<tbody>")[1]
    sums = re.findall(r"<td>(?:<b>)?([^<]* (?:min|h))<", table)
    assert len(sums) == 6
    assert all(each.endswith(" min") for each in sums)


def test_a_change_that_is_not_seen_bears_no_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    was = {"mean_wait_s": 6.0, "p90_wait_s": 60.0, "max_wait_s": 90.0, "over_target_share": 0.2}
    then = {"mean_wait_s": 7.0, "p90_wait_s": 90.0, "max_wait_s": 60.0, "over_target_share": 0.2001}
    monkeypatch.setattr("headquarters.planning.tiers.lang", lambda: "en")
    assert [(cell.words, cell.tone) for cell in cells(then, was)] == [
        ("0.1 min", ""),
        ("1.5 min", "worse"),
        ("1.0 min", "better"),
        ("20.0 %", ""),
    ]


def page_when_ready(caller: Caller, path: str) -> str:
    until(lambda: 'data-ready="yes"' in page(caller, path), path, PLAYED_S)
    return page(caller, path)


def test_a_day_that_is_not_all_here_is_told_as_such(office: Office, caller: Caller) -> None:
    """The line of a branch was cut at noon of its second day, and nothing came since."""
    second = DAY + timedelta(days=1)
    noon = f"{second} 12:00+08"
    with psycopg.connect(office.database) as db:
        db.execute(
            "UPDATE figures SET closed = false, until = %s WHERE branch = '4401' AND day = %s",
            [noon, second.isoformat()],
        )
    gains = ready(caller, f"/gains/{second}")
    partial = {branch["branch"]: branch["until"] for branch in gains["partial"]}
    assert partial["4401"] == f"{second}T12:00:00+08:00"
    played = ready(caller, f"/branches/4401/whatif?day={second}&counter_like=1")
    assert not played["whole"]
    path = f"/branch/4401/whatif?date={second}&change=like:1"
    assert "only what came until 12:00" in page_when_ready(caller, path)
    assert "Branches whose day is not all here" in page(caller, f"/planning?date={second}")


def test_old_months_that_are_away_are_told_with_what_to_do(office: Office, caller: Caller) -> None:
    """The configuration of the day is in a file of old months, whose folder is not mounted."""
    away = (
        "UPDATE journal SET branch = '4401 away' WHERE branch = '4401' AND kind = 'BranchConfigured'",
        "INSERT INTO archived (branch, epoch, first_seq, last_seq, month, file, dropped_at)"
        " SELECT '4401', epoch, first_seq, last_seq, '2026-01', '/nowhere/journal-2026-01.parquet', now()"
        " FROM epoch WHERE branch = '4401'",
    )
    back = (
        "UPDATE journal SET branch = '4401' WHERE branch = '4401 away'",
        "DELETE FROM archived",
    )
    with psycopg.connect(office.database, autocommit=True) as db:
        for statement in away:
            db.execute(statement)
        answer = caller.get(f"/branches/4401/whatif?day={DAY}&counter_like=1")
        for statement in back:
            db.execute(statement)
    assert (answer.status_code, answer.json()["code"]) == (500, "old_months_away")
    assert "mount its folder" in answer.json()["detail"]
    assert caller.get(f"/branches/4401/whatif?day={DAY}&counter_like=1").ok


def test_a_locked_table_is_told_and_holds_nobody_up(office: Office, caller: Caller) -> None:
    """As for a migration. The two threads for what people request are free again within seconds."""
    of_day = f"/branches/4401/whatif?day={DAY}&counter_like=1"
    with psycopg.connect(office.database) as db:
        db.execute("LOCK TABLE figures, day")
        for path in (of_day, of_day, f"/reports/day/{DAY}"):
            answer = caller.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, "headquarters_locked")
            assert "Retry-After" in answer.headers
        address = f"{caller.url}/branch/4401/whatif?date={DAY}"
        words = caller.session.get(address, headers={"Accept": "text/html"}, timeout=30)
        assert words.status_code == 503
        assert "being changed at present" in words.text
    assert caller.get(of_day).ok


@contextmanager
def unreadable(office: Office) -> Iterator[None]:
    """The configuration of 4401, as where a branch of a later release sent it."""
    move = "UPDATE journal SET branch = %s WHERE branch = %s AND kind = 'BranchConfigured'"
    with psycopg.connect(office.database, autocommit=True) as db:
        db.execute(move, ["4401 away", "4401"])
        yield
        db.execute(move, ["4401", "4401 away"])


def test_a_configuration_that_cannot_be_read_is_told_and_no_change_is_offered(
    office: Office, caller: Caller
) -> None:
    with unreadable(office):
        words = page(caller, f"/branch/4401/whatif?date={DAY}")
        refused = caller.get(f"/branches/4401/whatif?day={DAY}&counter_like=1")
    assert (refused.status_code, refused.json()["code"]) == (409, "unreadable_configuration")
    assert refused.json()["detail"] in unescape(words)
    assert "Headquarters cannot read this branch" in words
    assert 'name="change"' not in words


def test_of_a_branch_whose_configuration_cannot_be_read_there_is_no_forecast(
    office: Office, caller: Caller
) -> None:
    """It had nobody at any counter, since nobody knows its counters."""
    with unreadable(office):
        lent = ready(caller, f"/exchanges/{AFTER + timedelta(days=1)}?unit=c0")
    assert "4401" not in [each["branch"] for each in lent["outlooks"]]
    assert "4401" in [each["branch"] for each in lent["missing"]]
