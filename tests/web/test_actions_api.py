"""Corrective actions over HTTP: whose they are, who may do what, and each look at sealed words on record."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import forked
import pytest
from browser import Browser
from cast import Caller
from conftest import Server

from web.access import DEMO_PASSWORD

TODAY = datetime.now(UTC).date()
DUE = (TODAY + timedelta(days=14)).isoformat()
WHY = "canary: Mr Li has no key of the printer"
REASON = "canary: Ms Wang is on leave"
AIM = {"measure": "late_share", "direction": "less", "tier": "standard"}


@pytest.fixture(scope="module")
def office(server: Server) -> Caller:
    return Caller(server, "office")


def opened(office: Caller, **fields: Any) -> Any:
    return office.post("/actions", **{"title": "Clean the printer", "due": DUE, **fields})


class Teller(Caller):
    """Somebody of the demo, signed in: an action is given to a person, and a token is none."""

    def __init__(self, server: Server) -> None:
        browser = Browser(server)
        browser.sign_in("teller2", DEMO_PASSWORD)
        token = re.search(r'csrf-token" content="([^"]*)"', browser.get("/account").text)
        assert token
        self.url = server.url
        self.session = browser.session
        self.session.headers.update({"X-CSRFToken": token[1], "Accept": "application/json"})


def test_a_teller_proves_the_own_action_and_sees_no_other(office: Caller) -> None:
    teller = Teller(office.server)
    mine = opened(office, owner="teller2", aim=AIM)["id"]
    other = opened(office, owner="manager")["id"]
    assert [action["id"] for action in teller.get("/actions")] == [mine]
    assert teller.ask("GET", f"/actions/{other}").status_code == 403
    proof = {"words": "done", "changed_on": TODAY.isoformat()}
    assert teller.ask("POST", f"/actions/{other}/prove", json=proof).status_code == 403
    assert teller.post(f"/actions/{mine}/prove", **proof)["state"] == "proved"
    assert teller.ask("POST", f"/actions/{mine}/check").status_code == 403
    assert office.post(f"/actions/{mine}/check")["state"] == "checked"
    course = office.get(f"/actions/{mine}/course")
    assert (course["after"], course["effect"]) == ([], None)


def test_an_inspector_reads_and_changes_nothing(office: Caller) -> None:
    inspector = Caller(office.server, "inspector")
    id = opened(office)["id"]
    assert inspector.get(f"/actions/{id}")["title"] == "Clean the printer"
    for verb, body in (
        ("assign", {"owner": "x", "due": DUE, "reason": "ill"}),
        ("cancel", {"reason": "moot"}),
        ("share", None),
    ):
        refused = inspector.ask("POST", f"/actions/{id}/{verb}", json=body)
        assert refused.status_code == 403, verb


def test_the_owner_does_not_check_it(office: Caller) -> None:
    id = opened(office)["id"]
    office.post(f"/actions/{id}/prove", reference="DMS-1", changed_on=TODAY.isoformat())
    refused = office.ask("POST", f"/actions/{id}/check")
    assert refused.status_code == 409
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_sealed_words_are_read_one_by_one_and_each_look_is_on_record(office: Caller) -> None:
    id = opened(office, whys=["it jams", WHY])["id"]
    office.post(f"/actions/{id}/assign", owner="teller2", due=DUE, reason=REASON)
    head = Caller(office.server, "head")
    cancelled = head.post(f"/actions/{id}/cancel", reason=REASON)
    assert cancelled["has_reason"]
    assert not any(words in json.dumps(office.get(f"/actions/{id}")) for words in (WHY, REASON))
    words = office.post(f"/actions/{id}/words")
    assert (words["whys"], words["reason"]) == (["it jams", WHY], REASON)
    lines = forked.run("journal", "--data", office.server.data).stdout.splitlines()
    assert REASON not in "".join(lines)
    looks = [row["data"] for row in map(json.loads, lines) if row["kind"] == "WordsOpened"]
    assert [look for look in looks if look["id"] == id and look["noun"] == "action"]
    erased = forked.run("erase", "--yes", "--subject", f"action:{id}", "--data", office.server.data)
    assert erased.returncode == 0, erased.stdout + erased.stderr
    words = office.post(f"/actions/{id}/words")
    assert WHY not in words["whys"]
    assert REASON not in words["reason"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"due": "2020-01-01"}, "due"),
        ({"cause": "C77"}, "cause"),
        ({"standard": "none-such"}, "standard"),
        ({"aim": {**AIM, "tier": "none-such"}}, "tier"),
        ({"aim": {"measure": "incidents", "direction": "less", "counter": "1"}}, "aim_group"),
        ({"whys": ["why"] * 6}, "whys"),
        ({"title": "答复客户 138 0000 4444"}, "title"),
    ],
)
def test_what_does_not_fit_is_named(office: Caller, wrong: dict[str, Any], field: str) -> None:
    body = {"title": "x", "due": DUE, **wrong}
    refused = office.ask("POST", "/actions", json=body)
    assert refused.status_code == 422
    assert field in refused.text


def test_a_measure_that_is_none_is_404(office: Caller) -> None:
    body = {"title": "x", "due": DUE, "aim": {**AIM, "measure": "smiles"}}
    assert office.ask("POST", "/actions", json=body).status_code == 404


def test_the_figures_of_actions_are_in_the_bulletin(office: Caller) -> None:
    measures = office.get(f"/reports/month/{TODAY}")["measures"]
    actions = office.get("/actions")
    assert measures["actions_open"]["value"] == sum(action["pending"] for action in actions)
    assert measures["actions_overdue"]["value"] == 0
