"""What is due today for who is signed in: complaints, corrective actions and findings, and how many they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, TypedDict, TypeVar

from lobby.commands.base import Who
from lobby.state.case import Case
from lobby.views.case_due import RUN_OUT, DueListView, Standpoint, concerning, due, standpoint
from lobby.views.shapes import shape
from lobby.views.task_due import DueTaskView, TaskWhy, tasks_due
from web.dispatch import runtime, who
from web.loop import PLANS
from web.roles import needs
from web.schemas import SECURITY, api_of

api = api_of("due_api", __name__, "service loop", SECURITY[:2])
T = TypeVar("T")
LATE = RUN_OUT | {TaskWhy.LATE}


class DueTodayView(TypedDict):
    """The most urgent first in each list, of cases the own ones before the others'."""

    cases: DueListView
    tasks: Annotated[list[DueTaskView], "corrective actions and findings"]


class DueCountView(TypedDict):
    """How much somebody is to look at today; `late`: how much of it is overdue."""

    n: int
    late: int


@api.get("/due", responses={200: shape(DueTodayView)})
@needs("person")
def due_today() -> DueTodayView:
    """What is due today, is late, was escalated to your role, or waits for you."""
    cases, tasks = _of(due)
    return {"cases": cases, "tasks": tasks}


@api.get("/due/count", responses={200: shape(DueCountView)})
@needs("person")
def due_count() -> DueCountView:
    """How much it is, for the head of a page."""
    (cases, unseen), tasks = _of(concerning)
    reasons: list[Sequence[str]] = [why for _, why in cases]
    reasons += [task["why"] for task in tasks]
    late = sum(not LATE.isdisjoint(why) for why in reasons)
    return {"n": len(reasons) + unseen, "late": late + unseen}


def _of(
    reckon: Callable[[Standpoint, Sequence[Case], Who], T],
) -> tuple[T, list[DueTaskView]]:
    """What `reckon` makes of all cases for who asks, beside the server's loop, and that person's other tasks."""
    here = runtime()
    now = here.clock()
    asking = who()
    with here.writer.published() as state:
        cases = list(state.quality.cases.values())
        tasks = tasks_due(state, asking, here.standards_named, here.branch.day_of(now))
        at = standpoint(here.branch, state, now, here.lists.taking())
    return PLANS.run(reckon, at, cases, asking), tasks
