"""Things on loan 便民用品, and how many are left."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from lobby.branch.care import Thing
from lobby.commands.loan import left
from lobby.state.loan import Loan
from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang, local, local_or_none
from lobby.views.views import SHOWN


class LoanView(TypedDict):
    id: str
    thing: str
    thing_name: ByLang
    state: Annotated[str, "out, lost or returned"]
    lent_at: str
    due: str
    overdue: bool
    ended_at: str | None
    by: Annotated[str, "who lent it: a staff number, else an account"]
    number: Annotated[str, "of the customer's ticket that day; empty where there is none"]
    described: Annotated[
        bool, "whether the borrower is described: those words are opened one by one"
    ]


class ThingView(TypedDict):
    id: str
    name: ByLang
    number: int
    left: int
    lend_min: int


class LoansView(TypedDict):
    """What can be lent, and what is away: those that are due first, then what came back lately."""

    at: str
    things: list[ThingView]
    loans: list[LoanView]


def loan_view(state: QueueState, id: str) -> LoanView:
    return _loan(state, state.quality.loans[id], state.at)


def loans_view(state: QueueState, now: datetime) -> LoansView:
    loans = sorted(state.quality.loans.values(), key=lambda loan: (not loan.away, loan.due))
    return {
        "at": local(state, now),
        "things": [_thing(state, thing) for thing in state.branch.things],
        "loans": [_loan(state, loan, now) for loan in loans],
    }


def _loan(state: QueueState, loan: Loan, now: datetime) -> LoanView:
    return {
        "id": loan.id,
        "thing": loan.thing,
        "thing_name": by_language(state.branch.thing[loan.thing].name),
        "state": loan.state,
        "lent_at": local(state, loan.lent_at),
        "due": local(state, loan.due),
        "overdue": loan.overdue(now),
        "ended_at": local_or_none(state, loan.ended_at),
        "by": loan.by,
        "number": loan.number,
        "described": bool(loan.borrower),
    }


def _thing(state: QueueState, thing: Thing) -> ThingView:
    return {
        "id": thing.id,
        "name": by_language(thing.name),
        "number": thing.number,
        "left": left(state, thing.id),
        "lend_min": thing.lend_min,
    }


SHOWN["loan"] = loan_view
