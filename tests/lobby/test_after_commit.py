"""What happens after a commit undoes nothing and hides nothing: it is told, and everybody else hears of the fact."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Clock, Desk

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.base import Decision
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.engine.submission import By
from lobby.errors import Unavailable


def fails(*_: Any, **__: Any) -> Any:
    raise ValueError("math domain error")


def heard(runtime: BranchRuntime) -> list[str]:
    """The kinds of events that a subscriber is told from now on."""
    kinds: list[str] = []
    runtime.writer.subscribe(
        lambda records: kinds.extend(type(record.event).__name__ for record in records)
    )
    return kinds


def test_learning_that_fails_hides_no_call(
    desk: Desk, runtime: BranchRuntime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = heard(runtime)
    monkeypatch.setattr(runtime.forecaster, "learn", fails)
    desk.issue(), desk.issue()
    desk.open_counter(counter="1")
    assert desk.next(counter="1")["ticket"]["number"] == "A001"
    clock.forward(seconds=30)  # a call teaches once it can be taken back no more
    desk.start(counter="1")
    assert kinds[-1] == "TicketStarted"
    assert runtime.writer.faults == {"learning": 1}
    assert not runtime.writer.failing


def test_a_subscriber_that_fails_keeps_nothing_from_the_others(
    desk: Desk, runtime: BranchRuntime
) -> None:
    runtime.writer.subscribe(fails)
    kinds = heard(runtime)
    assert desk.issue()["number"] == "A001"
    assert "TicketIssued" in kinds
    assert runtime.writer.faults["subscriber"] > 0


def test_a_forecast_that_fails_for_the_answer_hides_nothing_that_was_done(
    desk: Desk, runtime: BranchRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = heard(runtime)
    desk.issue(), desk.open_counter(counter="1")
    monkeypatch.setattr(runtime.forecaster, "at_place", fails)
    moved = desk.move(ticket=desk.issue()["id"], seat="last")
    assert moved["ticket"]["number"] == "A002"
    assert "TicketMoved" in kinds
    assert runtime.writer.faults == {"view": 1}


def test_a_command_whose_event_fits_nowhere_hurts_nobody_else(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    runtime = open_branch(branch, tmp_path, "http://x", clock, pumped=True)

    def misfit(state: Any, now: Any) -> Decision:
        return Decision([ev.TicketStarted("260302A999", "1")])

    asked = [runtime.writer.submit(By("t"), verb) for verb in (misfit, misfit)]
    asked.insert(1, runtime.writer.submit(By("t"), runtime.commands.issue, service="cash"))
    runtime.writer.pump()
    assert asked[1].result(timeout=0).data["ticket"]["number"] == "A001"
    for future in (asked[0], asked[2]):
        with pytest.raises(KeyError):
            future.result(timeout=0)
    assert not runtime.writer.failing
    runtime.close()


def test_what_was_durable_after_all_is_announced(
    desk: Desk, runtime: BranchRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = heard(runtime)
    commit = runtime._journal.commit

    def fails_late() -> None:
        commit()
        raise OSError("the disk went away after the commit")

    with monkeypatch.context() as broken:
        broken.setattr(runtime._journal, "commit", fails_late)
        with pytest.raises(Unavailable):
            desk.issue()
    assert "TicketIssued" in kinds
    assert desk.issue()["number"] == "A002"
