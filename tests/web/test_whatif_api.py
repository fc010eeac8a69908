"""What if, asked of the day that still goes on: an answer is of the minute in which it was asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any

import pytest

import staff.plan.api
from app import Lobby
from web.ahead import Told, Work

FIGURES = {"tickets": 7, "was": None, "again": None, "then": None}


class Played:
    """Plays the process that looks ahead: it is slow, and answers when the test says so."""

    def __init__(self) -> None:
        self.told: Told | None = None
        self.asked: list[tuple[str, Hashable, datetime]] = []

    def ask(
        self,
        question: str,
        _lane: str,
        key: Hashable,
        at: datetime,
        _work: Callable[[], Work],
        asker: str,
    ) -> Told | None:
        assert asker, "each person has a share"
        self.asked.append((question, key, at))
        return self.told

    def answer(self, nth: int) -> None:
        _, key, at = self.asked[nth]
        self.told = Told(key, at, FIGURES)


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Played:
    found = Played()
    monkeypatch.setattr(staff.plan.api, "ahead", lambda: found)
    return found


@pytest.fixture
def get(lobby: Lobby) -> Callable[..., Any]:
    browser = lobby.app.test_client()
    page = browser.get("/signin").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    form = {"name": "manager", "password": "lobby-demo", "csrf_token": token}
    assert browser.post("/signin", data=form).status_code < 400
    day = lobby.runtime.branch.day_of(lobby.runtime.clock()).isoformat()
    return lambda **more: browser.get("/api/v1/whatif", query_string={"day": day, **more}).json


def later(lobby: Lobby, monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    now = lobby.runtime.clock() + timedelta(**by)
    monkeypatch.setattr(lobby.runtime, "clock", lambda: now)


def test_an_earlier_answer_is_not_told_as_the_present_one(
    lobby: Lobby, played: Played, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    get()
    played.answer(0)
    later(lobby, monkeypatch, minutes=10)
    again = get()
    assert (again["ready"], again.get("tickets")) == (False, None)


def test_who_asks_again_gets_the_answer_however_long_the_day_is_played(
    lobby: Lobby, played: Played, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get()
    for _ in range(3):
        later(lobby, monkeypatch, seconds=50)
        assert not get(since=first["at"])["ready"]
    assert len({(question, key) for question, key, _ in played.asked}) == 1
    played.answer(0)
    found = get(since=first["at"])
    assert (found["ready"], found["at"], found["tickets"]) == (True, first["at"], 7)


def test_a_later_answer_that_somebody_else_asked_for_is_good_too(
    lobby: Lobby, played: Played, get: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get()
    later(lobby, monkeypatch, minutes=2)
    get()
    played.answer(1)
    assert get(since=first["at"])["ready"]


def test_instants_are_told_in_the_branchs_time(
    lobby: Lobby, played: Played, get: Callable[..., Any]
) -> None:
    """The pages show the hour as it stands there."""
    first = get()
    played.answer(0)
    offset = lobby.runtime.clock().astimezone(lobby.runtime.branch.zone).isoformat()[-6:]
    assert offset == "+08:00"
    assert [first["at"][-6:], get(since=first["at"])["at"][-6:]] == [offset, offset]
