"""Alerts that come and go by themselves, and what the lobby manager's acts changed."""

from __future__ import annotations

from conftest import Clock, Desk

from lobby.engine.runtime import BranchRuntime
from lobby.events import Intervention


def look(runtime: BranchRuntime, *dark: str) -> list[tuple[str, str]]:
    """Let the watch look; the alerts that stand then."""
    runtime.writer.do("watch", runtime.alert_monitor.look, dark_boards=dark)
    with runtime.writer.published() as state:
        return sorted((a.kind, a.subject) for a in state.alerts.values())


def test_a_ticket_is_told_of_before_and_after_its_promise_until_it_is_called(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    ticket = desk.issue()
    assert look(runtime) == []
    clock.forward(minutes=18, seconds=30)
    assert look(runtime) == [("soon", ticket["id"])]
    clock.forward(minutes=2)
    assert look(runtime) == [("late", ticket["id"])]
    desk.open_counter(counter="1"), desk.next(counter="1")
    assert look(runtime) == []


def test_who_is_called_is_late_no_more_before_the_watch_looks_again(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.issue()
    clock.forward(minutes=21)
    look(runtime)
    desk.open_counter(counter="1")
    with runtime.writer.published() as state:
        assert [a["kind"] for a in runtime.views.hall(state, clock())["alerts"]] == ["late"]
    desk.next(counter="1")
    with runtime.writer.published() as state:
        assert runtime.views.hall(state, clock())["alerts"] == []


def test_an_alert_that_was_taken_is_not_raised_again_while_its_cause_lasts(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    ticket = desk.issue()
    clock.forward(minutes=21)
    look(runtime)
    with runtime.writer.published() as state:
        alert = next(iter(state.alerts))
    desk.acknowledge(alert=alert)
    assert look(runtime) == []
    desk.cancel(ticket=ticket["id"])
    look(runtime)
    with runtime.writer.published() as state:
        assert state.acknowledged == set()


def test_a_crowd_an_idle_counter_and_a_long_service_are_seen(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.open_counter(counter="1")
    for _ in range(16):
        desk.issue()
    desk.open_counter(counter="2"), desk.next(counter="2"), desk.start(counter="2")
    assert look(runtime) == [("crowded", "hall")]
    clock.forward(minutes=4, seconds=30)
    assert ("idle", "1") in look(runtime)
    clock.forward(minutes=9)
    assert "long" in [kind for kind, _ in look(runtime)]


def test_a_board_without_a_line_is_told_of_until_it_is_back(runtime: BranchRuntime) -> None:
    assert look(runtime, "main") == [("board", "main")]
    assert look(runtime) == []


def test_screens_that_nobody_looked_at_stay_as_they_are(runtime: BranchRuntime, desk: Desk) -> None:
    """The look after a clock was confirmed knows nothing of them."""
    watch = runtime.alert_monitor.look
    runtime.writer.do("watch", watch, dark_boards=["main"], silent_kiosks=["entrance"])
    with runtime.writer.published() as state:
        taken = next(one.id for one in state.alerts.values() if one.kind == "kiosk")
    desk.acknowledge(alert=taken)
    runtime.writer.do("watch", watch)
    with runtime.writer.published() as state:
        assert [one.kind for one in state.alerts.values()] == ["board"]
        assert state.acknowledged == {("kiosk", "entrance")}


def test_what_a_rescue_changed_is_measured_later(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    tickets = [desk.issue() for _ in range(3)]
    clock.forward(minutes=21)
    rescue = runtime.alert_monitor.ticket_intervention(Intervention.DIVERT, runtime.commands.divert)
    for ticket in tickets[:2]:
        runtime.writer.do("manager", rescue, ticket["id"], area="self_service")
    look(runtime)
    with runtime.writer.published() as state:
        first = runtime.views.today(state)["rescues"][-1]
    assert (first["act"], first["actor"], first["number"], first["after"]) == (
        "divert",
        "manager",
        "A001",
        None,
    )
    assert (first["before"]["waiting"], first["before"]["late"]) == (3, 3)
    clock.forward(minutes=10)
    look(runtime)
    with runtime.writer.published() as state:
        assert [r["after"]["waiting"] for r in runtime.views.today(state)["rescues"]] == [1, 1]


def test_the_days_curve_has_who_came_and_who_waited(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.open_counter(counter="1")
    desk.issue(), desk.issue()
    clock.forward(minutes=6)
    desk.next(counter="1")
    with runtime.writer.published() as state:
        slots = runtime.views.today(state)["slots"]
    assert [(s["arrivals"], s["called"], s["waiting"], s["open_counters"]) for s in slots[-2:]] == [
        (2, 0, 2, 1),
        (0, 1, 1, 1),
    ]


def test_the_most_of_a_slot_is_the_most_of_any_moment(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    """A rush and three counters that are over before the five minutes are."""
    for counter in ("1", "2", "3"):
        desk.open_counter(counter=counter)
    tickets = [desk.issue()["id"] for _ in range(4)]
    for id in tickets:
        desk.cancel(ticket=id)
    desk.close_counter(counter="2"), desk.close_counter(counter="3")
    clock.forward(minutes=6)
    desk.close_counter(counter="1")
    with runtime.writer.published() as state:
        slots = runtime.views.today(state)["slots"]
    assert [(s["most_waiting"], s["most_open"]) for s in slots[-2:]] == [(4, 3), (0, 1)]
