"""Visits that are more than one call: several services, holds, missed calls, other places in line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk

from lobby.branch.model import Branch
from lobby.branch.rules import Missed
from lobby.engine.runtime import open_branch
from lobby.errors import Conflict, Invalid

Opened = Callable[..., Desk]


@pytest.fixture
def with_rules(branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[Opened]:
    """A branch that has other rules."""
    houses = []

    def open_with(**rules: Any) -> Desk:
        other = dataclasses.replace(branch, rules=dataclasses.replace(branch.rules, **rules))
        houses.append(open_branch(other, tmp_path, "http://lobby.test", clock))
        return Desk(houses[-1])

    yield open_with
    for runtime in houses:
        runtime.close()


def served_at(desk: Desk, counter: str) -> dict[str, Any]:
    """Open the counter, call and start."""
    desk.open_counter(counter=counter)
    desk.next(counter=counter)
    return desk.start(counter=counter)["ticket"]


def in_line(desk: Desk) -> list[str]:
    with desk.runtime.writer.published() as state:
        return [ticket.number for ticket in state.waiting()]


# -- several services ------------------------------------------------------------------------------------
def test_a_visit_goes_on_at_the_counter_that_may_serve_the_next_business(
    desk: Desk, clock: Clock
) -> None:
    desk.issue("cash", then=["cards"])
    served_at(desk, "1")
    clock.forward(minutes=4)
    ticket = desk.finish(counter="1")["ticket"]
    assert (ticket["state"], ticket["service"], ticket["done"], ticket["then"]) == (
        "serving",
        "cards",
        ["cash"],
        [],
    )
    assert desk.finish(counter="1")["ticket"]["state"] == "served"


def test_a_visit_waits_for_its_next_business_elsewhere_with_its_waiting_so_far(
    desk: Desk, clock: Clock
) -> None:
    first = desk.issue("cash", then=["corporate"])
    clock.forward(minutes=3)
    desk.issue("corporate")
    served_at(desk, "1")
    ticket = desk.finish(counter="1")["ticket"]
    assert (ticket["state"], ticket["area"], ticket["number"]) == ("waiting", "corporate", "A001")
    desk.open_counter(counter="7")
    assert desk.next(counter="7")["ticket"]["id"] == first["id"]


def test_a_ticket_has_five_services_at_the_most(desk: Desk) -> None:
    desk.issue("cash", then=["cards", "fx", "loans"])
    served_at(desk, "3")
    assert desk.add(counter="3", service="digital")["ticket"]["then"] == [
        "cards",
        "fx",
        "loans",
        "digital",
    ]
    with pytest.raises(Conflict, match="5"):
        desk.add(counter="3", service="cash")
    with pytest.raises(Invalid):
        desk.issue("cash", then=["cash"] * 5)


# -- holds -------------------------------------------------------------------------------------------------
def test_who_steps_away_comes_back_to_any_counter_that_may_serve(desk: Desk) -> None:
    ticket = desk.issue()
    served_at(desk, "1")
    desk.park(counter="1", hold="any")
    desk.open_counter(counter="2")
    assert desk.call(counter="2", ticket=ticket["id"])["ticket"]["counter"] == "2"


def test_who_is_kept_for_a_counter_comes_back_to_that_one_only(desk: Desk) -> None:
    ticket = desk.issue()
    served_at(desk, "1")
    desk.park(counter="1", hold="same")
    desk.open_counter(counter="2")
    with pytest.raises(Conflict, match="Counter 1"):
        desk.call(counter="2", ticket=ticket["id"])
    desk.resume(ticket=ticket["id"])
    assert desk.next(counter="2") == {}
    assert desk.next(counter="1")["ticket"]["id"] == ticket["id"]


@pytest.mark.parametrize("hold", ["any", "step"])
def test_the_newest_hold_says_which_counters_may_call(desk: Desk, hold: str) -> None:
    ticket = desk.issue()
    served_at(desk, "1")
    desk.park(counter="1", hold="same")
    desk.call(counter="1", ticket=ticket["id"])
    desk.park(counter="1", hold=hold)
    desk.resume(ticket=ticket["id"])
    desk.open_counter(counter="2")
    assert desk.next(counter="2")["ticket"]["id"] == ticket["id"]


def test_who_waits_for_another_step_is_woken_before_a_call(desk: Desk) -> None:
    ticket = desk.issue()
    served_at(desk, "1")
    assert desk.park(counter="1", hold="step")["ticket"]["hold"] == "step"
    with pytest.raises(Conflict, match="bring it back"):
        desk.call(counter="1", ticket=ticket["id"])
    assert desk.resume(ticket=ticket["id"])["ticket"]["hold"] is None
    assert desk.next(counter="1")["ticket"]["id"] == ticket["id"]


# -- a missed call -------------------------------------------------------------------------------------------
def miss(desk: Desk, counter: str = "1") -> dict[str, Any]:
    desk.next(counter=counter)
    return desk.no_show(counter=counter)["ticket"]


def test_a_missed_call_goes_back_as_many_places_as_the_branch_says(
    with_rules: Opened, clock: Clock
) -> None:
    desk = with_rules(missed=Missed.BACK, missed_back=2)
    for _ in range(4):
        desk.issue()
        clock.forward(seconds=30)
    desk.open_counter(counter="1")
    assert miss(desk)["state"] == "waiting"
    assert in_line(desk) == ["A002", "A003", "A001", "A004"]


def test_a_missed_call_goes_to_the_end_and_ends_when_it_was_missed_too_often(
    with_rules: Opened, clock: Clock
) -> None:
    desk = with_rules(missed=Missed.LAST, missed_max=2)
    for _ in range(2):
        desk.issue()
        clock.forward(seconds=30)
    desk.open_counter(counter="1")
    assert miss(desk)["state"] == "waiting"
    assert in_line(desk) == ["A002", "A001"]
    desk.next(counter="1"), desk.start(counter="1"), desk.finish(counter="1")
    assert miss(desk)["state"] == "no_show"


def test_a_missed_ticket_is_drawn_again_with_credit_for_its_wait(desk: Desk, clock: Clock) -> None:
    first = desk.issue()
    clock.forward(minutes=10)
    desk.open_counter(counter="1")
    assert miss(desk)["returns"]
    desk.issue()
    clock.forward(minutes=1)
    drawn = desk.redraw(ticket=first["id"])["ticket"]
    assert (drawn["number"], drawn["redrawn_from"]) == ("A003", first["id"])
    assert in_line(desk) == ["A003", "A002"]
    with pytest.raises(Conflict):
        desk.redraw(ticket=first["id"])


def test_the_manager_brings_a_missed_ticket_back_with_its_waiting(desk: Desk, clock: Clock) -> None:
    first = desk.issue()
    clock.forward(minutes=1)
    desk.issue()
    desk.open_counter(counter="1")
    miss(desk)
    assert desk.bring_back(ticket=first["id"])["ticket"]["state"] == "waiting"
    assert in_line(desk) == ["A001", "A002"]


# -- places in line --------------------------------------------------------------------------------------------
def test_a_customer_lets_others_pass(desk: Desk, clock: Clock) -> None:
    tickets = []
    for _ in range(3):
        tickets.append(desk.issue())
        clock.forward(seconds=30)
    desk.let_pass(ticket=tickets[0]["id"], places=1)
    assert in_line(desk) == ["A002", "A001", "A003"]
    desk.let_pass(ticket=tickets[1]["id"], places=9)
    assert in_line(desk)[-1] == "A002"


def test_who_is_put_first_is_called_next_whatever_the_others_waited(
    desk: Desk, clock: Clock
) -> None:
    desk.issue()
    clock.forward(minutes=25)
    last = desk.issue()
    desk.move(ticket=last["id"], seat="first")
    desk.open_counter(counter="1")
    called = desk.next(counter="1")["ticket"]
    assert called["id"] == last["id"]
    with desk.runtime.writer.published() as state:
        assert state.tickets[last["id"]].call_reason["rule"] == "first"


def test_a_transfer_goes_first_or_last(desk: Desk, clock: Clock) -> None:
    moved = desk.issue("cash")
    clock.forward(minutes=1)
    other = desk.issue("loans")
    served_at(desk, "1")
    desk.open_counter(counter="4")
    clock.forward(minutes=1)
    desk.transfer_here(counter="1", service="loans", seat="last")
    assert desk.next(counter="4")["ticket"]["id"] == other["id"]
    desk.start(counter="4"), desk.finish(counter="4")
    clock.forward(minutes=1)
    desk.issue("loans")
    desk.transfer(ticket=moved["id"], service="loans", seat="first")
    assert desk.next(counter="4")["ticket"]["id"] == moved["id"]


# -- breaks ------------------------------------------------------------------------------------------------------
def test_a_break_begins_when_the_customer_at_the_counter_is_done(desk: Desk) -> None:
    desk.issue()
    served_at(desk, "1")
    assert desk.ask_break(counter="1")["counter"]["break"] == "asked"
    assert desk.answer_break(counter="1", granted=True)["counter"]["state"] == "open"
    desk.finish(counter="1")
    with desk.runtime.writer.published() as state:
        assert (state.counters["1"].state, state.alerts) == ("paused", {})
    assert desk.resume_counter(counter="1")["counter"]["break"] is None


def test_a_break_that_is_not_granted_may_be_asked_for_again(desk: Desk) -> None:
    desk.open_counter(counter="1")
    desk.ask_break(counter="1")
    with pytest.raises(Conflict):
        desk.ask_break(counter="1")
    assert desk.answer_break(counter="1", granted=False)["counter"]["state"] == "open"
    desk.ask_break(counter="1")
    assert desk.answer_break(counter="1", granted=True)["counter"]["state"] == "paused"
