"""What the events of a case do to quality."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
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
        owners=(event.owner,) if event.owner else (),
        opened_by=rec.person or rec.actor,
        against=event.against,
        barred=event.visit.served_by if event.visit else (),
        confidential=event.confidential,
        readers=event.readers,
        ticket=event.ticket,
        visit_number=event.visit.number if event.visit else None,
    )
    if event.ticket:
        of_ticket = state.complaints.get(event.ticket, ())
        state.complaints[event.ticket] = (*of_ticket, event.case)


def _change(state: QueueState, id: str, **changes: Any) -> None:
    """A case that was let go is not there to change."""
    case = state.quality.cases.get(id)
    if case:
        state.quality.keep_case(replace(case, **changes))
        if case.joined_to:
            _gather(state, case.joined_to)


def _gather(state: QueueState, id: str) -> None:
    """What the joined complaints bring along to the case that they are handled in, made anew from them."""
    case = _case(state, id)
    if case is None:
        return
    joined = [one for other in case.joined if (one := _case(state, other))]
    barred = set().union(*(one.concerned for one in joined))
    clocks = [clock for one in joined for clock in (one.clock, *one.joined_clocks)]
    _change(
        state,
        id,
        joined_barred=tuple(sorted(barred)),
        joined_strict=any(one.needs_approval for one in joined),
        joined_people=sum(one.people + one.joined_people for one in joined),
        joined_clocks=tuple(clocks),
    )


def _with_joined(state: QueueState, id: str) -> list[Case]:
    """The case and all that are handled in it: those that were joined first come first."""
    case = _case(state, id)
    if case is None:
        return []
    return [one for other in case.joined for one in _with_joined(state, other)] + [case]


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
    case = _case(state, event.case)
    if case:
        owners = dict.fromkeys((*case.owners, event.owner))
        _change(state, event.case, owner=event.owner, owners=tuple(owners))


@follows(ev.TicketCalled)
@follows(ev.TicketStarted)
@follows(ev.TicketFinished)
def _served(
    state: QueueState,
    rec: ev.Recorded,
    event: ev.TicketCalled | ev.TicketStarted | ev.TicketFinished,
) -> None:
    """Who serves the customer after the complaint is concerned as who did before."""
    served_by = {rec.actor, rec.person or rec.actor}
    for id in state.complaints.get(event.ticket, ()):
        case = _case(state, id)
        if case:
            barred = dict.fromkeys((*case.barred, *sorted(served_by)))
            _change(state, id, barred=tuple(barred))


@follows(ev.CasePaused)
def _paused(state: QueueState, rec: ev.Recorded, event: ev.CasePaused) -> None:
    """Its end is known from the beginning on, whoever notes later that it is there."""
    until = _end_of(state, event.until) if event.until else None
    for case in _with_joined(state, event.case):
        _change(state, case.id, pauses=(*case.pauses, Pause(rec.at, until)))
    _change(state, event.case, status=CaseStatus.PAUSED)


def _end_of(state: QueueState, day: str) -> datetime:
    after = date.fromisoformat(day) + timedelta(days=1)
    return datetime.combine(after, time(), state.branch.zone)


@follows(ev.CaseResumed)
def _resumed(state: QueueState, rec: ev.Recorded, event: ev.CaseResumed) -> None:
    _end_pauses(state, rec, event.case)
    _change(state, event.case, status=CaseStatus.OPEN)


def _end_pauses(state: QueueState, rec: ev.Recorded, id: str) -> None:
    for case in _with_joined(state, id):
        _change(state, case.id, pauses=_ended(case, rec))


def _ended(case: Case, rec: ev.Recorded) -> tuple[Pause, ...]:
    """The pauses with the last one over."""
    return tuple(replace(pause, until=min(pause.until or rec.at, rec.at)) for pause in case.pauses)


@follows(ev.CaseExtended)
def _extended(state: QueueState, rec: ev.Recorded, event: ev.CaseExtended) -> None:
    for case in _with_joined(state, event.case):
        _change(state, case.id, extended=True)


@follows(ev.CaseContacted)
def _contacted(state: QueueState, rec: ev.Recorded, event: ev.CaseContacted) -> None:
    _heard(state, rec, event.case)


def _heard(state: QueueState, rec: ev.Recorded, id: str) -> None:
    """The customer heard of us, and whose complaints are handled with this one."""
    for case in _with_joined(state, id):
        _change(state, case.id, heard_at=(*case.heard_at, rec.at))


@follows(ev.CasePromised)
def _promised(state: QueueState, rec: ev.Recorded, event: ev.CasePromised) -> None:
    case = _case(state, event.case)
    if case:
        promises = (*case.promises, Promise(event.promise, event.due, at=rec.at))
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


@follows(ev.CasePromiseWithdrawn)
def _withdrawn(state: QueueState, rec: ev.Recorded, event: ev.CasePromiseWithdrawn) -> None:
    """The customer who never heard of it did not hear of us by it either."""
    case = _case(state, event.case)
    if case is None:
        return
    promises = tuple(
        replace(promise, withdrawn=promise.withdrawn or promise.id == event.promise)
        for promise in case.promises
    )
    _change(state, event.case, promises=promises)
    if event.told is ev.ReplyBy.NONE:
        made_at = {promise.at for promise in promises if promise.id == event.promise}
        for one in _with_joined(state, event.case):
            _change(state, one.id, heard_at=tuple(at for at in one.heard_at if at not in made_at))


@follows(ev.CaseAnswered)
def _answered(state: QueueState, rec: ev.Recorded, event: ev.CaseAnswered) -> None:
    _end_pauses(state, rec, event.case)
    _change(
        state,
        event.case,
        status=CaseStatus.ANSWERED,
        answered_at=rec.at,
        answered_by=rec.person or rec.actor,
        answered_role=event.role,
    )
    _heard(state, rec, event.case)


@follows(ev.CaseReviewed)
def _reviewed(state: QueueState, rec: ev.Recorded, event: ev.CaseReviewed) -> None:
    """An answer that was refused is none."""
    if event.accepted:
        _change(state, event.case, status=CaseStatus.REVIEWED, reviewed_at=rec.at)
        return
    _change(
        state,
        event.case,
        status=CaseStatus.OPEN,
        answered_at=None,
        answered_by="",
        answered_role="",
    )


@follows(ev.CaseClosed)
def _closed(state: QueueState, rec: ev.Recorded, event: ev.CaseClosed) -> None:
    """What was joined to it ends with it, and as it does."""
    _end_pauses(state, rec, event.case)
    for case in _with_joined(state, event.case):
        _change(state, case.id, closed_at=rec.at, result=event.result)
    _change(state, event.case, status=CaseStatus.CLOSED)


@follows(ev.CaseReopened)
def _reopened(state: QueueState, rec: ev.Recorded, event: ev.CaseReopened) -> None:
    """The clock begins anew, with nothing that was granted before, for what was joined to it too."""
    for case in _with_joined(state, event.case):
        _change(
            state,
            case.id,
            clock_from=rec.at,
            pauses=(),
            extended=False,
            heard_at=(),
            answered_at=None,
            closed_at=None,
            result=None,
        )
    _change(state, event.case, status=CaseStatus.OPEN)


@follows(ev.CaseJoined)
def _joined(state: QueueState, rec: ev.Recorded, event: ev.CaseJoined) -> None:
    case = _case(state, event.case)
    into = _case(state, event.into)
    if case is None or into is None:
        return
    _end_pauses(state, rec, event.case)
    _change(state, event.case, status=CaseStatus.JOINED, joined_to=event.into)
    _change(
        state,
        event.into,
        joined=(*into.joined, event.case),
        owners=tuple(dict.fromkeys((*into.owners, *case.owners))),
        promises=(*into.promises, *_promises_taken(case, len(into.promises))),
        confidential=into.confidential or case.confidential,
        readers=tuple(dict.fromkeys((*_readers(into), *_readers(case)))),
    )
    _gather(state, event.into)


def _promises_taken(case: Case, after: int) -> list[Promise]:
    """What is still to be kept, counted on after the promises of the other case."""
    left = [promise for promise in case.promises if promise.open]
    return [replace(promise, id=after + n, of=case.id) for n, promise in enumerate(left, 1)]


@follows(ev.CaseSeparated)
def _separated(state: QueueState, rec: ev.Recorded, event: ev.CaseSeparated) -> None:
    """What was kept in the other case stays kept here. No pause or end of the other one holds for this one."""
    case = _case(state, event.case)
    into = _case(state, event.out_of)
    if case is None:
        return
    _change(
        state,
        event.case,
        status=CaseStatus.OPEN,
        pauses=_ended(case, rec),
        joined_to=None,
        closed_at=None,
        result=None,
        promises=_promises_back(case, into),
    )
    if into:
        joined = tuple(id for id in into.joined if id != event.case)
        promises = tuple(
            replace(promise, kept=True) if promise.of == event.case else promise
            for promise in into.promises
        )
        _change(state, event.out_of, joined=joined, promises=promises)
        _gather(state, event.out_of)


def _promises_back(case: Case, into: Case | None) -> tuple[Promise, ...]:
    """The case's promises; those that were kept in the other case are kept."""
    taken = [promise for promise in into.promises if promise.of == case.id] if into else []
    outcomes = iter(taken)
    return tuple(
        _outcome(promise, next(outcomes, promise)) if promise.open else promise
        for promise in case.promises
    )


def _outcome(promise: Promise, of_other: Promise) -> Promise:
    return replace(promise, kept=of_other.kept, withdrawn=of_other.withdrawn)


def _readers(case: Case) -> tuple[str, ...]:
    return case.readers if case.confidential else ()


@follows(ev.CaseAttached)
def _attached(state: QueueState, rec: ev.Recorded, event: ev.CaseAttached) -> None:
    case = _case(state, event.case)
    if case:
        _change(state, event.case, files=case.files + 1)
