"""A counter is lent to another area for a while: it serves both by the same order, and comes back by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import Clock, Desk

from lobby.branch.hours import Hours, Span
from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid, LobbyError


def at(runtime: BranchRuntime, id: str) -> Any:
    with runtime.writer.published() as state:
        return runtime.views.counter(state, id)


def waits(runtime: BranchRuntime, area: str) -> Any:
    with runtime.writer.published() as state:
        return runtime.views.area_wait(state, area, runtime.clock())["wait_said"]


def refused(desk: Desk, **lent: Any) -> str:
    with pytest.raises(LobbyError) as error:
        desk.lend_counter(**{"counter": "5", "area": "hall", "minutes": 30, **lent})
    return error.value.code


def test_a_lent_counter_serves_both_areas_in_the_branchs_order(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    first = desk.issue("cash")
    clock.forward(minutes=2)
    own = desk.issue("wealth", tier="private")
    clock.forward(minutes=25)
    desk.lend_counter(counter="5", area="hall", minutes=30)
    assert desk.next(counter="5")["ticket"]["id"] == first["id"]
    desk.start(counter="5"), desk.finish(counter="5")
    assert desk.next(counter="5")["ticket"]["id"] == own["id"]


def test_it_comes_back_by_itself_and_nobody_of_the_other_area_is_called_any_more(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    lent = desk.lend_counter(counter="5", area="hall", minutes=30)["counter"]
    assert (lent["lent_to"], lent["lent_until"][11:16]) == ("hall", "09:30")
    clock.forward(minutes=31)
    desk.issue("cash")
    runtime.writer.do("watch", runtime.alert_monitor.look)
    assert (at(runtime, "5")["lent_to"], at(runtime, "5")["helps"]) == (None, [])
    assert at(runtime, "5")["undo_lending"] is None
    assert "ticket" not in desk.next(counter="5")


def test_the_wait_that_is_told_follows(desk: Desk, clock: Clock, runtime: BranchRuntime) -> None:
    desk.open_counter(counter="5")
    assert waits(runtime, "hall")["kind"] == "unknown"
    desk.lend_counter(counter="5", area="hall", minutes=30)
    assert waits(runtime, "hall")["kind"] == "none"
    desk.end_lending(counter="5")
    assert waits(runtime, "hall")["kind"] == "unknown"


def test_only_where_it_can_help(desk: Desk, runtime: BranchRuntime) -> None:
    assert refused(desk) == "lend_closed"
    desk.open_counter(counter="5")
    assert at(runtime, "5")["lendable"] == ["hall", "barrier_free"]
    assert refused(desk, area="priority") == "lend_home"
    assert refused(desk, area="corporate") == "lend_cannot"
    assert refused(desk, area="self_service") == "lend_cannot"
    assert refused(desk, area="cellar") == "unknown_area"
    with pytest.raises(Conflict, match="lent to no other area"):
        desk.end_lending(counter="5")
    with pytest.raises(Invalid):
        desk.lend_counter(counter="5", area="cellar", minutes=30)


def test_a_counter_that_closes_is_lent_no_more_and_opens_at_home(
    desk: Desk, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    desk.lend_counter(counter="5", area="hall", minutes=30)
    desk.close_counter(counter="5")
    assert desk.open_counter(counter="5")["counter"]["lent_to"] is None


def test_lending_is_taken_back_without_touching_what_the_teller_did_since(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    desk.issue("wealth", tier="private")
    desk.next(counter="5")
    lent = desk.lend_counter(counter="5", area="hall", minutes=30)["counter"]
    desk.start(counter="5")
    back = desk.undo(counter="5", act=lent["undo_lending"]["id"])["counter"]
    assert (back["lent_to"], back["ticket"]["state"]) == (None, "serving")
    undone = desk.undo(counter="5")["counter"]
    assert undone["ticket"]["state"] == "called"


def test_what_the_teller_takes_back_leaves_the_counter_lent(
    desk: Desk, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    desk.issue("wealth", tier="private")
    desk.next(counter="5")
    desk.lend_counter(counter="5", area="hall", minutes=30)
    assert desk.undo(counter="5")["counter"]["lent_to"] == "hall"
    closed = desk.close_counter(counter="5")["counter"]
    assert closed["lent_to"] is None
    assert desk.undo(counter="5")["counter"]["lent_to"] == "hall"


def test_the_act_is_measured_in_the_area_that_it_relieves(
    desk: Desk, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="5")
    lend = runtime.alert_monitor.lending("hall", runtime.commands.lend_counter)
    runtime.writer.do("manager", lend, "5", area="hall", minutes=30)
    with runtime.writer.published() as state:
        (one,) = state.interventions.values()
        assert (one.act, one.area, one.counter) == ("lend_counter", "hall", "5")
        assert runtime.views.counter(state, "5")["undo_lending"]["act"] == "lend_counter"


ZONE = ZoneInfo("Asia/Shanghai")


def lent_until(desk: Desk, clock: Clock, at: str) -> str:
    """Until when counter 1 is lent for half an hour at this time of day."""
    there = datetime.combine(clock.now.astimezone(ZONE), time.fromisoformat(at), ZONE)
    clock.forward(minutes=(there - clock.now).total_seconds() / 60)
    lent = desk.lend_counter(counter="1", area="priority", minutes=30)["counter"]
    return str(lent["lent_until"][11:16])


def test_a_lending_is_the_managers_to_take_back(desk: Desk, runtime: BranchRuntime) -> None:
    desk.open_counter(counter="5")
    lent = desk.lend_counter(counter="5", area="hall", minutes=30)["counter"]
    with pytest.raises(Conflict) as why:
        desk.undo(counter="5", act=lent["undo_lending"]["id"], by_manager=False)
    assert why.value.code == "undo_other"
    assert at(runtime, "5")["lent_to"] == "hall"


def test_it_is_at_home_when_the_branch_or_the_counter_closes(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    """The branch closes at five, the counter of the priority area at ten past nine."""
    day = Hours(weekdays=(Span(time(9), time(12)), Span(time(13), time(17))))
    short = Hours(weekdays=(Span(time(9), time(9, 10)),))
    counters = tuple(replace(c, hours=short) if c.id == "5" else c for c in branch.counters)
    opened = open_branch(
        replace(branch, hours=day, counters=counters), tmp_path, "http://lobby.test", clock
    )
    desk = Desk(opened)
    desk.open_counter(counter="5"), desk.open_counter(counter="1")
    until = desk.lend_counter(counter="5", area="hall", minutes=30)["counter"]["lent_until"]
    assert until[11:16] == "09:10"
    assert [lent_until(desk, clock, at) for at in ("11:50", "16:45", "17:10")] == [
        "12:00",
        "17:00",
        "17:40",  # those with a number are still served
    ]
    opened.close()
    again = open_branch(replace(branch, hours=day, counters=counters), tmp_path, "x", clock)
    assert at(again, "1")["lent_to"] == "priority"
    again.close()
