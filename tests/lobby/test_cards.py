"""The feedback card 服务意见卡 and what stands beside it: what asked for it, words of who waits, contacts withdrawn."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from conftest import Clock, Desk
from sqlite_utils import Database

from lobby.engine.runtime import DATABASE, BranchRuntime
from lobby.errors import Conflict
from lobby.events import AskedBy
from lobby.events.personal import Missing, of_contact


def served(desk: Desk) -> str:
    ticket: str = desk.issue("cash")["id"]
    desk.open_counter(counter="1")
    desk.next(counter="1")
    desk.start(counter="1")
    desk.finish(counter="1")
    return ticket


def alerts(runtime: BranchRuntime) -> list[dict[str, Any]]:
    with runtime.writer.published() as state:
        return [dict(alert) for alert in runtime.views.alerts(state)]


def steps(runtime: BranchRuntime) -> list[str]:
    with closing(Database(runtime.data / DATABASE)) as db:
        return [row["step"] for row in db.query("SELECT step FROM feedback_step ORDER BY seq")]


def test_a_contact_is_withdrawn_and_the_opinion_stays(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = served(desk)
    desk.give_feedback(ticket, score=1, text="久等", contact="13800138000", consent=True)
    assert runtime.left_contact(ticket)
    assert runtime.contact_of(ticket) == "13800138000"
    subject = runtime.subject_keys.of(of_contact(ticket))
    assert subject
    assert subject.key
    runtime.erase_contact(ticket)
    desk.withdraw_contact(ticket=ticket)
    files = [file for file in runtime.data.rglob("*") if file.is_file()]
    assert not [file for file in files if subject.key in file.read_bytes()]
    assert runtime.contact_of(ticket) is Missing.ERASED
    assert not runtime.left_contact(ticket)
    (alert,) = alerts(runtime)
    assert alert["params"]["text"] == "久等"
    with pytest.raises(Conflict, match="no contact"):
        desk.withdraw_contact(ticket=ticket)


def test_a_card_without_a_contact_has_none_to_withdraw(desk: Desk) -> None:
    ticket = served(desk)
    desk.give_feedback(ticket, score=5)
    with pytest.raises(Conflict, match="no contact"):
        desk.withdraw_contact(ticket=ticket)


def test_the_page_asks_once_and_only_for_an_open_card(desk: Desk, runtime: BranchRuntime) -> None:
    waiting = desk.issue("cash")["id"]
    desk.ask_feedback(ticket=waiting, by=AskedBy.PAGE)
    assert steps(runtime) == []
    desk.cancel(ticket=waiting, reason="customer")
    ticket = served(desk)
    for _ in range(2):
        desk.ask_feedback(ticket=ticket, by=AskedBy.PAGE)
        desk.ask_feedback(ticket=ticket, by=AskedBy.TABLET)
    assert steps(runtime) == ["page", "tablet"]
    desk.give_feedback(ticket, score=4)
    other = served(desk)
    desk.give_feedback(other, score=4)
    desk.ask_feedback(ticket=other, by=AskedBy.PAGE)
    assert steps(runtime) == ["page", "tablet"]


def test_a_word_of_who_waits_is_an_alert_with_facts_and_leaves_the_card(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    ticket = desk.issue("cash")["id"]
    clock.forward(minutes=25)
    desk.voice_opinion(ticket=ticket, text="还要多久？")
    (alert,) = (alert for alert in alerts(runtime) if alert["kind"] == "opinion")
    assert alert["params"]["text"] == "还要多久？"
    assert alert["facts"] == {
        "service": "cash",
        "counter": None,
        "waited_s": 1500,
        "target_wait_s": 1200,
    }
    desk.acknowledge(alert=alert["id"])
    assert not [alert for alert in alerts(runtime) if alert["kind"] == "opinion"]
    desk.open_counter(counter="1")
    desk.next(counter="1")
    desk.start(counter="1")
    with pytest.raises(Conflict, match="has begun"):
        desk.voice_opinion(ticket=ticket, text="still")
    desk.give_feedback(ticket, score=3)


def test_a_customer_does_not_flood_the_lobby_manager(desk: Desk) -> None:
    ticket = desk.issue("cash")["id"]
    for _ in range(3):
        desk.voice_opinion(ticket=ticket, text="?")
    with pytest.raises(Conflict, match="will come to you"):
        desk.voice_opinion(ticket=ticket, text="?")


def test_a_low_card_comes_with_the_facts_of_the_visit(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = served(desk)
    desk.give_feedback(ticket, score=1, reasons=("waiting",))
    (alert,) = alerts(runtime)
    assert (alert["facts"]["service"], alert["facts"]["counter"]) == ("cash", "1")
