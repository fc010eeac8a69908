"""The hall's verbs, through the one door."""

from __future__ import annotations

from datetime import date

import pytest
from conftest import Clock, Desk

from lobby.engine.runtime import BranchRuntime
from lobby.errors import Conflict, Invalid, LobbyError, NotFound
from lobby.reports.measures import report
from lobby.state.ticket import MOVES, Move, State


def test_a_ticket_goes_from_waiting_to_served(desk: Desk, clock: Clock) -> None:
    ticket = desk.issue()
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["id"] == ticket["id"]
    assert desk.start(counter="1")["ticket"]["state"] == "serving"
    clock.forward(minutes=5)
    assert desk.finish(counter="1")["ticket"]["state"] == "served"


def test_numbers_count_up_by_series_of_the_business(desk: Desk) -> None:
    numbers = [desk.issue(s)["number"] for s in ("cash", "cash", "loans", "cash", "wealth")]
    assert numbers == ["A001", "A002", "D001", "A003", "V001"]


def test_next_with_nobody_waiting_calls_nobody(desk: Desk) -> None:
    desk.open_counter(counter="1")
    assert desk.next(counter="1") == {}


def test_a_counter_calls_only_what_it_serves(desk: Desk) -> None:
    desk.issue("corporate")
    desk.open_counter(counter="1")
    assert desk.next(counter="1") == {}


def test_a_counter_with_a_customer_cannot_call_another(desk: Desk) -> None:
    desk.issue(), desk.issue()
    desk.open_counter(counter="1")
    desk.next(counter="1")
    with pytest.raises(Conflict, match="A001"):
        desk.next(counter="1")


def test_a_closed_counter_cannot_call(desk: Desk) -> None:
    desk.issue()
    with pytest.raises(Conflict, match="closed"):
        desk.next(counter="1")


def test_a_named_ticket_may_be_called_only_where_it_can_be_served(desk: Desk) -> None:
    ticket = desk.issue("corporate")
    desk.open_counter(counter="1"), desk.open_counter(counter="7")
    with pytest.raises(Conflict):
        desk.call(counter="1", ticket=ticket["id"])
    assert desk.call(counter="7", ticket=ticket["id"])["ticket"]["counter"] == "7"


def test_a_call_is_repeated_as_often_as_the_branch_says(desk: Desk) -> None:
    desk.issue()
    desk.open_counter(counter="1")
    desk.next(counter="1")
    for _ in range(3):
        desk.recall(counter="1")
    with pytest.raises(Conflict, match="3"):
        desk.recall(counter="1")
    assert desk.no_show(counter="1")["ticket"]["state"] == "no_show"


def test_a_parked_customer_comes_back_to_the_counter_or_the_line(desk: Desk) -> None:
    first = desk.issue()
    second = desk.issue()
    desk.open_counter(counter="1")
    desk.next(counter="1")
    assert desk.park(counter="1")["ticket"]["state"] == "parked"
    assert desk.next(counter="1")["ticket"]["id"] == second["id"]
    desk.park(counter="1")
    assert desk.resume(ticket=first["id"])["ticket"]["state"] == "waiting"
    assert desk.next(counter="1")["ticket"]["id"] == first["id"]
    desk.no_show(counter="1")
    assert desk.call(counter="1", ticket=second["id"])["ticket"]["state"] == "called"


def test_a_transfer_keeps_the_waiting_so_far(desk: Desk, clock: Clock) -> None:
    early = desk.issue("cash")
    clock.forward(minutes=5)
    desk.issue("loans")
    desk.open_counter(counter="1"), desk.open_counter(counter="4")
    desk.next(counter="1")
    moved = desk.transfer_here(counter="1", service="loans")["ticket"]
    assert (moved["service"], moved["state"], moved["number"]) == ("loans", "waiting", "A001")
    assert desk.next(counter="4")["ticket"]["id"] == early["id"]


def test_a_ticket_transferred_to_one_counter_waits_for_that_one(desk: Desk) -> None:
    ticket = desk.issue()
    desk.transfer(ticket=ticket["id"], service="cash", counter="2")
    desk.open_counter(counter="1"), desk.open_counter(counter="2")
    assert desk.next(counter="1") == {}
    assert desk.next(counter="2")["ticket"]["id"] == ticket["id"]


def test_diverting_to_the_machines_ends_the_ticket(desk: Desk) -> None:
    ticket = desk.issue()
    diverted = desk.divert(ticket=ticket["id"], area="self_service")["ticket"]
    assert (diverted["state"], diverted["area"]) == ("diverted", "self_service")
    with pytest.raises(Conflict):
        desk.cancel(ticket=ticket["id"])


def test_diverting_to_another_line_keeps_the_place(desk: Desk) -> None:
    ticket = desk.issue()
    diverted = desk.divert(ticket=ticket["id"], area="priority")["ticket"]
    assert (diverted["state"], diverted["area"]) == ("waiting", "priority")
    desk.open_counter(counter="5")
    assert desk.next(counter="5")["ticket"]["id"] == ticket["id"]


def test_diverting_where_nobody_serves_it_is_refused(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.divert(ticket=desk.issue()["id"], area="corporate")


def test_the_manager_corrects_a_tier_and_the_area_follows(desk: Desk) -> None:
    retiered = desk.retier(ticket=desk.issue()["id"], tier="wealth", reason="knows her")["ticket"]
    assert (retiered["tier"], retiered["area"]) == ("wealth", "priority")


def test_a_reprint_counts_the_copies(desk: Desk) -> None:
    ticket = desk.issue()
    assert desk.reprint(ticket=ticket["id"])["ticket"]["print"] == {"state": "queued", "copies": 2}


def test_a_counter_with_a_customer_does_not_close(desk: Desk) -> None:
    desk.issue()
    desk.open_counter(counter="1")
    desk.next(counter="1")
    with pytest.raises(Conflict):
        desk.close_counter(counter="1")
    with pytest.raises(Conflict):
        desk.pause_counter(counter="1")


def test_a_paused_counter_calls_nobody_until_it_resumes(desk: Desk) -> None:
    desk.issue()
    desk.open_counter(counter="1")
    desk.pause_counter(counter="1")
    with pytest.raises(Conflict, match="paused"):
        desk.next(counter="1")
    desk.resume_counter(counter="1")
    assert desk.next(counter="1")["ticket"]


def test_a_closed_day_gives_no_numbers_but_serves_who_waits(desk: Desk) -> None:
    desk.issue()
    desk.close_day()
    with pytest.raises(Conflict):
        desk.issue()
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["number"] == "A001"
    desk.open_day()
    assert desk.issue()["number"] == "A002"


@pytest.mark.parametrize(
    ("verb", "args", "error"),
    [
        ("issue", {"service": "gold bars"}, Invalid),
        ("issue", {"service": "cash", "needs": ["tall"]}, Invalid),
        ("issue", {"service": "cash", "tier": "emperor"}, Invalid),
        ("cancel", {"ticket": "x"}, NotFound),
        ("next", {"counter": "99"}, NotFound),
        ("acknowledge", {"alert": 5}, NotFound),
    ],
)
def test_what_is_unknown_is_refused(
    desk: Desk, verb: str, args: dict[str, object], error: type
) -> None:
    with pytest.raises(error):
        getattr(desk, verb)(**args)


@pytest.mark.parametrize(
    "move", [m for m in Move if m not in (Move.CALL, Move.RESUME, Move.REPRINT)]
)
def test_an_ended_ticket_makes_no_move_but_a_missed_one_may_come_back(move: Move) -> None:
    ended = {State.SERVED, State.NO_SHOW, State.CANCELLED, State.DIVERTED} & set(MOVES[move])
    back = {
        Move.RETURN: {State.NO_SHOW, State.DIVERTED},
        Move.REDRAW: {State.NO_SHOW},
        Move.REJOIN: {State.DIVERTED},
    }
    assert ended == back.get(move, set())


def test_feedback_is_taken_once_and_a_bad_one_alerts_the_manager(
    desk: Desk, runtime: BranchRuntime
) -> None:
    ticket = desk.issue()
    with pytest.raises(Conflict, match="begun"):
        desk.give_feedback(ticket=ticket["id"], score=1, text="too early")
    desk.open_counter(counter="1"), desk.next(counter="1"), desk.start(counter="1")
    desk.give_feedback(ticket=ticket["id"], score=1, text="too long")
    with runtime.writer.published() as state:
        alert = next(iter(state.alerts.values()))
    assert (alert.kind, alert.ticket) == ("feedback", ticket["id"])
    with pytest.raises(Conflict):
        desk.give_feedback(ticket=ticket["id"], score=5)
    desk.acknowledge(alert=alert.id)
    with runtime.writer.published() as state:
        assert not state.alerts


def test_the_card_of_a_visit_that_was_not_served_is_kept_and_counted_apart(
    desk: Desk, runtime: BranchRuntime
) -> None:
    served, left, sent = (desk.issue()["id"] for _ in range(3))
    desk.open_counter(counter="1"), desk.next(counter="1"), desk.start(counter="1")
    desk.cancel(ticket=left), desk.divert(ticket=sent, area="self_service")
    for ticket, score in ((served, 5), (left, 1), (sent, 2)):
        desk.give_feedback(ticket=ticket, score=score)
    with runtime.writer.published() as state:
        day = date.fromisoformat(state.day)
        assert [alert.params["visit"] for alert in state.alerts.values()] == [
            "cancelled",
            "diverted",
        ]
    figures = report(runtime.branch, runtime.database, day, day, runtime.clock())["measures"]
    assert (figures["feedback_cards"]["value"], figures["feedback_mean"]["value"]) == (1, 5.0)
    assert figures["feedback_apart"]["value"] == 2


def test_feedback_stays_open_for_days_and_then_ends(desk: Desk, clock: Clock) -> None:
    first, second, third = (desk.issue()["id"] for _ in range(3))
    clock.forward(days=3)
    desk.give_feedback(ticket=first, score=4)
    with pytest.raises(Conflict):
        desk.give_feedback(ticket=first, score=4)
    clock.forward(days=3)
    desk.give_feedback(ticket=second, score=4)
    clock.forward(days=3)
    with pytest.raises(NotFound):
        desk.give_feedback(ticket=third, score=4)


def test_ringing_twice_is_one_alert(desk: Desk, runtime: BranchRuntime) -> None:
    desk.request_help(kiosk="entrance"), desk.request_help(kiosk="entrance")
    with runtime.writer.published() as state:
        assert len(state.alerts) == 1


def test_every_refusal_speaks_both_languages() -> None:
    refused = LobbyError("unknown_ticket", id="T1")
    assert refused.text("en") == "There is no ticket T1"
    assert refused.text("zh") == "没有这个号码：T1"
