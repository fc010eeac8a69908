"""What comes down from headquarters: it was checked when it came, and here it is taken or refused."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date, datetime, time
from typing import cast

from lobby import events as ev
from lobby.commands.action import ActionCommands, ActionPlan
from lobby.commands.base import Decision, Who
from lobby.commands.case import CaseCommands
from lobby.errors import Invalid, LobbyError, NotFound
from lobby.events.down import (
    ActionAsked,
    Announcement,
    Checked,
    Configuration,
    Order,
    Withdrawal,
)
from lobby.state.action import Aim, Direction, Source
from lobby.state.instruction import Applied
from lobby.state.queue import QueueState

OWNING = ("head", "manager", "office", "admin")
"""Who gets an action of headquarters, the first that somebody has."""
HEADQUARTERS = Who("headquarters", "headquarters")


class InstructionCommands(ActionCommands, CaseCommands):
    def receive_instruction(self, state: QueueState, now: datetime, checked: Checked) -> Decision:
        """Take it, or tell headquarters why not. One that was received before changes nothing."""
        if checked.id in state.quality.instructions:
            return Decision([])
        if checked.content is None:
            why = checked.why or ev.Why.UNREADABLE
            return Decision([_refused(checked, why, checked.detail, checked.detail_zh)])
        if isinstance(checked.content, Announcement):
            return Decision(_announced(checked, checked.content))
        if isinstance(checked.content, Configuration):
            return Decision([_received(checked)])
        if isinstance(checked.content, Withdrawal):
            withdrawn = ev.AnnouncementWithdrawn(checked.content.instruction)
            return Decision([_received(checked), withdrawn])
        try:
            if isinstance(checked.content, ActionAsked):
                return Decision(self._asked(state, now, checked, checked.content))
            return Decision(self._ordered(state, now, checked, checked.content))
        except LobbyError as error:
            return Decision([_refused(checked, ev.Why.NOT_POSSIBLE, error.code)])

    def hide_announcement(
        self, state: QueueState, now: datetime, who: Who, announcement: int
    ) -> Decision:
        """Nobody in the branch is shown it any more."""
        if announcement not in state.quality.announcements:
            raise NotFound("unknown_announcement", id=str(announcement))
        return Decision([ev.AnnouncementHidden(announcement, who.id)])

    def tell_configuration(self, state: QueueState, now: datetime, applied: Applied) -> Decision:
        """Tell headquarters what is in force of its configuration, once after each change."""
        if applied == (state.quality.applied or Applied()):
            return Decision([])
        return Decision([ev.ConfigurationApplied(**asdict(applied))])

    def _asked(
        self, state: QueueState, now: datetime, checked: Checked, asked: ActionAsked
    ) -> list[ev.Event]:
        """The action that was asked for, in the hands of the head of the branch, who may give it to another. It is due
        today at the earliest, however long the line was cut."""
        owner = self.people.first_with(state.quality.left, OWNING)
        if owner is None:
            raise Invalid("nobody_owns", "owner")
        aim = Aim(asked.measure, Direction(asked.direction.value)) if asked.measure else None
        plan = ActionPlan(
            asked.title,
            owner,
            max(asked.due, self.branch.day_of(now)),
            whys=asked.words,
            aim=aim,
        )
        (opened,) = self.open_action(state, now, HEADQUARTERS, plan).events
        action = replace(
            cast(ev.ActionOpened, opened),
            source=Source.HEADQUARTERS,
            source_id=str(checked.id),
        )
        return [action, replace(_received(checked), action=action.action)]

    def _ordered(
        self, state: QueueState, now: datetime, checked: Checked, order: Order
    ) -> list[ev.Event]:
        """The case of a work order. One that the branch has already, from a list or from before, is that case."""
        complaint = ev.Complaint(
            ev.Channel(order.channel.value),
            came_at=self._came_at(order.came_on, now).isoformat(),
            happened_on=None,
            reference=order.number,
            text=order.text,
        )
        self._fits(now, complaint)
        known = self._known(state, [order.number]).of(complaint)
        if known:
            return [_received(checked, known.id, order)]
        opened = self._opening(state, now, complaint, None, "")
        return [opened, _received(checked, opened.case, order)]

    def _came_at(self, day: date, now: datetime) -> datetime:
        """Lists of the hotline name the day alone. What came today came now: nobody is late before it is here. An
        earlier day counts from its first instant."""
        if day == self.branch.day_of(now):
            return now
        return datetime.combine(day, time(), self.branch.zone)


def _announced(checked: Checked, announcement: Announcement) -> list[ev.Event]:
    until = announcement.until.isoformat()
    shown = ev.AnnouncementShown(
        checked.id, announcement.zh, announcement.en, until, announcement.important
    )
    return [_received(checked), shown]


def _received(
    checked: Checked, case: str = "", order: Order | None = None
) -> ev.InstructionReceived:
    deadline = order.deadline.isoformat() if order and order.deadline else None
    return ev.InstructionReceived(
        instruction=checked.id,
        kind=checked.kind,
        hash=checked.hash,
        outcome=ev.Outcome.TAKEN,
        case=case,
        deadline=deadline,
    )


def _refused(checked: Checked, why: ev.Why, detail: str = "", detail_zh: str = "") -> ev.Event:
    return ev.InstructionReceived(
        instruction=checked.id,
        kind=checked.kind,
        hash=checked.hash,
        outcome=ev.Outcome.REFUSED,
        why=why,
        detail=detail,
        detail_zh=detail_zh,
    )
