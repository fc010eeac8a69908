"""What of corrective actions and findings somebody is to do today: the own ones, what rose to the role, what waits for
a check, what may become a practice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, TypedDict

from lobby.branch.deadlines import Level
from lobby.commands.base import Who
from lobby.commands.case_access import HANDLERS
from lobby.standards.model import Catalogue
from lobby.state.action import PENDING, RUNNING, Action, ActionState
from lobby.state.inspection import Finding, InspectedItem
from lobby.state.level import level_of_late
from lobby.state.queue import QueueState
from lobby.texts import by_language, languages
from lobby.views.base import ByLang
from lobby.views.case_due import has_risen

Named = Callable[[str], Catalogue]


class TaskWhy(StrEnum):
    """Why somebody is to look at an action or a finding today; the most urgent first."""

    LATE = "late"
    TODAY = "today"
    AGAIN = "again"
    RISEN = "risen"
    OWNER_LEFT = "owner_left"
    CHECK = "check"
    SHARE = "share"


ORDER = tuple(TaskWhy)
SHARERS = frozenset({"head", "office", "admin"})
"""The roles that make what helped a practice."""


class DueTaskView(TypedDict):
    """A corrective action, or the finding of an inspection that no action takes up. `id` is the action's, or the
    inspection's; `item` is the finding's standard. `mine`: whoever asks owns it."""

    noun: Literal["action", "finding"]
    id: str
    item: str
    title: ByLang
    owner: str
    owner_name: str
    mine: bool
    due: str
    days_late: int
    level: Level
    why: Annotated[list[TaskWhy], "the most urgent first"]


def tasks_due(state: QueueState, who: Who, named: Named, today: date) -> list[DueTaskView]:
    """The most urgent first. `named` gives the standards as an inspection looked at them, by its digest."""
    tasks = [*_actions(state, who, today), *_findings(state, who, named, today)]
    return sorted(tasks, key=lambda task: (ORDER.index(task["why"][0]), task["due"]))


def _actions(state: QueueState, who: Who, today: date) -> Iterator[DueTaskView]:
    for action in state.quality.actions.values():
        late = action.days_late(today)
        level = level_of_late(state.branch, late, action.owner, state.quality.left)
        why = [*_of_owner(action, who, today), *_of_others(action, who, level, late)]
        if action.state in PENDING:
            why += _of_left(state, action.owner, level, who)
        if why:
            yield {
                "noun": "action",
                "id": action.id,
                "item": action.standard,
                "title": dict.fromkeys(languages(), action.title),
                "owner": action.owner,
                "owner_name": state.branch.staff.name_of(action.owner),
                "mine": action.owner in who.names,
                "due": action.due.isoformat(),
                "days_late": late,
                "level": level,
                "why": sorted(why, key=ORDER.index),
            }


def _of_owner(action: Action, who: Who, today: date) -> Iterator[TaskWhy]:
    """What its owner is to do: prove it."""
    if action.state not in RUNNING or action.owner not in who.names:
        return
    yield from _run_out(action.due, today)
    if action.state is ActionState.REOPENED:
        yield TaskWhy.AGAIN


def _of_others(action: Action, who: Who, level: Level, late: int) -> Iterator[TaskWhy]:
    """What others are to do: see to what is late, check, share."""
    owned = who.is_among(action.owners)
    if late and not owned and has_risen(level, who):
        yield TaskWhy.LATE
        yield TaskWhy.RISEN
    if action.state is ActionState.PROVED and not owned and who.role in HANDLERS:
        yield TaskWhy.CHECK
    if action.state is ActionState.HELPED and who.role in SHARERS:
        yield TaskWhy.SHARE


def _of_left(state: QueueState, owner: str, level: Level, who: Who) -> Iterator[TaskWhy]:
    """What its owner does no more, who works here no longer: somebody else is to be named."""
    if owner in state.quality.left and has_risen(level, who):
        yield TaskWhy.OWNER_LEFT


def _run_out(due: date, today: date) -> Iterator[TaskWhy]:
    if due < today:
        yield TaskWhy.LATE
    if due == today:
        yield TaskWhy.TODAY


def _findings(state: QueueState, who: Who, named: Named, today: date) -> Iterator[DueTaskView]:
    for inspection in state.quality.inspections.values():
        for item in inspection.items:
            if item.finding is None or _is_taken_up(state, item.finding):
                continue
            late = item.finding.days_late(today)
            level = level_of_late(state.branch, late, item.finding.owner, state.quality.left)
            why = list(_of_finding(item.finding, who, level, today))
            if item.finding.open:
                why += _of_left(state, item.finding.owner, level, who)
            if why:
                yield {
                    "noun": "finding",
                    "id": inspection.id,
                    "item": item.id,
                    "title": _content(named(inspection.digest), item),
                    "owner": item.finding.owner,
                    "owner_name": state.branch.staff.name_of(item.finding.owner),
                    "mine": item.finding.owner in who.names,
                    "due": item.finding.due,
                    "days_late": late,
                    "level": level,
                    "why": sorted(why, key=ORDER.index),
                }


def _is_taken_up(state: QueueState, finding: Finding) -> bool:
    """Whether an action that is not done stands for it."""
    action = state.quality.actions.get(finding.action)
    return action is not None and action.state in PENDING


def _of_finding(finding: Finding, who: Who, level: Level, today: date) -> Iterator[TaskWhy]:
    if not finding.open:
        return
    if finding.owner in who.names:
        yield from _run_out(date.fromisoformat(finding.due), today)
    elif finding.days_late(today) and has_risen(level, who):
        yield TaskWhy.LATE
        yield TaskWhy.RISEN


def _content(standards: Catalogue, item: InspectedItem) -> ByLang:
    """The standard's words; its id where the catalogue has it no more."""
    standard = standards.by_id.get(item.id)
    if standard is None:
        return dict.fromkeys(languages(), item.id)
    return by_language(standard.content)
