"""Corrective actions as staff see them. Sealed words stay sealed: they are read one by one, each look on record."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.branch.deadlines import Level
from lobby.state.action import (
    PENDING,
    Action,
    ActionState,
    Aim,
    Direction,
    Effect,
    Proof,
    Source,
    Verdict,
    Window,
)
from lobby.state.level import level_of_late
from lobby.state.queue import QueueState
from lobby.views.base import local
from lobby.views.views import SHOWN


class ActionAimView(TypedDict):
    """The measure that is to go less or more, of the tickets of this tier, service and counter."""

    measure: str
    direction: Direction
    tier: str | None
    service: str | None
    counter: str | None


class WindowView(TypedDict):
    """So many working `days`: the figure, made of `n` observations."""

    first: str
    last: str
    days: int
    n: int
    value: float | None


class EffectView(TypedDict):
    """What was measured: the true difference lies between `lo` and `hi` with 95 % confidence."""

    verdict: Verdict
    before: WindowView
    after: WindowView
    difference: float | None
    lo: float | None
    hi: float | None


class ActionProofView(TypedDict):
    """Who says that it is done. The words are sealed."""

    by: str
    at: str
    reference: str
    changed_on: str
    standard: str
    standard_version: str


class ActionView(TypedDict):
    """A corrective action. `level`: who looks after it by now; `waiting`: its effect is still to be told."""

    id: str
    title: str
    source: Source
    source_id: str
    cause: str
    process: str
    has_whys: bool
    standard: str
    tickets: list[str]
    owner: str
    owner_name: str
    owner_left: Annotated[bool, "the owner works here no more"]
    owners: list[str]
    due: str
    days_left: int
    days_late: int
    level: Level
    pending: bool
    waiting: bool
    aim: ActionAimView | None
    opened_by: str
    opened_at: str
    state: ActionState
    since: str
    proof: ActionProofView | None
    checked_by: str
    effects: list[EffectView]
    reopened: int
    has_reason: bool


def action_view(state: QueueState, action: Action) -> ActionView:
    today = state.branch.day_of(state.at)
    return {
        "id": action.id,
        "title": action.title,
        "source": action.source,
        "source_id": action.source_id,
        "cause": action.cause,
        "process": action.process,
        "has_whys": bool(action.whys),
        "standard": action.standard,
        "tickets": list(action.tickets),
        "owner": action.owner,
        "owner_name": state.branch.staff.name_of(action.owner),
        "owner_left": action.owner in state.quality.left,
        "owners": list(action.owners),
        "due": action.due.isoformat(),
        "days_left": (action.due - today).days,
        "days_late": action.days_late(today),
        "level": level(state, action),
        "pending": action.state in PENDING,
        "waiting": action.is_waiting(),
        "aim": _aim(action.aim),
        "opened_by": action.opened_by,
        "opened_at": local(state, action.opened_at),
        "state": action.state,
        "since": local(state, action.since),
        "proof": _proof(state, action.proof),
        "checked_by": action.checked_by,
        "effects": [effect_view(effect) for effect in action.effects],
        "reopened": action.reopened,
        "has_reason": bool(action.reason),
    }


def level(state: QueueState, action: Action) -> Level:
    """Who looks after it by now: another person than the one who is late."""
    late = action.days_late(state.branch.day_of(state.at))
    left = state.quality.left if action.state in PENDING else ()
    return level_of_late(state.branch, late, action.owner, left)


def actions_view(state: QueueState, owner: str | None = None) -> list[ActionView]:
    """All, or those of one owner: what is late first, then by the day it is due."""
    of_owner = [a for a in state.quality.actions.values() if owner in (None, a.owner)]
    views = [action_view(state, action) for action in of_owner]
    return sorted(views, key=lambda view: (not view["pending"], -view["days_late"], view["due"]))


def _aim(aim: Aim | None) -> ActionAimView | None:
    if aim is None:
        return None
    return {
        "measure": aim.measure,
        "direction": aim.direction,
        "tier": aim.tier,
        "service": aim.service,
        "counter": aim.counter,
    }


def _proof(state: QueueState, proof: Proof | None) -> ActionProofView | None:
    if proof is None:
        return None
    return {
        "by": proof.by,
        "at": local(state, proof.at),
        "reference": proof.reference,
        "changed_on": proof.changed_on.isoformat(),
        "standard": proof.standard,
        "standard_version": proof.standard_version,
    }


def effect_view(effect: Effect) -> EffectView:
    return {
        "verdict": effect.verdict,
        "before": _window(effect.before),
        "after": _window(effect.after),
        "difference": effect.difference,
        "lo": effect.lo,
        "hi": effect.hi,
    }


def _window(window: Window) -> WindowView:
    return {
        "first": window.first.isoformat(),
        "last": window.last.isoformat(),
        "days": window.days,
        "n": window.n,
        "value": window.value,
    }


def _answer(state: QueueState, action: str) -> ActionView:
    return action_view(state, state.quality.actions[action])


SHOWN["action"] = _answer
