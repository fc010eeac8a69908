"""A focus-customer panel 焦点客户座谈会: planned, its guests drawn, invited, held, and what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from lobby import events as ev
from lobby.commands.action import ActionCommands, ActionPlan
from lobby.commands.base import Decision, Who
from lobby.commands.case import CaseCommands
from lobby.commands.drawing import aims, draw
from lobby.commands.finding import held
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.action import Source
from lobby.state.case_codes import AT_THE_BRANCH
from lobby.state.panel import (
    Balance,
    Group,
    Guest,
    Invitation,
    InvitationState,
    Leads,
    Panel,
    PanelState,
)
from lobby.state.quality import Quality
from lobby.state.queue import QueueState

NOUN = "panel"
ANSWERS: Mapping[InvitationState, frozenset[InvitationState]] = {
    InvitationState.DRAWN: frozenset({InvitationState.ASKED}),
    InvitationState.ASKED: frozenset({InvitationState.AGREED, InvitationState.DECLINED}),
    InvitationState.AGREED: frozenset(
        {InvitationState.DECLINED, InvitationState.CAME, InvitationState.ABSENT}
    ),
    InvitationState.DECLINED: frozenset({InvitationState.AGREED}),
    InvitationState.CAME: frozenset({InvitationState.ABSENT}),
    InvitationState.ABSENT: frozenset({InvitationState.CAME}),
    InvitationState.WITHDRAWN: frozenset(),
}
"""What may follow: a customer may think again, and who was noted wrongly is corrected."""
AT_THE_MEETING = frozenset({InvitationState.CAME, InvitationState.ABSENT})


@dataclass(frozen=True)
class Meeting:
    """When and where a panel meets, and who of the bank is there."""

    on: date
    place: str
    hosts: str


@dataclass(frozen=True)
class PanelPlan:
    """Whom a panel is to hear: `size` customers, by cards of visits from `since` to `until`."""

    title: str
    size: int
    balance: Balance
    since: date
    until: date


@dataclass(frozen=True)
class Pool:
    """Those who agreed to be asked, each once, and what groups the period's visits were of."""

    guests: Sequence[Guest]
    groups: Sequence[Group]


class PanelCommands(ActionCommands, CaseCommands):
    def plan_panel(
        self, state: QueueState, now: datetime, who: Who, plan: PanelPlan, meeting: Meeting
    ) -> Decision:
        if plan.until < plan.since:
            raise Invalid("period_reversed", "until")
        panel = self._ids.next(now)
        planned = ev.PanelPlanned(panel=panel, owner=who.id, **vars(plan), **vars(meeting))
        return Decision([planned], shows=(NOUN, panel))

    def arrange_panel(
        self, state: QueueState, now: datetime, panel: str, meeting: Meeting
    ) -> Decision:
        self._planned(state, panel)
        return Decision([ev.PanelArranged(panel, **vars(meeting))], shows=(NOUN, panel))

    def draw_panel(
        self, state: QueueState, now: datetime, who: Who, panel: str, pool: Pool, seed: str
    ) -> Decision:
        """As many as the panel still lacks; nobody who was invited within `panel.again_days`."""
        planned = self._planned(state, panel)
        missing = planned.size - len(planned.expected)
        if missing <= 0:
            raise Conflict("panel_full", size=planned.size)
        invited = set(self._invited_lately(state.quality, now))
        guests = [guest for guest in pool.guests if guest.mark not in invited]
        expected = [invitation.guest for invitation in planned.expected]
        goals = aims(pool.groups, planned.balance, planned.size)
        drawn = draw(guests, goals, missing, seed, expected)
        if not drawn:
            raise Conflict("nobody_to_invite")
        event = ev.PanelDrawn(
            panel=panel,
            by=who.id,
            seed=seed,
            pool=len(guests),
            passed_over=len(pool.guests) - len(guests),
            guests=tuple(ev.DrawnGuest(**asdict(guest)) for guest in drawn),
            groups=tuple(ev.PoolGroup(**asdict(group)) for group in pool.groups),
            pool_digest=_digest(guests),
        )
        return Decision([event], shows=(NOUN, panel))

    def _invited_lately(self, quality: Quality, now: datetime) -> Iterator[str]:
        """The marks of those who were drawn within `panel.again_days`, whatever they answered."""
        since = now - timedelta(days=self.branch.panel.again_days)
        for panel in quality.panels.values():
            for invitation in panel.invitations:
                if invitation.drawn_at > since:
                    yield invitation.guest.mark

    def answer_invitation(
        self, state: QueueState, now: datetime, panel: str, guest: str, answer: InvitationState
    ) -> Decision:
        """What the customer said, and whether the customer came."""
        invitation = self._invitation(state, panel, guest)
        if answer not in ANSWERS[invitation.state]:
            raise Conflict("invitation_state", state=invitation.state, move=answer)
        if answer in AT_THE_MEETING and state.quality.panels[panel].state is not PanelState.HELD:
            raise Conflict("panel_not_held")
        changed = ev.InvitationChanged(panel, guest, answer)
        return Decision([changed], shows=(NOUN, panel))

    def withdraw_guest(self, state: QueueState, now: datetime, panel: str, guest: str) -> Decision:
        """The customer no longer wants to be asked, and withdraws the contact, as the card's page does it. Who calls
        this erases the contact first."""
        self._invitation(state, panel, guest)
        if not self._archive.left_contact(guest):
            return Decision([], shows=(NOUN, panel))
        return Decision([ev.ContactWithdrawn(guest)], shows=(NOUN, panel))

    def read_contact(
        self, state: QueueState, now: datetime, who: Who, panel: str, guest: str
    ) -> Decision:
        """Who looks at a contact is on record before it is shown."""
        self._invitation(state, panel, guest)
        return Decision([ev.PanelContactRead(panel, guest, who.id)])

    def hold_panel(self, state: QueueState, now: datetime, panel: str) -> Decision:
        planned = self._planned(state, panel)
        if self.branch.day_of(now) < planned.on:
            raise Conflict("panel_early", day=planned.on)
        return Decision([ev.PanelHeld(panel)], shows=(NOUN, panel))

    def find_in_panel(
        self, state: QueueState, now: datetime, who: Who, panel: str, plan: ActionPlan
    ) -> Decision:
        """What the panel found is to be changed: a corrective action."""
        held(state, panel)
        of_panel = replace(plan, source=Source.PANEL, source_id=panel)
        opened = self.open_action(state, now, who, of_panel)
        return replace(opened, shows=(NOUN, panel))

    def find_case_in_panel(
        self, state: QueueState, now: datetime, who: Who, panel: str, text: str
    ) -> Decision:
        """What the panel found is a complaint: a case."""
        meeting = held(state, panel)
        complaint = ev.Complaint(
            ev.Channel.ON_THE_SPOT,
            came_at=now.isoformat(),
            happened_on=meeting.on.isoformat(),
            place=AT_THE_BRANCH,
            reply_by=ev.ReplyBy.NONE,
            text=text,
        )
        opened = self.open_case(state, now, who, complaint)
        assert opened.shows
        # What the complaint says is the case's alone, sealed under its key.
        found = ev.PanelFound(panel, "", Leads.CASE, opened.shows[1])
        return Decision([*opened.events, found], shows=(NOUN, panel))

    def cancel_panel(self, state: QueueState, now: datetime, panel: str, reason: str) -> Decision:
        self._planned(state, panel)
        return Decision([ev.PanelCancelled(panel, self._reason(reason))], shows=(NOUN, panel))

    def _panel(self, state: QueueState, panel: str) -> Panel:
        if panel not in state.quality.panels:
            raise NotFound("unknown_panel", id=panel)
        return state.quality.panels[panel]

    def _planned(self, state: QueueState, panel: str) -> Panel:
        current = self._panel(state, panel)
        if current.state is not PanelState.PLANNED:
            raise Conflict("panel_state", state=current.state)
        return current

    def _invitation(self, state: QueueState, panel: str, guest: str) -> Invitation:
        invitation = self._panel(state, panel).invitation(guest)
        if invitation is None:
            raise NotFound("unknown_guest", id=guest)
        return invitation


def _digest(guests: Sequence[Guest]) -> str:
    tickets = "\n".join(sorted(guest.ticket for guest in guests))
    return sha256(tickets.encode()).hexdigest()
