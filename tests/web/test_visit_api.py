"""The API of visits, breaks, appointments and rescues: who may do what, and what is answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from conftest import Server

ANYBODY = requests.Session()


@pytest.fixture(scope="module")
def manager(server: Server) -> requests.Session:
    return server.as_("manager")


def issue(server: Server, manager: requests.Session, service: str = "digital", **more: Any) -> Any:
    ticket = manager.post(
        f"{server.url}/api/v1/tickets", json={"service": service, **more}, timeout=30
    ).json()
    return {**ticket, "links": server.links(ticket["id"])}


def at_counter(
    server: Server, manager: requests.Session, counter: str, verb: str, **body: Any
) -> Any:
    url = f"{server.url}/api/v1/counters/{counter}/{verb}"
    answer = manager.post(url, json=body or None, timeout=30)
    return answer.json() if answer.ok and answer.content else answer


def by_link(server: Server, ticket: dict[str, Any], verb: str, **body: Any) -> requests.Response:
    token = ticket["links"]["status"].rsplit("/", 1)[-1]
    url = f"{server.url}/api/v1/tickets/{ticket['id']}/{verb}?token={token}"
    return requests.post(url, json=body or None, timeout=30)


def test_a_visit_of_two_services_over_the_api(server: Server, manager: requests.Session) -> None:
    ticket = issue(server, manager, "corporate", large_print=True)
    assert (ticket["then"], ticket["large_print"], ticket["recorded"]) == ([], True, False)
    for verb in ("open", "next", "start"):
        at_counter(server, manager, "7", verb)
    assert at_counter(server, manager, "7", "add", service="corporate")["then"] == ["corporate"]
    assert at_counter(server, manager, "7", "finish")["state"] == "serving"
    assert at_counter(server, manager, "7", "park", hold="step")["hold"] == "step"
    refused = at_counter(server, manager, "7", "call", ticket=ticket["id"])
    assert (refused.status_code, refused.json()["code"]) == (409, "on_step")
    woken = manager.post(f"{server.url}/api/v1/tickets/{ticket['id']}/resume", timeout=30).json()
    assert (woken["state"], woken["hold"]) == ("waiting", None)


def test_a_missed_ticket_is_drawn_again_by_its_link_only(
    server: Server, manager: requests.Session
) -> None:
    ticket = issue(server, manager, "fx")
    for verb in ("open", "next", "no-show"):
        at_counter(server, manager, "3", verb)
    url = f"{server.url}/api/v1/tickets/{ticket['id']}/redraw"
    assert (
        requests.post(
            f"{url}?token=forged", headers={"Authorization": "Bearer no"}, timeout=30
        ).status_code
        == 401
    )
    drawn = by_link(server, ticket, "redraw")
    assert (drawn.status_code, drawn.json()["redrawn_from"]) == (201, ticket["id"])
    assert by_link(server, ticket, "redraw").status_code == 409


def test_letting_others_pass_is_the_holders(server: Server, manager: requests.Session) -> None:
    first = issue(server, manager, "loans")
    second = issue(server, manager, "loans")
    assert requests.post(
        f"{server.url}/api/v1/tickets/{first['id']}/yield", timeout=30
    ).status_code in (401, 422)
    assert by_link(server, first, "yield", places=1).json()["ahead"] == first["ahead"] + 1
    assert by_link(server, first, "yield", places=0).status_code == 422
    url = f"{server.url}/api/v1/tickets/{second['id']}/move"
    assert manager.post(url, json={"place": "last"}, timeout=30).json()["ahead"] == second["ahead"]
    assert manager.post(url, json={"place": "first"}, timeout=30).json()["ahead"] == 0


def test_more_is_told_of_a_number_by_its_holder_or_the_manager(
    server: Server, manager: requests.Session
) -> None:
    ticket = issue(server, manager, "cash")
    amend = f"{server.url}/api/v1/tickets/{ticket['id']}/amend"
    assert requests.post(amend, json={"needs": ["elderly"]}, timeout=30).status_code in (401, 403)
    green = by_link(server, ticket, "amend", needs=["elderly"], add=["cards"]).json()
    assert green["area"] != ticket["area"]
    assert (green["then"], green["number"]) == (["cards"], ticket["number"])
    again = by_link(server, ticket, "amend", needs=["elderly"])
    assert (again.status_code, again.json()["area"]) == (200, green["area"])
    assert by_link(server, ticket, "amend", customer="0000").status_code == 200
    assert by_link(server, ticket, "amend", needs=["tall"]).status_code == 422
    assert manager.post(amend, json={"add": ["fx"]}).json()["then"] == ["cards", "fx"]
    by_link(server, ticket, "cancel")


def test_who_is_coming_says_so_by_the_link_alone(server: Server, manager: requests.Session) -> None:
    ticket = issue(server, manager, "cash")
    at_counter(server, manager, "8", "open")
    at_counter(server, manager, "8", "call", ticket=ticket["id"])
    assert manager.post(f"{server.url}/api/v1/tickets/{ticket['id']}/coming").status_code == 404
    assert by_link(server, ticket, "coming").json()["coming"]
    assert by_link(server, ticket, "coming").status_code == 200, "said again, it is so already"
    refused = at_counter(server, manager, "8", "no-show")
    assert refused.json()["code"] == "is_coming"
    at_counter(server, manager, "8", "undo")
    by_link(server, ticket, "cancel")


def test_the_customer_is_told_why_without_ranks(server: Server, manager: requests.Session) -> None:
    ticket = issue(server, manager, "fx", customer="6226091234567890")
    token = ticket["links"]["status"].rsplit("/", 1)[-1]
    shown = requests.get(
        f"{server.url}/api/v1/tickets/{ticket['id']}?token={token}", timeout=30
    ).json()
    assert "卡" in shown["why"]["zh"]
    assert "6226" not in str(shown["why"])


def test_a_break_is_asked_by_the_teller_and_granted_by_the_manager(
    server: Server, manager: requests.Session
) -> None:
    teller = server.as_("teller", "--counter", "6")
    at_counter(server, manager, "6", "open")
    url = f"{server.url}/api/v1/counters/6/break"
    assert teller.post(url, timeout=30).json()["break"] == "asked"
    alerts = manager.get(f"{server.url}/api/v1/hall", timeout=30).json()["alerts"]
    assert ("break", "6") in [(alert["kind"], alert["counter"]) for alert in alerts]
    assert teller.post(f"{url}/answer", json={"granted": True}, timeout=30).status_code == 403
    assert (
        manager.post(f"{url}/answer", json={"granted": True}, timeout=30).json()["state"]
        == "paused"
    )
    assert manager.post(f"{url}/answer", json={"granted": True}, timeout=30).status_code == 409


def test_what_the_manager_does_stands_in_todays_rescues(
    server: Server, manager: requests.Session
) -> None:
    ticket = issue(server, manager, "cards")
    url = f"{server.url}/api/v1/tickets/{ticket['id']}/divert"
    manager.post(url, json={"area": "self_service"}, timeout=30)
    at_counter(server, manager, "2", "open")
    today = manager.get(f"{server.url}/api/v1/today", timeout=30).json()
    acts = [(rescue["act"], rescue["number"], rescue["counter"]) for rescue in today["rescues"][:2]]
    assert acts == [("open_counter", None, "2"), ("divert", ticket["number"], None)]
    assert sum(slot["arrivals"] for slot in today["slots"]) >= 1


def tomorrow(server: Server) -> list[Any]:
    day = (datetime.now().astimezone() + timedelta(days=1)).date()
    url = f"{server.url}/api/v1/appointments/slots?service=loans&day={day}"
    return list(ANYBODY.get(url, timeout=30).json()["slots"])


def test_an_appointment_over_the_api(server: Server, manager: requests.Session) -> None:
    slot = tomorrow(server)[0]
    body = {"service": "loans", "at": slot["at"]}
    booked = ANYBODY.post(f"{server.url}/api/v1/appointments", json=body, timeout=30).json()
    assert (booked["state"], len(booked["code"])) == ("booked", 6)
    assert tomorrow(server)[0]["left"] == slot["left"] - 1
    early = ANYBODY.post(
        f"{server.url}/api/v1/appointments/check-in", json={"code": booked["code"]}, timeout=30
    )
    assert early.status_code == 404  # not of today
    url = f"{server.url}/api/v1/appointments/{booked['id']}"
    assert ANYBODY.get(url, timeout=30).status_code == 401
    token = booked["links"]["status"].rsplit("/", 1)[-1]
    assert ANYBODY.post(f"{url}/cancel?token={token}", timeout=30).json()["state"] == "cancelled"
    day = slot["at"][:10]
    listed = manager.get(f"{server.url}/api/v1/appointments?day={day}", timeout=30).json()[
        "appointments"
    ]
    assert [one["code"] for one in listed] == [booked["code"]]


def test_the_last_act_is_undone_over_the_api_by_its_teller_or_a_manager(
    server: Server, manager: requests.Session
) -> None:
    own, other = (server.as_("teller", "--counter", counter) for counter in ("8", "1"))
    ticket = issue(server, manager, "cash")
    at_counter(server, manager, "8", "open")
    at_counter(server, manager, "8", "call", ticket=ticket["id"])
    assert at_counter(server, other, "8", "undo").status_code == 403
    assert requests.post(f"{server.url}/api/v1/counters/8/undo", timeout=30).status_code in (
        401,
        403,
    )
    called = at_counter(server, own, "8", "start")["counter"]
    assert called == "8"
    undone = at_counter(server, own, "8", "undo")
    assert (undone["ticket"]["number"], undone["ticket"]["state"]) == (ticket["number"], "called")
    assert (undone["undo"]["act"], undone["undo"]["number"]) == ("call", ticket["number"])
    assert at_counter(server, manager, "8", "undo")["ticket"] is None
    assert at_counter(server, manager, "8", "undo")["state"] == "closed"
    refused = at_counter(server, manager, "8", "undo")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_undo")
    by_link(server, ticket, "cancel")
    undo = f"{server.url}/api/v1/tickets/{ticket['id']}/undo"
    assert own.post(undo, json={}).status_code == 403
    assert manager.post(undo, json={"act": 1}).json()["code"] == "undo_other"
    assert manager.post(undo).json()["state"] == "waiting"
    by_link(server, ticket, "cancel")


def test_a_late_second_press_never_does_the_next_thing(
    server: Server, manager: requests.Session
) -> None:
    """Presses that carry what was seen: one of two is done, whatever the line does to their order."""
    first, _ = (issue(server, manager, "cash", then=["cash"]) for _ in range(2))
    seen = at_counter(server, manager, "8", "open")["turn"]
    url = f"{server.url}/api/v1/counters/8"

    def press(verb: str, turn: str) -> int:
        body = {"ticket": first["id"]} if verb == "call" else None
        return manager.post(
            f"{url}/{verb}", headers={"Lobby-Expects": turn}, json=body, timeout=30
        ).status_code

    def turn() -> str:
        counters = manager.get(f"{server.url}/api/v1/counters", timeout=30).json()
        return str(next(one["turn"] for one in counters if one["id"] == "8"))

    for verb in ("call", "start", "finish", "finish"):
        assert press(verb, seen) == 200
        assert press(verb, seen) == 409
        assert turn() != seen
        seen = turn()
    assert at_counter(server, manager, "8", "next")["state"] == "called"


def test_the_day_is_opened_again_without_a_body(server: Server, manager: requests.Session) -> None:
    assert manager.post(f"{server.url}/api/v1/day/open", timeout=30).status_code in (200, 409)
