"""What a customer says after the number was drawn, and that who was called is on the way."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Clock, Desk

from lobby.customers.tiering import TierAssignment
from lobby.errors import Conflict, Invalid
from lobby.state.ticket import Ticket

GOLD = TierAssignment("gold", "card 621234")


def ticket_of(desk: Desk, id: str) -> Ticket:
    with desk.runtime.writer.published() as state:
        return state.tickets[id]


def rebuilt(desk: Desk) -> dict[str, int]:
    return desk.runtime._journal.rebuild(desk.runtime.branch)


def test_a_need_told_late_leads_to_the_green_channel_with_the_wait_so_far(
    desk: Desk, clock: Clock
) -> None:
    rules = desk.runtime.branch.rules
    id = desk.issue("cash")["id"]
    clock.forward(minutes=7)
    shown = desk.amend(ticket=id, needs=["pregnant"])["ticket"]
    ticket = ticket_of(desk, id)
    assert desk.runtime.branch.area[shown["area"]].green
    assert ticket.target_wait_s == rules.green_target_wait_s
    assert (ticket.rank_at, ticket.needs) == (ticket.issued_at, ("pregnant",))
    assert not any(rebuilt(desk).values())


def test_a_further_service_comes_after_those_of_the_number_and_five_are_the_most(
    desk: Desk,
) -> None:
    id = desk.issue("cash", then=["cards"])["id"]
    assert desk.amend(ticket=id, add=["loans"])["ticket"]["then"] == ["cards", "loans"]
    desk.amend(ticket=id, add=["fx", "cash"])
    with pytest.raises(Conflict) as why:
        desk.amend(ticket=id, add=["cash"])
    assert why.value.code == "visit_full"
    with pytest.raises(Invalid):
        desk.amend(ticket=id, add=["juggling"])


def test_a_card_shown_late_tells_the_tier_and_nobody_loses_by_one(desk: Desk) -> None:
    id = desk.issue("cash")["id"]
    desk.amend(ticket=id, assignment=GOLD)
    assert (ticket_of(desk, id).tier, ticket_of(desk, id).tier_rule) == ("gold", "card 621234")
    desk.amend(ticket=id, assignment=TierAssignment("standard", "not_recognised"))
    assert ticket_of(desk, id).tier == "gold"
    desk.retier(ticket=id, tier="standard", reason="卡非本人")
    desk.amend(ticket=id, assignment=GOLD)
    assert ticket_of(desk, id).tier == "standard"


@pytest.mark.parametrize("more", [{"needs": ["elderly"]}, {"add": ["loans"]}, {"assignment": GOLD}])
def test_what_was_added_by_mistake_is_taken_back(desk: Desk, more: dict[str, Any]) -> None:
    id = desk.issue("cash")["id"]
    was = desk.ticket(id)
    desk.amend(ticket=id, **more)
    assert desk.ticket(id) != was
    desk.undo_on(ticket=id)
    assert desk.ticket(id) == was
    assert not any(rebuilt(desk).values())


def test_nothing_new_is_no_event_and_a_new_area_at_a_kiosk_is_a_new_slip(desk: Desk) -> None:
    id = desk.issue("cash", needs=["elderly"])["id"]
    desk.amend(ticket=id, needs=["elderly"], new_slip=True)
    assert ticket_of(desk, id).copies == 1
    other = desk.issue("cash")["id"]
    desk.amend(ticket=other, add=["cards"], new_slip=True)
    assert ticket_of(desk, other).copies == 1
    desk.amend(ticket=other, needs=["elderly"], new_slip=True)
    assert ticket_of(desk, other).copies == 2


def test_who_is_coming_is_no_no_show_for_a_while(desk: Desk, clock: Clock) -> None:
    id = desk.issue("cash")["id"]
    with pytest.raises(Conflict):
        desk.coming(ticket=id)
    desk.open_counter(counter="1")
    desk.next(counter="1")
    assert desk.coming(ticket=id)["ticket"]["coming"]
    clock.forward(seconds=40)
    desk.coming(ticket=id)  # said again: the hold is not longer
    with pytest.raises(Conflict) as why:
        desk.no_show(counter="1")
    assert (why.value.code, why.value.params["s"]) == ("is_coming", 20)
    clock.forward(seconds=21)
    assert desk.no_show(counter="1")["ticket"]["state"] == "no_show"
    desk.bring_back(ticket=id)
    desk.next(counter="1")
    assert not desk.ticket(id)["coming"]
    assert desk.no_show(counter="1")
