"""What a busy branch shows is what the API's document says, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG
from pydantic import ValidationError

from app import Lobby
from demo.clock import FastClock
from demo.crowd import Crowd, opening
from display.board.state import BoardView, board_state
from lobby.branch.config import read_branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.views.base import Waits
from lobby.views.day import TodayView
from lobby.views.fields import for_customer
from lobby.views.hall import HallView
from lobby.views.service import ServiceView
from lobby.views.shapes import list_shape, shape
from lobby.views.ticket import CustomerTicketView, TicketView

BRANCH = read_branch(CONFIG)


def views(runtime: BranchRuntime) -> Iterator[tuple[type, Any]]:
    """Everything that is shown now, each with its shape."""
    now = runtime.clock()
    of = runtime.views
    with runtime.writer.published() as state:
        yield HallView, of.hall(state, now)
        yield TodayView, of.today(state)
        yield from ((ServiceView, service) for service in of.services(state, now))
        yield from ((TicketView, of.ticket(state, ticket)) for ticket in state.tickets.values())
        yield from (
            (CustomerTicketView, for_customer(of.ticket(state, t))) for t in state.tickets.values()
        )
        yield from ((BoardView, board_state(state, of, board, now)) for board in BRANCH.boards)
        yield from ((Waits, of.area_wait(state, area.id, now)) for area in BRANCH.areas)


def test_all_that_a_busy_branch_shows_has_its_shape(tmp_path: Path) -> None:
    clock = FastClock(opening(BRANCH, datetime(2026, 3, 2, 4, tzinfo=UTC)), 1, real=lambda: 0.0)
    runtime = open_branch(BRANCH, tmp_path, "http://x", clock, pumped=True)
    runtime.writer.notify = runtime.writer.pump
    with closing(runtime):
        crowd = Crowd(runtime, clock)
        seen: set[str] = set()
        for _ in range(6):
            crowd.live_until(clock() + timedelta(minutes=25))
            runtime.writer.do("watch", runtime.alert_monitor.look)
            for kind, view in views(runtime):
                shape(kind).model_validate(view)
            with runtime.writer.published() as state:
                hall = runtime.views.hall(state, clock())
            seen |= {part for part, value in hall.items() if value}
    assert seen >= {"tickets", "alerts", "appointments", "missed", "forecast"}


def test_a_field_that_no_shape_has_is_seen(lobby: Lobby) -> None:
    with lobby.runtime.writer.published() as state:
        today = lobby.runtime.views.today(state)
    shape(TodayView).model_validate(today)
    with pytest.raises(ValidationError):
        shape(TodayView).model_validate({**today, "tomorrow": 1})
    with pytest.raises(ValidationError):
        list_shape(TodayView).model_validate([{}])


def test_the_document_has_the_shapes_of_the_views(lobby: Lobby) -> None:
    schemas = lobby.app.api_doc["components"]["schemas"]
    for view in (HallView, TicketView, TodayView, BoardView):
        name = view.__name__.removesuffix("View") + "Out"
        assert set(schemas[name]["properties"]) == set(shape(view).model_fields), name
    assert "tier" not in schemas["TicketOut"]["required"]
    assert schemas["TicketOut"]["properties"]["tier"]["description"] == "to staff only"
