"""A board is computed anew for what it shows, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG
from flask.testing import FlaskClient

import display.feed
from app import Lobby
from demo.clock import FastClock
from demo.crowd import Crowd, opening
from display.board.state import BOARD_TOPICS, board_state
from lobby import events as ev
from lobby.branch.config import read_branch
from lobby.engine.runtime import BranchRuntime, open_branch

BRANCH = read_branch(CONFIG)


@pytest.fixture
def computed(lobby: Lobby, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The boards that the feed computed, while a client follows `main`."""
    computed: list[str] = []

    def counted(state: Any, views: Any, board: Any, *args: Any) -> Any:
        computed.append(board.id)
        return board_state(state, views, board, *args)

    monkeypatch.setattr(
        lobby.feed,
        "_rooms",
        lambda namespace: {"main": {"a client"}} if namespace == "/board" else {},
    )
    lobby.runtime.writer.subscribe(lobby.feed._take)
    lobby.feed._show()
    monkeypatch.setattr(display.feed, "board_state", counted)
    return computed


def ask_for_help(client: FlaskClient) -> Any:
    return client.post("/api/v1/help", json={}, headers={"Idempotency-Key": "k1"})


def take_a_number(client: FlaskClient) -> Any:
    return client.post(
        "/api/v1/tickets", json={"service": "cash"}, headers={"Idempotency-Key": "k2"}
    )


@pytest.mark.parametrize(("act", "boards"), [(ask_for_help, []), (take_a_number, ["main"])])
def test_a_board_is_computed_for_what_it_shows(
    lobby: Lobby, computed: list[str], act: Callable[[FlaskClient], Any], boards: list[str]
) -> None:
    assert act(lobby.app.test_client()).status_code == 201
    lobby.feed._show()
    assert computed == boards


def test_what_is_shown_gets_old(
    lobby: Lobby, computed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much happens that no board shows, waits are shown anew."""
    later_s = lobby.runtime.clock.steady_s() + display.feed.REFRESH_S
    monkeypatch.setattr(lobby.runtime.clock, "steady_s", lambda: later_s)
    ask_for_help(lobby.app.test_client())
    lobby.feed._show()
    assert computed == ["main"]


def test_every_kind_names_its_topics() -> None:
    assert [name for name, kind in ev.KINDS.items() if not kind.TOPICS] == []


@pytest.mark.long
def test_no_event_without_a_boards_topic_changes_a_board(tmp_path: Path) -> None:
    """Through a day of customers, tellers, breaks, cards and appointments, before and after each commit."""
    clock = FastClock(opening(BRANCH, datetime(2026, 3, 2, 4, tzinfo=UTC)), 1000)
    runtime = open_branch(BRANCH, tmp_path, "http://x", clock, pumped=True)
    runtime.writer.notify = runtime.writer.pump
    shown = boards(runtime)
    unseen: list[ev.Recorded] = []

    def compare(records: Any) -> None:
        nonlocal shown
        now = boards(runtime)
        if not any(record.event.TOPICS & BOARD_TOPICS for record in records):
            unseen.extend(records)
            assert now == shown, records
        shown = now

    runtime.writer.subscribe(compare)
    with closing(runtime):
        Crowd(runtime, clock).live_until(clock() + timedelta(hours=2))
        assert not runtime.writer.faults
    assert {type(record.event) for record in unseen} >= {
        ev.HelpRequested,
        ev.FeedbackGiven,
        ev.AppointmentBooked,
    }


def boards(runtime: BranchRuntime) -> list[Any]:
    """What the boards show, but for what changes with time alone."""
    with runtime.writer.published() as state:
        states = [
            board_state(state, runtime.views, board, runtime.clock()) for board in BRANCH.boards
        ]
    return [_lasting(state) for state in states]


def _lasting(state: Any) -> Any:
    areas = [
        {k: v for k, v in area.items() if not k.startswith("wait_")} for area in state["areas"]
    ]
    return {**{k: v for k, v in state.items() if k not in ("seq", "at", "volume")}, "areas": areas}
