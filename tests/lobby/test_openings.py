"""A counter is asked to open, never opened with nobody behind it; one that closes hands on who waits for it alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Clock, Desk

from lobby.branch.model import Branch
from lobby.branch.person import Person
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict
from lobby.simulation.advice import openings
from lobby.state.counter import CounterState


def at(runtime: BranchRuntime, id: str) -> CounterState:
    with runtime.writer.published() as state:
        return state.counters[id]


def advised(runtime: BranchRuntime) -> list[str | None]:
    with runtime.writer.published() as state:
        return [option.counter for option in openings(state)]


def test_a_request_opens_nothing_and_the_tellers_yes_does(
    desk: Desk, runtime: BranchRuntime
) -> None:
    asked = desk.ask_opening(counter="4")["counter"]
    assert asked["state"] == "closed"
    assert asked["asked_at"]
    opened = desk.open_counter(counter="4")["counter"]
    assert (opened["state"], opened["asked_at"]) == ("open", None)


def test_a_teller_who_is_away_for_a_moment_may_be_asked(desk: Desk, runtime: BranchRuntime) -> None:
    desk.open_counter(counter="2")
    desk.pause_counter(counter="2")
    assert desk.ask_opening(counter="2")["counter"]["attended"]
    resumed = desk.resume_counter(counter="2")["counter"]
    assert (resumed["state"], resumed["asked_at"]) == ("open", None)


def test_without_a_register_of_staff_nobody_knows_who_is_there(
    desk: Desk, runtime: BranchRuntime, branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    people = (Person("1001", "Li", ("teller",)),)
    registered = replace(branch, staff=replace(branch.staff, people=people))
    plain = replace(branch, staff=replace(branch.staff, people=()))
    for made, attended in ((registered, False), (plain, None)):
        opened = open_branch(made, tmp_path / str(attended), "http://lobby.test", clock)
        with opened.writer.published() as state:
            assert opened.views.counter(state, "4")["attended"] is attended
        assert Desk(opened).open_counter(counter="4")["counter"]["attended"]
        opened.close()


def test_who_declined_is_left_in_peace_for_a_while(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.issue("cash")
    (first, *_) = advised(runtime)
    desk.ask_opening(counter=first)
    assert first not in advised(runtime)
    declined = desk.decline_opening(counter=first)["counter"]
    assert (declined["asked_at"], declined["state"]) == (None, "closed")
    assert first not in advised(runtime)
    clock.forward(minutes=16)
    desk.issue("cash")
    assert first in advised(runtime)


def test_who_is_asked_no_more_has_not_declined(desk: Desk) -> None:
    desk.ask_opening(counter="4")
    withdrawn = desk.withdraw_opening(counter="4")["counter"]
    assert (withdrawn["asked_at"], withdrawn["declined_at"]) == (None, None)


def test_a_counter_where_somebody_is_comes_first(desk: Desk, runtime: BranchRuntime) -> None:
    desk.issue("cash")
    desk.open_counter(counter="3")
    desk.pause_counter(counter="3")
    assert advised(runtime)[0] == "3"


def test_there_must_be_something_to_ask_and_to_decline(desk: Desk) -> None:
    desk.open_counter(counter="1")
    with pytest.raises(Conflict) as open_already:
        desk.ask_opening(counter="1")
    with pytest.raises(Conflict) as not_asked:
        desk.decline_opening(counter="2")
    codes = [open_already.value.code, not_asked.value.code]
    assert codes == ["open_already", "no_opening_asked"]


def test_a_counter_that_closes_hands_on_who_waits_for_it_alone(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="1"), desk.open_counter(counter="2")
    kept = desk.issue()
    desk.transfer(ticket=kept["id"], service="cash", counter="2")
    clock.forward(minutes=1)
    desk.issue()
    with runtime.writer.published() as state:
        assert runtime.views.counter(state, "2")["kept"] == [kept["number"]]
    desk.close_counter(counter="2")
    assert desk.next(counter="1")["ticket"]["id"] == kept["id"]


def test_who_is_held_for_a_counter_that_closes_comes_back_to_any(desk: Desk) -> None:
    desk.open_counter(counter="1"), desk.open_counter(counter="2")
    held = desk.issue()["id"]
    (
        desk.call(counter="2", ticket=held),
        desk.start(counter="2"),
        desk.park(counter="2", hold="same"),
    )
    desk.close_counter(counter="2")
    assert desk.call(counter="1", ticket=held)["ticket"]["counter"] == "1"


def test_it_counts_as_relief_when_it_opens_and_not_when_it_is_asked_for(
    desk: Desk, runtime: BranchRuntime
) -> None:
    def interventions() -> list[str | None]:
        with runtime.writer.published() as state:
            return [one.counter for one in state.interventions.values()]

    open_ = runtime.alert_monitor.opening(runtime.commands.open_counter, by_manager=False)
    runtime.writer.do("teller3", open_, "3")
    desk.ask_opening(counter="4")
    assert interventions() == []
    runtime.writer.do("teller4", open_, "4")
    assert interventions() == ["4"]
