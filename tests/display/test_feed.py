"""The feed over real Socket.IO: who may listen, what arrives, and how a board heals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests
import socketio
from cast import Caller, listening
from conftest import Server, midday_config, serving, until


@pytest.fixture
def listen(server: Server) -> Iterator[Any]:
    with ExitStack() as open_lines:
        yield lambda *args, **options: open_lines.enter_context(listening(server, *args, **options))


@pytest.fixture(scope="module")
def staff(server: Server) -> Caller:
    return Caller(server)


def test_a_board_hears_each_call_once_and_the_state_after(
    server: Server, listen: Any, staff: Any
) -> None:
    board = listen("/board")
    assert board.join("main") == {"board": "main"}
    first = until(lambda: board.all("state"), "the state at join")[0]
    number = staff.post("/tickets", service="cash")["number"]
    staff.post("/counters/1/open")
    staff.post("/counters/1/next")
    call = until(lambda: board.all("call"), "the call")[0]
    assert (call["number"], call["counter"]) == (number, "1")
    assert call["say"]["zh"].endswith("到一号柜台。")
    assert requests.get(server.url + call["audio"]["en"], timeout=20).content.startswith(b"RIFF")
    until(
        lambda: [c["number"] for c in board.all("state")[-1]["calls"]] == [number],
        "the state with the call",
    )
    assert board.all("state")[-1]["seq"] > first["seq"]
    staff.post("/counters/1/recall")
    until(lambda: len(board.all("call")) == 2, "the recall")
    staff.post("/counters/1/no-show")


def test_a_board_that_was_away_is_right_after_one_message(
    server: Server, listen: Any, staff: Any
) -> None:
    there = listen("/board")
    there.join("main")
    staff.post("/tickets", service="corporate")
    staff.post("/counters/7/open")
    number = staff.post("/counters/7/next")["number"]
    until(lambda: there.all("call"), "the call, for who was there")
    late = listen("/board")
    late.join("main")
    state = until(lambda: late.all("state"), "one state")[0]
    assert number in [call["number"] for call in state["calls"]]
    assert late.all("call") == []


def test_an_unknown_board_is_refused(listen: Any) -> None:
    assert "error" in listen("/board").join("nowhere")


def test_the_tablet_hears_states_and_alerts(server: Server, listen: Any, staff: Any) -> None:
    tablet = listen("/staff", auth={"token": server.token("manager")})
    until(lambda: tablet.all("state"), "the state at connect")
    requests.post(f"{server.url}/api/v1/help", json={}, timeout=30)
    assert until(lambda: tablet.all("alert"), "the alert")[0]["kind"] == "help"
    until(lambda: tablet.all("state")[-1]["alerts"], "the state with it")
    ticket = staff.post("/tickets", service="wealth")["id"]
    until(lambda: ticket in str(tablet.all("state")[-1]), "the state with the ticket")
    assert server.links(ticket)["status"].rsplit("/", 1)[-1] not in str(tablet.heard), (
        "its link is the customer's"
    )
    assert [b["id"] for b in tablet.all("state")[-1]["boards"]] == [
        "main",
        "priority",
        "counter-1",
        "upright",
    ]


def test_a_teller_hears_what_is_of_the_own_counter_alone(
    server: Server, listen: Any, staff: Any
) -> None:
    tablet = listen("/staff", auth={"token": server.token("manager")})
    teller = listen("/staff", auth={"token": server.token("teller", "--counter", "5")})
    until(lambda: teller.all("state"), "the state at connect")
    for rung in staff.get("/hall")["alerts"]:
        staff.post(f"/alerts/{rung['id']}/acknowledge")
    requests.post(f"{server.url}/api/v1/help", json={}, timeout=30)
    for counter in ("6", "5"):
        staff.post(f"/counters/{counter}/open")
        staff.post(f"/counters/{counter}/break")
    until(lambda: len(tablet.all("alert")) >= 3, "what the manager hears")
    until(lambda: teller.all("alert"), "the own break")
    until(lambda: teller.all("state")[-1]["alerts"], "the state with it")
    assert [(a["kind"], a["counter"]) for a in teller.all("alert")] == [("break", "5")]
    assert {a["counter"] for state in teller.all("state") for a in state["alerts"]} == {"5"}
    assert "far" not in str(teller.heard)
    for counter in ("6", "5"):
        staff.post(f"/counters/{counter}/break/answer", granted=False)


def test_a_phone_follows_its_own_ticket(server: Server, listen: Any, staff: Any) -> None:
    ticket = staff.post("/tickets", service="loans")
    phone = listen(
        "/ticket", auth={"token": server.links(ticket["id"])["status"].rsplit("/", 1)[-1]}
    )
    until(lambda: phone.all("state"), "the state at connect")
    staff.post(f"/tickets/{ticket['id']}/cancel")
    until(lambda: phone.all("state")[-1]["state"] == "cancelled", "the new state")
    assert not any("tier" in state for state in phone.all("state"))


def test_the_tablet_at_a_counter_hears_whose_card_is_open_and_nothing_at_rest(
    server: Server, listen: Any, staff: Any
) -> None:
    tablet = listen("/card")
    assert "error" in tablet.client.call("join", {"counter": "nowhere"}, namespace="/card")
    joined = tablet.client.call("join", {"counter": "2"}, namespace="/card")
    assert joined == {"counter": "2"}
    until(lambda: tablet.all("state"), "the state at join")
    ticket = staff.post("/tickets", service="cash")
    for verb, body in (("open", {}), ("call", {"ticket": ticket["id"]}), ("start", {})):
        staff.post(f"/counters/2/{verb}", **body)
    staff.post("/counters/2/finish")
    card = until(lambda: tablet.all("state")[-1]["card"], "the card after the service")
    assert card["number"] == ticket["number"]
    again = listen("/card")
    again.client.call("join", {"counter": "2"}, namespace="/card")
    until(lambda: again.all("state"), "the card for who comes back")
    assert again.all("state")[-1]["card"]["token"] == card["token"]
    feedback = f"{server.url}/api/v1/feedback/{card['token']}"
    assert requests.post(feedback, json={"score": 5}, timeout=30).status_code == 201
    until(lambda: again.all("state")[-1]["card"] is None, "nothing of the customer stays")
    # At rest, once with the card, for the second tablet's joining, and when the card is in.
    until(lambda: tablet.all("state")[-1]["card"] is None, "nothing of the customer on the first")
    assert [bool(turn["card"]) for turn in tablet.all("state")] == [False, True, True, False]
    staff.post("/counters/2/close")


@pytest.mark.parametrize(
    ("namespace", "role"),
    [
        ("/staff", None),
        ("/staff", "kiosk"),
        ("/staff", "board"),
        ("/ticket", None),
        ("/card", "manager"),
        ("/card", "teller"),
    ],
)
def test_who_may_not_listen_is_refused(
    server: Server, listen: Any, namespace: str, role: str | None
) -> None:
    auth = {"token": server.token(role)} if role else {"token": "forged"}
    with pytest.raises(socketio.exceptions.ConnectionError):
        listen(namespace, auth=auth)


def test_a_closed_loopback_wants_tokens_of_devices(tmp_path: Any) -> None:
    config = midday_config(tmp_path, ("open_loopback = true", "open_loopback = false"))
    with serving(tmp_path / "var", config=config) as closed:
        url = f"{closed.url}/api/v1"
        assert (
            requests.post(f"{url}/tickets", json={"service": "cash"}, timeout=30).status_code == 401
        )
        assert requests.get(f"{url}/boards/main", timeout=30).status_code == 401
        kiosk = closed.as_("kiosk")
        board = closed.as_("board", "--board", "main")
        assert kiosk.post(f"{url}/tickets", json={"service": "cash"}, timeout=30).status_code == 201
        assert kiosk.get(f"{url}/boards/main", timeout=30).status_code == 403
        assert board.get(f"{url}/boards/main", timeout=30).status_code == 200
        with pytest.raises(socketio.exceptions.ConnectionError), listening(closed, "/board"):
            pass
        with listening(closed, "/board", {"token": closed.token("board")}):
            pass
        token = closed.token("board", "--board", "main")
        with listening(closed, "/board", {"token": token}) as other:
            assert other.join("counter-1")["error"]
            assert other.join("main") == {"board": "main"}
        assert board.get(f"{url}/boards/counter-1", timeout=30).status_code == 403
