"""Bulletins are made by themselves: at the set hour, when a period is over, and after a branch was off."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Clock, Desk

from lobby.branch.model import Branch
from lobby.engine.runtime import BranchRuntime
from lobby.reports.bulletin import Bulletin, bulletin
from staff.bulletin.archive import FOLDER, keep, kept


def look(runtime: BranchRuntime, clock: Clock) -> int:
    return keep(runtime.branch, runtime.data, runtime.database, clock(), set())


def daily(runtime: BranchRuntime) -> dict[str, object]:
    text = (runtime.data / FOLDER / "day-2026-03-02.json").read_text()
    document: dict[str, object] = json.loads(text)
    return document


def spans(data: Path) -> set[str]:
    return {name.partition(".")[0] for name in kept(data)}


def test_a_day_is_made_at_its_hour_and_again_when_it_is_over(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.issue()
    assert look(runtime, clock) == 0
    clock.forward(hours=9, minutes=1)  # 18:01
    assert look(runtime, clock) == 1
    assert look(runtime, clock) == 0
    assert daily(runtime)["final"] is False
    desk.issue()
    clock.forward(hours=12)
    assert look(runtime, clock) == 1
    final = daily(runtime)
    assert final["final"] is True
    assert final["measures"]["tickets"]["value"] == 2  # type: ignore[index]
    assert look(runtime, clock) == 0
    ends = {"json", "zh.html", "en.html", "zh.xlsx", "en.xlsx"}
    assert {name.partition(".")[2] for name in kept(runtime.data)} == ends


def test_a_week_and_a_month_are_made_when_they_are_over(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    desk.issue()
    clock.forward(days=6, hours=10)
    look(runtime, clock)
    assert spans(runtime.data) == {"day-2026-03-02"}
    clock.forward(days=1)
    look(runtime, clock)
    assert "week-2026-03-02" in spans(runtime.data)
    clock.now = clock.now.replace(month=4, day=1)
    look(runtime, clock)
    assert "month-2026-03-01" in spans(runtime.data)


def test_what_is_too_old_goes(runtime: BranchRuntime, desk: Desk, clock: Clock) -> None:
    desk.issue()
    clock.forward(hours=10)
    look(runtime, clock)
    assert kept(runtime.data)
    clock.now += timedelta(days=runtime.branch.reports.keep_days + 1)
    look(runtime, clock)
    assert kept(runtime.data) == []


def test_one_that_cannot_be_made_keeps_no_other_from_being_made(
    runtime: BranchRuntime, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.issue()
    clock.forward(days=1)
    desk.issue()
    clock.forward(days=1)

    def failing(branch: Branch, database: Path, first: date, *more: object) -> Bulletin:
        if first.isoformat() == "2026-03-03":
            raise KeyError("module")
        return bulletin(branch, database, first, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("staff.bulletin.archive.bulletin", failing)
    set_aside: set[str] = set()
    parts = runtime.branch, runtime.data, runtime.database, clock()
    assert keep(*parts, set_aside) == 1
    assert spans(runtime.data) == {"day-2026-03-02"}
    assert set_aside == {"day-2026-03-03"}
    assert keep(*parts, set_aside) == 0
