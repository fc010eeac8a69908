"""The API of corrective actions: open, give, prove, check, and what the figures say."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypedDict

from flask import abort
from pydantic import BaseModel, Field

from lobby.commands.action import ActionPlan, ProofGiven
from lobby.errors import Invalid, NotFound
from lobby.reports.effect import Course, DayFigure
from lobby.reports.measures import measure_of
from lobby.state.action import Action, Aim, Direction, Source
from lobby.views.action import (
    ActionView,
    EffectView,
    action_view,
    actions_view,
    effect_view,
)
from lobby.views.shapes import list_shape, shape
from lobby.views.views import View
from staff.shared.looks import look
from web.dispatch import Answer, do, runtime, who
from web.loop import PLANS
from web.roles import may, needs
from web.schemas import SECURITY, Body, BranchDay, ById, Id, api_of

api = api_of("actions_api", __name__, "service loop", SECURITY[:2])
ActionOut = shape(ActionView)
WHYS_MAX = 5
"""Five times "why?" leads from what happened to what is to be changed (T. Ohno, "Toyota Production System", 1988)."""
Words = Field(default="", max_length=400)
OF_TICKETS = {"tier", "service"}
"""What is given by these is made of tickets, each of which has its counter too."""


class AimBody(Body):
    """Which measure is to go which way, of which tickets; without a tier, service or counter, of all."""

    measure: Id
    direction: Direction
    tier: Id | None = None
    service: Id | None = None
    counter: Id | None = None


class ActionBody(Body):
    """`owner` is a staff number, or an account where there is no register; without one, who asks. `whys` are the
    answers to "why?", from what happened down to what is to be changed; they are sealed."""

    title: str = Field(min_length=1, max_length=200)
    due: BranchDay
    owner: str = Field(default="", max_length=40)
    source: Source = Source.FREE
    source_id: str = Field(default="", max_length=40)
    cause: str = Field(default="", max_length=8)
    process: str = Field(default="", max_length=80)
    whys: list[str] = Field(default=[], max_length=WHYS_MAX)
    standard: str = Field(default="", max_length=40)
    tickets: list[Id] = Field(default=[], max_length=20)
    aim: AimBody | None = None


class AssignBody(Body):
    owner: Id
    due: BranchDay
    reason: str = Field(min_length=1, max_length=200)


class ProofBody(Body):
    """`words`, which are sealed, or a `reference` to a document or picture. The change holds since `changed_on`."""

    changed_on: BranchDay
    words: str = Words
    reference: str = Field(default="", max_length=200)
    standard: str = Field(default="", max_length=40)
    standard_version: str = Field(default="", max_length=40)


class AgainBody(Body):
    """Why it is due again, and until when."""

    reason: str = Field(min_length=1, max_length=200)
    due: BranchDay


class CancelBody(Body):
    reason: str = Field(min_length=1, max_length=200)


class ActionWordsOut(BaseModel):
    """What is sealed. That you read it is on record."""

    whys: list[str]
    proof: str
    reason: str


class DayFigureView(TypedDict):
    day: str
    value: float | None
    n: int


class CourseView(TypedDict):
    """The measure by working day before and after the change. `wanted` days are needed on each side. `effect` is null
    while there are fewer; it is told once, when the windows are full."""

    before: list[DayFigureView]
    after: list[DayFigureView]
    wanted: int
    effect: EffectView | None


@api.get("/actions", responses={200: list_shape(ActionView)})
@needs("person")
def listed() -> list[ActionView]:
    """All actions, the late ones first; a teller's are the own ones."""
    owner = None if may("reports") else who().id
    with runtime().writer.published() as state:
        return actions_view(state, owner)


@api.get("/actions/<id>", responses={200: ActionOut})
@needs("person")
def read(path: ById) -> View:
    """One action."""
    _known(path.id)
    with runtime().writer.published() as state:
        return action_view(state, state.quality.actions[path.id])


def _known(id: str) -> Action:
    """The action, for those who may read all, and for its owners."""
    with runtime().writer.published() as state:
        action: Action | None = state.quality.actions.get(id)
    if action is None:
        raise NotFound("unknown_action", id=id)
    if not may("reports") and not who().is_among(action.owners):
        abort(403)
    return action


@api.get("/actions/<id>/course", responses={200: shape(CourseView)})
@needs("person")
def course(path: ById) -> View:
    """The figure that the action is to move, before and after the change."""
    action = _known(path.id)
    if action.aim is None or action.proof is None:
        raise NotFound("no_course")
    told: Course | None = PLANS.run(runtime().course_of, action)
    if told is None:
        raise NotFound("unknown_measure", id=action.aim.measure)
    return {
        "before": [_day(day) for day in told.before],
        "after": [_day(day) for day in told.after],
        "wanted": told.wanted,
        "effect": told.effect and effect_view(told.effect),
    }


def _day(day: DayFigure) -> Any:
    return {**asdict(day), "day": day.day.isoformat()}


@api.post("/actions/<id>/words", responses={200: ActionWordsOut})
@needs("person")
def words(path: ById) -> View:
    """The answers to "why?", the proof, and the last reason. The look is on record before it is answered."""
    action = _known(path.id)
    proof = action.proof.words if action.proof else ""
    sealed = {"whys": action.whys, "proof": proof, "reason": action.reason}
    opened = look("action", path.id, sealed)
    return {**opened, "whys": opened["whys"].splitlines()}


@api.post("/actions", responses={201: ActionOut})
@needs("quality")
def open_(body: ActionBody) -> tuple[View, int]:
    """Open an action."""
    return _shown(do(runtime().commands.open_action, who(), plan_of(body))), 201


def plan_of(body: ActionBody) -> ActionPlan:
    fields = {name: getattr(body, name) for name in body.model_fields_set - {"aim"}}
    fields["whys"] = "\n".join(why.strip() for why in body.whys if why.strip())
    fields["tickets"] = tuple(body.tickets)
    fields["owner"] = body.owner.strip()
    _known_standard(body.standard)
    return ActionPlan(**fields, aim=_aim(body.aim))


def _aim(body: AimBody | None) -> Aim | None:
    if body is None:
        return None
    measure = measure_of(body.measure)
    told_by = {*measure.by, *(["counter"] if {*measure.by} >= OF_TICKETS else [])}
    aim = Aim(**body.model_dump())
    for key in aim.group:
        if key not in told_by:
            raise Invalid("aim_group", key, measure=measure.name)
    return aim


def _known_standard(id: str) -> None:
    if id and id not in runtime().standards.by_id:
        raise Invalid("unknown_standard", "standard", id=id)


def _shown(answer: Answer) -> View:
    data: Any = answer.data
    view: View = data["action"]
    return view


@api.post("/actions/<id>/assign", responses={200: ActionOut})
@needs("quality")
def assign(path: ById, body: AssignBody) -> View:
    """Another owner, or another day."""
    command = runtime().commands.assign_action
    return _shown(do(command, who(), path.id, body.owner, body.due, body.reason))


@api.post("/actions/<id>/prove", responses={200: ActionOut})
@needs("person")
def prove(path: ById, body: ProofBody) -> View:
    """It is done, says its owner."""
    _known(path.id)
    _known_standard(body.standard)
    proof = ProofGiven(**body.model_dump())
    return _shown(do(runtime().commands.prove_action, who(), path.id, proof))


@api.post("/actions/<id>/check", responses={200: ActionOut})
@needs("quality")
def check(path: ById) -> View:
    """It is done, says another person."""
    return _shown(do(runtime().commands.check_action, who(), path.id))


@api.post("/actions/<id>/refuse", responses={200: ActionOut})
@needs("quality")
def refuse(path: ById, body: AgainBody) -> View:
    """It is not done, says another person."""
    command = runtime().commands.refuse_action
    return _shown(do(command, who(), path.id, body.reason, body.due))


@api.post("/actions/<id>/reopen", responses={200: ActionOut})
@needs("quality")
def reopen(path: ById, body: AgainBody) -> View:
    """It did not last."""
    command = runtime().commands.reopen_action
    return _shown(do(command, who(), path.id, body.reason, body.due))


@api.post("/actions/<id>/share", responses={200: ActionOut})
@needs("office")
def share(path: ById) -> View:
    """What helped here is a practice for others."""
    return _shown(do(runtime().commands.share_action, who(), path.id))


@api.post("/actions/<id>/cancel", responses={200: ActionOut})
@needs("quality")
def cancel(path: ById, body: CancelBody) -> View:
    """Nothing more is to be done."""
    return _shown(do(runtime().commands.cancel_action, who(), path.id, body.reason))
