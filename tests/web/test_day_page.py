"""The page of opening and closing the day: what works, what is left, and who may see it."""

from __future__ import annotations

import re

from conftest import Desk
from flask.testing import FlaskClient

from app import Lobby


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
