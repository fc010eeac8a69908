"""Signing on over the API: at one's own counter, and never as somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import Lobby, open_lobby
from cli import main
from display.board.state import board_state
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff

PEOPLE = (
    Person("10023", "李敏", ("teller",)),
    Person("10024", "陈新", ("teller",)),
    Person("A7", "王强", ("manager",)),
)
PASSWORD = "correct horse battery"


@pytest.fixture
def registered(branch: Branch, tmp_path: Path) -> Iterator[Lobby]:
    with_staff = replace(branch, staff=Staff(people=PEOPLE))
    opened = open_lobby(with_staff, tmp_path, "http://lobby.test", loopback=True, demo=True)
    opened.runtime.writer.notify = opened.runtime.writer.pump
    yield opened
    opened.close()


@pytest.fixture
def teller(registered: Lobby) -> Any:
    """Asks as a teller's token of counter 1."""
    return asking(registered, registered.access.create_token("teller", "1", name="console 1"))


def asking(lobby: Lobby, token: str) -> Any:
    client = lobby.app.test_client()
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def post(path: str, **body: Any) -> Any:
        return client.post(f"/api/v1/{path}", json=body or {}, headers=headers)

    return post


def test_a_teller_signs_on_calls_and_signs_off(teller: Any) -> None:
    teller("counters/1/open")
    teller("tickets", service="cash")
    refused = teller("counters/1/next")
    assert (refused.status_code, "staff number" in refused.json["detail"]) == (409, True)
    on = teller("counters/1/sign-on", staff_number="10023")
    assert (on.status_code, on.json["person"]) == (
        200,
        {"number": "10023", "name": "李敏", "account": "console 1", "session": ""},
    )
    assert teller("counters/1/next").status_code == 200
    assert teller("counters/1/sign-off").status_code == 409
    for verb in ("start", "finish"):
        assert teller(f"counters/1/{verb}").status_code == 200
    assert teller("counters/1/sign-off").json["person"] is None


def test_what_does_not_fit_is_named(teller: Any) -> None:
    unknown = teller("counters/1/sign-on", staff_number="4711")
    assert (unknown.status_code, "4711" in unknown.json["detail"]) == (422, True)
    assert teller("counters/1/sign-on").status_code == 422
    assert teller("counters/2/sign-on", staff_number="10023").status_code == 403


def test_a_persons_own_account_needs_no_sign_on_and_signs_nobody_else_on(registered: Lobby) -> None:
    access = registered.access
    access.create_account("wang", PASSWORD, "teller", "1", staff_number="a7")
    client = registered.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = access.open_session("wang", "127.0.0.1")
    token = client.get("/account").text.split('csrf-token" content="')[1].split('"')[0]

    def post(path: str, **body: Any) -> int:
        return client.post(f"/api/v1/{path}", json=body, headers={"X-CSRFToken": token}).status_code

    assert [post("tickets", service="cash"), post("counters/1/open"), post("counters/1/next")] == [
        201,
        200,
        200,
    ]
    assert post("counters/1/sign-on", staff_number="10023") == 403
    session = access.sessions()[0].id
    with registered.runtime.writer.published() as state:
        assert (state.counters["1"].person, state.counters["1"].session) == ("A7", session)
    last = list(registered.runtime._journal.events())[-1]
    assert (type(last.event).__name__, last.actor, last.person) == ("TicketCalled", "wang", "A7")


@pytest.mark.parametrize("verb", ["undo", "close", "pause", "break", "sign-off"])
def test_who_is_signed_on_nowhere_does_nothing_at_the_counter_of_another(
    registered: Lobby, teller: Any, verb: str
) -> None:
    """Under a shared account or one's own; the lobby manager does it, and under the manager's own number."""
    access = registered.access
    access.create_account("li", PASSWORD, "teller", staff_number="10023")
    access.create_account("wang", PASSWORD, "manager", staff_number="A7")
    teller("tickets", service="cash")
    teller("counters/1/open")
    teller("counters/1/sign-on", staff_number="10024")
    if verb == "undo":
        teller("counters/1/next")
    shared = asking(registered, access.create_token("teller", name="console 2"))
    path = f"counters/1/{verb}"
    refused = [shared(path), signed_in(registered, "li")(path)]
    assert [answer.status_code for answer in refused] == [409, 409]
    assert "lobby manager" in refused[1].json["detail"]
    assert signed_in(registered, "wang")(path).status_code == 200
    assert list(registered.runtime._journal.events())[-1].person == "A7"


def test_an_own_account_pauses_and_closes_its_counter(registered: Lobby) -> None:
    registered.access.create_account("li", PASSWORD, "teller", staff_number="10023")
    post = signed_in(registered, "li")
    for verb in ("open", "pause", "resume", "close"):
        assert post(f"counters/1/{verb}").status_code == 200
    assert {recorded.person for recorded in list(registered.runtime._journal.events())[-4:]} == {
        "10023"
    }


def signed_in(lobby: Lobby, account: str) -> Any:
    """Asks as somebody who is signed in with this account."""
    client = lobby.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = lobby.access.open_session(account, "127.0.0.1")
    token = client.get("/account").text.split('csrf-token" content="')[1].split('"')[0]
    headers = {"X-CSRFToken": token, "Accept-Language": "en"}

    def post(path: str, **body: Any) -> Any:
        return client.post(f"/api/v1/{path}", json=body or {}, headers=headers)

    return post


def test_who_has_a_customer_at_another_counter_reads_where(registered: Lobby) -> None:
    post = asking(registered, registered.access.create_token("teller", name="console"))
    for id in ("1", "2"):
        post(f"counters/{id}/open")
    post("tickets", service="cash")
    post("counters/1/sign-on", staff_number="10023")
    number = post("counters/1/next").json["number"]
    refused = post("counters/2/sign-on", staff_number="10023")
    assert (refused.status_code, number in refused.json["detail"]) == (409, True)
    assert "Counter 1" in refused.json["detail"]


def test_the_owner_of_a_number_takes_it_back(registered: Lobby) -> None:
    """From a shared account, unless a customer sits there: the refusal names who helps."""
    access = registered.access
    access.create_account("li", PASSWORD, "teller", staff_number="10023")
    shared = asking(registered, access.create_token("teller", name="console"))
    own = signed_in(registered, "li")
    for id in ("1", "2"):
        shared(f"counters/{id}/open")
        shared("tickets", service="cash")
    shared("counters/1/sign-on", staff_number="10023")
    shared("counters/1/next")
    refused = own("counters/2/next")
    assert (refused.status_code, "lobby manager" in refused.json["detail"]) == (409, True)
    shared("counters/1/no-show")
    assert own("counters/2/next").status_code == 200


def test_an_administrator_says_whose_account_it_is(registered: Lobby) -> None:
    client = registered.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = registered.access.open_session("admin", "127.0.0.1")
    page = client.get("/desk/people").text
    assert '<option value="10023">10023 李敏</option>' in page
    token = page.split('csrf-token" content="')[1].split('"')[0]
    form = {
        "name": "li",
        "password": PASSWORD,
        "role": "teller",
        "staff_number": "10023",
        "csrf_token": token,
    }
    assert client.post("/desk/people/accounts", data=form).status_code == 303
    assert registered.access.account("li").staff_number == "10023"
    assert '<span class="tag">10023</span>' in client.get("/desk/people").text


def test_a_board_shows_the_number_only_where_the_bank_wants_it(
    branch: Branch, tmp_path: Path
) -> None:
    for shown in (False, True):
        with_staff = replace(branch, staff=Staff(people=PEOPLE, show_number=shown))
        lobby = open_lobby(
            with_staff, tmp_path / str(shown), "http://lobby.test", loopback=True, demo=True
        )
        lobby.runtime.writer.notify = lobby.runtime.writer.pump
        post = asking(lobby, lobby.access.create_token("teller", "1", name="console"))
        post("counters/1/open")
        post("counters/1/sign-on", staff_number="10023")
        with lobby.runtime.writer.published() as state:
            board = board_state(
                state, lobby.runtime.views, branch.board["counter-1"], lobby.runtime.clock()
            )
        lobby.close()
        assert board["counter"]["person"] == ("10023" if shown else None)
        assert "李敏" not in str(board)


def test_the_command_line_knows_whose_account_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    registered: Lobby,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for number, code in (("10023", 0), ("4711", 2)):
        monkeypatch.setattr("sys.stdin.readline", lambda: PASSWORD)
        args = [
            "account",
            "create",
            "--name",
            f"li{number}",
            "--role",
            "teller",
            "--staff-number",
            number,
        ]
        assert main([*args, "--data", str(tmp_path)]) == code
    assert registered.access.account("li10023").staff_number == "10023"
    assert "there is no person '4711'" in capsys.readouterr().err
