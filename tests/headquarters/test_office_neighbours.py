"""Tellers lent between neighbours: asked of a running headquarters whose database makes it wait, of units that are not
neighbours, and of a branch that moved to another unit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
import requests
from conftest import until
from office import Caller, Office, office_of, province, ready
from played_days import DAY, played_days

from headquarters.engines.engines import Postgres

server = None
"""Starts processes."""
NEXT = DAY + timedelta(days=1)
AFTER = DAY + timedelta(weeks=1)
MOVED = "4401"
"""After DAY, from the first city to the second."""
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lobby hq serve: report'"
    " AND wait_event_type = 'Lock'"
)


def moving() -> str:
    """Of six branches below three cities one moved."""
    first = f'{{ code = "{MOVED}", unit = "c0", '
    config = province(6)
    assert first in config
    (line,) = [line for line in config.splitlines() if line.startswith(first)]
    before = line.replace("unit", f"until = {DAY}, unit", 1)
    since = line.replace('unit = "c0"', f'from = {NEXT}, unit = "c1"', 1)
    return config.replace(line, f"{before}\n{since}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, moving()) as running:
        played_days(running.database, tmp_path_factory.mktemp("branches"), [MOVED])
        yield running


@pytest.fixture
def caller(office: Office) -> Caller:
    return office.as_("office")


@contextmanager
def held(office: Office) -> Iterator[psycopg.Connection]:
    """Nobody can read which journals a branch has."""
    with psycopg.connect(office.database) as db:
        db.execute("LOCK TABLE epoch IN ACCESS EXCLUSIVE MODE")
        yield db


def are_waiting(office: Office, connections: int) -> None:
    with psycopg.connect(office.database, autocommit=True) as db:
        until(lambda: db.execute(WAITING).fetchone() == (connections,), "the reading", 60)


def page(caller: Caller, path: str) -> str:
    answer = caller.session.get(f"{caller.url}{path}", headers={"Accept": "text/html"}, timeout=20)
    assert answer.ok, answer.text
    return answer.text


# -- while it is read ---------------------------------------------------------------------------------------
def test_who_asks_first_is_answered_while_the_past_days_are_still_read(
    office: Office, caller: Caller
) -> None:
    """One connection reads for all who ask, and reports have theirs."""
    with held(office):
        for unit in ("c0", "c1", "c0"):
            answer = caller.get(f"/exchanges/{AFTER}?unit={unit}")
            assert answer.ok
            assert not answer.json()["ready"]
        are_waiting(office, 1)
        assert caller.get(f"/reports/day/{DAY}").ok
        assert "Being worked out" in page(caller, f"/planning/exchange?date={AFTER}&unit=c0")
    assert ready(caller, f"/exchanges/{AFTER}?unit=c0")["branches"] == 1
    ready(caller, f"/exchanges/{AFTER}?unit=c1")


def test_one_branch_s_day_is_read_behind_the_answer_too(office: Office, caller: Caller) -> None:
    """Here the branch's status is known: the table of its tickets is what cannot be read."""
    path = f"/branches/{MOVED}/whatif?day={NEXT}&counter_like=1"
    with psycopg.connect(office.database) as db:
        db.execute("LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE")
        answer = caller.get(path)
        assert answer.ok, answer.text
        assert not answer.json()["ready"]
        are_waiting(office, 1)
    assert ready(caller, path)["tickets"] > 100


def test_a_reading_that_fails_is_told_to_who_asks_next_and_begun_again(
    office: Office, caller: Caller
) -> None:
    path = f"/exchanges/{AFTER}?unit=c2"
    ends = WAITING.replace("count(*)", "pg_terminate_backend(pid)")
    with held(office), psycopg.connect(office.database, autocommit=True) as db:
        assert not caller.get(path).json()["ready"]
        are_waiting(office, 1)
        db.execute(ends)
        answers: list[Any] = []

        def is_told() -> bool:
            answers.append(caller.get(path))
            return not answers[-1].ok

        until(is_told, "the failure", 30)
        told = answers[-1]
        assert (told.status_code, told.json()["code"]) == (503, "headquarters_database")
        assert not caller.get(path).json()["ready"]
        are_waiting(office, 1)
        db.execute(ends)
        shown: list[str] = []

        def is_shown() -> bool:
            shown.append(page(caller, f"/planning/exchange?date={AFTER}&unit=c2"))
            return "does not answer" in shown[-1]

        until(is_shown, "the failure on the page", 30)
        assert 'data-ready="yes"' in shown[-1]
    assert len(ready(caller, path)["missing"]) == 2


def test_the_server_ends_while_it_reads(office: Office, caller: Caller) -> None:
    with held(office):
        assert not caller.get(f"/exchanges/{AFTER + timedelta(days=1)}?unit=c0").json()["ready"]
        are_waiting(office, 1)
        office.stop()
    office.start()


# -- who is a neighbour -------------------------------------------------------------------------------------
def test_cities_are_no_neighbours(office: Office, caller: Caller) -> None:
    for query in ("", "?unit=p"):
        answer = caller.get(f"/exchanges/{AFTER}{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "choose_unit")
        assert "c0, c1, c2" in answer.json()["detail"]
        shown = page(caller, f"/planning/exchange{query}")
        assert "Choose the unit" in shown
        assert all(f"unit=c{n}" in shown for n in range(3))
    bound = ready(office.as_("head", "c1"), f"/exchanges/{AFTER}")
    assert (bound["unit"], bound["branches"]) == ("c1", 3)
    assert [each["branch"] for each in bound["outlooks"]] == [MOVED]


# -- where a branch stood then ------------------------------------------------------------------------------
def test_a_day_belongs_to_the_unit_below_which_the_branch_stood(
    office: Office, caller: Caller
) -> None:
    """As in reports: neither the former unit nor the present one sees the other's days."""
    former = office.as_("head", "c0")
    present = office.as_("head", "c1")
    of = {DAY: "c0", NEXT: "c1"}
    for day, unit in of.items():
        gains = ready(caller, f"/gains/{day}")
        assert [(row["branch"], row["unit"]) for row in gains["rows"]] == [(MOVED, unit)]
    assert ready(former, f"/gains/{DAY}")["branches"] == 1
    assert ready(former, f"/gains/{NEXT}")["branches"] == 0
    assert ready(present, f"/gains/{DAY}")["branches"] == 0
    assert ready(present, f"/gains/{NEXT}")["branches"] == 1
    assert ready(former, f"/branches/{MOVED}/whatif?day={DAY}&counter_like=1")
    assert former.get(f"/branches/{MOVED}/whatif?day={NEXT}&counter_like=1").status_code == 403
    assert ready(present, f"/branches/{MOVED}/whatif?day={NEXT}&counter_like=1")
    answer = present.get(f"/branches/{MOVED}/whatif?day={DAY}&counter_like=1")
    assert (answer.status_code, answer.json()["code"]) == (404, "elsewhere_then")
    shown = page(present, f"/branch/{MOVED}/whatif?date={DAY}")
    assert "stood below another unit" in shown
    assert f'href="/branch/{MOVED}"' not in page(former, f"/branch/{MOVED}/whatif?date={DAY}")


def test_a_report_of_a_branch_has_the_days_on_which_it_stood_there(office: Office) -> None:
    """The former unit has its days, which no unit saw once the branch had moved."""
    former = office.as_("head", "c0")
    present = office.as_("head", "c1")
    all_days = {day: _tickets(office.as_("office"), day) for day in (DAY, NEXT)}
    assert min(all_days.values()) > 100
    assert _tickets(former, DAY) == all_days[DAY]
    assert _tickets(present, NEXT) == all_days[NEXT]
    assert _report(former, NEXT).status_code == 403
    refused = _report(present, DAY)
    assert (refused.status_code, refused.json()["code"]) == (404, "elsewhere_then")
    month = [_report(reader, DAY, "month").json() for reader in (former, present)]
    assert [each["measures"]["tickets"]["value"] for each in month] == [*all_days.values()]
    for reader, day in ((former, DAY), (present, NEXT)):
        chart = reader.get(f"/charts/tickets/{NEXT}?branch={MOVED}").json()
        assert chart["days"] == [day.isoformat()]
    assert (
        former.get(f"/charts/tickets/{DAY + timedelta(days=90)}?branch={MOVED}").status_code == 403
    )
    assert _report(office.as_("head", "c2"), DAY).status_code == 403
    unknown = former.get(f"/reports/day/{DAY}?branch=9999")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_branch")


def _report(reader: Caller, day: date, span: str = "day") -> requests.Response:
    return reader.get(f"/reports/{span}/{day}?branch={MOVED}")


def _tickets(reader: Caller, day: date) -> int:
    answer = _report(reader, day)
    assert answer.ok, answer.text
    return int(answer.json()["measures"]["tickets"]["value"])
