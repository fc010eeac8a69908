"""Announced visits of customers with special needs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from lobby.state.queue import QueueState
from lobby.state.visit import Visit, VisitState
from lobby.texts import by_language
from lobby.views.base import ByLang, local
from lobby.views.views import SHOWN


class VisitView(TypedDict):
    id: str
    at: str
    day: str
    late: Annotated[bool, "the time has passed, and nobody came"]
    service: str
    service_name: ByLang
    needs: list[str]
    aids: Annotated[list[str], "ids of what is to be at hand"]
    state: Annotated[str, "announced, arrived or cancelled"]
    ticket: str | None
    number: Annotated[str | None, "of the ticket, on the day of the visit"]
    named: Annotated[bool, "whether name, phone or a wish were given: they are opened one by one"]


def visit_view(state: QueueState, id: str) -> VisitView:
    return _visit(state, state.quality.visits[id], state.at)


def visits_view(state: QueueState, now: datetime) -> list[VisitView]:
    """All that are remembered, in order."""
    visits = sorted(state.quality.visits.values(), key=lambda visit: (visit.at, visit.id))
    return [_visit(state, visit, now) for visit in visits]


def _visit(state: QueueState, visit: Visit, now: datetime) -> VisitView:
    ticket = state.tickets.get(visit.ticket or "")
    return {
        "id": visit.id,
        "at": local(state, visit.at),
        "day": state.branch.day_of(visit.at).isoformat(),
        "late": visit.state is VisitState.ANNOUNCED and visit.at < now,
        "service": visit.service,
        "service_name": by_language(state.branch.service[visit.service].name),
        "needs": list(visit.needs),
        "aids": list(visit.aids),
        "state": visit.state,
        "ticket": visit.ticket,
        "number": ticket.number if ticket else None,
        "named": bool(visit.name or visit.phone or visit.wish),
    }


SHOWN["visit"] = visit_view
