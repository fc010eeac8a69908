"""What the events of a case do to quality."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lobby import events as ev
from lobby.branch.deadlines import Pause
from lobby.evolve.registry import follows
from lobby.state.case import Case, CaseStatus, Promise
from lobby.state.queue import QueueState

CORRECTED = (
    *("channel", "severity", "happened_on", "reference", "place", "business", "cause", "people"),
    *("reply_by", "against", "confidential", "readers"),
)
"""The fields of the state that a correction may change as they are."""


@follows(ev.CaseOpened)
def _opened(state: QueueState, rec: ev.Recorded, event: ev.CaseOpened) -> None:
    came_at = ev.instant_of(event.came_at)
    state.quality.last_case = event.number
    state.quality.cases[event.case] = Case(
        id=event.case,
        number=event.number,
        status=CaseStatus.OPEN,
        channel=event.channel,
        severity=event.severity,
        opened_at=rec.at,
        came_at=came_at,
        clock_from=came_at,
        happened_on=event.happened_on,
        reference=event.reference,
        place=event.place,
        business=event.business,
        cause=event.cause,
        people=event.people,
        reply_by=event.reply_by,
        owner=event.owner,
        opened_by=rec.person or rec.actor,
        against=event.against,
        barred=event.visit.served_by if event.visit else (),
        confidential=event.confidential,
        readers=event.readers,
        ticket=event.ticket,
        visit_number=event.visit.number if event.visit else None,
    )


def _change(state: QueueState, id: str, **changes: Any) -> None:
    """A case that was let go is not there to change."""
    case = state.quality.cases.get(id)
    if case:
        state.quality.cases[id] = replace(case, **changes)


def _case(state: QueueState, id: str) -> Case | None:
    return state.quality.cases.get(id)


@follows(ev.CaseCorrected)
def _corrected(state: QueueState, rec: ev.Recorded, event: ev.CaseCorrected) -> None:
    given = {name: getattr(event, name) for name in CORRECTED}
    changes = {name: value for name, value in given.items() if value is not None}
    case = _case(state, event.case)
    if case and event.came_at:
        came_at = ev.instant_of(event.came_at)
        changes["came_at"] = came_at
        if case.clock_from == case.came_at:
            changes["clock_from"] = came_at
    _change(state, event.case, **changes)


@follows(ev.CaseAssigned)
def _assigned(state: QueueState, rec: ev.Recorded, event: ev.CaseAssigned) -> None:
    _change(state, event.case, owner=event.owner)


@follows(ev.CasePaused)
def _paused(state: QueueState, rec: ev.Recorded, event: ev.CasePaused) -> None:
    case = _case(state, event.case)
    if case:
        pauses = (*case.pauses, Pause(rec.at))
        _change(state, event.case, status=CaseStatus.PAUSED, pauses=pauses)


@follows(ev.CaseResumed)
def _resumed(state: QueueState, rec: ev.Recorded, event: ev.CaseResumed) -> None:
    case = _case(state, event.case)
    if case:
        _change(state, event.case, status=CaseStatus.OPEN, pauses=_ended(case, rec))


def _ended(case: Case, rec: ev.Recorded) -> tuple[Pause, ...]:
    """The pauses with the last one over."""
    return tuple(replace(pause, until=pause.until or rec.at) for pause in case.pauses)


@follows(ev.CaseExtended)
def _extended(state: QueueState, rec: ev.Recorded, event: ev.CaseExtended) -> None:
    _change(state, event.case, extended=True)


@follows(ev.CaseContacted)
def _contacted(state: QueueState, rec: ev.Recorded, event: ev.CaseContacted) -> None:
    _heard(state, rec, event.case)


def _heard(state: QueueState, rec: ev.Recorded, id: str) -> None:
    """The customer heard of us."""
    case = _case(state, id)
    if case:
        _change(state, id, first_word_at=case.first_word_at or rec.at)


@follows(ev.CasePromised)
def _promised(state: QueueState, rec: ev.Recorded, event: ev.CasePromised) -> None:
    case = _case(state, event.case)
    if case:
        promises = (*case.promises, Promise(event.promise, event.due))
        _change(state, event.case, promises=promises)
        _heard(state, rec, event.case)


@follows(ev.CasePromiseKept)
def _kept(state: QueueState, rec: ev.Recorded, event: ev.CasePromiseKept) -> None:
    case = _case(state, event.case)
    if case:
        promises = tuple(
            replace(promise, kept=promise.kept or promise.id == event.promise)
            for promise in case.promises
        )
        _change(state, event.case, promises=promises)


@follows(ev.CaseAnswered)
def _answered(state: QueueState, rec: ev.Recorded, event: ev.CaseAnswered) -> None:
    case = _case(state, event.case)
    if case:
        _change(
            state,
            event.case,
            status=CaseStatus.ANSWERED,
            pauses=_ended(case, rec),
            answered_at=rec.at,
            answered_by=rec.person or rec.actor,
            answered_role=event.role,
        )
        _heard(state, rec, event.case)


@follows(ev.CaseReviewed)
def _reviewed(state: QueueState, rec: ev.Recorded, event: ev.CaseReviewed) -> None:
    status = CaseStatus.REVIEWED if event.accepted else CaseStatus.OPEN
    _change(state, event.case, status=status)


@follows(ev.CaseClosed)
def _closed(state: QueueState, rec: ev.Recorded, event: ev.CaseClosed) -> None:
    case = _case(state, event.case)
    if case:
        _change(
            state,
            event.case,
            status=CaseStatus.CLOSED,
            pauses=_ended(case, rec),
            closed_at=rec.at,
            result=event.result,
        )


@follows(ev.CaseReopened)
def _reopened(state: QueueState, rec: ev.Recorded, event: ev.CaseReopened) -> None:
    """The clock begins anew, with nothing that was granted before."""
    _change(
        state,
        event.case,
        status=CaseStatus.OPEN,
        clock_from=rec.at,
        pauses=(),
        extended=False,
        first_word_at=None,
        answered_at=None,
        closed_at=None,
        result=None,
    )


@follows(ev.CaseJoined)
def _joined(state: QueueState, rec: ev.Recorded, event: ev.CaseJoined) -> None:
    case = _case(state, event.case)
    if case:
        _change(
            state,
            event.case,
            status=CaseStatus.JOINED,
            pauses=_ended(case, rec),
            joined_to=event.into,
            closed_at=rec.at,
        )
    into = _case(state, event.into)
    if into:
        barred = {*into.barred, *case.barred, *case.against} if case else into.barred
        joined = (*into.joined, event.case)
        _change(state, event.into, joined=joined, barred=tuple(sorted(barred)))


@follows(ev.CaseAttached)
def _attached(state: QueueState, rec: ev.Recorded, event: ev.CaseAttached) -> None:
    case = _case(state, event.case)
    if case:
        _change(state, event.case, files=case.files + 1)
