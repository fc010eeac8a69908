"""The live forecast: nothing where a counter is free, more with more people, honest in words."""

from __future__ import annotations

from conftest import Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.forecast.calibration import Calibration
from lobby.forecast.words import rounded_min, wait_words


def test_nobody_ahead_of_a_free_counter_waits_but_for_the_teller(desk: Desk, clock: Clock) -> None:
    desk.open_counter(counter="1")
    first = desk.issue()
    assert (first["wait_p50_s"], first["wait_lo_s"]) == (0, 0)
    assert first["wait_p90_s"] <= 60
    assert first["wait_words"]["en"] == "very soon"
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


@given(st.lists(st.tuples(st.floats(1, 9), st.floats(0, 9000)), max_size=60))
def test_the_quantiles_are_in_order_whatever_was_learned(past: list[tuple[float, float]]) -> None:
    calibration = Calibration(2)
    for feature, waited_s in past:
        calibration.learn(
            "standard", calibration.cut("standard", (1.0, feature), feature), waited_s
        )
    wait = calibration.cut("standard", (1.0, 6.0), 2.0)
    assert 0 <= wait.lo_s <= wait.p50_s <= wait.p90_s
    assert wait.p50_s <= wait.hi_s


def test_a_cold_start_is_wide() -> None:
    wait = Calibration(2).cut("standard", (1.0, 6.4), 2.0)
    assert wait.hi_s > 4 * wait.p50_s > 16 * wait.lo_s


@given(st.integers(0, 12000), st.integers(0, 12000))
def test_words_never_promise_less_than_the_bound(a: int, b: int) -> None:
    p50, p90 = sorted((a, b))
    lo, hi = rounded_min(p50, p90)
    assert lo * 60 <= p50
    assert hi == 0 or hi * 60 >= p90
    assert wait_words(p50, p90, "zh")
    assert wait_words(p50, p90, "en")
