"""The standards over the API: the catalogue, what the journal proves, how the branch stands, and who may read it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import pytest
from cast import Caller
from conftest import Server


@pytest.fixture(scope="module")
def manager(server: Server) -> Caller:
    return Caller(server, "manager")


def test_the_catalogue_is_read_in_both_languages_by_all_staff(server: Server) -> None:
    catalogue = Caller(server, "teller").get("/standards")
    assert len(catalogue["standards"]) == 240
    first = catalogue["standards"][0]
    assert (first["id"], first["item"]["zh"], first["item"]["en"]) == (
        *("T01", "仪容仪表"),
        "Appearance",
    )


@pytest.mark.parametrize(("digest", "status"), [("0" * 32, 404), ("", 422)])
def test_standards_that_the_branch_never_had_are_refused(
    manager: Caller, digest: str, status: int
) -> None:
    now = manager.get("/standards")
    assert manager.get(f"/standards?digest={now['digest']}") == now
    answer = manager.ask("GET", f"/standards?digest={digest}")
    assert answer.status_code == status
    assert digest in answer.json()["detail"]


def test_a_day_s_proofs_name_the_tickets_that_fail(manager: Caller) -> None:
    manager.post("/counters/1/open")
    number = manager.issue()["number"]
    for verb in ("next", "no-show"):
        manager.post(f"/counters/1/{verb}")
    proofs = {row["proof"]: row for row in manager.get("/standards/proofs")["proofs"]}
    assert len(proofs) == 17
    missed = proofs["recalled_first"]
    assert (missed["verdict"], missed["failed"], missed["needed"]) == ("broken", 1, 1.0)
    assert [case["number"] for case in missed["cases"]] == [number]


def test_a_standing_claims_what_was_seen_and_names_what_was_not(manager: Caller) -> None:
    before = manager.get("/standards/standing")
    meeting = manager.post("/inspections", occasion="meeting")
    item = next(i for i in meeting["items"] if i["sides"] == ["self", "peer"])
    path = f"/inspections/{meeting['id']}/items/{item['id']}/mark"
    for side, marker in (("self", "1001"), ("peer", "1002")):
        manager.post(path, side=side, marker=marker, verdict="kept")
    after = manager.get("/standards/standing")
    assert (after["agreement"]["n"], after["agreement"]["share"]) == (1, 1.0)
    assert after["agreement"]["lo"] < 0.3, "one pair proves little"
    assert after["agreement"]["kappa"] is None
    looked_at = [(of_item["claim"], of_item["looks"]) for of_item in _both(before, after, item)]
    assert looked_at == [("pending", 0), ("claimed", 1)]
    assert sum(after["points"].values()) == 1000
    measures = manager.get(f"/reports/day/{meeting['day']}")["measures"]
    assert (measures["standards_checked"]["value"], measures["standards_kept"]["value"]) == (1, 1.0)


def _both(before: Any, after: Any, item: Any) -> Iterator[Any]:
    """The item's row in each standing."""
    for standing in (before, after):
        yield next(row for row in standing["standards"] if row["standard"] == item["id"])


@pytest.mark.parametrize(("role", "status"), [("teller", 403), ("inspector", 200), ("head", 200)])
def test_who_may_read_how_the_branch_stands(server: Server, role: str, status: int) -> None:
    assert Caller(server, role).ask("GET", "/standards/standing").status_code == status


def test_a_span_of_more_than_a_quarter_is_refused(manager: Caller) -> None:
    today = date.today()
    first = today - timedelta(days=200)
    answer = manager.ask("GET", f"/standards/standing?from={first}&to={today}")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_span")


def test_the_evidence_file_is_taken_by_who_may_and_that_is_in_the_journal(
    server: Server, manager: Caller
) -> None:
    today = manager.get("/standards/proofs")["day"]
    body = {"first": today, "last": today}
    assert (
        Caller(server, "inspector").ask("POST", "/standards/evidence", json=body).status_code == 403
    )
    answer = manager.ask("POST", "/standards/evidence", json=body)
    assert (answer.headers["Content-Type"], answer.content[:2]) == ("application/zip", b"PK")
    with closing(sqlite3.connect(server.data / "lobby.db")) as db:
        query = "SELECT count(*) FROM event WHERE kind = 'EvidenceTaken'"
        assert db.execute(query).fetchone()[0] == 1
