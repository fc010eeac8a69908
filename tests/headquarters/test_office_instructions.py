"""Instructions over HTTP: who may make which, and what is told of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from office import Caller, Office, answers, office_of, province

from headquarters.deriving.nouns import create_tables
from headquarters.engines.engines import Postgres

server = None
"""Starts processes."""
NEWS = {"zh": "通知", "en": "News", "until": "2100-01-01"}
ORDER = {"channel": "hotline", "came_on": "2026-01-05", "text": "排队太久"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres) -> Iterator[Office]:
    with office_of(tmp_path_factory.mktemp("office"), postgres, province(6)) as running:
        with psycopg.connect(running.database, autocommit=True) as db:
            create_tables(db)
        yield running


@pytest.fixture
def caller(office: Office) -> Caller:
    return office.as_("office")


def made(caller: Caller, **body: Any) -> int:
    answer = caller.post("/instructions", **body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def told(caller: Caller, id: int) -> Any:
    return next(one for one in caller.get("/instructions").json() if one["id"] == id)


def test_an_announcement_is_on_its_way_to_all_and_proven_by_answers(
    office: Office, caller: Caller
) -> None:
    id = made(caller, announcement=NEWS)
    assert (told(caller, id)["branches"], told(caller, id)["wanted"]) == (None, 6)
    with psycopg.connect(office.database, autocommit=True) as db:
        answers(db, id, ["4400"])
        answers(db, id, ["4401"], "no_key")
    view = told(caller, id)
    assert (view["taken"], view["silent_count"]) == (1, 4)
    assert view["refused"] == [{"branch": "4401", "why": "no_key", "detail": "", "detail_zh": ""}]
    assert caller.post(f"/instructions/{id}/withdraw").ok
    assert told(caller, id)["withdrawn"]
    assert caller.post(f"/instructions/{id}/withdraw").status_code == 404


def test_a_unit_s_announcement_is_for_its_branches(caller: Caller) -> None:
    id = made(caller, announcement=NEWS, unit="c1")
    assert told(caller, id)["branches"] == ["4402", "4403"]


def test_an_order_is_for_one_branch_and_entered_once(caller: Caller) -> None:
    order = {**ORDER, "number": "95588-3", "deadline": "2026-01-20"}
    id = made(caller, order=order, branches=["4402"])
    view = told(caller, id)
    assert (view["title"], view["order"]["late"]) == ("95588-3", True)
    assert "排队太久" not in caller.get("/instructions").text
    again = caller.post("/instructions", order=order, branches=["4402"])
    assert again.status_code == 409
    assert "withdraw it first" in again.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"announcement": NEWS, "order": {**ORDER, "number": "1"}}, 422),
        ({"announcement": {**NEWS, "zh": ""}}, 422),
        ({"announcement": {**NEWS, "until": "soon"}}, 422),
        ({"announcement": NEWS, "branches": ["9999"]}, 404),
        ({"announcement": NEWS, "unit": "nowhere"}, 404),
        ({"order": {**ORDER, "number": "1"}}, 422),
        ({"order": {**ORDER, "number": "1"}, "branches": ["4400", "4401"]}, 422),
        ({"order": {**ORDER, "number": "1", "channel": "card"}, "branches": ["4400"]}, 422),
    ],
)
def test_what_does_not_fit_is_refused(caller: Caller, body: dict[str, Any], status: int) -> None:
    answer = caller.post("/instructions", **body)
    assert answer.status_code == status, answer.text


def test_inspectors_neither_read_nor_make_instructions(office: Office) -> None:
    inspector = office.as_("inspector")
    assert inspector.get("/instructions").status_code == 403
    assert inspector.post("/instructions", announcement=NEWS).status_code == 403


def test_who_is_bound_to_a_city_reaches_its_branches_alone(office: Office, caller: Caller) -> None:
    for_all = made(caller, announcement=NEWS)
    elsewhere = made(caller, announcement=NEWS, branches=["4400"])
    city = office.as_("office", "c1")
    own = made(city, announcement=NEWS)
    assert told(city, own)["branches"] == ["4402", "4403"]
    ids = [one["id"] for one in city.get("/instructions").json()]
    assert elsewhere not in ids
    assert told(city, for_all)["wanted"] == 2
    assert city.post("/instructions", announcement=NEWS, branches=["4400"]).status_code == 403
    assert city.post(f"/instructions/{for_all}/withdraw").status_code == 403
    assert city.post(f"/instructions/{own}/withdraw").ok


TABLES = 'version = "2026-12"\nslides = "wall"\n[rules]\nrecall_max = 2\n'


STANDARDS = 'version = "1"\n[standards]\nfile = "{}"\n'


def folder(**files: str) -> dict[str, str]:
    """By path, in base64, as a page reads a folder."""
    return {
        name.replace("__", "/").replace("_", "."): base64.b64encode(text.encode()).decode()
        for name, text in files.items()
    }


def test_a_folder_is_checked_and_sent_down_as_a_configuration(caller: Caller) -> None:
    files = folder(province_toml=TABLES, wall__10_txt="春节\n\nNew Year")
    checked = caller.post("/configurations", files=files, only_check=True)
    assert checked.json() == {
        "id": None,
        "version": "2026-12",
        "tables": ["rules"],
        "slides": ["10.txt"],
    }
    before = len(caller.get("/instructions").json())
    made = caller.post("/configurations", files=files, branches=["4402"]).json()["id"]
    assert len(caller.get("/instructions").json()) == before + 1
    state = told(caller, made)["configuration"]
    assert (state["version"], state["tables"], state["slides"]) == (
        "2026-12",
        ["rules"],
        ["10.txt"],
    )


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (folder(a_toml='version = "1"\n[[counters]]\nid = "1"\n'), "a.toml: counters: found"),
        (folder(a_toml=TABLES), "slides: found"),
        (folder(a_toml='version = "1"\nslides = "/etc"\n'), 'a.toml: slides: found "/etc"'),
        (folder(a_toml='version = "1"\nslides = "../x"\n'), "a folder beside this file"),
        (folder(a_toml='version = "1"\nslides = 3\n'), "a.toml: slides: found"),
        (folder(a_toml=STANDARDS.format("/etc/passwd")), "standards.file: found"),
        (folder(a_toml=STANDARDS.format("../hq.toml")), "standards.file: found"),
        (folder(a_toml="version ="), "a.toml: TOML"),
        (folder(a_toml=TABLES, b_toml=TABLES), "one file"),
        (folder(a_txt="x"), "one file"),
        ({"a.toml": "?"}, "did not arrive whole"),
        ({"../a.toml": ""}, "files"),
        ({"a/b/c.toml": ""}, "files"),
        ({}, "files"),
    ],
)
def test_a_folder_that_does_not_fit_says_what_is_wrong(
    caller: Caller, files: dict[str, str], says: str
) -> None:
    answer = caller.post("/configurations", files=files)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["detail"]
    assert "/tmp" not in answer.text


def test_inspectors_send_no_configuration(office: Office) -> None:
    files = folder(province_toml=TABLES)
    assert office.as_("inspector").post("/configurations", files=files).status_code == 403
