"""Barrier-free care in the API: things on loan, announced visits, and who is here today."""

from __future__ import annotations

from typing import Any, Literal, cast

from pydantic import BaseModel, Field

from lobby.errors import NotFound
from lobby.state.loan import Loan
from lobby.state.visit import Visit
from lobby.views.aid import AidView, aids
from lobby.views.loan import LoansView, LoanView, loans_view
from lobby.views.shapes import list_shape, shape
from lobby.views.ticket import TicketView
from lobby.views.visit import VisitView, visits_view
from staff.shared.looks import look
from web.dispatch import Answer, do, runtime, ticket_answer
from web.roles import needs
from web.schemas import SECURITY, Body, BranchMoment, ById, Id, LocalMoment, TicketOut, api_of

api = api_of("care_api", __name__, "care", SECURITY[:2])
Need = Literal["elderly", "disabled", "pregnant", "military"]


class LendBody(Body):
    """`number` is that of a ticket of today; without one `borrower` describes the customer."""

    thing: Id
    number: str = Field(default="", max_length=6)
    borrower: str = Field(default="", max_length=200)
    due: BranchMoment | None = Field(default=None, description="else as long as the thing is lent")


class BorrowerOut(BaseModel):
    borrower: str


class VisitBody(Body):
    """`at` without an offset is the branch's time."""

    at: LocalMoment
    service: Id
    needs: list[Need] = Field(min_length=1, max_length=4)
    aids: list[Id] = Field(default=[], max_length=20)
    name: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=40)
    wish: str = Field(default="", max_length=400)


class VisitorOut(BaseModel):
    name: str
    phone: str
    wish: str


class PresenceBody(Body):
    staff_number: Id
    here: bool


def _loan(answer: Answer) -> LoanView:
    return cast(LoanView, cast(Any, answer.data)["loan"])


def _visit(answer: Answer) -> VisitView:
    return cast(VisitView, cast(Any, answer.data)["visit"])


@api.get("/loans", responses={200: shape(LoansView)})
@needs("staff")
def loans() -> LoansView:
    """What can be lent, and what is away."""
    now = runtime().clock()
    with runtime().writer.published() as state:
        return loans_view(state, now)


@api.post("/loans", responses={201: shape(LoanView)})
@needs("staff")
def lend(body: LendBody) -> tuple[LoanView, int]:
    """Lend a thing. 409 where none is left."""
    answer = do(
        runtime().commands.lend,
        thing=body.thing,
        number=body.number,
        borrower=body.borrower,
        due=body.due,
    )
    return _loan(answer), 201


@api.post("/loans/<id>/return", responses={200: shape(LoanView)})
@needs("staff")
def take_back(path: ById) -> LoanView:
    """It is back; one that was lost is found or replaced."""
    return _loan(do(runtime().commands.take_back, loan=path.id))


@api.post("/loans/<id>/lost", responses={200: shape(LoanView)})
@needs("manager")
def give_up(path: ById) -> LoanView:
    """Nobody expects it back: there is one less to lend."""
    return _loan(do(runtime().commands.give_up, loan=path.id))


@api.post("/loans/<id>/borrower", responses={200: BorrowerOut})
@needs("staff")
def borrower(path: ById) -> dict[str, str]:
    """Whom it was lent to, as described then. Each look is in the journal."""
    return look("loan", path.id, {"borrower": _loan_of(path.id).borrower})


def _loan_of(id: str) -> Loan:
    with runtime().writer.published() as state:
        if id not in state.quality.loans:
            raise NotFound("unknown_loan", id=id)
        return state.quality.loans[id]


@api.get("/visits", responses={200: list_shape(VisitView)})
@needs("staff")
def visits() -> list[VisitView]:
    """Announced visits, in order. Who comes is opened one by one."""
    now = runtime().clock()
    with runtime().writer.published() as state:
        return visits_view(state, now)


@api.post("/visits", responses={201: shape(VisitView)})
@needs("staff")
def announce(body: VisitBody) -> tuple[VisitView, int]:
    """Somebody with special needs will come, as told on the telephone."""
    answer = do(
        runtime().commands.announce,
        at=body.at,
        service=body.service,
        needs=body.needs,
        aids=body.aids,
        name=body.name,
        phone=body.phone,
        wish=body.wish,
    )
    return _visit(answer), 201


@api.post("/visits/<id>/arrive", responses={200: TicketOut})
@needs("staff")
def arrive(path: ById) -> TicketView:
    """The customer is here: a ticket of the green channel."""
    return ticket_answer(do(runtime().commands.arrive, visit=path.id))


@api.post("/visits/<id>/cancel", responses={200: shape(VisitView)})
@needs("staff")
def call_off(path: ById) -> VisitView:
    """The customer does not come."""
    return _visit(do(runtime().commands.call_off, visit=path.id))


@api.post("/visits/<id>/visitor", responses={200: VisitorOut})
@needs("staff")
def visitor(path: ById) -> dict[str, str]:
    """Who comes, and what was wished. Each look is in the journal."""
    visit = _visit_of(path.id)
    return look("visit", path.id, {"name": visit.name, "phone": visit.phone, "wish": visit.wish})


def _visit_of(id: str) -> Visit:
    with runtime().writer.published() as state:
        if id not in state.quality.visits:
            raise NotFound("unknown_visit", id=id)
        return state.quality.visits[id]


@api.get("/aids", responses={200: list_shape(AidView)})
@needs("staff")
def aids_now() -> list[AidView]:
    """What meets special needs, and whether it is at hand now."""
    return _aids()


@api.post("/presence", responses={200: list_shape(AidView)})
@needs("manager")
def note_presence(body: PresenceBody) -> list[AidView]:
    """The morning's tick: the person is here today, or is not. The answer is what is at hand."""
    do(runtime().commands.note_presence, staff_number=body.staff_number, here=body.here)
    return _aids()


def _aids() -> list[AidView]:
    with runtime().writer.published() as state:
        return aids(state)
