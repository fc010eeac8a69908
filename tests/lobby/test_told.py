"""What customers are told: before anybody has come, from the queue played on, and as a trace that anybody can score."""

from __future__ import annotations

import csv
import math
from datetime import datetime
from pathlib import Path

import pytest
from conftest import CONFIG, Desk
from hypothesis import given
from hypothesis import strategies as st

from cli import main
from lobby.branch.config import read_branch
from lobby.calling.discipline import DEFAULT
from lobby.commands.base import Decision
from lobby.engine.runtime import BranchRuntime
from lobby.events import Recorded
from lobby.evolve.apply import apply
from lobby.forecast.live import Forecaster
from lobby.forecast.played import Played, left_s
from lobby.simulation.first_days import teach, teach_if_new
from lobby.simulation.lookahead import bare
from lobby.simulation.simulate import Rehearsal

BRANCH = bare(read_branch(CONFIG))
QUIET = Path(__file__).parents[2] / "benchmarks" / "scenarios" / "quiet.toml"
TOLD = (
    "ticket,tier,service,arrived_at,called_at,finished_at,abandoned_at,counter,"
    "wait_p50_s,wait_p90_s,wait_lo_s,wait_hi_s,quoted_lo_min,quoted_hi_min"
)


def test_a_simulated_trace_says_what_each_customer_was_told(tmp_path: Path) -> None:
    out = tmp_path / "told.csv"
    assert main(["simulate", str(QUIET), "--days", "2", "--trace", str(out)]) == 0
    written = out.read_text().splitlines()
    assert written[0] == TOLD
    rows = list(csv.DictReader(written))
    assert len({row["ticket"] for row in rows}) == len(rows)
    assert len({row["arrived_at"][:10] for row in rows}) == 2
    held = [_held(row) for row in rows if row["called_at"]]
    assert sum(held) / len(held) > 0.8
    assert {row["counter"] for row in rows if row["called_at"]} <= {"1", "2", "3", "4"}


def _held(row: dict[str, str]) -> bool:
    wait = datetime.fromisoformat(row["called_at"]) - datetime.fromisoformat(row["arrived_at"])
    hi_min = float(row["quoted_hi_min"] or math.inf)
    return 60 * float(row["quoted_lo_min"]) <= wait.total_seconds() <= 60 * hi_min


def test_a_trace_that_cannot_be_written_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(QUIET), "--trace", str(tmp_path / "none" / "told.csv")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_simulated_days_make_the_first_range_narrower(runtime: BranchRuntime, desk: Desk) -> None:
    desk.open_counter(counter="1")
    for _ in range(6):
        desk.issue()
    cold = Forecaster(runtime.branch, {})
    taught = Forecaster(runtime.branch, {})
    teach(runtime.branch, taught)
    widths = []
    with runtime.writer.published() as state:
        ticket = state.waiting()[-1]
        for forecaster in (cold, taught):
            wait = forecaster.at_place(state, ticket)[1]
            widths.append(wait.hi_s / max(60, wait.lo_s))
    assert widths[1] < widths[0] / 2


def test_a_branch_that_knows_itself_learns_nothing_simulated(runtime: BranchRuntime) -> None:
    forecaster = Forecaster(runtime.branch, {})
    teach_if_new(runtime.branch, forecaster)
    lessons = forecaster.calibration.lessons
    assert lessons > 300
    teach_if_new(runtime.branch, forecaster)
    assert forecaster.calibration.lessons == lessons


@pytest.mark.parametrize("lasted_s", [0, 60, 300, 900, 3600, 20000])
def test_what_is_left_of_a_service_is_some_time(lasted_s: float) -> None:
    assert 0 < left_s(300, lasted_s) < math.inf


def played(waiting: list[str], counters: int) -> Played:
    """The queue of a branch with so many open counters, at each of which somebody is, and these services waiting."""
    rehearsal = Rehearsal(BRANCH, DEFAULT, 60.0)
    now = rehearsal.day(0, [], []).now
    state = rehearsal.state
    commands = rehearsal.commands

    def do(decision: Decision) -> None:
        for event in decision.events:
            apply(state, Recorded(state.seq + 1, now, "test", event))

    for counter in BRANCH.counters[:counters]:
        do(commands.open_counter(state, now, counter.id))
        do(commands.issue(state, now, counter.serves[0]))
        do(commands.next(state, now, counter.id))
    for service in waiting:
        do(commands.issue(state, now, service))
    return Played(state, now, lambda _: 300.0, lambda _: 1.0)


@given(
    st.lists(st.sampled_from([s.id for s in BRANCH.services]), max_size=12),
    st.integers(1, len(BRANCH.counters)),
    st.integers(1, len(BRANCH.counters)),
    st.floats(0, 4000),
    st.floats(0, 4000),
)
def test_a_nearer_due_is_never_called_later_nor_with_more_counters(
    waiting: list[str], open_: int, some: int, a: float, b: float
) -> None:
    nearer, later = sorted((a, b))
    queue = played(waiting, open_)
    few = {c.id for c in BRANCH.counters[:some]}
    every = {c.id for c in BRANCH.counters}
    assert queue.call_s(few, (nearer, 0)) <= queue.call_s(few, (later, 0))
    assert queue.call_s(every, (later, 0)) <= queue.call_s(few, (later, 0))
