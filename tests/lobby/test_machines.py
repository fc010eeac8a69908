"""Going to the machines is the customer's own word, and can be taken back."""

from __future__ import annotations

import pytest
from conftest import Clock, Desk

from lobby.engine.runtime import BranchRuntime
from lobby.errors import Conflict
from lobby.simulation.advice import advise
from lobby.simulation.lookahead import Lookahead
from lobby.state.ticket import Ticket


def ticket_of(runtime: BranchRuntime, id: str) -> Ticket:
    with runtime.writer.published() as state:
        return state.tickets[id]


def test_an_offer_keeps_the_place_until_the_customer_agrees(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    mine = desk.issue()["id"]
    asked = desk.offer_machines(ticket=mine)["ticket"]
    assert (asked["state"], asked["offered"]) == ("waiting", "self_service")
    clock.forward(minutes=5)
    gone = desk.answer_offer(ticket=mine, accepted=True)["ticket"]
    assert (gone["state"], gone["area"], gone["offered"]) == ("diverted", "self_service", None)


def test_who_declines_stays_and_is_not_asked_again(desk: Desk, runtime: BranchRuntime) -> None:
    mine = desk.issue()["id"]
    desk.offer_machines(ticket=mine)
    stayed = desk.answer_offer(ticket=mine, accepted=False)["ticket"]
    assert (stayed["state"], stayed["offered"]) == ("waiting", None)
    with pytest.raises(Conflict) as refused:
        desk.offer_machines(ticket=mine)
    assert refused.value.code == "machines_declined"


def test_a_machine_that_does_not_help_costs_no_place(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    mine = desk.issue()["id"]
    since = ticket_of(runtime, mine).rank_at
    clock.forward(minutes=2)
    later = desk.issue()["id"]
    desk.divert(ticket=mine, area="self_service")
    clock.forward(minutes=6)
    back = desk.rejoin(ticket=mine)["ticket"]
    assert (back["state"], back["area"]) == ("waiting", "hall")
    assert ticket_of(runtime, mine).rank_at == since
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["id"] == mine != later


def test_the_lobby_manager_takes_it_back_too(desk: Desk) -> None:
    mine = desk.issue()["id"]
    desk.divert(ticket=mine, area="self_service")
    assert desk.bring_back(ticket=mine)["ticket"]["state"] == "waiting"


@pytest.mark.parametrize(
    ("service", "needs", "refusal"),
    [("cash", ("elderly",), "machines_need"), ("wealth", (), "no_machines")],
)
def test_who_is_not_asked(desk: Desk, service: str, needs: tuple[str, ...], refusal: str) -> None:
    mine = desk.issue(service, needs=needs)["id"]
    with pytest.raises(Conflict) as refused:
        desk.offer_machines(ticket=mine)
    assert refused.value.code == refusal


def test_a_call_ends_the_question(desk: Desk) -> None:
    mine = desk.issue()["id"]
    desk.offer_machines(ticket=mine)
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["offered"] is None
    with pytest.raises(Conflict):
        desk.answer_offer(ticket=mine, accepted=True)


def test_advice_is_about_those_whom_nobody_asked(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.open_counter(counter="1")
    for _ in range(14):
        last = desk.issue()["id"]
        clock.forward(seconds=40)
    desk.offer_machines(ticket=last)
    with runtime.writer.published() as state:
        lookahead = Lookahead(state, clock(), runtime.forecaster)
    advised = [one for one in advise(lookahead, runs=8) if one.kind == "self_service"]
    assert advised
    assert last not in advised[0].tickets
