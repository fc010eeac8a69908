"""A recorded day played again: as it was, and with one thing otherwise."""

from __future__ import annotations

import math
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from conftest import Clock, Desk, examples
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, Shift
from lobby.engine.runtime import DATABASE, BranchRuntime, open_branch
from lobby.errors import LobbyError
from lobby.simulation.one_more import best_gain, windows_of
from lobby.simulation.recorded import RecordedDay, recorded_day
from lobby.simulation.staffing import staffing
from lobby.simulation.whatif import (
    EXTRA,
    Variation,
    compare,
    outcome,
    play,
    played,
)


@pytest.fixture
def day(desk: Desk, clock: Clock) -> date:
    """One counter, forty customers a minute apart, a service of four minutes each, one who does not come."""
    today = clock.now.date()
    desk.open_counter(counter="1")
    for n in range(40):
        desk.issue("cash", tier="gold" if n % 4 == 0 else "standard")
        clock.forward(minutes=1)
        if n % 4 == 3:
            desk.next(counter="1")
            if n == 39:
                desk.no_show(counter="1")
            else:
                desk.start(counter="1")
                clock.forward(seconds=30)
                desk.finish(counter="1")
    for _ in range(30):
        desk.next(counter="1"), desk.start(counter="1")
        clock.forward(minutes=4)
        desk.finish(counter="1")
    desk.close_counter(counter="1")
    return today


def test_the_day_is_read_as_it_was(runtime: BranchRuntime, day: date) -> None:
    found = recorded_day(runtime.branch, runtime.data / DATABASE, day)
    assert len(found.customers) == 40
    assert sum(not c.comes for c in found.customers) == 1
    assert [s.counter for s in found.shifts] == ["1"]
    assert (
        recorded_day(runtime.branch, runtime.data / DATABASE, day - timedelta(days=1)).customers
        == []
    )


def test_what_was_is_what_the_journal_has(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    """A teller who went away for an hour while a customer waited: no simulation knows that."""
    clock.forward(hours=1)
    desk.issue("cash", tier="private")
    clock.forward(minutes=63)
    desk.open_counter(counter="5"), desk.next(counter="5"), desk.start(counter="5")
    clock.forward(minutes=2)
    desk.finish(counter="5")
    found = compare(runtime.branch, runtime.data / DATABASE, day, Variation("fcfs"))
    assert found
    assert found["was"]["tiers"]["private"]["max_wait_s"] == 63 * 60
    assert found["was"]["tiers"]["standard"]["tickets"] == 30
    assert (
        found["was"]["tiers"]["standard"]["no_show"] + found["was"]["tiers"]["gold"]["no_show"] == 1
    )
    unchanged = play(
        runtime.branch, recorded_day(runtime.branch, runtime.database, day), Variation()
    )
    assert found["again"] == unchanged != found["then"]


def test_who_still_waits_has_waited_until_now(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.issue("cash", tier="private")
    clock.forward(minutes=9)
    desk.issue("cash")
    found = compare(runtime.branch, runtime.database, clock.now.date(), Variation())
    assert found
    assert found["was"]["tiers"]["private"]["max_wait_s"] == 9 * 60


def test_one_more_counter_shortens_the_wait(runtime: BranchRuntime, day: date) -> None:
    found = recorded_day(runtime.branch, runtime.data / DATABASE, day)
    was, then = (play(runtime.branch, found, Variation(counter_like=like)) for like in (None, "1"))
    assert was["tiers"]["standard"]["tickets"] == then["tiers"]["standard"]["tickets"] == 30
    assert then["tiers"]["standard"]["p90_wait_s"] < 0.7 * was["tiers"]["standard"]["p90_wait_s"]


def test_another_policy_and_another_target_show(runtime: BranchRuntime, day: date) -> None:
    found = recorded_day(runtime.branch, runtime.data / DATABASE, day)
    was = play(runtime.branch, found, Variation())
    plain = play(runtime.branch, found, Variation("fcfs"))
    assert plain["overtakes"] == 0 < was["overtakes"]
    patient = play(runtime.branch, found, Variation(targets_s={"standard": 36000}))
    assert (
        patient["tiers"]["standard"]["over_target_share"]
        == 0
        < was["tiers"]["standard"]["over_target_share"]
    )


def test_staffing_comes_from_the_days_before(runtime: BranchRuntime, day: date) -> None:
    tomorrow = staffing(runtime.branch, runtime.data / DATABASE, day + timedelta(days=1))
    assert sum(half.arrivals for half in tomorrow) == pytest.approx(40, abs=0.5)
    assert all(half.counters >= 1 and half.enough for half in tomorrow)
    crowd = staffing(
        replace(runtime.branch, counters=runtime.branch.counters[:1]),
        runtime.database,
        day + timedelta(days=1),
    )
    assert {(half.counters, half.enough) for half in crowd} == {(1, False)}
    assert staffing(runtime.branch, runtime.data / DATABASE, day) == []


def test_a_counter_less_lets_people_wait_and_one_for_an_area_helps(
    runtime: BranchRuntime, day: date
) -> None:
    found = recorded_day(runtime.branch, runtime.data / DATABASE, day)
    usual_s = played(runtime.branch, found, Variation()).waited_s
    shift = found.shifts[0]
    first_hour = (shift.from_s, shift.from_s + 3600)
    less = Variation(counter_less="1", between=first_hour)
    assert played(runtime.branch, found, less).waited_s > usual_s
    more = Variation(counter_of="hall", between=first_hour)
    assert played(runtime.branch, found, more).waited_s < usual_s


def test_hours_with_nobody_in_them_change_nothing(runtime: BranchRuntime, day: date) -> None:
    found = outcome(
        runtime.branch,
        recorded_day(runtime.branch, runtime.database, day),
        Variation(counter_like="1", between=(82_800.0, 86_400.0)),
    )
    assert found
    assert (found["saved_min"], found["counter_h"]) == (0.0, 0.0)
    assert found["again"] == found["then"]


def crowded(opens_s: float, open_counters: dict[str, tuple[float, float]]) -> RecordedDay:
    """A customer every two minutes of five hours, with services of three minutes."""
    customers = [
        Customer(opens_s + n * 120.0, "standard", "cash", 180.0, True, math.inf) for n in range(150)
    ]
    shifts = [Shift(id, *hours, last=True) for id, hours in open_counters.items()]
    return RecordedDay(customers, shifts, [])


def test_hours_of_a_counter_are_those_in_which_it_made_a_difference(branch: Branch) -> None:
    nine_s = 9 * 3600.0
    day = crowded(nine_s, {"1": (nine_s, nine_s + 5 * 3600), "2": (nine_s, nine_s + 3600)})
    for variation, hours in (
        (Variation(counter_less="1"), 5.0),
        (Variation(counter_less="2"), 1.0),
        (Variation(counter_less="2", between=(nine_s + 1800, nine_s + 7200)), 0.5),
        (Variation(counter_less="3"), 0.0),
        (Variation(counter_like="2"), 5.0),
        (Variation(counter_like="2", between=(nine_s + 4 * 3600, 86_400.0)), 1.0),
    ):
        found = outcome(branch, day, variation)
        assert found
        assert found["counter_h"] == hours, variation


def test_a_counter_that_is_called_as_the_further_one_stays_open(branch: Branch) -> None:
    nine_s = 9 * 3600.0
    counters = tuple(
        replace(counter, id=EXTRA) if counter.id == "1" else counter for counter in branch.counters
    )
    named = replace(branch, counters=counters)
    hours = (nine_s, nine_s + 5 * 3600)
    more = Variation(counter_like="2")
    expected = outcome(branch, crowded(nine_s, {"1": hours}), more)
    found = outcome(named, crowded(nine_s, {EXTRA: hours}), more)
    assert expected
    assert found
    assert found["saved_min"] == expected["saved_min"] > 0


def test_two_hours_of_a_further_counter_are_two_hours_and_can_be_asked_for(branch: Branch) -> None:
    """A branch opens some seconds before its hour, as people do: the hours are a clock's all the same."""
    opens_s = 9 * 3600.0 - 71.3
    day = crowded(opens_s, {"1": (opens_s, opens_s + 8 * 3600)})
    windows = windows_of(day)
    assert windows[0] == (9 * 3600.0, 11 * 3600.0)
    assert all(to_s - from_s == 7200 for from_s, to_s in windows)
    gain = best_gain(branch, day)
    assert gain
    again = outcome(
        branch, day, Variation(counter_like=gain.counter_like, between=(gain.from_s, gain.to_s))
    )
    assert again
    assert (again["saved_min"], again["counter_h"]) == (gain.saved_min, gain.counter_h)
    assert windows_of(crowded(8.5 * 3600, {"1": (8.5 * 3600, 11 * 3600.0)}))[:2] == [
        (8.5 * 3600, 10.5 * 3600),
        (9 * 3600.0, 11 * 3600.0),
    ]


def test_services_without_a_length_need_a_counter_all_the_same(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    """On a day of trials everything is done in the same moment."""
    desk.open_counter(counter="1")
    desk.issue("cash")
    desk.next(counter="1"), desk.start(counter="1"), desk.finish(counter="1")
    (half,) = staffing(runtime.branch, runtime.database, clock.now.date() + timedelta(days=1))
    assert (half.counters, half.enough) == (1, True)


def test_the_best_hours_for_one_more_counter_are_found(runtime: BranchRuntime, day: date) -> None:
    """All forty come within the first forty minutes: that is where it helps."""
    found = recorded_day(runtime.branch, runtime.database, day)
    gain = best_gain(runtime.branch, found)
    assert gain
    assert gain.counter_like == "1"
    assert gain.from_s <= found.customers[-1].at_s <= gain.to_s
    assert 0 < gain.saved_min <= gain.waited_min
    assert best_gain(runtime.branch, replace(found, customers=found.customers[:1])) is None
    assert best_gain(runtime.branch, RecordedDay([], [], [])) is None


def test_what_the_night_ended_lasted_no_night(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    """A teller forgot to finish, and two customers went home unseen: the next morning's opening ended them."""
    today = clock.now.date()
    desk.open_counter(counter="1")
    for _ in range(3):
        desk.issue("cash")
        clock.forward(minutes=1)
    desk.next(counter="1"), desk.start(counter="1")
    clock.forward(minutes=5)
    clock.forward(hours=22)
    desk.open_counter(counter="1")
    found = recorded_day(runtime.branch, runtime.database, today)
    usual_s = runtime.branch.service["cash"].usual_s
    assert [customer.service_s for customer in found.customers] == [usual_s] * 3
    assert all(waited.wait_s <= 180 for waited in found.waits)
    assert played(runtime.branch, found, Variation()).waited_s < 3 * 3600


def test_the_way_to_the_counter_keeps_it_as_the_service_does(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.open_counter(counter="1")
    for _ in range(2):
        desk.issue("cash")
    for _ in range(2):
        desk.next(counter="1")
        clock.forward(minutes=2)
        desk.start(counter="1")
        clock.forward(minutes=4)
        desk.finish(counter="1")
    found = recorded_day(runtime.branch, runtime.database, clock.now.date())
    assert [customer.service_s for customer in found.customers] == [360.0, 360.0]
    assert played(runtime.branch, found, Variation()).waited_s == 360.0


def serve(desk: Desk, clock: Clock, minutes: float = 4) -> None:
    desk.next(counter="1")
    desk.start(counter="1")
    clock.forward(minutes=minutes)
    desk.finish(counter="1")


def test_a_day_played_again_is_as_slow_as_its_tellers_were(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    """Two minutes between two customers, and a break of a quarter of an hour that the lobby manager granted."""
    desk.open_counter(counter="1")
    for _ in range(6):
        desk.issue("cash", tier="standard")
    for n in range(6):
        if n == 3:
            desk.ask_break(counter="1")
            desk.answer_break(counter="1", granted=True)
            clock.forward(minutes=15)
            desk.open_counter(counter="1")
        clock.forward(minutes=2)
        serve(desk, clock)
    found = compare(runtime.branch, runtime.database, clock.now.date(), Variation())
    assert found
    assert found["was"]["tiers"] == found["again"]["tiers"]


def test_at_a_counter_more_the_teller_takes_as_long_as_the_others(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    """Without a pause of their own they would have called all who came at the same instant."""
    desk.open_counter(counter="1")
    for _ in range(6):
        desk.issue("cash", tier="standard")
    for _ in range(6):
        clock.forward(minutes=2)
        serve(desk, clock)
    found = recorded_day(runtime.branch, runtime.database, clock.now.date())
    more = played(runtime.branch, found, Variation(counter_like="1"))
    assert more.waited_s == 60 * (2 * 2 + 2 * 8 + 2 * 14)


def test_a_break_during_a_pause_closes_the_counter(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    """The teller, who is not back for the next customer, asks for a break, and opens again before that pause is over
    in a play."""
    desk.open_counter(counter="1")
    for _ in range(4):
        desk.issue("cash", tier="standard")
    clock.forward(minutes=20)
    serve(desk, clock)
    clock.forward(minutes=1)
    desk.pause_counter(counter="1")
    clock.forward(minutes=1)
    desk.open_counter(counter="1")
    for _ in range(3):
        clock.forward(minutes=9)
        serve(desk, clock)
    found = recorded_day(runtime.branch, runtime.database, clock.now.date())
    for variation in (Variation(), Variation("fcfs"), Variation(counter_like="1")):
        assert played(runtime.branch, found, variation).waited_s > 0
    assert len(found.shifts) == 2


@examples(25)
@given(acts=st.lists(st.sampled_from(["come", "serve", "away", "pause", "open", "close"])))
def test_any_day_can_be_played_again(
    acts: list[str], branch: Branch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clock = Clock()
    runtime = open_branch(branch, tmp_path_factory.mktemp("any"), "http://lobby.test", clock)
    with closing(runtime):
        desk = Desk(runtime)
        for act in ["come", *acts]:
            with suppress(LobbyError):
                do(desk, clock, act)
        found = recorded_day(branch, runtime.database, clock.now.date())
        for variation in (Variation(), Variation(counter_like="1"), Variation(counter_less="2")):
            assert len(played(branch, found, variation).figures()["tiers"]) == len(branch.tiers)


def do(desk: Desk, clock: Clock, act: str) -> None:
    clock.forward(seconds=50)
    counter = "12"[clock.now.minute % 2]
    match act:
        case "come":
            desk.issue("cash", tier="standard")
        case "serve":
            desk.next(counter=counter)
            desk.start(counter=counter)
            clock.forward(minutes=3)
            desk.finish(counter=counter)
        case "away":
            clock.forward(minutes=7)
        case "pause":
            desk.pause_counter(counter=counter)
        case "open":
            desk.open_counter(counter=counter)
        case "close":
            desk.close_counter(counter=counter)
