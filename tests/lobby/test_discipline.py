"""Who is called next, and the reason given."""

from __future__ import annotations

from conftest import Clock, Desk

from lobby.discipline import words
from lobby.house import House


def called(desk: Desk, counter: str) -> str:
    ticket = desk.next(counter=counter)["ticket"]
    desk.start(counter=counter), desk.finish(counter=counter)
    return str(ticket["number"])


def test_within_a_tier_first_come_is_first_served(desk: Desk, clock: Clock) -> None:
    for service in ("cash", "cards", "cash"):
        desk.issue(service)
        clock.forward(minutes=1)
    desk.open_counter(counter="1")
    assert [called(desk, "1") for _ in range(3)] == ["A001", "C001", "A002"]


def test_a_shorter_promise_goes_first_but_not_for_ever(desk: Desk, clock: Clock) -> None:
    desk.issue("cash")  # standard: promised 20 min
    clock.forward(minutes=3)
    desk.issue("cash", tier="gold")  # promised 15 min, so due 2 min earlier
    clock.forward(minutes=10)
    desk.issue("cash", tier="gold")
    desk.open_counter(counter="1")
    assert [called(desk, "1") for _ in range(3)] == ["A002", "A001", "A003"]


def test_the_green_channel_goes_before_a_longer_promise(desk: Desk, clock: Clock) -> None:
    desk.issue("cash")
    clock.forward(minutes=2)
    desk.issue("cash", needs=["pregnant"])
    desk.open_counter(counter="1")
    assert called(desk, "1") == "A002"


def test_a_dedicated_counter_prefers_its_tier_until_somebody_is_late(desk: Desk, clock: Clock) -> None:
    desk.issue("cash")
    clock.forward(minutes=10)
    desk.issue("cash", tier="gold"), desk.issue("cash", tier="gold")
    desk.open_counter(counter="3")
    assert called(desk, "3") == "A002"
    clock.forward(minutes=11)
    assert called(desk, "3") == "A001"


def test_the_reason_of_a_call_is_kept_and_can_be_read(desk: Desk, clock: Clock, house: House) -> None:
    desk.issue("cash")
    clock.forward(minutes=2)
    desk.issue("cash", needs=["elderly"])
    clock.forward(minutes=1)
    desk.open_counter(counter="1")
    ticket = desk.next(counter="1")["ticket"]
    with house.writer.published() as floor:
        reason = floor.tickets[ticket["id"]].call_reason
    assert reason == {"rule": "nearest_promise", "waited_s": 60, "target_wait_s": 300, "passed": 1}
    assert words(reason, "en").startswith("Waited 1 of 5 min promised")
    assert "已等 1 分钟" in words(reason, "zh")
