"""The page of opening and closing the day: what works, what is left, and who may see it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from conftest import Desk
from flask.testing import FlaskClient

from app import Lobby
from lobby.commands import slip as slips
from lobby.errors import Conflict, NotFound
from lobby.state.printer import PrinterStatus


def signed_in(lobby: Lobby, role: str) -> FlaskClient:
    lobby.access.create_account("li", "a long word of mine", role)
    client = lobby.app.test_client()
    with client.session_transaction() as cookie:
        cookie["id"] = lobby.access.open_session("li", "127.0.0.1")
    return client


def wrong(client: FlaskClient) -> set[str]:
    """The things to look at that are not as they should be."""
    page = client.get("/desk/day?lang=en").text
    return set(re.findall(r'data-check="([^"]+)" class="bad"', page))


def test_the_page_tells_what_is_not_ready_and_what_is_left(lobby: Lobby) -> None:
    client = signed_in(lobby, "manager")
    desk = Desk(lobby.runtime)
    assert {"staff", "board-main"} <= wrong(client)
    assert not {"clock", "numbers", "waiting", "counters"} & wrong(client)
    waiting = desk.issue("cash")["number"]
    desk.open_counter(counter="1")
    assert {"waiting", "counters", "slips"} <= wrong(client)
    assert "staff" not in wrong(client)
    assert waiting in client.get("/desk/day").text
    desk.close_day()
    assert "numbers" in wrong(client)


def test_tellers_do_not_open_the_day(lobby: Lobby) -> None:
    assert signed_in(lobby, "teller").get("/desk/day").status_code == 403


# -- test print, test call, test picture -----------------------------------------------------------------
def came_of(client: FlaskClient, test: str, device: str) -> str:
    """What the page says of the test."""
    page = client.get("/desk/day?lang=en").text
    found = re.search(
        rf'data-test="{test}" data-device="{device}">(.*?)</div>', page, flags=re.DOTALL
    )
    assert found, f"no {test} at {device}"
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split())


def test_what_was_tried_stands_in_the_checklist_with_its_time_and_who(lobby: Lobby) -> None:
    client = signed_in(lobby, "manager")
    desk = Desk(lobby.runtime)
    assert came_of(client, "call", "main") == "Test call"
    desk.test_device(test="call", device="main", screens=1)
    assert re.search(r"\d\d:\d\d test: sent to the screen", came_of(client, "call", "main"))
    assert "Is the call heard" in came_of(client, "call", "main")
    desk.answer_test(test="call", device="main", well=False)
    assert "test: not heard" in came_of(client, "call", "main")
    assert "loudspeaker" in came_of(client, "call", "main")
    desk.answer_test(test="call", device="main", well=True)
    assert came_of(client, "call", "main").endswith("test: heard")


def test_a_failed_test_makes_its_device_one_to_look_at(lobby: Lobby) -> None:
    client = signed_in(lobby, "manager")
    desk = Desk(lobby.runtime)
    printer = lobby.runtime.branch.printers[0].id
    assert f"printer-{printer}" not in wrong(client)
    desk.test_device(test="print", device=printer, screens=0)
    assert f"printer-{printer}" not in wrong(client), "nobody knows yet"
    assert "not answered yet" in came_of(client, "print", printer)
    desk.answer_test(test="print", device=printer, well=False)
    assert f"printer-{printer}" in wrong(client)
    lobby.runtime.writer.do("printer", slips.tested, printer=printer, status=PrinterStatus.OK)
    assert "no slip came out" in came_of(client, "print", printer), "somebody saw it"


def test_silence_is_no_health(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(lobby, "manager")
    printer = lobby.runtime.branch.printers[0].id
    Desk(lobby.runtime).test_device(test="print", device=printer, screens=0)
    later = lobby.runtime.clock() + timedelta(seconds=20)
    monkeypatch.setattr(type(lobby.runtime.clock), "__call__", lambda _: later)
    assert "the printer is silent" in came_of(client, "print", printer)
    assert "power, cable, cover" in came_of(client, "print", printer)
    assert f"printer-{printer}" in wrong(client)


def test_a_screen_that_nobody_sees_is_not_tested(lobby: Lobby) -> None:
    desk = Desk(lobby.runtime)
    with pytest.raises(Conflict, match="switch on the screen"):
        desk.test_device(test="picture", device="main", screens=0)
    with pytest.raises(NotFound):
        desk.test_device(test="picture", device="none", screens=1)
    with pytest.raises(Conflict, match="not been tested"):
        desk.answer_test(test="picture", device="main", well=True)


def test_a_test_is_in_no_figure(lobby: Lobby) -> None:
    desk = Desk(lobby.runtime)
    desk.issue("cash")
    for test, device in (("call", "main"), ("picture", "main")):
        desk.test_device(test=test, device=device, screens=1)
        desk.answer_test(test=test, device=device, well=True)
    with lobby.runtime.writer.published() as state:
        assert not state.calls
        assert len(state.tickets) == len(state.slips) == 1


def test_who_has_no_register_of_staff_is_not_told_to_sign_on(lobby: Lobby) -> None:
    client = signed_in(lobby, "manager")
    assert not lobby.runtime.branch.staff.people
    page = client.get("/desk/day?lang=en").text
    assert "Tellers open their counters at their consoles" in page
    assert "sign on" not in page
