"""What happens after somebody was wronged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.incident import Caring, Incident, IncidentState
from lobby.state.queue import QueueState

REMEMBERED = timedelta(days=366)
"""A year: the talk about somebody's work has all that happened since the last one."""


@follows(ev.IncidentReported)
def _reported(state: QueueState, rec: ev.Recorded, event: ev.IncidentReported) -> None:
    state.quality.incidents[event.incident] = Incident(
        id=event.incident,
        at=rec.at,
        reporter=rec.person or rec.actor,
        wronged=event.wronged,
        day=event.day,
        named=event.named,
        what=event.what,
        by_whom=event.by_whom,
    )


def _change(queue: QueueState, id: str, **changes: Any) -> None:
    incidents = queue.quality.incidents
    if id in incidents:
        incidents[id] = replace(incidents[id], **changes)


@follows(ev.IncidentCared)
def _cared(state: QueueState, rec: ev.Recorded, event: ev.IncidentCared) -> None:
    incident = state.quality.incidents.get(event.incident)
    if incident is None:
        return
    caring = Caring(rec.at, rec.person or rec.actor, event.care, event.words)
    _change(state, incident.id, caring=(*incident.caring, caring))
    if event.care is ev.Care.FOLLOW_UP:
        _change(state, incident.id, follow_up=None, follower=None)


@follows(ev.FollowUpPlanned)
def _planned(state: QueueState, rec: ev.Recorded, event: ev.FollowUpPlanned) -> None:
    _change(state, event.incident, follow_up=event.day, follower=event.by)


@follows(ev.IncidentShared)
def _shared(state: QueueState, rec: ev.Recorded, event: ev.IncidentShared) -> None:
    if incident := state.quality.incidents.get(event.incident):
        _change(state, incident.id, named=(*incident.named, event.with_whom))


@follows(ev.IncidentClosed)
def _closed(state: QueueState, rec: ev.Recorded, event: ev.IncidentClosed) -> None:
    _change(state, event.incident, state=IncidentState.CLOSED, ended_at=rec.at)


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.quality.incidents = {
        id: incident
        for id, incident in state.quality.incidents.items()
        if rec.at - (incident.ended_at or rec.at) <= REMEMBERED
    }
