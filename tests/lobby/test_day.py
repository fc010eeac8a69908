"""The branch's day: roll-over, restart across midnight, a clock that steps."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from conftest import Clock, Desk

from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime, open_branch


def kinds(runtime: BranchRuntime) -> list[str]:
    return [type(recorded.event).__name__ for recorded in runtime._journal.events()]


def test_a_new_day_starts_blank_and_ends_who_was_left(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    waiting = desk.issue("loans")
    serving = desk.issue("cash")
    desk.open_counter(counter="1")
    desk.next(counter="1"), desk.start(counter="1")
    clock.forward(days=1)
    assert desk.issue("cash")["number"] == "A001"
    rows = dict(runtime._journal.db.execute("SELECT id, state FROM ticket").fetchall())
    assert (rows[waiting["id"]], rows[serving["id"]]) == ("cancelled", "served")
    with runtime.writer.published() as state:
        assert state.counters["1"].state == "closed"
        assert len(state.tickets) == 1


def test_the_day_turns_at_the_branchs_midnight_not_at_utc(desk: Desk, clock: Clock) -> None:
    clock.now = clock.now.replace(hour=15, minute=59)  # 23:59 in Shanghai
    assert [desk.issue()["number"] for _ in range(2)] == ["A001", "A002"]
    clock.forward(minutes=2)
    assert desk.issue()["number"] == "A001"


def test_a_restart_across_midnight_opens_the_new_day(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    Desk(runtime).issue()
    runtime.close()
    clock.forward(days=1)
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    with runtime.writer.published() as state:
        assert (state.day, state.tickets) == ("2026-03-03", {})
    runtime.close()


def test_a_restart_in_mid_day_goes_on_where_it_was(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    desk = Desk(runtime)
    desk.issue(), desk.issue(needs=["elderly"], customer="6226090000000000")
    desk.open_counter(counter="1")
    desk.next(counter="1"), desk.start(counter="1"), desk.close_day(), desk.open_day()
    left = desk.issue()["id"]
    desk.cancel(ticket=left), desk.give_feedback(ticket=left, score=1)
    with runtime.writer.published() as state:
        before = state
    runtime.close()
    runtime = open_branch(branch, tmp_path, "http://x", clock)
    with runtime.writer.published() as state:
        for part in (
            "seq",
            "day",
            "open",
            "tickets",
            "counters",
            "slips",
            "alerts",
            "feedback",
            "numbers",
        ):
            assert getattr(state, part) == getattr(before, part), part
        assert state.waiting() == before.waiting()
    assert Desk(runtime).issue()["number"] == "A004"
    runtime.close()


def test_numbers_go_on_when_the_clock_goes_back_to_yesterday(
    desk: Desk, clock: Clock, runtime: BranchRuntime
) -> None:
    desk.issue(), desk.issue()
    clock.forward(days=1)
    desk.issue()
    clock.forward(days=-1, hours=-1)
    assert desk.issue()["number"] == "A002", "of the day that had begun"
    assert "ClockStepped" in kinds(runtime)
    clock.forward(days=1)  # a night in which nobody came
    assert desk.issue()["number"] == "A003"


def test_numbers_go_on_when_the_clock_was_years_ahead(desk: Desk, clock: Clock) -> None:
    start = clock.now
    clock.forward(days=3000)
    first = desk.issue()
    clock.now = start + timedelta(minutes=1)
    again = desk.issue()
    assert (first["number"], again["number"]) == ("A001", "A002")
    assert again["issued_at"].startswith("2026-03-02T09:01")
