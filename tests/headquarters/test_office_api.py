"""Headquarters over HTTP: who may see what, what a change looks like, and what is told when the database is away."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests
from conftest import until
from office import BURNING, BUSY, Caller, Office, office_of, province

from headquarters.engines.engines import Postgres
from web.access import DEMO_PASSWORD

server = None
"""Starts processes."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(6)) as running:
        running.says("4400", **BUSY)
        running.says("4402", **BURNING)
        running.says("4404", age_s=900, **BUSY)
        yield running


@pytest.fixture
def caller(office: Office) -> Caller:
    caller = office.as_("office")
    until(lambda: caller.branches()["completeness"]["heard"] == 2, "both words are read")
    return caller


def test_every_branch_is_told_with_its_state_and_figures(caller: Caller) -> None:
    told = caller.branches()
    assert {b["code"]: b["state"] for b in told["branches"]} == {
        "4400": "live",
        "4401": "never",
        "4402": "live",
        "4403": "never",
        "4404": "cut",
        "4405": "never",
    }
    cut = told["branches"][4]
    assert cut["figures"]["waiting"] == 7
    assert cut["age_s"] >= 900
    assert told["burning"] == ["4402"]
    assert told["totals"]["waiting"] == 33
    assert told["reading"]["fresh"]


def test_a_change_is_told_and_nothing_else_with_it(office: Office, caller: Caller) -> None:
    revision = caller.branches()["revision"]
    office.says("4400", **BUSY | {"waiting": 8})

    def changed() -> list[str]:
        return [b["code"] for b in caller.branches(f"?since={revision}")["branches"]]

    assert until(changed, "the change") == ["4400"]
    assert caller.branches(f"?since={caller.branches()['revision']}")["branches"] == []


def test_one_branch_has_the_whole_of_its_last_word(caller: Caller) -> None:
    floor = caller.get("/branches/4402").json()
    assert floor["branch"]["path"] == ["p", "c1"]
    assert floor["snapshot"]["queue"][0]["number"] == "A002"
    assert caller.get("/branches/4401").json()["snapshot"] is None


def test_an_alarm_of_a_second_writer_sets_a_branch_apart(office: Office, caller: Caller) -> None:
    office.alarm("4405", "second_writer")

    def state() -> str:
        branch = caller.get("/branches/4405").json()["branch"]
        return str(branch["state"])

    until(lambda: state() == "quarantined", "the alarm")


def test_nobody_unsigned_and_no_other_role_sees_anything(office: Office) -> None:
    assert requests.get(f"{office.url}/api/v1/branches", timeout=30).status_code == 401
    for role in ("teller", "manager", "monitor"):
        assert office.as_(role).get("/branches").status_code == 403
    for role in ("office", "head", "inspector", "admin"):
        assert office.as_(role).get("/branches").status_code == 200


def test_who_is_bound_to_a_unit_sees_what_is_below_it_alone(office: Office) -> None:
    bound = office.as_("head", "c1")
    assert [b["code"] for b in bound.branches()["branches"]] == ["4402", "4403"]
    assert [b["code"] for b in bound.branches("?unit=c1")["branches"]] == ["4402", "4403"]
    assert bound.get("/branches?unit=c0").status_code == 403
    assert bound.get("/branches?unit=p").status_code == 403
    assert bound.get("/branches/4400").status_code == 403
    assert [b["code"] for b in bound.branches("?only=c0")["branches"]] == [
        "4402"
    ]  # its own that burns
    assert bound.get("/branches/4403").status_code == 200


def test_who_is_bound_to_a_unit_that_is_gone_sees_nothing(office: Office) -> None:
    assert office.as_("head", "gone").get("/branches").status_code == 403


def test_what_is_not_there_is_told_by_name(caller: Caller) -> None:
    for path, named in (("/branches/9999", "branch 9999"), ("/branches?unit=x", "unit x")):
        answer = caller.get(path)
        assert (answer.status_code, answer.json()["detail"]) == (404, f"There is no {named}")
    assert caller.get("/branches?limit=9000").status_code == 422


def test_the_api_describes_itself(office: Office) -> None:
    document = requests.get(f"{office.url}/api/v1/openapi.json", timeout=30).json()
    assert "/api/v1/branches/{code}" in document["paths"]


def test_pages_of_people_lead_to_sign_in_and_back(office: Office) -> None:
    browser = requests.Session()
    page = browser.get(f"{office.url}/", timeout=30)
    assert page.url.endswith("/signin?next=/live")
    token = page.text.partition('csrf-token" content="')[2].partition('"')[0]
    form = {"name": "inspector", "password": DEMO_PASSWORD, "csrf_token": token}
    assert browser.post(page.url, data=form, timeout=30).url == f"{office.url}/live"
    assert browser.get(f"{office.url}/branch/4402", timeout=30).status_code == 200
    assert browser.get(f"{office.url}/branch/9999", timeout=30).status_code == 404


def test_a_sign_in_is_recorded(office: Office) -> None:
    until(lambda: "SignedIn" in (office.data / "audit.jsonl").read_text(), "the sign-in")
    line = json.loads((office.data / "audit.jsonl").read_text().splitlines()[-1])
    assert set(line) == {"at", "actor", "kind", "data"}


def test_without_the_database_the_last_picture_stays_and_is_told_to_be_old(
    tmp_path: Path,
) -> None:
    with Postgres(tmp_path / "pg") as engine, office_of(tmp_path, engine, province(3)) as office:
        office.says("4400", **BUSY)
        caller = office.as_("office")
        until(lambda: caller.branches()["completeness"]["heard"] == 1, "the word")
        engine.kill()
        until(lambda: not caller.branches()["reading"]["fresh"], "the fault", 20)
        told = caller.branches()
        assert told["branches"][0]["figures"]["waiting"] == 7
        assert requests.get(f"{office.url}/readyz", timeout=30).status_code == 503
        engine.start()
        until(lambda: caller.branches()["reading"]["fresh"], "the database again", 20)
        with psycopg.connect(office.database) as db:
            assert db.execute("SELECT count(*) FROM snapshot").fetchone() == (0,)  # it is unlogged
        assert caller.branches()["branches"][0]["figures"]["waiting"] == 7


def test_monitoring_reads_how_many_branches_stand_how(office: Office, caller: Caller) -> None:
    refused = requests.get(f"{office.url}/metrics", timeout=30)
    assert refused.status_code == 401
    assert (
        requests.get(
            f"{office.url}/metrics", headers=caller.session.headers, timeout=30
        ).status_code
        == 403
    )
    told = requests.get(
        f"{office.url}/metrics", headers=office.as_("admin").session.headers, timeout=30
    ).text
    states = Counter(branch["state"] for branch in caller.branches()["branches"])
    assert states["live"]
    for state, count in states.items():
        assert f'lobby_hq_branches{{state="{state}"}} {count}.0' in told
    assert "lobby_hq_database_age_seconds" in told
