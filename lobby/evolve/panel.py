"""What panels do to quality."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.panel import (
    Balance,
    Dimension,
    Draw,
    Finding,
    Group,
    Guest,
    Invitation,
    InvitationState,
    Leads,
    Panel,
    PanelState,
)
from lobby.state.queue import QueueState

CAME_OR_NOT = (InvitationState.CAME, InvitationState.ABSENT)


def _change(queue: QueueState, panel: str, /, **fields: Any) -> None:
    panels = queue.quality.panels
    panels[panel] = replace(panels[panel], **fields)


@follows(ev.PanelPlanned)
def _planned(state: QueueState, rec: ev.Recorded, event: ev.PanelPlanned) -> None:
    state.quality.panels[event.panel] = Panel(
        id=event.panel,
        title=event.title,
        on=event.on,
        place=event.place,
        hosts=event.hosts,
        size=event.size,
        balance=Balance(event.balance),
        since=event.since,
        until=event.until,
        owner=event.owner,
        opened_at=rec.at,
    )


@follows(ev.PanelArranged)
def _arranged(state: QueueState, rec: ev.Recorded, event: ev.PanelArranged) -> None:
    _change(state, event.panel, on=event.on, place=event.place, hosts=event.hosts)


@follows(ev.PanelDrawn)
def _drawn(state: QueueState, rec: ev.Recorded, event: ev.PanelDrawn) -> None:
    panel = state.quality.panels[event.panel]
    draw = Draw(
        at=rec.at,
        by=event.by,
        seed=event.seed,
        drawn=len(event.guests),
        pool=event.pool,
        passed_over=event.passed_over,
        groups=tuple(map(_group, event.groups)),
    )
    fresh = tuple(_invitation(rec, guest) for guest in event.guests)
    _change(
        state,
        event.panel,
        draws=(*panel.draws, draw),
        invitations=(*panel.invitations, *fresh),
    )


def _group(group: ev.PoolGroup) -> Group:
    return Group(Dimension(group.dimension), group.key, group.visits, group.cards, group.agreed)


def _invitation(rec: ev.Recorded, drawn: ev.DrawnGuest) -> Invitation:
    guest = Guest(drawn.ticket, drawn.tier, drawn.service, drawn.score, drawn.mark)
    return Invitation(guest, rec.at, InvitationState.DRAWN, rec.at)


@follows(ev.InvitationChanged)
def _changed(state: QueueState, rec: ev.Recorded, event: ev.InvitationChanged) -> None:
    def after(invitation: Invitation) -> Invitation:
        if invitation.guest.ticket != event.guest:
            return invitation
        return replace(invitation, state=InvitationState(event.state), at=rec.at)

    invitations = state.quality.panels[event.panel].invitations
    _change(state, event.panel, invitations=tuple(map(after, invitations)))


@follows(ev.ContactWithdrawn)
def _withdrawn(state: QueueState, rec: ev.Recorded, event: ev.ContactWithdrawn) -> None:
    """At the panel, or on the card's own page. Who came has come."""

    def after(invitation: Invitation) -> Invitation:
        if invitation.guest.ticket != event.ticket or invitation.state in CAME_OR_NOT:
            return invitation
        return replace(invitation, state=InvitationState.WITHDRAWN, at=rec.at)

    for panel in list(state.quality.panels.values()):
        if panel.invitation(event.ticket):
            _change(state, panel.id, invitations=tuple(map(after, panel.invitations)))


@follows(ev.PanelHeld)
def _held(state: QueueState, rec: ev.Recorded, event: ev.PanelHeld) -> None:
    _change(state, event.panel, state=PanelState.HELD)


@follows(ev.PanelCancelled)
def _cancelled(state: QueueState, rec: ev.Recorded, event: ev.PanelCancelled) -> None:
    _change(state, event.panel, state=PanelState.CANCELLED, reason=event.reason)


@follows(ev.PanelFound)
def _found(state: QueueState, rec: ev.Recorded, event: ev.PanelFound) -> None:
    finding = Finding(rec.at, event.text, Leads(event.leads), event.id)
    findings = state.quality.panels[event.panel].findings
    _change(state, event.panel, findings=(*findings, finding))
