"""What a teller did by mistake is taken back: everything is as before, but for the trace."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk

from display.board.state import board_state
from lobby.branch.model import Branch
from lobby.branch.rules import Missed
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict
from lobby.events import ActUndone, Intervention
from lobby.reports.reading import reading

Change = Callable[[Desk], Any]


def seen(runtime: BranchRuntime) -> dict[str, Any]:
    """All that the branch shows, but for which event was the last, what may be undone and the visits' histories; and
    for the most that ever were, to which also a moment counts that was a mistake."""
    with runtime.writer.published() as state:
        now = runtime.clock()
        hall = {**runtime.views.hall(state, now), "seq": 0, "undo": []}
        for counter in hall["counters"]:
            counter["undo"] = None
        for ticket in hall["tickets"]:
            ticket["history"] = None
        boards = [
            {**board_state(state, runtime.views, board, now), "seq": 0}
            for board in state.branch.boards
        ]
        learned = (dict(state.service_s), dict(state.fcfs.longest_s), list(state.calls))
        tickets = {t.id: dataclasses.replace(t, history=[]) for t in state.tickets.values()}
        counters = {c.id: dataclasses.replace(c) for c in state.counters.values()}
        today = runtime.views.today(state)
        for slot in today["slots"]:
            slot["most_open"] = slot["most_waiting"] = 0
    shown = {"hall": hall, "boards": boards, "today": today}
    return {**shown, "learned": learned, "tickets": tickets, "counters": counters}


def refused(code: str, desk: Desk, counter: str = "1") -> None:
    with pytest.raises(Conflict) as why:
        desk.undo(counter=counter)
    assert why.value.code == code


def at_counter(desk: Desk, *verbs: str, service: str = "cash", **visit: Any) -> dict[str, Any]:
    """Counter 1 opens and does so much with a new customer, with two more in line."""
    ticket = desk.issue(service, **visit)
    desk.issue(service)
    desk.issue("cash")
    desk.open_counter(counter="1")
    for verb in verbs:
        getattr(desk, verb)(counter="1")
    return ticket


def rows(runtime: BranchRuntime) -> dict[str, int]:
    return runtime._journal.rebuild(runtime.branch)


ACTS = [
    ((), "next", {}, "waiting"),
    (("next",), "start", {}, "called"),
    (("next", "start"), "finish", {}, "serving"),
    (("next",), "no_show", {}, "called"),
    (("next",), "park", {"hold": "same"}, "called"),
    (("next", "start"), "park", {"hold": "any"}, "serving"),
    (("next", "start"), "transfer_here", {"service": "loans", "seat": "first"}, "serving"),
    (("next", "start"), "add", {"service": "cards"}, "serving"),
]


@pytest.mark.parametrize(("before", "act", "args", "state"), ACTS)
def test_each_act_is_taken_back_and_all_is_as_before(
    desk: Desk, clock: Clock, before: tuple[str, ...], act: str, args: dict[str, str], state: str
) -> None:
    ticket = at_counter(desk, *before, then=["cards"] if act == "finish" else [])
    clock.forward(minutes=4)
    desk.request_help()  # by now the forecast has learned from what was done before
    was = seen(desk.runtime)
    getattr(desk, act)(counter="1", **args)
    changed = seen(desk.runtime)
    assert changed["hall"] != was["hall"]
    counter = desk.undo(counter="1")["counter"]
    assert seen(desk.runtime) == was
    assert desk.ticket(ticket["id"])["state"] == state
    assert (
        counter["ticket"] is None if state == "waiting" else counter["ticket"]["id"] == ticket["id"]
    )
    refused("nothing_to_undo", desk)
    assert not any(rows(desk.runtime).values())


OF_COUNTER = [
    ((), "close_counter", "open"),
    ((), "pause_counter", "open"),
    (("pause_counter",), "resume_counter", "paused"),
    (("ask_break",), "close_counter", "open"),
    (("close_counter",), "open_counter", "closed"),
]


@pytest.mark.parametrize(("before", "act", "state"), OF_COUNTER)
def test_what_was_done_to_a_counter_is_taken_back(
    desk: Desk, clock: Clock, before: tuple[str, ...], act: str, state: str
) -> None:
    at_counter(desk, *before)
    clock.forward(minutes=4)
    desk.request_help()
    was = seen(desk.runtime)
    getattr(desk, act)(counter="1")
    assert desk.undo(counter="1")["counter"]["state"] == state
    assert seen(desk.runtime) == was
    assert not any(rows(desk.runtime).values())


ON_TICKET = [
    ("cancel", {"reason": "manager"}),
    ("divert", {"area": "self_service"}),
    ("divert", {"area": "priority"}),
    ("retier", {"tier": "private", "reason": "持金卡"}),
    ("move", {"seat": "first"}),
    ("move", {"seat": "last"}),
    ("transfer", {"service": "loans", "counter": None}),
]


@pytest.mark.parametrize(("act", "args"), ON_TICKET)
def test_what_the_manager_did_to_a_ticket_is_taken_back(
    desk: Desk, clock: Clock, act: str, args: dict[str, Any]
) -> None:
    runtime = desk.runtime
    desk.issue("cash")
    ticket = desk.issue("cash", tier="gold")["id"]
    desk.issue("cash")
    clock.forward(minutes=6)
    desk.request_help()
    was = seen(runtime)
    noted = runtime.alert_monitor.ticket_intervention(
        Intervention.MOVE, getattr(runtime.commands, act)
    )
    runtime.writer.do("manager", noted, ticket, **args)
    assert seen(runtime) != was
    clock.forward(seconds=9)
    desk.open_counter(counter="6")  # what others do meanwhile stays, and hinders nothing
    [undo] = hall_of(runtime)["undo"]
    assert (undo["act"], undo["ticket"]) == (act, ticket)
    desk.undo_on(ticket=ticket, act=undo["id"])
    desk.undo(counter="6")
    assert seen(runtime)["tickets"] == was["tickets"]
    assert seen(runtime)["today"]["rescues"] == []
    with runtime.writer.published() as state:
        assert [t.id for t in state.waiting()] == [t["id"] for t in was["hall"]["tickets"]]
    assert not any(rows(runtime).values())


def hall_of(runtime: BranchRuntime) -> Any:
    with runtime.writer.published() as state:
        return runtime.views.hall(state, runtime.clock())


def test_a_missed_or_held_customer_brought_back_by_mistake_is_missed_or_held_again(
    desk: Desk,
) -> None:
    for verb, back, state in (("park", "resume", "parked"), ("no_show", "bring_back", "no_show")):
        ticket = at_counter(desk, "next", verb)["id"]
        desk.close_counter(counter="1")
        with desk.runtime.writer.published() as now:
            ticket = next(t.id for t in now.tickets.values() if t.state == state)
        getattr(desk, back)(ticket=ticket)
        assert desk.undo_on(ticket=ticket)["ticket"]["state"] == state


def test_an_undo_takes_back_what_its_button_says_and_nothing_later(desk: Desk) -> None:
    ticket = desk.issue("cash")["id"]
    desk.move(ticket=ticket, seat="first")
    [first] = hall_of(desk.runtime)["undo"]
    desk.cancel(ticket=ticket)
    with pytest.raises(Conflict) as why:
        desk.undo_on(ticket=ticket, act=first["id"])
    assert why.value.code == "undo_other"
    assert desk.undo_on(ticket=ticket)["ticket"]["state"] == "waiting"
    assert desk.undo_on(ticket=ticket, act=first["id"])["ticket"]["state"] == "waiting"
    with pytest.raises(Conflict) as why:
        desk.undo_on(ticket=ticket)
    assert why.value.code == "nothing_to_undo_on"


def test_a_called_ticket_that_was_cancelled_stands_at_its_counter_again(desk: Desk) -> None:
    ticket = at_counter(desk, "next")["id"]
    desk.cancel(ticket=ticket)
    assert desk.undo(counter="1")["counter"]["ticket"]["id"] == ticket
    desk.cancel(ticket=ticket)
    desk.next(counter="1")
    with pytest.raises(Conflict):
        desk.undo_on(ticket=ticket)


def test_a_new_tier_is_taken_back_where_the_customer_is_called_meanwhile(desk: Desk) -> None:
    ticket = at_counter(desk, "next")["id"]
    desk.retier(ticket=ticket, tier="gold", reason="持金卡")
    desk.recall(counter="1")
    desk.undo_on(ticket=ticket)
    with desk.runtime.writer.published() as state:
        assert (state.tickets[ticket].tier, state.tickets[ticket].recalls) == ("standard", 1)
        assert state.counters["1"].ticket == ticket


def test_who_is_put_back_waits_on_from_the_issue(desk: Desk, clock: Clock) -> None:
    ticket = at_counter(desk)
    clock.forward(minutes=5)
    desk.next(counter="1")
    clock.forward(minutes=2)
    desk.recall(counter="1")
    refused("undo_late", desk)
    desk.put_back(counter="1")
    with desk.runtime.writer.published() as state:
        first = state.waiting()[0]
        assert (first.id, first.missed, first.called_at) == (ticket["id"], 0, None)
        assert first.rank_at == first.issued_at
        assert not state.calls
    clock.forward(minutes=3)
    desk.next(counter="1")
    with reading(desk.runtime.database) as db:
        [row] = db.query("SELECT wait_s FROM ticket WHERE id = ?", [ticket["id"]])
    assert row["wait_s"] == 600
    assert not any(rows(desk.runtime).values())


def test_nobody_is_put_back_once_service_began(desk: Desk) -> None:
    at_counter(desk, "next", "start")
    with pytest.raises(Conflict) as why:
        desk.put_back(counter="1")
    assert why.value.code == "ticket_state"


def test_it_leaves_a_trace_of_who_what_and_when(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = at_counter(desk, "next", "start")
    runtime.writer.do("teller9", runtime.commands.undo, counter="1")
    last = list(runtime._journal.events())[-1]
    call, start = [r.seq for r in runtime._journal.events()][-3:-1]
    assert (last.actor, last.event) == (
        "teller9",
        ActUndone("1", ticket["id"], "start", "called", (start,)),
    )
    with runtime.writer.published() as state:
        assert [step.kind for step in state.tickets[ticket["id"]].history] == ["called", "undone"]
    runtime.writer.do("teller9", runtime.commands.undo, counter="1")
    assert list(runtime._journal.events())[-1].event == ActUndone(
        "1", ticket["id"], "call", "waiting", (call,)
    )


def test_a_customer_called_by_mistake_is_where_they_were_in_line(desk: Desk, clock: Clock) -> None:
    issued = [desk.issue("cash") for _ in range(3)]
    clock.forward(minutes=6)
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=desk.issue("cash")["id"])
    desk.undo(counter="1")
    desk.call(counter="1", ticket=issued[1]["id"])
    clock.forward(seconds=9)
    desk.recall(counter="1")
    desk.undo(counter="1")
    with desk.runtime.writer.published() as state:
        assert [t.id for t in state.waiting()][:3] == [one["id"] for one in issued]
        assert [t.overtaken for t in state.waiting()] == [0, 0, 0, 0]
        assert not state.calls


def test_what_others_did_meanwhile_stays_done(desk: Desk, clock: Clock) -> None:
    for _ in range(4):
        desk.issue("cash")
    for counter in ("1", "2"):
        desk.open_counter(counter=counter)
        desk.next(counter=counter)
        desk.start(counter=counter)
    clock.forward(minutes=3)
    desk.finish(counter="1")
    desk.next(counter="1")
    clock.forward(seconds=8)
    desk.finish(counter="2")
    desk.next(counter="2")
    desk.undo(counter="1")
    desk.undo(counter="1")
    with desk.runtime.writer.published() as state:
        assert state.service_s["cash"] == (1, 188)
        assert [(call.counter, call.number) for call in state.calls] == [
            ("1", "A001"),
            ("2", "A002"),
            ("2", "A004"),
        ]
        assert [
            (c.id, state.tickets[c.ticket].number) for c in state.counters.values() if c.ticket
        ] == [
            ("1", "A001"),
            ("2", "A004"),
        ]
        assert [t.number for t in state.waiting()] == ["A003"]


@pytest.mark.parametrize(
    ("rule", "back"), [("back", "waiting"), ("last", "waiting"), ("redraw", "no_show")]
)
def test_a_no_show_is_taken_back_whatever_the_rule_made_of_it(
    branch: Branch, tmp_path: Path, clock: Clock, rule: Any, back: str
) -> None:
    rules = dataclasses.replace(branch.rules, missed=Missed(rule), missed_back=2, missed_max=3)
    runtime = open_branch(
        dataclasses.replace(branch, rules=rules), tmp_path, "http://lobby.test", clock
    )
    desk = Desk(runtime)
    ticket = at_counter(desk, "next")
    clock.forward(minutes=1)
    desk.request_help()
    was = seen(runtime)
    assert desk.no_show(counter="1")["ticket"]["state"] == back
    desk.undo(counter="1")
    assert seen(runtime) == was
    assert desk.ticket(ticket["id"])["missed"] == 0
    desk.no_show(counter="1")
    if rule == "redraw":
        desk.redraw(ticket=ticket["id"])
    else:
        desk.open_counter(counter="2")
        desk.call(counter="2", ticket=ticket["id"])
    refused("undo_superseded", desk)
    assert not any(rows(runtime).values())
    runtime.close()


def test_a_break_that_began_with_the_finish_waits_again(desk: Desk) -> None:
    at_counter(desk, "next", "start", "ask_break")
    desk.answer_break(counter="1", granted=True)
    desk.finish(counter="1")
    assert desk.undo(counter="1")["counter"]["break"] == "granted"
    assert desk.finish(counter="1")
    with desk.runtime.writer.published() as state:
        assert state.counters["1"].state == "paused"


def test_it_is_refused_with_the_reason(desk: Desk, clock: Clock) -> None:
    refused("nothing_to_undo", desk)
    ticket = at_counter(desk, "next")
    clock.forward(seconds=10)
    desk.start(counter="1")
    desk.undo(counter="1")
    clock.forward(seconds=1)
    refused("undo_late", desk)
    desk.start(counter="1")
    desk.transfer(ticket=ticket["id"], service="loans")
    desk.cancel(ticket=ticket["id"])
    refused("undo_superseded", desk)
    desk.next(counter="1")
    desk.no_show(counter="1")
    desk.ask_break(counter="1")
    refused("nothing_to_undo", desk)
    clock.forward(minutes=1)
    desk.pause_counter(counter="1")
    clock.forward(seconds=11)
    refused("undo_late_at", desk)


def test_a_card_given_in_between_is_kept(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = at_counter(desk, "next", "start", "finish")
    desk.give_feedback(ticket=ticket["id"], score=1)
    desk.undo(counter="1")
    with runtime.writer.published() as state:
        assert state.feedback[ticket["id"]].score == 1
    with pytest.raises(Conflict):
        desk.give_feedback(ticket=ticket["id"], score=5)
    assert desk.finish(counter="1")["ticket"]["state"] == "served"


def test_a_slip_printed_again_in_between_is_counted(desk: Desk) -> None:
    ticket = at_counter(desk, "next")
    desk.reprint(ticket=ticket["id"])
    desk.undo(counter="1")
    assert desk.ticket(ticket["id"])["print"]["copies"] == 2


def test_the_forecast_learns_from_calls_that_stand(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    at_counter(desk)
    clock.forward(minutes=5)
    desk.next(counter="1")
    desk.undo(counter="1")
    clock.forward(minutes=1)
    desk.pause_counter(counter="1")
    assert list(runtime.forecaster.scores()) == []
    desk.resume_counter(counter="1")
    desk.next(counter="1")
    clock.forward(seconds=11)
    desk.recall(counter="1")
    assert [score.forecasts for score in runtime.forecaster.scores()] == [1]


def test_a_restart_remembers_what_may_be_undone(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://lobby.test", clock)
    ticket = at_counter(Desk(runtime), "next", "start")
    runtime.close()
    again = open_branch(branch, tmp_path, "http://lobby.test", clock)
    assert Desk(again).undo(counter="1")["counter"]["ticket"]["state"] == "called"
    assert Desk(again).undo(counter="1")["counter"]["ticket"] is None
    assert Desk(again).ticket(ticket["id"])["called_at"] is None
    again.close()


def test_a_board_is_told_which_calls_stand(desk: Desk, runtime: BranchRuntime) -> None:
    """One that waits to be spoken is not, once it was taken back."""

    def standing() -> list[int]:
        with runtime.writer.published() as state:
            calls: list[int] = board_state(
                state, runtime.views, state.branch.boards[0], runtime.clock()
            )["standing"]
            return calls

    at_counter(desk, "next", "recall")
    assert len(standing()) == 2
    desk.undo(counter="1")
    assert standing() == []


def test_numbers_go_on_without_a_gap(desk: Desk) -> None:
    at_counter(desk, "next", "undo")
    assert desk.issue("cash")["number"] == "A004"
    assert desk.next(counter="1")["ticket"]["number"] == "A001"
