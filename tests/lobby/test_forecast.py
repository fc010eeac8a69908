"""The live forecast: nothing where a counter is free, more with more people, honest in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from random import Random

import pytest
from conftest import Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.hours import Hours, Span
from lobby.branch.model import Branch
from lobby.engine.runtime import open_branch
from lobby.events.wait import Wait
from lobby.forecast.calibration import Calibration
from lobby.forecast.played import HORIZON_S, Played
from lobby.forecast.words import rounded_min, wait_words


def test_nobody_ahead_of_a_free_counter_waits_but_for_the_teller(desk: Desk, clock: Clock) -> None:
    desk.open_counter(counter="1")
    first = desk.issue()
    assert (first["wait_p50_s"], first["wait_lo_s"]) == (0, 0)
    assert first["wait_p90_s"] <= 60
    assert first["wait_words"]["en"] == "no waiting"
    for _ in range(40):
        desk.next(counter="1"), desk.start(counter="1"), desk.finish(counter="1")
        desk.issue()
        clock.forward(seconds=25)
    desk.next(counter="1"), desk.start(counter="1"), desk.finish(counter="1")
    assert 20 <= desk.issue()["wait_p90_s"] <= 40  # this branch's tellers take 25 s


def test_the_wait_grows_with_the_line_and_shrinks_with_counters(desk: Desk) -> None:
    desk.open_counter(counter="1")
    waits = [desk.issue()["wait_p50_s"] for _ in range(6)]
    assert waits == sorted(waits)
    last = desk.issue()
    desk.open_counter(counter="2"), desk.open_counter(counter="3")
    assert desk.ticket(last["id"])["wait_p50_s"] < last["wait_p50_s"]


def test_measured_service_times_teach_the_estimate(desk: Desk, clock: Clock) -> None:
    desk.open_counter(counter="1")
    for _ in range(20):
        desk.issue()
        desk.next(counter="1"), desk.start(counter="1")
        clock.forward(seconds=60)
        desk.finish(counter="1")
    desk.issue(), desk.next(counter="1")
    assert desk.issue()["wait_p50_s"] < 150  # the configuration says 300 s a customer


def test_the_slip_and_the_phone_agree_on_who_is_ahead(desk: Desk) -> None:
    desk.issue(), desk.issue()
    third = desk.issue()
    assert third["ahead"] == 2
    desk.open_counter(counter="1"), desk.next(counter="1")
    assert desk.ticket(third["id"])["ahead"] == 1


def test_while_no_counter_is_open_no_figure_is_told(desk: Desk) -> None:
    told = desk.issue()
    assert told["wait_said"] == {"kind": "unknown", "lo": 0, "hi": 0}
    assert "min" not in told["wait_words"]["en"]
    with desk.runtime.writer.published() as state:
        area = desk.runtime.views.area_wait(state, told["area"], state.at)
    assert area["wait_said"]["kind"] == "unknown"
    desk.open_counter(counter="1")
    assert desk.ticket(told["id"])["wait_said"]["kind"] != "unknown"


def test_a_counter_that_pauses_comes_back(desk: Desk) -> None:
    desk.open_counter(counter="1")
    desk.pause_counter(counter="1")
    assert desk.issue()["wait_said"]["hi"] > 5


def test_a_counter_that_opens_by_its_hours_is_counted_on(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """The second counter is back after lunch, in ten minutes: the line is shorter than it looks."""
    back = (clock() + timedelta(minutes=10)).astimezone(branch.zone).time()
    hours = Hours(weekdays=(Span(back, time(23)),))
    counters = [replace(c, hours=hours) if c.id == "2" else c for c in branch.counters]
    planned = replace(branch, counters=tuple(counters))
    alone_s = played_s(branch, tmp_path / "alone", clock)
    assert played_s(planned, tmp_path / "planned", clock) < 0.75 * alone_s


def lunch_of(branch: Branch, clock: Clock) -> Branch:
    """The branch in its lunch, which ends in ten minutes."""
    back = (clock() + timedelta(minutes=10)).astimezone(branch.zone).time()
    return replace(branch, hours=Hours(weekdays=(Span(time(1), time(2)), Span(back, time(23)))))


def test_of_closed_counters_only_those_known_to_be_staffed_are_counted_on_after_lunch(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    lunch = lunch_of(branch, clock)
    alone_s = played_s(branch, tmp_path / "alone", clock)
    assert played_s(lunch, tmp_path / "unstaffed", clock) == alone_s
    assert played_s(lunch, tmp_path / "staffed", clock, was_open="2") < 0.75 * alone_s


def test_a_lent_counter_is_counted_on_until_it_is_at_home(desk: Desk, clock: Clock) -> None:
    """Alone it serves the hall for half an hour, and its own area from then on."""
    desk.open_counter(counter="5")
    desk.lend_counter(counter="5", area="hall", minutes=30)
    for _ in range(10):
        desk.issue()
    with desk.runtime.writer.published() as state:
        played = Played(state, clock(), lambda _: 300.0, lambda _: 1.0)
        called = [
            played.call_s({"5"}, ((state.due(t) - clock()).total_seconds(), t.order), "hall")
            for t in state.waiting()
        ]
    assert called == [0, 300, 600, 900, 1200, 1500, *[HORIZON_S] * 4]


def played_s(branch: Branch, data: Path, clock: Clock, was_open: str | None = None) -> float:
    """When the last of ten is called, with one counter open; seconds."""
    runtime = open_branch(branch, data, "http://lobby.test", clock)
    desk = Desk(runtime)
    if was_open:
        desk.open_counter(counter=was_open), desk.close_counter(counter=was_open)
    desk.open_day(reason="午休不停办"), desk.open_counter(counter="1")
    last = [desk.issue()["id"] for _ in range(10)][-1]
    with runtime.writer.published() as state:
        ticket = state.tickets[last]
        played = Played(state, clock(), lambda _: 300.0, lambda _: 1.0)
        due = float(ticket.target_wait_s), ticket.order
        called_s = played.call_s({"1", "2"}, due)
    runtime.close()
    return called_s


def test_a_longer_service_at_the_counter_is_nearer_its_end(desk: Desk, clock: Clock) -> None:
    desk.open_counter(counter="1")
    desk.issue(), desk.next(counter="1"), desk.start(counter="1")
    early = desk.issue()["wait_p50_s"]
    clock.forward(seconds=200)
    late = desk.issue()["wait_p50_s"]
    assert late < early + 300  # one more is ahead, of 300 s


@given(st.lists(st.tuples(st.floats(1, 9), st.floats(0, 9000)), max_size=60))
def test_the_quantiles_are_in_order_whatever_was_learned(past: list[tuple[float, float]]) -> None:
    calibration = Calibration(2)
    for feature, waited_s in past:
        told = calibration.cut("standard", "hall", (1.0, feature))
        calibration.learn("standard", "hall", told, waited_s)
    wait = calibration.cut("standard", "hall", (1.0, 6.0))
    assert 0 <= wait.lo_s <= wait.p50_s <= wait.p90_s
    assert wait.p50_s <= wait.hi_s
    lo, hi = wait.told_min
    assert hi == 0 or lo < hi


def test_a_cold_start_is_wide() -> None:
    wait = Calibration(2).cut("standard", "hall", (1.0, 6.4))
    assert wait.hi_s > 4 * wait.p50_s > 16 * wait.lo_s


@given(st.floats(0, 20000), st.floats(0, 20000))
def test_a_range_is_rounded_outwards(a: float, b: float) -> None:
    lo_s, hi_s = sorted((a, b))
    lo, hi = rounded_min(lo_s, hi_s)
    assert lo * 60 <= lo_s
    assert hi in {0, 240} or hi * 60 >= hi_s
    assert hi == 0 or lo < hi


BY_CHANCE = 8
"""An end that is told a few dozen times only can be missed so often more than its share: three standard deviations of
50 tellings."""


@given(st.floats(3, 8), st.floats(0.05, 1.5), st.integers())
def test_what_is_told_holds_after_it_is_rounded(middle: float, spread: float, seed: int) -> None:
    """However waits are spread, the told ends are missed no more often than they are to be."""
    random = Random(seed)
    calibration = Calibration(2)
    missed = [0, 0]
    ends = [0, 0]
    for n in range(1200):
        waited_s = random.lognormvariate(middle, spread)
        told = calibration.cut("standard", "hall", (1.0, 6.0))
        lo, hi = told.told_min
        if n > 400 and lo:
            ends[0] += 1
            missed[0] += waited_s < 60 * lo
        if n > 400 and hi:
            ends[1] += 1
            missed[1] += waited_s > 60 * hi
        calibration.learn("standard", "hall", told, waited_s)
    assert missed[0] < 0.13 * ends[0] + BY_CHANCE
    assert missed[1] < 0.12 * ends[1] + BY_CHANCE


def test_a_journal_that_does_not_keep_what_was_told() -> None:
    assert Wait(600, 1100, 300, 1500).told_min == (10, 20)
    assert Wait(20, 50, 0, 60).told_min == (0, 1)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ((0, 5), "within 5 min"),
        ((10, 25), "about 10–25 min"),
        ((60, 0), "more than 60 min"),
        ((0, 1), "very soon"),
    ],
)
def test_the_words_of_a_range(told: tuple[int, int], words: str) -> None:
    assert wait_words(Wait(1, 2, 0, 3, (1.0,), told), "en") == words
