"""The HTTP API as its callers meet it: who may what, what is refused and how, what happens once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from conftest import Server


@pytest.fixture(scope="module")
def as_role(server: Server) -> Callable[[str], requests.Session]:
    """The standing cast: `customer` sends nothing, the others a token."""
    cast = {role: server.as_(role) for role in ("kiosk", "board", "manager", "monitor", "admin")}
    cast["teller"] = server.as_("teller", "--counter", "1")
    cast["nobody"] = requests.Session()
    cast["nobody"].headers["Authorization"] = "Bearer wrong"
    cast["customer"] = requests.Session()
    return cast.__getitem__


def issue(server: Server, session: Any = requests, **body: Any) -> Any:
    return session.post(
        f"{server.url}/api/v1/tickets", json={"service": "cash", **body}, timeout=30
    )


def test_a_ticket_has_everything_the_contract_names(server: Server) -> None:
    answer = issue(server)
    assert answer.status_code == 201
    ticket = answer.json()
    assert set(ticket) >= {
        "id", "number", "service", "area", "state", "counter", "ahead", "wait_p50_s", "wait_p90_s",
        "wait_lo_s", "wait_hi_s", "issued_at", "called_at", "started_at", "ended_at", "print", "links",
    }  # fmt: skip
    assert re.fullmatch(rf"{server.url}/4403/f/[A-Za-z0-9_-]{{9}}", ticket["links"]["feedback"])
    assert ticket["issued_at"][-6] in "+-"


@pytest.mark.parametrize("role", ["customer", "kiosk"])
def test_no_customer_chooses_the_own_tier(server: Server, as_role: Any, role: str) -> None:
    assert (
        issue(server, as_role(role), tier="private").status_code
        == {"customer": 401, "kiosk": 403}[role]
    )


def test_staff_may_say_the_tier(server: Server, as_role: Any) -> None:
    assert issue(server, as_role("teller"), tier="gold").json()["tier"] == "gold"


def test_a_card_gives_the_tier_which_staff_are_told(server: Server, as_role: Any) -> None:
    ticket = issue(server, customer=";6226180000000001=2512?").json()
    seen = as_role("teller").get(f"{server.url}/api/v1/tickets/{ticket['id']}", timeout=30).json()
    assert seen["tier"] == "private"
    assert "tier" not in ticket
    assert "links" not in seen


def test_nothing_of_a_card_is_in_data_or_log(server: Server) -> None:
    card = "6226187700112233"
    issue(server, customer=f";{card}=25121011000012300000?")
    issue(server, customer=card, service="gold bars")
    for file in [server.log, *server.data.rglob("*")]:
        if file.is_file():
            assert card[6:].encode() not in file.read_bytes(), file


STAFF_GETS = ["/api/v1/hall", "/api/v1/counters"]
MANAGER_POSTS = [
    ("/api/v1/tickets/x/divert", {"area": "hall"}),
    ("/api/v1/tickets/x/retier", {"tier": "gold", "reason": "误记"}),
    ("/api/v1/tickets/x/transfer", {"service": "cash"}),
    ("/api/v1/tickets/x/reprint", None),
    ("/api/v1/tickets/x/cancel", None),
    ("/api/v1/day/close", None),
    ("/api/v1/alerts/1/acknowledge", None),
]
COUNTER_VERBS = [
    "open",
    "close",
    "pause",
    "resume",
    "next",
    "recall",
    "start",
    "finish",
    "no-show",
    "park",
]


@pytest.mark.parametrize("path", STAFF_GETS)
def test_only_staff_see_the_floor(server: Server, as_role: Any, path: str) -> None:
    statuses = {
        role: as_role(role).get(server.url + path, timeout=30).status_code
        for role in (
            "customer",
            "nobody",
            "kiosk",
            "board",
            "monitor",
            "teller",
            "manager",
            "admin",
        )
    }
    assert statuses == {
        "customer": 401, "nobody": 401, "kiosk": 403, "board": 403, "monitor": 403,
        "teller": 200, "manager": 200, "admin": 200,
    }  # fmt: skip


@pytest.mark.parametrize(("path", "body"), MANAGER_POSTS)
def test_only_the_manager_steers(server: Server, as_role: Any, path: str, body: Any) -> None:
    for role, status in (("customer", 401), ("nobody", 401), ("kiosk", 403), ("teller", 403)):
        assert as_role(role).post(server.url + path, json=body, timeout=30).status_code == status, (
            role
        )


@pytest.mark.parametrize("verb", COUNTER_VERBS)
def test_a_teller_acts_at_the_own_counter_only(server: Server, as_role: Any, verb: str) -> None:
    for role, status in (("customer", 401), ("board", 403), ("teller", 403)):
        answer = as_role(role).post(f"{server.url}/api/v1/counters/2/{verb}", timeout=30)
        assert answer.status_code == status, role


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/tickets", {}, "service"),
        ("/tickets", {"service": 5}, "service"),
        ("/tickets", {"service": "cash", "vip": True}, "vip"),
        ("/tickets", {"service": "gold bars"}, "service"),
        ("/tickets", {"service": "cash", "needs": ["tall"]}, "needs.0"),
        ("/tickets", {"service": "cash", "lang": "fr"}, "lang"),
        ("/tickets", [], "body"),
        ("/tickets/x/divert", {}, "area"),
        ("/tickets/x/retier", {"tier": "gold", "reason": ""}, "reason"),
        ("/counters/1/call", {}, "ticket"),
        ("/feedback/x", {"score": 6}, "score"),
        ("/feedback/x", {"score": "5"}, "score"),
    ],
)
def test_a_body_that_does_not_fit_names_the_field(
    server: Server, as_role: Any, path: str, body: Any, field: str
) -> None:
    answer = as_role("manager").post(f"{server.url}/api/v1{path}", json=body, timeout=30)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["field"] == field


def test_problems_speak_the_readers_language(server: Server) -> None:
    def title(**headers: str) -> str:
        answer = requests.get(f"{server.url}/api/v1/hall", headers=headers, timeout=30)
        assert {"type", "title", "status", "detail"} <= set(answer.json())
        return str(answer.json()["title"])

    assert title() == title(**{"Accept-Language": "zh-CN"}) == "请先登录"
    assert title(**{"Accept-Language": "en-GB,en;q=0.8"}) == "Not signed in"


def test_a_state_that_does_not_allow_it_is_409(server: Server, as_role: Any) -> None:
    counter = f"{server.url}/api/v1/counters/7"
    manager = as_role("manager")
    assert manager.post(f"{counter}/next", timeout=30).status_code == 409
    manager.post(f"{counter}/open", timeout=30)
    assert manager.post(f"{counter}/next", timeout=30).status_code == 204
    answer = manager.post(f"{counter}/finish", headers={"Accept-Language": "en"}, timeout=30)
    assert (answer.status_code, answer.json()["detail"]) == (409, "Counter 7 has no customer now")


def test_unknown_ids_are_404(server: Server, as_role: Any) -> None:
    manager = as_role("manager")
    for path in ("tickets/x/reprint", "counters/99/open", "alerts/99/acknowledge"):
        assert manager.post(f"{server.url}/api/v1/{path}", timeout=30).status_code == 404
    for path in ("tickets/x", "boards/nowhere", "printers/x/paper"):
        assert manager.get(f"{server.url}/api/v1/{path}", timeout=30).status_code == 404


def test_a_key_makes_it_happen_once_and_binds_it_to_its_body(server: Server) -> None:
    url = f"{server.url}/api/v1/tickets"
    key = {"Idempotency-Key": "visit-1"}
    first = requests.post(url, json={"service": "fx"}, headers=key, timeout=30)
    again = requests.post(url, json={"service": "fx"}, headers=key, timeout=30)
    other = requests.post(url, json={"service": "cash"}, headers=key, timeout=30)
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    for bad in ("", "x" * 129):
        assert (
            requests.post(url, json={}, headers={"Idempotency-Key": bad}, timeout=30).status_code
            == 422
        )


def test_a_holder_sees_and_cancels_the_own_ticket_only(server: Server) -> None:
    mine = issue(server).json()
    other = issue(server).json()
    token = mine["links"]["status"].rsplit("/", 1)[-1]
    url = f"{server.url}/api/v1/tickets"
    assert (
        requests.get(f"{url}/{mine['id']}?token={token}", timeout=30).json()["number"]
        == mine["number"]
    )
    assert requests.get(f"{url}/{other['id']}?token={token}", timeout=30).status_code == 401
    assert requests.post(f"{url}/{other['id']}/cancel?token={token}", timeout=30).status_code == 401
    cancelled = requests.post(f"{url}/{mine['id']}/cancel?token={token}", timeout=30)
    assert cancelled.json()["state"] == "cancelled"
    assert requests.post(f"{url}/{mine['id']}/cancel?token={token}", timeout=30).status_code == 409


def test_feedback_is_taken_once_service_began_and_never_from_a_forged_link(
    server: Server, as_role: Any
) -> None:
    ticket = issue(server, service="wealth").json()
    url = f"{server.url}/api/v1/feedback/{ticket['links']['feedback'].rpartition('/')[2]}"
    card = {"score": 2, "reasons": ["waiting"], "text": "久等", "consent": True}
    forged = url[:-1] + ("a" if url.endswith("b") else "b")
    assert requests.post(forged, json=card, timeout=30).status_code == 404
    assert requests.post(url, json=card, timeout=30).json()["code"] == "feedback_early"
    counter = f"{server.url}/api/v1/counters/5"
    for verb, body in (("open", None), ("call", {"ticket": ticket["id"]}), ("start", None)):
        assert as_role("manager").post(f"{counter}/{verb}", json=body, timeout=30).ok
    assert requests.post(url, json=card, timeout=30).status_code == 201
    assert requests.post(url, json=card, timeout=30).status_code == 409


def test_a_report_counts_the_day(server: Server, as_role: Any) -> None:
    day = as_role("teller").get(f"{server.url}/api/v1/hall", timeout=30).json()["day"]
    url = f"{server.url}/api/v1/reports/day/{day}"
    assert as_role("teller").get(url, timeout=30).status_code == 403
    report = as_role("manager").get(url, timeout=30).json()
    assert report["period"] == {"from": day, "to": day}
    assert report["completeness"]["days"] == [day]
    tickets = report["measures"]["tickets"]
    assert tickets["value"] == sum(tier["value"] for tier in tickets["by"]["tier"].values())
    assert report["measures"]["feedback_cards"]["value"] == 1
    bad = f"{server.url}/api/v1/reports/year/{day}"
    assert as_role("manager").get(bad, timeout=30).status_code == 422


def test_monitoring_sees_alive_ready_and_figures(server: Server, as_role: Any) -> None:
    assert requests.get(f"{server.url}/healthz", timeout=30).status_code == 200
    ready = requests.get(f"{server.url}/readyz", timeout=30)
    assert ready.status_code == 200
    assert {name: check["ok"] for name, check in ready.json()["checks"].items()} == {
        "database": True,
        "printer": True,
    }
    figures = as_role("monitor").get(f"{server.url}/metrics", timeout=30).text
    assert 'lobby_tickets_total{service="cash",state="waiting",tier="standard"}' in figures
    assert as_role("kiosk").get(f"{server.url}/metrics", timeout=30).status_code == 403


def test_another_site_cannot_make_a_lobby_browser_act(server: Server) -> None:
    url = f"{server.url}/api/v1/help"
    evil = {"Sec-Fetch-Site": "cross-site"}
    assert requests.post(url, json={}, headers=evil, timeout=30).status_code == 403
    assert (
        requests.get(f"{server.url}/", headers={"Host": "evil.example"}, timeout=30).status_code
        == 400
    )


def test_a_proxy_on_this_machine_does_not_open_the_door(server: Server) -> None:
    passed_on = {"X-Forwarded-For": "203.0.113.9"}
    answer = requests.post(
        f"{server.url}/api/v1/tickets", json={"service": "cash"}, headers=passed_on, timeout=30
    )
    assert answer.status_code == 400


def test_a_session_needs_the_csrf_token(server: Server) -> None:
    session = requests.Session()
    page = session.get(f"{server.url}/signin", timeout=30).text
    token = page.split('csrf-token" content="')[1].split('"')[0]
    form = {"name": "manager", "password": "lobby-demo", "csrf_token": token}
    session.post(f"{server.url}/signin", data=form, timeout=30)
    url = f"{server.url}/api/v1/counters/5/open"
    assert session.get(f"{server.url}/api/v1/hall", timeout=30).status_code == 200
    assert session.post(url, timeout=30).status_code == 400
    assert session.post(url, headers={"X-CSRFToken": token}, timeout=30).status_code == 200


def test_a_wrong_password_and_a_foreign_destination_lead_nowhere(server: Server) -> None:
    wrong = {"name": "manager", "password": "guess"}
    assert requests.post(f"{server.url}/signin", data=wrong, timeout=30).status_code == 422
    right = {"name": "manager", "password": "lobby-demo"}
    url = f"{server.url}/signin?next=//evil.example"
    assert (
        requests.post(url, data=right, timeout=30, allow_redirects=False).headers["Location"]
        == "/desk"
    )


def test_every_route_says_who_may_use_it(server: Server) -> None:
    document = requests.get(f"{server.url}/api/v1/openapi.json", timeout=30).json()
    assert len(document["paths"]) > 25
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation.get("summary"), f"{method} {path} has no word on what it does"
            named = [parameter["name"] for parameter in operation.get("parameters", [])]
            assert ("Idempotency-Key" in named) == (method == "post")
    longest = document["paths"]["/api/v1/tickets/{id}/notice"]["post"]
    assert longest["summary"].endswith("where the bank has a gateway"), "a sentence goes to its end"
    assert longest["description"] == "Kept until the ticket ends; in no journal."
