"""Focus-customer panels as staff see them, without contacts: each is read alone, and each look is on record."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.state.panel import (
    Balance,
    Draw,
    Finding,
    Invitation,
    InvitationState,
    Leads,
    Panel,
    PanelState,
)
from lobby.state.queue import QueueState
from lobby.views.base import local
from lobby.views.views import SHOWN


class DrawView(TypedDict):
    """How guests were drawn. In each group those with the lowest SHA-256 of `seed`:`ticket` come first; the group that
    is furthest below its aim gives the next. `passed_over` were invited not long ago."""

    at: str
    by: str
    seed: str
    drawn: int
    pool: int
    passed_over: int


class InvitationView(TypedDict):
    """A customer who is invited: `guest` is the id of the visit's ticket."""

    guest: str
    tier: str
    service: str
    score: int
    state: InvitationState
    at: str


class PanelFindingView(TypedDict):
    """What the panel found, and the `id` of the case or action that it became."""

    at: str
    text: str
    leads: Leads
    id: str


class PanelView(TypedDict):
    """A panel on the day `on`, of cards for visits from `since` to `until`."""

    id: str
    title: str
    on: str
    place: str
    hosts: str
    size: int
    balance: Balance
    since: str
    until: str
    owner: str
    owner_name: str
    owner_left: Annotated[bool, "the owner works here no more"]
    state: PanelState
    has_reason: Annotated[bool, "why it does not take place, sealed: see /words"]
    expected: int
    draws: list[DrawView]
    invitations: list[InvitationView]
    findings: list[PanelFindingView]


def panel_view(state: QueueState, panel: Panel) -> PanelView:
    return {
        "id": panel.id,
        "title": panel.title,
        "on": panel.on.isoformat(),
        "place": panel.place,
        "hosts": panel.hosts,
        "size": panel.size,
        "balance": panel.balance,
        "since": panel.since.isoformat(),
        "until": panel.until.isoformat(),
        "owner": panel.owner,
        "owner_name": state.branch.staff.name_of(panel.owner),
        "owner_left": panel.owner in state.quality.left,
        "state": panel.state,
        "has_reason": bool(panel.reason),
        "expected": len(panel.expected),
        "draws": [_draw(state, draw) for draw in panel.draws],
        "invitations": [_invitation(state, invitation) for invitation in panel.invitations],
        "findings": [_finding(state, finding) for finding in panel.findings],
    }


def panels(state: QueueState) -> list[PanelView]:
    """The latest meeting first."""
    ordered = sorted(state.quality.panels.values(), key=lambda panel: panel.on, reverse=True)
    return [panel_view(state, panel) for panel in ordered]


def _draw(state: QueueState, draw: Draw) -> DrawView:
    return {
        "at": local(state, draw.at),
        "by": draw.by,
        "seed": draw.seed,
        "drawn": draw.drawn,
        "pool": draw.pool,
        "passed_over": draw.passed_over,
    }


def _invitation(state: QueueState, invitation: Invitation) -> InvitationView:
    guest = invitation.guest
    return {
        "guest": guest.ticket,
        "tier": guest.tier,
        "service": guest.service,
        "score": guest.score,
        "state": invitation.state,
        "at": local(state, invitation.at),
    }


def _finding(state: QueueState, finding: Finding) -> PanelFindingView:
    return {
        "at": local(state, finding.at),
        "text": finding.text,
        "leads": finding.leads,
        "id": finding.id,
    }


def _answer(state: QueueState, panel: str) -> PanelView:
    return panel_view(state, state.quality.panels[panel])


SHOWN["panel"] = _answer
