"""The living branch: its clock runs ahead, and its crowd goes through the same door as everybody."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import CONFIG, until

from demo import Crowd, FastClock, opening, play_past_days
from lobby.branch.config import read_branch
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.state.ticket import State

BRANCH = read_branch(CONFIG)


def test_the_fast_clock_runs_as_many_times_and_jumps_forward() -> None:
    real = [100.0]
    start = datetime(2026, 3, 2, 1, tzinfo=UTC)
    clock = FastClock(start, 60, lambda: real[0])
    real[0] += 10
    assert clock() == start + timedelta(minutes=10)
    clock.jump(start + timedelta(days=1))
    real[0] += 1
    assert clock() == start + timedelta(days=1, minutes=1)


def test_the_crowd_takes_numbers_is_served_and_fills_in_cards(tmp_path: Path) -> None:
    clock = FastClock(opening(BRANCH, datetime(2026, 3, 2, 4, tzinfo=UTC)), 1000)
    runtime = open_branch(BRANCH, tmp_path, "http://x", clock)
    with closing(runtime), Crowd(runtime, clock):
        until(
            lambda: served(runtime) > 5 and opinions(runtime) > 0, "customers served, and cards", 60
        )
        until(
            lambda: appointments_kept(runtime) > 0 and breaks(runtime) > 0,
            "appointments kept, and breaks",
            60,
        )


def served(runtime: BranchRuntime) -> int:
    with runtime.writer.published() as state:
        return sum(t.state is State.SERVED for t in state.tickets.values())


def opinions(runtime: BranchRuntime) -> int:
    with runtime.writer.published() as state:
        return len(state.feedback)


def appointments_kept(runtime: BranchRuntime) -> int:
    with runtime.writer.published() as state:
        return sum(appointment.state == "kept" for appointment in state.appointments.values())


def breaks(runtime: BranchRuntime) -> int:
    with runtime.writer.published() as state:
        return sum(counter.state == "paused" for counter in state.counters.values())


@pytest.mark.long
def test_the_branch_has_learned_from_the_days_before(tmp_path: Path) -> None:
    today = opening(BRANCH, datetime(2026, 3, 4, 4, tzinfo=UTC))
    play_past_days(BRANCH, tmp_path, today)
    runtime = open_branch(BRANCH, tmp_path, "http://x", lambda: today)
    known = {score.tier: score.forecasts for score in runtime.forecaster.scores()}
    assert known["standard"] > 100
    assert (
        runtime.writer.do("test", runtime.commands.issue, service="cash").data["ticket"]["number"]
        == "A001"
    )
    runtime.close()
