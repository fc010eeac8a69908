"""Staff who were wronged 员工委屈, for those who may know. The words are opened one incident at a time."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.state.incident import Caring, IncidentState
from lobby.state.queue import QueueState
from lobby.views.base import local
from lobby.views.views import SHOWN


class CaringView(TypedDict):
    at: str
    by: str
    care: Annotated[str, "comfort, support or follow_up"]


class IncidentView(TypedDict):
    id: str
    at: str
    day: str
    state: Annotated[str, "open or closed"]
    wronged: str
    wronged_name: str
    reporter: str
    named: Annotated[list[str], "who knows of it, beside the person and the head of the branch"]
    named_names: list[str]
    caring: list[CaringView]
    follow_up: Annotated[str | None, "the day of the planned talk"]
    follower: str | None
    follower_left: Annotated[bool, "who is to talk works here no more"]
    late: Annotated[bool, "the day of the talk has passed"]


def incident_view(state: QueueState, id: str) -> IncidentView:
    incident = state.quality.incidents[id]
    today = state.branch.day_of(state.at)
    return {
        "id": incident.id,
        "at": local(state, incident.at),
        "day": incident.day,
        "state": incident.state,
        "wronged": incident.wronged,
        "wronged_name": state.branch.staff.name_of(incident.wronged),
        "reporter": state.branch.staff.name_of(incident.reporter),
        "named": list(incident.named),
        "named_names": [state.branch.staff.name_of(id) for id in incident.named],
        "caring": [_caring(state, caring) for caring in incident.caring],
        "follow_up": incident.follow_up,
        "follower": state.branch.staff.name_of(incident.follower) if incident.follower else None,
        "follower_left": incident.follower in state.quality.left,
        "late": incident.late(today) and incident.state is IncidentState.OPEN,
    }


def _caring(state: QueueState, caring: Caring) -> CaringView:
    return {
        "at": local(state, caring.at),
        "by": state.branch.staff.name_of(caring.by),
        "care": caring.care,
    }


def incidents_view(state: QueueState, id: str, role: str) -> list[IncidentView]:
    """Those that this person may know of: open ones first, the latest first."""
    known = [one for one in state.quality.incidents.values() if one.known_to(id, role)]
    known.sort(key=lambda one: (one.state is IncidentState.OPEN, one.at), reverse=True)
    return [incident_view(state, one.id) for one in known]


SHOWN["incident"] = incident_view
