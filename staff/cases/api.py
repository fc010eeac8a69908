"""Cases: the list, what is due today, one case with its story, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, cast

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.base import Decision, P, Who
from lobby.commands.case_access import may_see, moves_of
from lobby.errors import Invalid
from lobby.journal.case_file import Step, steps_of, ticket_of
from lobby.reports.actors import actor
from lobby.state.case import LIVE, Case
from lobby.state.queue import QueueState
from lobby.texts import in_language
from lobby.views.base import branch_time
from lobby.views.case import ComplaintView, case_view
from lobby.views.case_due import DueListView, Standpoint, due, standpoint
from lobby.views.shapes import shape
from lobby.views.views import View
from staff.cases.found import closed_long_ago, found
from staff.cases.said import words_in
from staff.cases.schemas import (
    AnswerBody,
    CaseListView,
    CaseLookOut,
    CaseStepView,
    CaseStoryView,
    CloseBody,
    ComplaintOut,
    ContactBody,
    CorrectionBody,
    DueOut,
    ExtensionBody,
    JoinBody,
    KeptBody,
    ListQuery,
    NoteBody,
    OpenBody,
    OwnerBody,
    PauseBody,
    PromiseBody,
    PromiseMistakeBody,
    ReasonBody,
    ReviewBody,
    moment,
)
from web.dispatch import Answer, do, runtime, who
from web.languages import reader_lang
from web.loop import PLANS, in_thread
from web.roles import needs
from web.schemas import SECURITY, ById, api_of

api = api_of("cases_api", __name__, "service loop", SECURITY[:2])


# -- reading -----------------------------------------------------------------------------------------------
@api.get("/cases", responses={200: shape(CaseListView)})
@needs("person")
def listed(query: ListQuery) -> CaseListView:
    """The cases that you may see, the nearest deadline first."""
    return PLANS.run(_listed, runtime().database, *_cases(), who(), query)


def _listed(
    database: Path, at: Standpoint, cases: list[Case], asking: Who, query: ListQuery
) -> CaseListView:
    """Reckoned beside the server's loop: thousands of deadlines take a second."""
    fitting = [case for case in cases if may_see(case, asking) and _fits(case, query)]
    fitting = fitting or closed_long_ago(database, at, query.q, asking)
    if query.late:
        fitting = [case for case in fitting if case.is_late(at.branch, at.now)]
    fitting.sort(key=partial(_deadline, at.branch))
    page = fitting[query.offset : query.offset + query.limit]
    views = [_view(at, case, asking) for case in page]
    return {"total": len(fitting), "cases": views, "taking": list(at.taking)}


def _view(at: Standpoint, case: Case, asking: Who) -> ComplaintView:
    moves = moves_of(case, asking) if case.is_remembered(at.now) else ()
    return case_view(at.branch, case, at.now, at.left, moves)


def _cases() -> tuple[Standpoint, list[Case]]:
    """All of them; they never change, so that nobody waits while they are looked through."""
    here = runtime()
    with here.writer.published() as state:
        at = standpoint(here.branch, state, here.clock(), here.lists.taking())
        return at, list(state.quality.cases.values())


def _fits(case: Case, query: ListQuery) -> bool:
    statuses = {"live": case.status in LIVE, "all": True}
    sought = f"{case.number} {case.reference} {case.visit_number or ''}".upper()
    return (
        statuses.get(query.status, case.status == query.status)
        and query.channel in (None, case.channel)
        and query.owner in (None, case.owner)
        and query.q.upper() in sought
    )


def _deadline(branch: Branch, case: Case) -> tuple[bool, float, str]:
    """Cases without a deadline come last, the latest number first."""
    answer = case.answer_due(branch)
    if answer is None or answer.at is None:
        return True, -case.opened_at.timestamp(), case.number
    return False, answer.at.timestamp(), case.number


@api.get("/cases/due", responses={200: DueOut})
@needs("person")
def due_today() -> DueListView:
    """What is due today, is late, was escalated to your role, or waits for your review: the own ones first."""
    return PLANS.run(due, *_cases(), who())


@api.get("/cases/<id>", responses={200: shape(CaseStoryView)})
@needs("person")
def read(path: ById) -> CaseStoryView:
    """One case: its facts, its visit, its steps; what people said is asked for with `/look`."""
    view = _view(*found(path.id), who())
    steps = in_thread(steps_of, runtime().database, path.id)
    visit = next((step.data["visit"] for step in steps if step.data.get("visit")), None)
    return {"case": view, "visit": visit, "steps": [_step(step) for step in steps]}


def _step(step: Step) -> CaseStepView:
    author = step.person or step.actor
    data = {name: value for name, value in step.data.items() if name != "visit"}
    if data.get("came_at"):
        data["came_at"] = _local(data["came_at"])
    return {
        "seq": step.seq,
        "at": _local(step.at),
        "kind": step.kind,
        "who": author,
        "who_name": str(in_language(actor(runtime().branch, author), reader_lang())),
        "data": {name: value for name, value in data.items() if value not in (None, "", [])},
        "words": bool(step.sealed),
    }


def _local(at: str) -> str:
    """An instant of the journal in the branch's time."""
    return branch_time(runtime().branch, ev.instant_of(at))


@api.post("/cases/<id>/look", responses={200: CaseLookOut})
@needs("person")
def look(path: ById) -> View:
    """What the complainant and others said. That you look is on record."""
    do(runtime().commands.look_at_case, path.id, who(), what="words")
    _, case = found(path.id)
    reveal = runtime().subject_keys.reveal
    return in_thread(words_in, runtime().database, reveal, path.id, case.ticket, reader_lang())


# -- coming in ---------------------------------------------------------------------------------------------
@api.post("/cases", responses={201: ComplaintOut})
@needs("person")
def open_case(body: OpenBody) -> tuple[ComplaintView, int]:
    """Take a complaint in. About the visit of a ticket it carries the visit's facts."""
    ticket = body.ticket or _ticket(body)
    names = {field.name for field in fields(ev.Complaint)}
    given = {name: value for name, value in body.model_dump().items() if name in names}
    given = {name: value for name, value in given.items() if value is not None}
    given["came_at"] = moment(body.came_at, runtime().clock())
    complaint = ev.Complaint(**_as_fact(given))
    answer = do(
        runtime().commands.open_case,
        who=who(),
        complaint=complaint,
        ticket=ticket,
        owner=body.owner or _own(body),
    )
    return changed(answer), 201


def _own(body: OpenBody) -> str:
    asking = who()
    return asking.id if body.mine and runtime().commands.people.may_answer(asking) else ""


def _ticket(body: OpenBody) -> str | None:
    if body.visit is None:
        return None
    day = body.visit.day.isoformat()
    ticket = in_thread(ticket_of, runtime().database, day, body.visit.number)
    if ticket is None:
        raise Invalid("unknown_ticket", "visit", id=f"{day} {body.visit.number}")
    return ticket


def _as_fact(given: dict[str, Any]) -> dict[str, Any]:
    """As an event has it: days as texts, lists as tuples."""
    fact = dict(given)
    if fact.get("happened_on"):
        fact["happened_on"] = fact["happened_on"].isoformat()
    for name in ("against", "readers"):
        if name in fact:
            fact[name] = tuple(fact[name])
    return fact


def changed(answer: Answer) -> ComplaintView:
    """The case of the answer, with what who asks may do next."""
    view: ComplaintView = cast(Any, answer.data)["case"]
    with runtime().writer.published() as state:
        case = state.quality.cases[view["id"]]
    return {**view, "moves": list(moves_of(case, who()))}


# -- what is done with it ------------------------------------------------------------------------------------
def _act(
    command: Callable[Concatenate[QueueState, datetime, str, Who, P], Decision],
    case: str,
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> ComplaintView:
    """Have it done by who asks; the case as it is then."""
    answer = do(command, case, who(), *args, **kwargs)
    return changed(answer)


@api.post("/cases/<id>/correct", responses={200: ComplaintOut})
@needs("person")
def correct(path: ById, body: CorrectionBody) -> ComplaintView:
    """Put something right; what it was stays in the case's story."""
    changes = body.model_dump(exclude={"reason"}, exclude_none=True)
    if body.came_at:
        changes["came_at"] = body.came_at.isoformat()
    return _act(
        runtime().commands.correct_case, path.id, reason=body.reason, changes=_as_fact(changes)
    )


@api.post("/cases/<id>/assign", responses={200: ComplaintOut})
@needs("person")
def assign(path: ById, body: OwnerBody) -> ComplaintView:
    """Name its owner, you where nobody is named: nobody who served the visit or is complained about."""
    return _act(runtime().commands.assign_case, path.id, owner=body.owner or "")


@api.post("/cases/<id>/pause", responses={200: ComplaintOut})
@needs("person")
def pause(path: ById, body: PauseBody) -> ComplaintView:
    """Stop the clock until the end of a day, with a reason."""
    return _act(runtime().commands.pause_case, path.id, reason=body.reason, until=body.until)


@api.post("/cases/<id>/resume", responses={200: ComplaintOut})
@needs("person")
def resume(path: ById) -> ComplaintView:
    """Let the clock go on."""
    return _act(runtime().commands.resume_case, path.id)


@api.post("/cases/<id>/extend", responses={200: ComplaintOut})
@needs("person")
def extend(path: ById, body: ExtensionBody) -> ComplaintView:
    """More time, approved by the office or the head, and told to the complainant."""
    return _act(runtime().commands.extend_case, path.id, reason=body.reason, told=body.told)


@api.post("/cases/<id>/contact", responses={200: ComplaintOut})
@needs("person")
def contact(path: ById, body: ContactBody) -> ComplaintView:
    """Somebody spoke with the customer; the first time is the first contact."""
    return _act(runtime().commands.contact_customer, path.id, by=body.by, text=body.text)


@api.post("/cases/<id>/promise", responses={200: ComplaintOut})
@needs("person")
def promise(path: ById, body: PromiseBody) -> ComplaintView:
    """Promise the customer something for a day."""
    return _act(runtime().commands.promise_customer, path.id, due=body.due, text=body.text)


@api.post("/cases/<id>/keep", responses={200: ComplaintOut})
@needs("person")
def keep(path: ById, body: KeptBody) -> ComplaintView:
    """What was promised is done."""
    return _act(runtime().commands.keep_promise, path.id, promise=body.promise)


@api.post("/cases/<id>/unpromise", responses={200: ComplaintOut})
@needs("person")
def unpromise(path: ById, body: PromiseMistakeBody) -> ComplaintView:
    """Withdraw a promise that was a mistake, with the reason and how the customer was told."""
    command = runtime().commands.withdraw_promise
    return _act(command, path.id, promise=body.promise, reason=body.reason, told=body.told)


@api.post("/cases/<id>/answer", responses={200: ComplaintOut})
@needs("person")
def answer(path: ById, body: AnswerBody) -> ComplaintView:
    """Tell the decision, in the way that the customer chose."""
    return _act(runtime().commands.answer_case, path.id, by=body.by, text=body.text)


@api.post("/cases/<id>/review", responses={200: ComplaintOut})
@needs("person")
def review(path: ById, body: ReviewBody) -> ComplaintView:
    """A superior accepts the answer, or sends the case back with a reason."""
    return _act(runtime().commands.review_case, path.id, accepted=body.accepted, text=body.text)


@api.post("/cases/<id>/close", responses={200: ComplaintOut})
@needs("person")
def close(path: ById, body: CloseBody) -> ComplaintView:
    """End the matter, once its answer was reviewed and its cause and kind of business are known."""
    command = runtime().commands.close_case
    classes = body.cause or "", body.business or ""
    return _act(command, path.id, body.result, body.text, *classes)


@api.post("/cases/<id>/reopen", responses={200: ComplaintOut})
@needs("person")
def reopen(path: ById, body: ReasonBody) -> ComplaintView:
    """Take a closed matter up again, with the reason."""
    return _act(runtime().commands.reopen_case, path.id, reason=body.reason)


@api.post("/cases/<id>/join", responses={200: ComplaintOut})
@needs("person")
def join(path: ById, body: JoinBody) -> ComplaintView:
    """Handle it with an earlier case of the same matter."""
    return _act(runtime().commands.join_case, path.id, into=body.into)


@api.post("/cases/<id>/separate", responses={200: ComplaintOut})
@needs("person")
def separate(path: ById, body: ReasonBody) -> ComplaintView:
    """It was joined by mistake: handle it by itself again, with the reason."""
    return _act(runtime().commands.separate_case, path.id, reason=body.reason)


@api.post("/cases/<id>/note", responses={200: ComplaintOut})
@needs("person")
def note(path: ById, body: NoteBody) -> ComplaintView:
    """Write down what happened; it changes nothing else."""
    return _act(runtime().commands.note_case, path.id, text=body.text)
