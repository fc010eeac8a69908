"""What corrective actions do to quality."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.action import (
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
from lobby.state.queue import QueueState

AFTER: dict[Verdict, ActionState] = {
    Verdict.HELPED: ActionState.HELPED,
    Verdict.NO_EFFECT: ActionState.REOPENED,
    Verdict.WORSE: ActionState.REOPENED,
    Verdict.TOO_FEW: ActionState.CHECKED,
}


def _change(queue: QueueState, action: str, /, **fields: Any) -> None:
    actions = queue.quality.actions
    actions[action] = replace(actions[action], **fields)


@follows(ev.ActionOpened)
def _opened(state: QueueState, rec: ev.Recorded, event: ev.ActionOpened) -> None:
    state.quality.actions[event.action] = Action(
        id=event.action,
        title=event.title,
        source=Source(event.source),
        source_id=event.source_id,
        cause=event.cause,
        process=event.process,
        whys=event.whys,
        standard=event.standard,
        tickets=event.tickets,
        owners=(event.owner,),
        due=event.due,
        aim=_aim(event.aim),
        opened_by=event.by,
        opened_at=rec.at,
        state=ActionState.OPEN,
        since=rec.at,
    )


def _aim(aim: ev.ActionAim | None) -> Aim | None:
    if aim is None:
        return None
    return Aim(aim.measure, Direction(aim.direction), aim.tier, aim.service, aim.counter)


@follows(ev.ActionAssigned)
def _assigned(state: QueueState, rec: ev.Recorded, event: ev.ActionAssigned) -> None:
    earlier = state.quality.actions[event.action].owners
    others = tuple(owner for owner in earlier if owner != event.owner)
    _change(state, event.action, owners=(*others, event.owner), due=event.due)


@follows(ev.ActionProved)
def _proved(state: QueueState, rec: ev.Recorded, event: ev.ActionProved) -> None:
    proof = Proof(
        by=event.by,
        at=rec.at,
        words=event.words,
        reference=event.reference,
        changed_on=event.changed_on,
        standard=event.standard,
        standard_version=event.standard_version,
    )
    _change(state, event.action, state=ActionState.PROVED, since=rec.at, proof=proof)


@follows(ev.ActionChecked)
def _checked(state: QueueState, rec: ev.Recorded, event: ev.ActionChecked) -> None:
    _change(state, event.action, state=ActionState.CHECKED, since=rec.at, checked_by=event.by)


@follows(ev.ActionMeasured)
def _measured(state: QueueState, rec: ev.Recorded, event: ev.ActionMeasured) -> None:
    action = state.quality.actions[event.action]
    verdict = Verdict(event.verdict)
    effect = Effect(
        verdict=verdict,
        before=Window(**asdict(event.before)),
        after=Window(**asdict(event.after)),
        difference=event.difference,
        lo=event.lo,
        hi=event.hi,
    )
    after = AFTER[verdict]
    _change(
        state,
        event.action,
        state=after,
        since=rec.at,
        effects=(*action.effects, effect),
        due=event.due or action.due,
        reopened=action.reopened + (after is ActionState.REOPENED),
    )


@follows(ev.ActionReopened)
def _reopened(state: QueueState, rec: ev.Recorded, event: ev.ActionReopened) -> None:
    _change(
        state,
        event.action,
        state=ActionState.REOPENED,
        since=rec.at,
        due=event.due,
        reason=event.reason,
        reopened=state.quality.actions[event.action].reopened + 1,
    )


@follows(ev.ActionShared)
def _shared(state: QueueState, rec: ev.Recorded, event: ev.ActionShared) -> None:
    _change(state, event.action, state=ActionState.PRACTICE, since=rec.at)


@follows(ev.ActionCancelled)
def _cancelled(state: QueueState, rec: ev.Recorded, event: ev.ActionCancelled) -> None:
    _change(state, event.action, state=ActionState.CANCELLED, since=rec.at, reason=event.reason)
