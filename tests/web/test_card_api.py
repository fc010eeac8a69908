"""Who may hand in a feedback card, and how: forged, altered, replayed and expired links, staff's hands, a flood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import MORNING, Clock
from flask.testing import FlaskClient

from app import Lobby, open_lobby
from lobby.branch.model import Branch

CARD = {"score": 2, "reasons": ["waiting"]}


class Scene:
    """A branch in this process, with a customer's hands and the hands of staff."""

    def __init__(self, lobby: Lobby, clock: Clock) -> None:
        self.lobby = lobby
        self.clock = clock
        self.customer: FlaskClient = lobby.app.test_client()
        self.staff = {
            role: {"Authorization": f"Bearer {lobby.access.create_token(role)}"}
            for role in ("teller", "manager", "admin", "head", "office", "inspector")
        }

    def manage(self, path: str, **body: Any) -> Any:
        answer = self.customer.post(f"/api/v1{path}", json=body, headers=self.staff["manager"])
        assert answer.status_code < 300, answer.text
        return answer.json

    def ticket(self) -> Any:
        return self.customer.post("/api/v1/tickets", json={"service": "cash"}).json

    def token(self, ticket: Any) -> str:
        return str(ticket["links"]["feedback"].rpartition("/")[2])

    def served(self, *, finished: bool = True) -> str:
        """The token of one who was just served at counter 1."""
        ticket = self.ticket()
        self.manage("/counters/1/open")
        self.manage("/counters/1/call", ticket=ticket["id"])
        self.manage("/counters/1/start")
        if finished:
            self.manage("/counters/1/finish")
        return self.token(ticket)

    def give(self, token: str, **headers: str) -> Any:
        return self.customer.post(f"/api/v1/feedback/{token}", json=CARD, headers=headers)


@pytest.fixture
def scene(branch: Branch, tmp_path: Path) -> Iterator[Scene]:
    clock = Clock()
    lobby = open_lobby(branch, tmp_path, "http://lobby.test", loopback=True, demo=True, clock=clock)
    lobby.runtime.writer.notify = lobby.runtime.writer.pump
    yield Scene(lobby, clock)
    lobby.close()


def test_a_link_is_good_once(scene: Scene) -> None:
    token = scene.served()
    assert scene.give(token).status_code == 201
    assert scene.give(token).status_code == 409


def test_an_altered_link_is_no_link(scene: Scene) -> None:
    token = scene.served()
    for n in range(len(token)):
        other = "A" if token[n] != "A" else "B"
        altered = token[:n] + other + token[n + 1 :]
        assert scene.give(altered).status_code == 404
    assert scene.give(token[:-1]).status_code == 404
    assert scene.give(f"{token}A").status_code == 404
    assert scene.give(token).status_code == 201


def test_a_link_ends_with_its_days(scene: Scene) -> None:
    token = scene.served()
    scene.clock.forward(days=scene.lobby.runtime.branch.rules.feedback_days + 1)
    assert scene.give(token).status_code == 404


def test_no_staff_hands_in_a_card(scene: Scene) -> None:
    token = scene.served()
    for role, headers in scene.staff.items():
        refused = scene.give(token, **headers)
        assert (refused.status_code, refused.json["code"]) == (403, "card_of_customer"), role
        tablet = scene.customer.get("/api/v1/counters/1/card", headers=headers)
        assert tablet.status_code == 403, role
        assert scene.customer.get("/card/1", headers=headers).status_code == 403, role
    assert scene.give(token).status_code == 201


def test_the_tablet_at_the_counter_shows_the_card_for_a_minute(scene: Scene) -> None:
    def shown() -> Any:
        answer = scene.customer.get("/api/v1/counters/1/card")
        return answer.json if answer.status_code == 200 else None

    assert shown() is None
    scene.served(finished=False)
    assert shown() is None
    scene.manage("/counters/1/finish")
    card = shown()
    assert datetime.fromisoformat(card["until"]) == MORNING + timedelta(seconds=60)
    scene.clock.forward(seconds=59)
    assert shown()["left_s"] == 1
    scene.clock.forward(seconds=1)
    assert shown() is None
    token = scene.served()
    assert shown()["token"] == token
    assert scene.give(token).status_code == 201
    assert shown() is None


def test_the_reasons_fit_the_score(scene: Scene) -> None:
    token = scene.served()
    both = {"score": 5, "reasons": ["waiting", "prompt", "clear"]}
    assert scene.customer.post(f"/api/v1/feedback/{token}", json=both).status_code == 201
    with scene.lobby.runtime.writer.published() as state:
        (given,) = state.feedback.values()
    assert given.reasons == ("prompt", "clear")


def test_a_thousand_answers_of_one_link_hurt_nobody_else(scene: Scene) -> None:
    mine = scene.served()
    other = scene.served()
    statuses = [scene.give(mine).status_code for _ in range(1000)]
    assert statuses[0] == 201
    assert statuses.count(409) < 20
    assert statuses[-1] == 429
    assert scene.give(other).status_code == 201


def test_many_true_links_of_one_address_are_taken(scene: Scene) -> None:
    """Behind one address of a telephone network stand many: only forged links are counted by address."""
    tokens = [scene.served() for _ in range(40)]
    assert {scene.give(token).status_code for token in tokens} == {201}


def test_who_holds_no_link_says_no_word(scene: Scene) -> None:
    ticket = scene.ticket()
    url = f"/api/v1/tickets/{ticket['id']}/opinion"
    token = ticket["links"]["status"].rpartition("/")[2]
    assert scene.customer.post(url, json={"text": "?"}).status_code == 404
    forged = scene.customer.post(f"{url}?token=forged", json={"text": "?"})
    assert forged.status_code == 404
    assert scene.customer.post(f"{url}?token={token}", json={"text": "?"}).status_code == 201
