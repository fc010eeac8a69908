"""What boards show and say."""

from __future__ import annotations

import dataclasses
import json
from datetime import time, timedelta
from typing import Any

import pytest
from conftest import MORNING, Clock, Desk

from display.board.news import announcements
from display.board.state import board_state
from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.rules import Volume
from lobby.engine.runtime import BranchRuntime


def shown(runtime: BranchRuntime, board: str, clock: Clock) -> dict[str, Any]:
    with runtime.writer.published() as state:
        return board_state(state, runtime.views, runtime.branch.board[board], clock())


def test_a_call_shows_on_the_boards_of_its_area_only(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1")
    assert [call["number"] for call in shown(runtime, "main", clock)["calls"]] == ["A001"]
    assert shown(runtime, "priority", clock)["calls"] == []


def test_a_test_goes_to_the_board_that_is_tried_and_is_no_call(
    desk: Desk, runtime: BranchRuntime
) -> None:
    news: list[ev.Recorded] = []
    runtime.writer.subscribe(news.extend)
    desk.test_device(test="call", device="priority", screens=1)
    desk.test_device(test="print", device=runtime.branch.printers[0].id, screens=0)
    with runtime.writer.published() as state:
        assert [(m[0], m[2]) for m in announcements(state, news)] == [("test", "priority")]
        assert not state.calls


def test_a_helping_counters_call_shows_where_the_customer_waits(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    desk.issue("cash")
    desk.open_counter(counter="6"), desk.next(counter="6")  # of the priority area, helps the hall
    assert shown(runtime, "main", clock)["calls"][0]["counter"] == "6"


def test_the_newest_call_is_on_top_and_a_served_customer_is_gone(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    desk.issue(), desk.issue()
    for counter in ("1", "2"):
        desk.open_counter(counter=counter), desk.next(counter=counter)
        clock.forward(minutes=1)
    assert [call["number"] for call in shown(runtime, "main", clock)["calls"]] == ["A002", "A001"]
    desk.start(counter="2"), desk.finish(counter="2")
    assert [call["number"] for call in shown(runtime, "main", clock)["calls"]] == ["A001"]


def test_a_recall_is_a_call_again_and_on_top(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    desk.issue(), desk.issue()
    for counter in ("1", "2"):
        desk.open_counter(counter=counter), desk.next(counter=counter)
        clock.forward(minutes=1)
    before = shown(runtime, "main", clock)["calls"]
    desk.recall(counter="1")
    after = shown(runtime, "main", clock)["calls"]
    assert [(call["number"], call["recall"]) for call in after] == [("A001", True), ("A002", False)]
    assert after[0]["seq"] > before[0]["seq"]
    assert after[0]["at"] > before[0]["at"]


def test_only_who_is_still_expected_can_be_announced_again(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    desk.issue(), desk.open_counter(counter="1"), desk.next(counter="1")
    assert "say" in shown(runtime, "main", clock)["calls"][0]
    desk.start(counter="1")
    assert "say" not in shown(runtime, "main", clock)["calls"][0]


def test_how_a_board_is_laid_out(runtime: BranchRuntime, clock: Clock) -> None:
    layouts = {
        board.id: shown(runtime, board.id, clock)["layout"] for board in runtime.branch.boards
    }
    assert layouts == {
        "main": "main",
        "priority": "area",
        "counter-1": "counter",
        "upright": "area",
    }


@pytest.mark.parametrize(
    ("hour", "level"), [(7, 100), (8, 80), (12, 40), (14, 80), (18, 100), (22, 0), (2, 0), (6, 100)]
)
def test_the_boards_are_as_loud_as_the_hour_says(branch: Branch, hour: int, level: int) -> None:
    spans = ((12, 14, 40), (8, 18, 80), (22, 6, 0))
    volume = tuple(Volume(time(since), time(to), level) for since, to, level in spans)
    at = MORNING + timedelta(hours=hour - 9)
    assert dataclasses.replace(branch, volume=volume).volume_at(at) == level


def test_the_volume_stands_in_the_state(runtime: BranchRuntime, clock: Clock) -> None:
    assert shown(runtime, "main", clock)["volume"] == 100
    clock.forward(hours=3.5)
    assert shown(runtime, "main", clock)["volume"] == 70


def test_areas_show_who_waits_and_who_is_next(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    for _ in range(8):
        desk.issue()
    hall = shown(runtime, "main", clock)["areas"][0]
    assert (hall["waiting"], hall["open_counters"]) == (8, 0)
    assert hall["next"] == [f"A00{n}" for n in range(1, 7)]


def test_a_counters_own_display_shows_that_counter(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    desk.issue(), desk.issue()
    assert shown(runtime, "counter-1", clock)["counter"]["state"] == "closed"
    for counter in ("2", "1"):
        desk.open_counter(counter=counter), desk.next(counter=counter)
    assert [call["number"] for call in shown(runtime, "counter-1", clock)["calls"]] == ["A002"]


def test_no_board_tells_a_customers_tier(desk: Desk, runtime: BranchRuntime, clock: Clock) -> None:
    desk.issue(tier="private")
    desk.open_counter(counter="5"), desk.next(counter="5")
    said = json.dumps(shown(runtime, "priority", clock))
    assert not any(f'"{tier}"' in said for tier in ("standard", "gold", "wealth", "private"))


@pytest.mark.parametrize(("lang", "spoken"), [("zh", ["zh"]), ("en", ["en", "zh"])])
def test_a_call_is_said_in_its_customers_language(
    desk: Desk, runtime: BranchRuntime, clock: Clock, lang: str, spoken: list[str]
) -> None:
    desk.issue(lang=lang), desk.open_counter(counter="1"), desk.next(counter="1")
    call = shown(runtime, "main", clock)["calls"][0]
    assert call["spoken"] == spoken
    assert set(spoken) <= set(call["say"]) & set(call["audio"])
