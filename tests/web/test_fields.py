"""Every route as every role, with planted tickets: a tier in no customer's answer, a link in no staff's, an opinion and
a call for help in no teller's. A route that comes later is walked too."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import gevent
import pytest
from conftest import Clock

from app import Lobby, open_lobby
from lobby.branch.model import Branch

CARDS = {"gold": "6225880000000001", "private": "6226180000000001"}
TEXT = "canary opinion"
FAR_KIOSK = "canary-kiosk"
REASON = "canary reason"
MANAGERS = "canary word of the manager"
TELLS_THE_TIER = {
    "tier",
    "tier_rule",
    "rule_words",
    "target_wait_s",
    "late",
    "soon",
    "call_reason",
    "promise_s",
}
ROLES = ("customer", "kiosk", "board", "monitor", "teller", "manager", "admin")


class Planted:
    """A branch with a ticket of each tier, one called, one judged, an alert of each kind; and who asks."""

    def __init__(self, lobby: Lobby) -> None:
        self.lobby = lobby
        self.client = lobby.app.test_client()
        self.tickets = {tier: self.issue(card) for tier, card in CARDS.items()}
        self.tickets["standard"] = self.issue("")
        judged = self.tickets["standard"]
        for verb, body in (("open", None), ("call", {"ticket": judged["id"]}), ("start", None)):
            self.post(f"/api/v1/counters/1/{verb}", "manager", body)
        card = {"score": 1, "text": TEXT, "contact": "canary contact"}
        self.post(f"/api/v1/feedback/{self.token(judged)}", "customer", card)
        self.post("/api/v1/help", "customer", {"kiosk": FAR_KIOSK})
        corrected = self.tickets["gold"]["id"]
        self.post(
            f"/api/v1/tickets/{corrected}/retier", "manager", {"tier": "gold", "reason": MANAGERS}
        )
        self.post("/api/v1/counters/2/open", "manager")
        self.post("/api/v1/counters/2/break", "manager")

    def issue(self, card: str) -> dict[str, Any]:
        ticket: dict[str, Any] = self.post(
            "/api/v1/tickets", "customer", {"service": "cash", "customer": card}
        ).json
        return ticket

    def token(self, ticket: dict[str, Any]) -> str:
        return self.lobby.runtime.links.tickets.of(ticket["id"])

    def headers(self, role: str) -> dict[str, str]:
        if role == "customer":
            return {}
        bound = {"teller": {"counter": "2"}, "board": {"board": "main"}}.get(role, {})
        return {"Authorization": f"Bearer {self.lobby.access.create_token(role, **bound)}"}

    def post(self, path: str, role: str, body: Any = None) -> Any:
        answer = self.client.post(path, json=body or {}, headers=self.headers(role))
        assert answer.status_code < 400, (path, answer.text)
        return answer

    def get(self, path: str, headers: dict[str, str]) -> Any:
        """The answer, read to its end; what the request left to do behind it is done first, as in a server's loop."""
        gevent.sleep(0)
        with self.client.get(path, headers=headers) as answer:
            assert answer.status_code < 500, (path, answer.get_data(as_text=True))
            answer.told = answer.get_data().decode("utf-8", "replace")
            return answer

    def paths(self) -> Iterator[str]:
        """Every address that can be asked, once with each planted ticket and its token."""
        for rule in self.lobby.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
                continue
            for ticket in self.tickets.values():
                path = str(rule)
                for name in rule.arguments:
                    path = re.sub(rf"<(\w+:)?{name}>", self.value(name, path, ticket), path)
                yield path

    def value(self, name: str, path: str, ticket: dict[str, Any]) -> str:
        day = self.lobby.runtime.branch.day_of(self.lobby.runtime.clock()).isoformat()
        known = {
            "token": self.token(ticket),
            "span": "day",
            "day": day,
            "lang": "zh",
            "number": ticket["number"],
        }
        if name == "id":
            places = {
                "/tickets/": ticket["id"],
                "/counters/": "2",
                "/boards/": "main",
                "/board/": "main",
            }
            places |= {"/desk/counter/": "2", "/printers/": "slip", "/printer/": "slip"}
            return next((id for place, id in places.items() if place in path), "1")
        return known.get(name, "1")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, branch: Branch) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("planted")
    lobby = open_lobby(branch, folder, "http://lobby.test", loopback=True, demo=True, clock=Clock())
    lobby.runtime.writer.notify = lobby.runtime.writer.pump
    yield Planted(lobby)
    lobby.close()


def fields(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a document with its value, at any depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from fields(inner)


@pytest.mark.parametrize("role", ["customer", "kiosk", "board"])
def test_no_customer_reads_a_tier(planted: Planted, role: str) -> None:
    """The pages too: neither a tier's name nor its id stands anywhere."""
    branch = planted.lobby.runtime.branch
    headers = planted.headers(role)
    names = [tier for tier in branch.tiers if tier.id in CARDS]
    told = [word for tier in names for word in (f'"{tier.id}"', tier.name.zh, tier.name.en)]
    for path in planted.paths():
        for asked in (
            path,
            *(f"{path}?token={planted.token(one)}" for one in planted.tickets.values()),
        ):
            if path == "/metrics" or path.endswith("openapi.json"):
                continue
            answer = planted.get(asked, headers)
            if answer.is_json and answer.status_code < 400:
                assert not TELLS_THE_TIER & {key for key, _ in fields(answer.json)}, asked
            if answer.status_code < 400 and "/printer" not in path:
                assert not [word for word in told if word in answer.told], asked


@pytest.mark.parametrize("role", ["teller", "manager", "admin", "monitor"])
def test_no_staff_read_a_customers_link(planted: Planted, role: str) -> None:
    headers = planted.headers(role)
    tokens = [planted.token(ticket) for ticket in planted.tickets.values()]
    for path in planted.paths():
        if any(token in path for token in tokens) or path.startswith("/printer"):
            continue
        answer = planted.get(path, headers)
        if answer.is_json and answer.status_code < 400:
            assert "links" not in {key for key, _ in fields(answer.json)} or path.endswith(
                "openapi.json"
            ), path
            assert not [token for token in tokens if token in answer.told], path


def test_no_staff_are_told_a_link_by_what_they_do(planted: Planted) -> None:
    """The answers to acts, which are POST."""
    ticket = planted.post("/api/v1/tickets", "manager", {"service": "cash"}).json
    acts: list[tuple[str, Any]] = [
        (f"/tickets/{ticket['id']}/reprint", None),
        ("/counters/3/open", None),
    ]
    acts += [("/counters/3/call", {"ticket": ticket["id"]})]
    acts += [
        (f"/counters/3/{verb}", None) for verb in ("recall", "start", "undo", "start", "finish")
    ]
    answers = [planted.post(f"/api/v1{path}", "manager", body) for path, body in acts]
    for told in [ticket, *(answer.json for answer in answers)]:
        assert "links" not in {key for key, _ in fields(told)}
        assert planted.token(ticket) not in str(told)


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("manager", "admin")])
def test_opinions_and_calls_for_help_are_the_managers(planted: Planted, role: str) -> None:
    headers = planted.headers(role)
    for path in planted.paths():
        answer = planted.get(path, headers)
        assert TEXT not in answer.told, path
        assert FAR_KIOSK not in answer.told, path
        assert "canary contact" not in answer.told, path
        assert MANAGERS not in answer.told, path
    if role == "teller":
        alerts = planted.client.get("/api/v1/hall", headers=headers).json["alerts"]
        assert [(alert["kind"], alert["counter"]) for alert in alerts] == [("break", "2")]


def test_the_manager_reads_them(planted: Planted) -> None:
    """The walk would find what it looks for."""
    hall = planted.client.get("/api/v1/hall", headers=planted.headers("manager"))
    assert {"help", "feedback", "break"} <= {alert["kind"] for alert in hall.json["alerts"]}
    assert TEXT in hall.json["alerts"][0]["params"].get("text", "") or TEXT in str(hall.json)
    assert MANAGERS in str(hall.json["tickets"])
    assert {"gold", "private"} <= {ticket["tier"] for ticket in hall.json["tickets"]}
    assert TELLS_THE_TIER & {key for key, _ in fields(hall.json)}
    mine = planted.tickets["gold"]
    held = planted.client.get(f"/api/v1/tickets/{mine['id']}?token={planted.token(mine)}").json
    assert planted.token(mine) in held["links"]["status"]


def test_why_names_no_rank(planted: Planted) -> None:
    for ticket in planted.tickets.values():
        why = planted.client.get(
            f"/api/v1/tickets/{ticket['id']}?token={planted.token(ticket)}"
        ).json["why"]
        for tier in planted.lobby.runtime.branch.tiers:
            assert tier.name.zh not in why["zh"]
            assert tier.name.en.lower() not in why["en"].lower()
