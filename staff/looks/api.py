"""The log of looks at personal data in the API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Annotated, TypedDict

from pydantic import BaseModel, Field

from lobby import events as ev
from lobby.commands.base import Who
from lobby.commands.case_access import may_see
from lobby.reports.looks import Look, looks
from lobby.state.queue import QueueState
from lobby.views.base import branch_time
from lobby.views.shapes import list_shape
from staff.looks.called import called
from web.dispatch import runtime, today, who
from web.loop import PLANS
from web.roles import needs
from web.schemas import SECURITY, BranchDay, api_of

api = api_of("looks_api", __name__, "service loop", SECURITY[:2])
WEEK = timedelta(days=6)


class LooksQuery(BaseModel):
    """Without days, the last seven. `who` is a staff number or an account."""

    first: BranchDay | None = Field(default=None, alias="from")
    last: BranchDay | None = Field(default=None, alias="to")
    who: str = Field(default="", max_length=40)


class LookView(TypedDict):
    at: str
    who: Annotated[str, "the staff number, else the account"]
    who_name: str
    noun: Annotated[
        str, "ticket, case, action, loan, visit, note, incident, inspection, panel, evidence"
    ]
    id: Annotated[str, "empty of a confidential case that is not yours to see"]
    number: Annotated[str, "what people call it by; empty for what is not at hand any more"]
    what: Annotated[str, "words, contact, file"]


@api.get("/looks", responses={200: list_shape(LookView)})
@needs("looks")
def show(query: LooksQuery) -> list[LookView]:
    """Who looked at personal data, the latest first, at most 500. A look at an incident is told to those alone who know
    of the incident."""
    return listed(query)


def days(query: LooksQuery) -> tuple[date, date]:
    """The first and the last day that are asked for."""
    last = query.last or max(today(), query.first or today())
    return query.first or last - WEEK, last


def listed(query: LooksQuery) -> list[LookView]:
    found = PLANS.run(looks, runtime().database, *days(query), query.who)
    with runtime().writer.published() as state:
        known = list(_known(state, found, who()))
        return [_view(look, _name(state, look)) for look in known]


def _name(state: QueueState, look: Look) -> str:
    """What people call it by; nothing of what the reader may not know."""
    if look.number or not look.id:
        return look.number
    return called(state, look.noun, look.id)


def _known(state: QueueState, found: Iterable[Look], asking: Who) -> Iterator[Look]:
    """As far as the reader may know: of an incident nothing, of a confidential case not which."""
    quality = state.quality
    for look in found:
        incident = quality.incidents.get(look.id)
        case = quality.cases.get(look.id)
        if look.noun == "incident" and not (incident and incident.known_to(asking.id, asking.role)):
            continue
        if look.confidential and not (case and may_see(case, asking)):
            yield look._replace(id="", number="")
        else:
            yield look


def _view(look: Look, name: str) -> LookView:
    branch = runtime().branch
    return {
        "at": branch_time(branch, ev.instant_of(look.at)),
        "who": look.who,
        "who_name": branch.staff.name_of(look.who),
        "noun": look.noun,
        "id": look.id,
        "number": name,
        "what": look.what,
    }
