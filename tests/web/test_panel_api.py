"""The panel over HTTP: who may what, each look at a contact on record, and a contact that is erased when asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import forked
import pytest
import requests
from cast import TIMEOUT_S, Caller
from conftest import Server

CONTACT = "canary-13900001111@lotus.example"
TODAY = datetime.now(UTC).date().isoformat()
PLAN = {"title": "Waiting", "on": TODAY, "place": "Room 2", "size": 4}


@pytest.fixture(scope="module")
def office(server: Server) -> Caller:
    """The office of a branch with one customer who agreed to be asked."""
    manager = Caller(server)
    ticket = manager.issue()
    manager.serve(ticket["id"])
    token = ticket["links"]["feedback"].rpartition("/")[2]
    card = {"score": 2, "contact": CONTACT, "consent": True}
    url = f"{server.url}/api/v1/feedback/{token}"
    assert requests.post(url, json=card, timeout=TIMEOUT_S).status_code == 201
    return Caller(server, "office")


@pytest.fixture(scope="module")
def panel(office: Caller) -> Any:
    return office.post(f"/panels/{office.post('/panels', **PLAN)['id']}/draw")


def facts(server: Server, kind: str) -> list[Any]:
    lines = forked.run("journal", "--data", server.data).stdout.splitlines()
    return [row for row in map(json.loads, lines) if row["kind"] == kind]


def test_an_inspector_reads_and_changes_nothing(office: Caller, panel: Any) -> None:
    inspector = Caller(office.server, "inspector")
    seen = inspector.get(f"/panels/{panel['id']}")
    assert seen["invitations"] == panel["invitations"]
    assert {row["dimension"] for row in seen["bias"]} == {"tier", "service", "score"}
    assert CONTACT not in json.dumps(seen)
    guest = panel["invitations"][0]["guest"]
    for path in ("", f"/{panel['id']}/draw", f"/{panel['id']}/invitations/{guest}/contact"):
        assert inspector.ask("POST", f"/panels{path}", json=PLAN).status_code == 403, path


def test_a_teller_sees_no_panel(office: Caller) -> None:
    assert Caller(office.server, "teller").ask("GET", "/panels").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"on": "soon"}, "on"), ({"size": 1}, "size"), ({"until": "2020-01-01"}, "until")],
)
def test_a_plan_that_does_not_fit_names_the_field(
    office: Caller, wrong: dict[str, Any], field: str
) -> None:
    refused = office.ask("POST", "/panels", json={**PLAN, "since": TODAY, **wrong})
    assert refused.status_code == 422
    assert field in refused.text


def test_what_is_not_there_is_404(office: Caller, panel: Any) -> None:
    for path in ("/panels/x/draw", f"/panels/{panel['id']}/invitations/x/withdraw"):
        assert office.ask("POST", path).status_code == 404, path


def test_a_look_at_a_contact_is_on_record_and_an_erased_one_is_gone(
    office: Caller, panel: Any
) -> None:
    path = f"/panels/{panel['id']}/invitations/{panel['invitations'][0]['guest']}"
    assert office.post(f"{path}/contact") == {"contact": CONTACT}
    (look,) = facts(office.server, "PanelContactRead")
    assert look["data"]["by"] == look["actor"]
    assert look["data"]["guest"] in path
    changed = office.post(f"{path}/withdraw")
    assert [invitation["state"] for invitation in changed["invitations"]] == ["withdrawn"]
    assert office.ask("POST", f"{path}/contact").status_code == 404
    files = [file for file in office.server.data.rglob("*") if file.is_file()]
    assert [file for file in files if CONTACT.encode() in file.read_bytes()] == []
    assert facts(office.server, "FeedbackGiven")[0]["data"]["score"] == 2
