"""What of actions and findings stands on the page of what is due today: for whom, from when on, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import Clock
from test_actions import TODAY, Actions, effect
from test_inspections import Meetings

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.commands.action import ActionPlan
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import Conflict, NotFound
from lobby.events.inspection import Verdict
from lobby.state.action import Aim, Direction, Source
from lobby.state.action import Verdict as Told
from lobby.state.inspection import Finding
from lobby.views.task_due import tasks_due

ROLES = ("teller", "manager", "office", "head", "inspector")
OWNER = Who("ann", "teller")


class Loop(Actions):
    """Actions and inspections of a branch, and who is to do something about them."""

    @property
    def meetings(self) -> Meetings:
        return Meetings(self.runtime)

    def due(self, who: Who) -> list[tuple[str, ...]]:
        """The reasons of each task, the most urgent first."""
        with self.runtime.writer.published() as state:
            tasks = tasks_due(state, who, self.runtime.standards_named, self.today)
        return [tuple(task["why"]) for task in tasks]

    def is_of(self, who: Who) -> list[bool]:
        """Of each task that is due for somebody, whether it is the own one."""
        with self.runtime.writer.published() as state:
            tasks = tasks_due(state, who, self.runtime.standards_named, self.today)
        return [task["mine"] for task in tasks]

    def seen_by(self) -> set[str]:
        """The roles, but for the owner, that something is due for."""
        return {role for role in ROLES if self.due(Who(f"the {role}", role))}

    def found(self, owner: str = "ann", due: date = TODAY) -> tuple[str, str]:
        """A finding of today's meeting."""
        inspection = self.meetings.begin()
        items = self.meetings.state(inspection).items
        item = next(item.id for item in items if item.finding is None)
        self.meetings.mark(inspection, item, verdict=Verdict.BROKEN)
        self.meetings.note(inspection, item, owner, due.isoformat())
        return inspection, item

    def finding(self, inspection: str, item: str) -> Finding:
        finding = self.meetings.item(inspection, item).finding
        assert finding
        return finding

    def taken_up(self, inspection: str, item: str, owner: str = "ann") -> str:
        """The action that is opened from the finding."""
        plan = ActionPlan("x", owner, TODAY, Source.INSPECTION, inspection, standard=item)
        return str(self.do("open_action", plan, who="dana")["action"]["id"])


@pytest.fixture
def loop(runtime: BranchRuntime, clock: Clock) -> Loop:
    return Loop(runtime, clock)


# -- who sees what --------------------------------------------------------------------------------------------
RISING = [
    (-1, set()),
    (0, set()),
    (1, {"manager", "inspector"}),
    (4, {"manager", "inspector", "office"}),
    (8, {"manager", "inspector", "office", "head"}),
]


def at_day(loop: Loop, days: int) -> None:
    loop.clock.forward(days=days)


@pytest.mark.parametrize(("days", "roles"), RISING)
def test_an_action_that_is_late_rises_level_by_level(
    loop: Loop, days: int, roles: set[str]
) -> None:
    plan = ActionPlan("x", "ann", TODAY + timedelta(days=1))
    loop.do("open_action", plan, who="dana")
    at_day(loop, days + 1)
    owners = {-1: [], 0: [("today",)]}
    assert loop.due(OWNER) == owners.get(days, [("late",)])
    assert loop.seen_by() == roles


@pytest.mark.parametrize(("days", "roles"), RISING)
def test_a_finding_that_is_late_rises_as_an_action_does(
    loop: Loop, days: int, roles: set[str]
) -> None:
    loop.found(due=TODAY + timedelta(days=1))
    at_day(loop, days + 1)
    owners = {-1: [], 0: [("today",)]}
    assert loop.due(OWNER) == owners.get(days, [("late",)])
    assert loop.seen_by() == roles


def test_the_own_task_is_told_from_the_others(loop: Loop) -> None:
    loop.open(owner="ann")
    loop.found(owner="ann")
    at_day(loop, 20)
    assert loop.is_of(OWNER) == [True, True]
    assert loop.is_of(Who("mia", "manager")) == [False, False]


def test_it_rises_past_a_level_where_nobody_but_the_owner_is(
    branch: Branch, tmp_path: Path, clock: Clock
) -> None:
    people = (Person("m1", "Li", ("manager",)), Person("o1", "Wu", ("office",)))
    staffed = replace(branch, staff=Staff(people=people))
    runtime = open_branch(staffed, tmp_path, "http://x", clock)
    loop = Loop(runtime, clock)
    loop.found(owner="m1")
    at_day(loop, 1)
    assert loop.due(Who("o1", "office", "o1")) == [("late", "risen")]
    runtime.close()


def test_what_is_done_waits_for_another_to_check_and_what_helped_for_the_office(
    loop: Loop,
) -> None:
    id = loop.open(aim=Aim("late_share", Direction.LESS))
    loop.prove(id)
    assert loop.due(OWNER) == []
    assert loop.due(Who("ann", "manager")) == [], "nobody checks the own one"
    assert loop.seen_by() == {"manager", "office", "head"}
    assert loop.due(Who("wu", "office")) == [("check",)]
    loop.do("check_action", id, who="chen")
    assert loop.seen_by() == set()
    loop.do("measure_action", id, effect(Told.HELPED))
    assert loop.due(Who("wu", "head")) == [("share",)]
    assert loop.seen_by() == {"office", "head"}


def test_without_an_effect_its_owner_has_it_again(loop: Loop) -> None:
    id = loop.open()
    loop.prove(id)
    loop.do("check_action", id, who="chen")
    loop.do("measure_action", id, effect(Told.NO_EFFECT))
    assert loop.due(OWNER) == [("again",)]
    assert loop.seen_by() == set()


# -- a finding and its action -----------------------------------------------------------------------------------
def test_an_action_takes_up_the_finding_that_it_was_opened_from(loop: Loop) -> None:
    inspection, item = loop.found()
    id = loop.taken_up(inspection, item)
    assert loop.finding(inspection, item).action == id
    assert loop.due(OWNER) == [("today",)], "one thing to do, not two"
    loop.prove(id)
    loop.do("check_action", id, who="chen")
    settled = loop.finding(inspection, item)
    assert (settled.settled_by, settled.open) == ("chen", False)
    assert not any(loop.runtime._journal.rebuild(loop.runtime.branch).values())


def test_what_was_broken_without_an_owner_gets_the_actions(loop: Loop) -> None:
    inspection = loop.meetings.begin()
    broken, kept = (item.id for item in loop.meetings.state(inspection).items[:2])
    loop.meetings.mark(inspection, broken, verdict=Verdict.BROKEN)
    loop.meetings.mark(inspection, kept)
    id = loop.taken_up(inspection, broken, owner="bob")
    finding = loop.finding(inspection, broken)
    assert (finding.owner, finding.due, finding.action) == ("bob", TODAY.isoformat(), id)
    loop.taken_up(inspection, kept)
    assert loop.meetings.item(inspection, kept).finding is None


def test_the_own_finding_is_settled_by_somebody_else(loop: Loop) -> None:
    inspection, item = loop.found(owner="chen")
    id = loop.taken_up(inspection, item)
    loop.prove(id)
    loop.do("check_action", id, who="chen")
    assert loop.finding(inspection, item).open
    assert loop.due(Who("chen", "manager")) == [("today",)]


def test_a_finding_is_due_again_where_its_action_is_cancelled(loop: Loop) -> None:
    inspection, item = loop.found()
    id = loop.taken_up(inspection, item)
    loop.do("cancel_action", id, "moot", who="dana")
    assert loop.due(OWNER) == [("today",)]


def link(loop: Loop, inspection: str, item: str, action: str) -> Any:
    linked = ev.FindingLinked(inspection, item, action)
    return loop.do("link_finding", linked, Who("dana", "manager"))


def test_a_finding_is_linked_to_an_action_that_is_not_over(loop: Loop) -> None:
    inspection, item = loop.found()
    with pytest.raises(NotFound, match="no corrective action"):
        link(loop, inspection, item, "x")
    over = loop.open()
    loop.do("cancel_action", over, "moot", who="dana")
    with pytest.raises(Conflict, match="still to be done"):
        link(loop, inspection, item, over)
    running = loop.open()
    link(loop, inspection, item, running)
    assert loop.finding(inspection, item).action == running
    loop.meetings.note(inspection, item, "bob", TODAY.isoformat())
    assert loop.finding(inspection, item).action == running, "another owner, the same action"
    loop.meetings.settle(inspection, item, "dana")
    with pytest.raises(Conflict, match="no open finding"):
        link(loop, inspection, item, running)
