"""What boards show and say."""

from __future__ import annotations

import json
import wave
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk

from display.board import board_state, say_en, say_zh
from display.voice import Clips
from lobby.house import House


def shown(house: House, board: str, clock: Clock) -> dict[str, Any]:
    with house.writer.published() as floor:
        return board_state(floor, house.views, house.branch.board[board], clock())


def test_a_call_shows_on_the_boards_of_its_area_only(desk: Desk, house: House, clock: Clock) -> None:
    desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1")
    assert [call["number"] for call in shown(house, "main", clock)["calls"]] == ["A001"]
    assert shown(house, "priority", clock)["calls"] == []


def test_a_helping_counters_call_shows_where_the_customer_waits(desk: Desk, house: House, clock: Clock) -> None:
    desk.issue("cash")
    desk.open_counter(counter="6"), desk.next(counter="6")  # of the priority area, helps the hall
    assert shown(house, "main", clock)["calls"][0]["counter"] == "6"


def test_the_newest_call_is_on_top_and_a_served_customer_is_gone(desk: Desk, house: House, clock: Clock) -> None:
    desk.issue(), desk.issue()
    for counter in ("1", "2"):
        desk.open_counter(counter=counter), desk.next(counter=counter)
        clock.forward(minutes=1)
    assert [call["number"] for call in shown(house, "main", clock)["calls"]] == ["A002", "A001"]
    desk.start(counter="2"), desk.finish(counter="2")
    assert [call["number"] for call in shown(house, "main", clock)["calls"]] == ["A001"]


def test_areas_show_who_waits_and_who_is_next(desk: Desk, house: House, clock: Clock) -> None:
    for _ in range(8):
        desk.issue()
    hall = shown(house, "main", clock)["areas"][0]
    assert (hall["waiting"], hall["open_counters"]) == (8, 0)
    assert hall["next"] == [f"A00{n}" for n in range(1, 7)]


def test_a_counters_own_display_shows_that_counter(desk: Desk, house: House, clock: Clock) -> None:
    desk.issue(), desk.issue()
    assert shown(house, "counter-1", clock)["counter"]["state"] == "closed"
    for counter in ("2", "1"):
        desk.open_counter(counter=counter), desk.next(counter=counter)
    assert [call["number"] for call in shown(house, "counter-1", clock)["calls"]] == ["A002"]


def test_no_board_tells_a_customers_tier(desk: Desk, house: House, clock: Clock) -> None:
    desk.issue(tier="private")
    desk.open_counter(counter="5"), desk.next(counter="5")
    said = json.dumps(shown(house, "priority", clock))
    assert not any(f'"{tier}"' in said for tier in ("standard", "gold", "wealth", "private"))


def test_numbers_are_spoken_digit_by_digit() -> None:
    assert say_zh("A012", "1 号柜台") == "请 A 零 一 二 号,到 1 号柜台"
    assert say_en("A012", "Counter 1") == "Ticket A 0 1 2, please go to Counter 1"


@pytest.mark.parametrize(("lang", "text"), [("zh", say_zh("A001", "1 号柜台")), ("en", say_en("A001", "Counter 1"))])
def test_a_clip_is_real_speech(tmp_path: Path, lang: str, text: str) -> None:
    clip = Clips(tmp_path).path(lang, "A001-1", text)
    with wave.open(str(clip)) as sound:
        frames = sound.readframes(sound.getnframes())
        assert 1 < sound.getnframes() / sound.getframerate() < 12
    assert max(frames) > 0


def test_the_banks_own_recording_goes_first(tmp_path: Path) -> None:
    own = tmp_path / "clips" / "zh" / "A001-1.wav"
    own.parent.mkdir(parents=True)
    own.write_bytes(b"RIFF")
    assert Clips(tmp_path).path("zh", "A001-1", "x") == own
