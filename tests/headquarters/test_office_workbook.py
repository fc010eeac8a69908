"""The province's bulletin as a workbook, of days that branches really had: names, numbers and units."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from month import Month
from office import Caller, Office, office_of, province
from openpyxl import Workbook, load_workbook
from played_days import DAY, played_days

from headquarters.engines.engines import Postgres
from lobby.reports.measure import Unit
from lobby.reports.wording import value_words

server = None
"""Starts processes."""
PATH = f"/bulletin/file/day/{DAY}"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(3)) as running:
        yield running


@pytest.fixture(scope="module")
def months(office: Office, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Month]:
    return played_days(office.database, tmp_path_factory.mktemp("branches"), ["4400"])


@pytest.fixture
def caller(office: Office, months: dict[str, Month]) -> Caller:
    return office.as_("office")


def taken(caller: Caller, form: str) -> bytes:
    headers = {"Accept-Language": "zh"}
    answer = caller.session.get(f"{caller.url}{PATH}.{form}", headers=headers, timeout=30)
    assert answer.ok, answer.text
    return answer.content


def book(caller: Caller) -> Workbook:
    return load_workbook(io.BytesIO(taken(caller, "xlsx")))


def groups(caller: Caller) -> dict[str, set[str]]:
    """By what they are of, how the sheet of groups calls them."""
    found: dict[str, set[str]] = {}
    for _, _, _, key, group, _ in book(caller)["分组数据"].iter_rows(min_row=2, values_only=True):
        found.setdefault(str(key), set()).add(str(group))
    return found


def test_groups_have_the_names_of_the_branches(caller: Caller, months: dict[str, Month]) -> None:
    branch = months["4400"].config
    named = groups(caller)
    assert named["客户层级"] <= {tier.name.in_("zh") for tier in branch.tiers}
    assert named["业务"] <= {service.name.in_("zh") for service in branch.services}
    assert named["取号时段"] <= {f"{hour:02}:00–{hour + 1:02}:00" for hour in range(24)}
    assert len(named["业务"]) > 1


def test_what_no_configuration_names_keeps_its_id(office: Office, caller: Caller) -> None:
    """As where nobody can read it: the bulletin is made all the same."""
    hidden = "UPDATE journal SET branch = %s WHERE branch = %s AND kind = 'BranchConfigured'"
    with psycopg.connect(office.database, autocommit=True) as db:
        db.execute(hidden, ["4400 away", "4400"])
        named = groups(caller)
        db.execute(hidden, ["4400", "4400 away"])
    assert "standard" in named["客户层级"]


def test_the_summary_has_numbers_with_their_units(caller: Caller) -> None:
    figures = caller.get(f"/reports/day/{DAY}").json()["measures"]
    rows = {row[0].value: row for row in book(caller)["摘要"].iter_rows()}
    _, value, unit = rows["平均等候时间"]
    wait = figures["wait_mean_s"]["value"]
    assert (value.value, value.number_format) == (pytest.approx(wait / 60, abs=1e-6), "0.0")
    assert unit.value == "分钟"
    assert f"{value.value:.1f} 分钟" == value_words(Unit.SECONDS, wait, "zh")
    assert rows["取号量"][1].value == figures["tickets"]["value"]
    share = rows["超时等候率"][1]
    assert (share.value, share.number_format) == (figures["late_share"]["value"], "0.0%")


def test_no_sheet_has_seconds(caller: Caller) -> None:
    cells: list[Any] = [
        cell for sheet in book(caller) for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert "分钟" in cells
    assert "秒" not in cells
