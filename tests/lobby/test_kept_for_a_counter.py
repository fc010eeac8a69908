"""Who is kept for one counter: somebody can always call this customer, and a counter that is closed keeps nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict
from lobby.events import ActUndone, TicketReleased
from lobby.state.ticket import Hold, Ticket


def ticket_of(desk: Desk, id: str) -> Ticket:
    with desk.runtime.writer.published() as state:
        return state.tickets[id]


def kept_at(desk: Desk, counter: str, service: str = "cash", **more: Any) -> str:
    """A customer who waits for this counter alone, which is open."""
    desk.open_counter(counter=counter)
    id = str(desk.issue(service, **more)["id"])
    desk.transfer(ticket=id, service=service, counter=counter)
    return id


def held_at(desk: Desk, counter: str) -> str:
    """A customer who stepped away from this counter and comes back to it."""
    id = kept_at(desk, counter)
    for verb in ("next", "start"):
        getattr(desk, verb)(counter=counter)
    desk.park(counter=counter, hold=Hold.SAME)
    return id


def callable_at(desk: Desk, id: str) -> list[str]:
    with desk.runtime.writer.published() as state:
        ticket = state.tickets[id]
        return [c.id for c in state.branch.counters if state._may_call(state.as_lent(c), ticket)]


@pytest.fixture(autouse=True)
def replayed(desk: Desk, branch: Branch, tmp_path: Path, clock: Clock) -> Iterator[None]:
    """After each test the journal, played again, gives the same customers, counters and acts."""
    yield
    with desk.runtime.writer.published() as was:
        assert not any(desk.runtime._journal.rebuild(branch).values())
    desk.runtime.close()
    again = open_branch(branch, tmp_path, "http://lobby.test", clock)
    with again.writer.published() as state:
        assert (was.tickets, was.counters, was.acts) == (state.tickets, state.counters, state.acts)
        assert (was.queues, was.firsts) == (state.queues, state.firsts)
    again.close()


# -- more said, or another tier ------------------------------------------------------------------------


def test_a_need_told_late_leaves_a_customer_where_the_counter_can_call(desk: Desk) -> None:
    for counter, service in (("1", "cash"), ("5", "wealth"), ("7", "corporate")):
        id = kept_at(desk, counter, service)
        desk.amend(ticket=id, needs=["elderly"])
        assert callable_at(desk, id) == [counter]


def serving_standard_alone(branch: Branch, counter: str) -> Branch:
    counters = [
        dataclasses.replace(c, tiers=("standard",)) if c.id == counter else c
        for c in branch.counters
    ]
    return dataclasses.replace(branch, counters=tuple(counters))


@pytest.mark.parametrize("held", [False, True])
def test_a_tier_that_the_counter_does_not_serve_lets_the_customer_go(
    branch: Branch, tmp_path: Path, clock: Clock, held: bool
) -> None:
    strict = serving_standard_alone(branch, "1")
    runtime = open_branch(strict, tmp_path / "strict", "http://lobby.test", clock)
    desk = Desk(runtime)
    id = held_at(desk, "1") if held else kept_at(desk, "1")
    was = desk.ticket(id)
    desk.retier(ticket=id, tier="gold", reason="持金卡")
    assert "1" not in callable_at(desk, id) != []
    desk.undo_on(ticket=id)
    assert {**desk.ticket(id), "history": 0} == {**was, "history": 0}
    runtime.close()


def test_a_further_service_moves_nobody(desk: Desk) -> None:
    id = desk.issue("cash")["id"]
    desk.divert(ticket=id, area="barrier_free")
    assert desk.amend(ticket=id, add=["cards"])["ticket"]["area"] == "barrier_free"


def test_a_further_service_that_nobody_serves_now_is_refused(tmp_path: Path, clock: Clock) -> None:
    config = tmp_path / "config.toml"
    hours = '[hours]\nweekdays = ["09:00-17:00"]\nlast_min = 30\n\n[[counters]]'
    config.write_text(CONFIG.read_text().replace("[[counters]]", hours, 1))
    runtime = open_branch(read_branch(config), tmp_path / "hours", "http://lobby.test", clock)
    desk = Desk(runtime)
    id = desk.issue("cash")["id"]
    clock.forward(hours=7, minutes=40)
    with pytest.raises(Conflict) as amended:
        desk.amend(ticket=id, add=["cards"])
    with pytest.raises(Conflict) as issued:
        desk.issue("cards")
    assert amended.value.code == issued.value.code
    desk.amend(ticket=id, needs=["elderly"])
    runtime.close()


def test_a_need_ends_the_question_about_the_machines(desk: Desk) -> None:
    id = desk.issue("cash")["id"]
    desk.offer_machines(ticket=id)
    assert desk.amend(ticket=id, add=["cards"])["ticket"]["offered"]
    desk.amend(ticket=id, needs=["elderly"])
    with pytest.raises(Conflict) as why:
        desk.answer_offer(ticket=id, accepted=True)
    assert why.value.code == "not_offered"


# -- a counter that closes -------------------------------------------------------------------------------


def test_what_was_done_before_the_counter_closed_binds_nobody_to_it_again(desk: Desk) -> None:
    id = kept_at(desk, "3")
    desk.move(ticket=id, seat="first")
    desk.close_counter(counter="3")
    with pytest.raises(Conflict) as why:
        desk.undo_on(ticket=id)
    assert why.value.code == "undo_superseded"
    assert len(callable_at(desk, id)) > 1


@pytest.mark.parametrize(
    ("act", "args"), [("cancel", {"reason": "manager"}), ("divert", {"area": "self_service"})]
)
def test_an_undo_brings_nobody_back_to_a_closed_counter(
    desk: Desk, act: str, args: dict[str, str]
) -> None:
    id = kept_at(desk, "3")
    getattr(desk, act)(ticket=id, **args)
    desk.close_counter(counter="3")
    desk.undo_on(ticket=id)
    assert ticket_of(desk, id).only_counter is None
    undone, released = [one.event for one in desk.runtime._journal.events()][-2:]
    assert (type(undone), type(released)) == (ActUndone, TicketReleased)


def test_an_undo_keeps_a_customer_for_a_counter_that_has_not_opened_yet(desk: Desk) -> None:
    id = desk.issue("cash")["id"]
    desk.transfer(ticket=id, service="cash", counter="3")
    desk.cancel(ticket=id)
    desk.undo_on(ticket=id)
    assert ticket_of(desk, id).only_counter == "3"


def test_who_went_to_the_machines_comes_back_to_any_counter(desk: Desk) -> None:
    id = held_at(desk, "1")
    desk.divert(ticket=id, area="self_service")
    desk.close_counter(counter="1")
    desk.rejoin(ticket=id)
    assert ticket_of(desk, id).only_counter is None
    desk.undo_on(ticket=id)
    assert ticket_of(desk, id).state == "diverted"


def test_who_was_missed_comes_back_to_any_counter(desk: Desk) -> None:
    id = kept_at(desk, "3")
    for verb in ("next", "no_show", "close_counter"):
        getattr(desk, verb)(counter="3")
    desk.bring_back(ticket=id)
    assert len(callable_at(desk, id)) > 1


def test_an_opening_that_is_taken_back_keeps_whom_it_found_and_lets_the_others_go(
    desk: Desk,
) -> None:
    before = desk.issue("cash")["id"]
    desk.transfer(ticket=before, service="cash", counter="3")
    since = kept_at(desk, "3")
    desk.undo(counter="3")
    assert ticket_of(desk, before).only_counter == "3"
    assert ticket_of(desk, since).only_counter is None


def test_a_closing_that_is_taken_back_gives_back_whom_it_let_go(desk: Desk) -> None:
    """But for who went on elsewhere meanwhile."""
    held = held_at(desk, "1")
    waits, gone = kept_at(desk, "1"), kept_at(desk, "1")
    desk.move(ticket=waits, seat="first")
    was = [desk.ticket(id) for id in (held, waits)]
    desk.close_counter(counter="1")
    desk.open_counter(counter="2")
    desk.call(counter="2", ticket=gone)
    desk.undo(counter="1")
    assert [desk.ticket(id) for id in (held, waits)] == was
    assert ticket_of(desk, gone).counter == "2"


# -- put back --------------------------------------------------------------------------------------------


def called(desk: Desk, clock: Clock) -> str:
    """A customer who was called half a minute ago."""
    id = str(desk.issue("cash")["id"])
    desk.open_counter(counter="1")
    desk.next(counter="1")
    clock.forward(seconds=30)
    return id


def test_who_was_called_is_put_back_after_a_start_that_was_none(desk: Desk, clock: Clock) -> None:
    id = called(desk, clock)
    desk.start(counter="1")
    desk.undo(counter="1")
    desk.put_back(counter="1")
    assert ticket_of(desk, id).called_at is None


@pytest.mark.parametrize(("granted", "state"), [(None, "open"), (True, "paused"), (False, "open")])
def test_a_break_asked_for_during_a_call_outlives_the_call(
    desk: Desk, clock: Clock, granted: bool | None, state: str
) -> None:
    called(desk, clock)
    desk.ask_break(counter="1")
    if granted is not None:
        desk.answer_break(counter="1", granted=granted)
    desk.put_back(counter="1")
    with desk.runtime.writer.published() as now:
        assert now.counters["1"].state == state
        assert now.counters["1"].break_status == ("asked" if granted is None else None)
        assert len([a for a in now.alerts.values() if a.kind == "break"]) == (granted is None)


def test_a_break_that_was_answered_during_a_call_is_not_asked_for_again(
    desk: Desk, clock: Clock
) -> None:
    desk.open_counter(counter="1")
    desk.ask_break(counter="1")
    called(desk, clock)
    desk.answer_break(counter="1", granted=False)
    desk.put_back(counter="1")
    with desk.runtime.writer.published() as now:
        assert now.counters["1"].break_status is None
        assert not now.alerts


@pytest.mark.parametrize(("tier", "area"), [("gold", "hall"), ("private", "priority")])
def test_a_tier_corrected_during_a_call_outlives_the_call(
    desk: Desk, clock: Clock, tier: str, area: str
) -> None:
    id = called(desk, clock)
    desk.retier(ticket=id, tier=tier, reason="持金卡")
    desk.put_back(counter="1")
    ticket = ticket_of(desk, id)
    assert (ticket.state, ticket.tier, ticket.area) == ("waiting", tier, area)
    assert ticket.target_wait_s == desk.runtime.branch.target_wait_s(tier, ())
    with pytest.raises(Conflict):  # the customer is not at the counter any more
        desk.undo_on(ticket=id)
    with desk.runtime.writer.published() as state:
        assert state.counters["1"].ticket is None


def test_each_call_is_put_back_alone(desk: Desk, clock: Clock, runtime: BranchRuntime) -> None:
    first = called(desk, clock)
    desk.start(counter="1")
    desk.finish(counter="1")
    second = desk.issue("cash")["id"]
    desk.next(counter="1")
    clock.forward(minutes=1)
    desk.put_back(counter="1")
    assert (ticket_of(desk, first).state, ticket_of(desk, second).state) == ("served", "waiting")


# -- a counter that was lent -----------------------------------------------------------------------------


def held_where_lent(desk: Desk, minutes: int = 30) -> str:
    """A customer of the hall who stepped away from a counter of the priority area, which is lent to the hall."""
    desk.open_counter(counter="5")
    desk.lend_counter(counter="5", area="hall", minutes=minutes)
    id = str(desk.issue("cash")["id"])
    for verb in ("next", "start"):
        getattr(desk, verb)(counter="5")
    desk.park(counter="5", hold=Hold.SAME)
    return id


def kept_where_lent(desk: Desk) -> str:
    """The same customer, back in line."""
    id = held_where_lent(desk)
    desk.resume(ticket=id)
    return id


def lending_of(desk: Desk, counter: str) -> int:
    with desk.runtime.writer.published() as state:
        return int(desk.runtime.views.counter(state, counter)["undo_lending"]["id"])


def test_while_it_is_lent_a_counter_keeps_its_customers(desk: Desk) -> None:
    id = kept_where_lent(desk)
    desk.amend(ticket=id, add=["cards"])
    assert (ticket_of(desk, id).only_counter, callable_at(desk, id)) == ("5", ["5"])


def home_by_hand(desk: Desk, clock: Clock) -> None:
    desk.end_lending(counter="5")


def home_by_itself(desk: Desk, clock: Clock) -> None:
    clock.forward(minutes=31)
    desk.runtime.writer.do("watch", desk.runtime.alert_monitor.look)


def home_by_undo(desk: Desk, clock: Clock) -> None:
    desk.undo(counter="5", act=lending_of(desk, "5"))


def lent_elsewhere(desk: Desk, clock: Clock) -> None:
    desk.lend_counter(counter="5", area="barrier_free", minutes=30)


ENDS = [home_by_hand, home_by_itself, home_by_undo, lent_elsewhere]


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("keep", [held_where_lent, kept_where_lent])
def test_who_is_kept_where_the_counter_is_lent_no_more_waits_for_any(
    desk: Desk, clock: Clock, keep: Callable[[Desk], str], end: Callable[[Desk, Clock], None]
) -> None:
    id = keep(desk)
    own = desk.issue("wealth", tier="private")["id"]
    desk.transfer(ticket=own, service="wealth", counter="5")
    end(desk, clock)
    assert "5" not in callable_at(desk, id) != []
    assert ticket_of(desk, own).only_counter == "5"


@pytest.mark.parametrize("end", [home_by_hand, lent_elsewhere])
def test_an_end_of_lending_that_is_taken_back_keeps_them_again(
    desk: Desk, clock: Clock, end: Callable[[Desk, Clock], None]
) -> None:
    id = kept_where_lent(desk)
    was = desk.ticket(id)
    end(desk, clock)
    desk.undo(counter="5", act=lending_of(desk, "5"))
    assert desk.ticket(id) == was


def test_who_is_served_to_the_end_is_kept_no_more(desk: Desk) -> None:
    """Put on hold, missed or put back after the lending."""
    held = kept_where_lent(desk)
    desk.next(counter="5")
    desk.end_lending(counter="5")
    desk.start(counter="5")
    desk.park(counter="5", hold=Hold.SAME)
    assert "5" not in callable_at(desk, held) != []
    assert ticket_of(desk, held).hold is Hold.ANY


@pytest.mark.parametrize("tier", [None, "gold"])
def test_who_was_called_before_the_lending_ended_is_put_back_in_the_line_of_all(
    desk: Desk, tier: str | None
) -> None:
    id = kept_where_lent(desk)
    desk.next(counter="5")
    desk.end_lending(counter="5")
    if tier:
        desk.retier(ticket=id, tier=tier, reason="持金卡")
    desk.put_back(counter="5")
    assert "5" not in callable_at(desk, id) != []


def test_who_left_before_the_lending_ended_comes_back_to_any_counter(desk: Desk) -> None:
    id = kept_where_lent(desk)
    desk.cancel(ticket=id)
    desk.end_lending(counter="5")
    desk.undo_on(ticket=id)
    assert "5" not in callable_at(desk, id) != []


def test_an_opening_that_is_taken_back_ends_the_lending(desk: Desk) -> None:
    desk.open_counter(counter="5")
    desk.lend_counter(counter="5", area="hall", minutes=30)
    undone = desk.undo(counter="5")["counter"]
    assert (undone["state"], undone["lent_to"], undone["undo_lending"]) == ("closed", None, None)
