"""Alerts that come and go by themselves, and what the lobby manager's acts changed."""

from __future__ import annotations

from conftest import Clock, Desk

from lobby.engine.house import House


def look(house: House, *dark: str) -> list[tuple[str, str]]:
    """Let the watch look; the alerts that stand then."""
    house.writer.do("watch", house.watch.look, dark_boards=dark)
    with house.writer.published() as floor:
        return sorted((a.kind, a.subject) for a in floor.alerts.values())


def test_a_ticket_is_told_of_before_and_after_its_promise_until_it_is_called(
    house: House, desk: Desk, clock: Clock
) -> None:
    ticket = desk.issue()
    assert look(house) == []
    clock.forward(minutes=18, seconds=30)
    assert look(house) == [("soon", ticket["id"])]
    clock.forward(minutes=2)
    assert look(house) == [("late", ticket["id"])]
    desk.open_counter(counter="1"), desk.next(counter="1")
    assert look(house) == []


def test_who_is_called_is_late_no_more_before_the_watch_looks_again(house: House, desk: Desk, clock: Clock) -> None:
    desk.issue()
    clock.forward(minutes=21)
    look(house)
    desk.open_counter(counter="1")
    with house.writer.published() as floor:
        assert [a["kind"] for a in house.views.hall(floor, clock())["alerts"]] == ["late"]
    desk.next(counter="1")
    with house.writer.published() as floor:
        assert house.views.hall(floor, clock())["alerts"] == []


def test_an_alert_that_was_taken_is_not_raised_again_while_its_cause_lasts(
    house: House, desk: Desk, clock: Clock
) -> None:
    ticket = desk.issue()
    clock.forward(minutes=21)
    look(house)
    with house.writer.published() as floor:
        alert = next(iter(floor.alerts))
    desk.acknowledge(alert=alert)
    assert look(house) == []
    desk.cancel(ticket=ticket["id"])
    look(house)
    with house.writer.published() as floor:
        assert floor.taken == set()


def test_a_crowd_an_idle_counter_and_a_long_service_are_seen(house: House, desk: Desk, clock: Clock) -> None:
    desk.open_counter(counter="1")
    for _ in range(16):
        desk.issue()
    desk.open_counter(counter="2"), desk.next(counter="2"), desk.start(counter="2")
    assert look(house) == [("crowded", "hall")]
    clock.forward(minutes=4, seconds=30)
    assert ("idle", "1") in look(house)
    clock.forward(minutes=9)
    assert "long" in [kind for kind, _ in look(house)]


def test_a_board_without_a_line_is_told_of_until_it_is_back(house: House) -> None:
    assert look(house, "main") == [("board", "main")]
    assert look(house) == []


def test_what_a_rescue_changed_is_measured_later(house: House, desk: Desk, clock: Clock) -> None:
    tickets = [desk.issue() for _ in range(3)]
    clock.forward(minutes=21)
    rescue = house.watch.rescuing(house.hall.divert, "divert")
    for ticket in tickets[:2]:
        house.writer.do("manager", rescue, ticket=ticket["id"], area="self_service")
    look(house)
    with house.writer.published() as floor:
        first = house.views.today(floor)["rescues"][-1]
    assert (first["act"], first["actor"], first["number"], first["after"]) == ("divert", "manager", "A001", None)
    assert (first["before"]["waiting"], first["before"]["late"]) == (3, 3)
    clock.forward(minutes=10)
    look(house)
    with house.writer.published() as floor:
        assert [r["after"]["waiting"] for r in house.views.today(floor)["rescues"]] == [1, 1]


def test_the_days_curve_has_who_came_and_who_waited(house: House, desk: Desk, clock: Clock) -> None:
    desk.open_counter(counter="1")
    desk.issue(), desk.issue()
    clock.forward(minutes=6)
    desk.next(counter="1")
    with house.writer.published() as floor:
        slots = house.views.today(floor)["slots"]
    assert [(s["arrivals"], s["called"], s["waiting"], s["open_counters"]) for s in slots[-2:]] == [
        (2, 0, 2, 1),
        (0, 1, 1, 1),
    ]
