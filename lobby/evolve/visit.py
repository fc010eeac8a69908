"""What happens to announced visits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.queue import QueueState
from lobby.state.visit import Visit, VisitState

REMEMBERED = timedelta(days=1)
"""Who did not come yesterday is still on the list, to be asked."""


@follows(ev.VisitAnnounced)
def _announced(state: QueueState, rec: ev.Recorded, event: ev.VisitAnnounced) -> None:
    state.quality.visits[event.visit] = Visit(
        id=event.visit,
        at=ev.instant_of(event.at),
        service=event.service,
        needs=event.needs,
        aids=event.aids,
        name=event.name,
        phone=event.phone,
        wish=event.wish,
    )


@follows(ev.VisitArrived)
def _arrived(state: QueueState, rec: ev.Recorded, event: ev.VisitArrived) -> None:
    visits = state.quality.visits
    if visit := visits.get(event.visit):
        visits[visit.id] = replace(visit, state=VisitState.ARRIVED, ticket=event.ticket)


@follows(ev.VisitCancelled)
def _cancelled(state: QueueState, rec: ev.Recorded, event: ev.VisitCancelled) -> None:
    visits = state.quality.visits
    if visit := visits.get(event.visit):
        visits[visit.id] = replace(visit, state=VisitState.CANCELLED)


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.quality.visits = {
        id: visit for id, visit in state.quality.visits.items() if rec.at - visit.at <= REMEMBERED
    }
