"""Dual recording 双录: what must be recorded ends with its reference or with a reason, or is seen to lack both."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import MORNING, Clock, Computer, Desk, examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lobby.branch.model import Branch
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, Invalid, LobbyError, NotFound
from lobby.events import CorrectionReason, OverrideReason, SaleRefused
from lobby.reports.recordings import RecordingView, recordings
from lobby.reports.story import story

MANAGER = Who("manager", "manager")
COUNTER = "5"
SALE = {"product": "WM-001", "reference": "SL20260302-0001"}


def listed(runtime: BranchRuntime, **wish: Any) -> list[RecordingView]:
    day = runtime.branch.day_of(MORNING)
    return recordings(runtime.database, day, day + timedelta(days=2), **wish)


def kinds(runtime: BranchRuntime) -> list[str]:
    return [row["kind"] for row in listed(runtime)]


def at_counter(desk: Desk, service: str = "wealth", **wish: Any) -> str:
    """A customer whose service has begun."""
    ticket: str = desk.issue(service, **wish)["id"]
    with suppress(LobbyError):
        desk.open_counter(counter=COUNTER)
    desk.call(counter=COUNTER, ticket=ticket)
    desk.start(counter=COUNTER)
    return ticket


def finish(desk: Desk) -> dict[str, Any]:
    """As the console asks for it."""
    commands = desk.runtime.commands
    answer = desk.runtime.writer.do("test", commands.recorded_first(commands.finish), COUNTER)
    return dict(answer.data)


def test_a_service_ends_with_its_recording(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = at_counter(desk)
    with pytest.raises(Conflict, match="needs its recording"):
        finish(desk)
    desk.record(counter=COUNTER, **SALE)
    desk.record(counter=COUNTER, product="WM-002", reference="SL20260302-0002")
    assert finish(desk)["ticket"]["state"] == "served"
    told = story(runtime.branch, runtime.database, ticket, "zh")["steps"]
    said = [step["what"] for step in told if "双录" in step["what"]]
    assert said == [
        "登记双录：编号 SL20260302-0001，产品 WM-001",
        "登记双录：编号 SL20260302-0002，产品 WM-002",
    ]
    first, second = listed(runtime)
    assert (first["ticket"], first["kind"], first["reference"]) == (
        ticket,
        "made",
        SALE["reference"],
    )
    assert second["product"] == "WM-002"
    assert first["ended_at"]
    kept_days = runtime.branch.recording.keep_days
    assert first["keep_until"] == str(runtime.branch.day_of(MORNING) + timedelta(days=kept_days))


@pytest.mark.parametrize("reference", ["", "short", "has blanks 1", "SL20260302_0001", "x" * 65])
def test_a_reference_has_the_form_of_the_recording_system(desk: Desk, reference: str) -> None:
    at_counter(desk)
    with pytest.raises(Invalid, match="SL20260302-0001"):
        desk.record(counter=COUNTER, product="WM-001", reference=reference)


def test_one_recording_is_no_proof_of_two_visits(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    at_counter(desk)
    desk.record(counter=COUNTER, **SALE)
    finish(desk)
    at_counter(desk)
    with pytest.raises(Conflict, match="another customer's"):
        desk.record(counter=COUNTER, **SALE)
    clock.forward(days=1)
    at_counter(desk)
    with pytest.raises(Conflict, match="another customer's"):
        desk.record(counter=COUNTER, **SALE)


def test_a_sale_that_was_not_made_needs_no_recording(desk: Desk, runtime: BranchRuntime) -> None:
    at_counter(desk)
    desk.refuse_recording(counter=COUNTER, reason=SaleRefused.DECLINED)
    finish(desk)
    (row,) = listed(runtime)
    assert (row["kind"], row["reason"]) == ("refused", "declined")


def test_a_manager_lets_it_pass_by_name(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = at_counter(desk)
    desk.override_recording(ticket=ticket, reason=OverrideReason.EQUIPMENT, who=MANAGER)
    finish(desk)
    (row,) = listed(runtime)
    assert (row["kind"], row["reason"], row["by"]) == ("overridden", "equipment", "manager")
    with pytest.raises(Conflict, match="waits for no recording"):
        desk.override_recording(ticket=ticket, reason=OverrideReason.EQUIPMENT, who=MANAGER)


def test_what_needs_no_recording_takes_none(desk: Desk) -> None:
    desk.open_counter(counter="1")
    desk.issue("cash")
    desk.next(counter="1")
    desk.start(counter="1")
    with pytest.raises(Conflict, match="needs no recording"):
        desk.record(counter="1", **SALE)


def test_each_recorded_service_of_a_visit_needs_its_own(desk: Desk, runtime: BranchRuntime) -> None:
    at_counter(desk, then=["wealth"])
    desk.record(counter=COUNTER, **SALE)
    assert finish(desk)["ticket"]["state"] == "serving"
    with pytest.raises(Conflict, match="needs its recording"):
        finish(desk)
    desk.record(counter=COUNTER, product="WM-003", reference="SL20260302-0003")
    assert finish(desk)["ticket"]["state"] == "served"


def test_what_the_day_ends_without_is_missing(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    at_counter(desk)
    assert kinds(runtime) == ["pending"]
    clock.forward(days=1)
    desk.issue("cash")
    assert kinds(runtime) == ["missing"]
    assert listed(runtime, missing=True)
    assert not listed(runtime, missing=True, counter="1")


def test_what_is_taken_back_is_as_if_it_had_not_been(desk: Desk, runtime: BranchRuntime) -> None:
    at_counter(desk)
    desk.undo(counter=COUNTER)
    assert kinds(runtime) == []
    desk.start(counter=COUNTER)
    desk.finish(counter=COUNTER)
    assert kinds(runtime) == ["missing"]
    desk.undo(counter=COUNTER)
    assert kinds(runtime) == ["pending"]


def test_a_hold_ends_no_service(desk: Desk, runtime: BranchRuntime) -> None:
    ticket = at_counter(desk)
    desk.record(counter=COUNTER, **SALE)
    desk.park(counter=COUNTER)
    desk.call(counter=COUNTER, ticket=ticket)
    desk.start(counter=COUNTER)
    finish(desk)
    assert kinds(runtime) == ["made"]


def test_a_restart_remembers_what_is_missing(branch: Branch, tmp_path: Any, clock: Clock) -> None:
    before = open_branch(branch, tmp_path, "http://lobby.test", clock)
    at_counter(Desk(before))
    before.close()
    after = open_branch(branch, tmp_path, "http://lobby.test", clock)
    try:
        with pytest.raises(Conflict, match="needs its recording"):
            finish(Desk(after))
        assert kinds(after) == ["pending"]
    finally:
        after.close()


RIGHT = "SL20260302-0009"


def correct(desk: Desk, sale: str, reference: str = RIGHT, who: Who = MANAGER) -> None:
    reason = CorrectionReason.MISTYPED
    desk.correct_recording(sale=sale, reference=reference, reason=reason, who=who)


@pytest.mark.parametrize("days", [0, 1], ids=["on the day", "a day later"])
def test_a_wrong_reference_is_put_right_and_both_stay(
    desk: Desk, runtime: BranchRuntime, clock: Clock, days: int
) -> None:
    ticket = at_counter(desk)
    desk.record(counter=COUNTER, **SALE)
    finish(desk)
    clock.forward(days=days)
    (sale,) = listed(runtime)
    for _ in range(2):
        correct(desk, sale["id"])
    (row,) = listed(runtime, reference=SALE["reference"])
    assert (row["ticket"], row["reference"]) == (ticket, RIGHT)
    assert [(c["was"], c["reference"], c["by"]) for c in row["corrections"]] == [
        (SALE["reference"], RIGHT, "manager")
    ]
    assert listed(runtime, reference=RIGHT) == [row]
    # What was wrong is free for the customer whose recording it is; the right one is taken.
    at_counter(desk)
    with pytest.raises(Conflict, match="another customer's"):
        desk.record(counter=COUNTER, product="WM-001", reference=RIGHT)
    desk.record(counter=COUNTER, **SALE)
    with pytest.raises(Conflict, match="another customer's"):
        correct(desk, sale["id"], SALE["reference"])
    with pytest.raises(NotFound):
        correct(desk, "0-0", "SL20260302-0010")
    assert not any(runtime._journal.rebuild(runtime.branch).values())


def test_the_clock_is_set_and_the_recording_moves_with_its_service(
    branch: Branch, tmp_path: Any
) -> None:
    computer = Computer()
    runtime = open_branch(branch, tmp_path, "http://x", computer, steady=computer.steady)
    desk = Desk(runtime)
    at_counter(desk)
    desk.record(counter=COUNTER, **SALE)
    computer.forward(minutes=3)
    computer.set(minutes=20)
    finish(desk)
    (row,) = listed(runtime)
    begun, ended = (datetime.fromisoformat(row[name] or "") for name in ("started_at", "ended_at"))
    assert (begun - MORNING, ended - begun) == (timedelta(minutes=20), timedelta(minutes=3))
    assert not any(runtime._journal.rebuild(runtime.branch).values())
    runtime.close()


def branch_machine(make: Callable[[], BranchRuntime]) -> type[RuleBasedStateMachine]:
    class Recorded(RuleBasedStateMachine):
        """A counter with recorded and other services, done, refused, overridden, held and taken back in any order,
        against a naive model: no service ends at the console before something is said of it."""

        def __init__(self) -> None:
            super().__init__()
            self.runtime = make()
            self.desk = Desk(self.runtime)
            self.desk.open_counter(counter=COUNTER)
            self.said = 0
            self.sales = 0

        def teardown(self) -> None:
            self.runtime.close()

        def attempt(self, verb: str, **args: Any) -> None:
            with suppress(LobbyError):
                getattr(self.desk, verb)(**args)

        @rule(then=st.sampled_from([[], ["wealth"]]))
        def come(self, then: list[str]) -> None:
            self.desk.issue("wealth", then=then)

        @rule(verb=st.sampled_from(["next", "start", "park", "undo", "no_show"]))
        def serve(self, verb: str) -> None:
            self.attempt(verb, counter=COUNTER)

        @rule()
        def sell(self) -> None:
            self.sales += 1
            reference = f"SL-{self.sales:06d}"
            self.attempt("record", counter=COUNTER, product="WM", reference=reference)

        @rule()
        def sell_nothing(self) -> None:
            self.attempt("refuse_recording", counter=COUNTER, reason=SaleRefused.NO_SALE)

        @rule()
        def end(self) -> None:
            with self.runtime.writer.published() as state:
                ticket = state.counters[COUNTER].ticket or ""
                service = state.quality.recording_of(ticket)
                silent = service is not None and not service.entries
            try:
                finish(self.desk)
            except LobbyError:
                return
            assert not silent

        @invariant()
        def nothing_ended_is_silent(self) -> None:
            assert "missing" not in kinds(self.runtime)

        @invariant()
        def who_is_served_has_one_that_goes_on(self) -> None:
            with self.runtime.writer.published() as state:
                for ticket in state.tickets.values():
                    open_ones = [s for s in state.quality.recordings_of(ticket.id) if s.goes_on]
                    assert len(open_ones) <= 1
                    if ticket.state == "serving":
                        assert open_ones

    return Recorded


def test_no_order_of_acts_loses_a_recording(
    branch: Branch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def make() -> BranchRuntime:
        return open_branch(branch, tmp_path_factory.mktemp("recorded"), "http://t", Clock())

    machine = branch_machine(make)
    steps = settings(examples(12), stateful_step_count=20)
    run_state_machine_as_test(machine, settings=steps)  # type: ignore[no-untyped-call]
