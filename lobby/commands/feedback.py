"""The feedback card 服务意见卡, one for each ticket."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.base import Decision
from lobby.commands.case import CaseCommands
from lobby.errors import Conflict, NotFound
from lobby.state.queue import QueueState
from lobby.state.ticket import PastTicket


def card_closes(branch: Branch, day: date) -> datetime:
    """Until when the feedback card of a ticket of that day may be handed in."""
    return datetime.combine(day, time(), branch.zone) + timedelta(
        days=branch.rules.feedback_days + 1
    )


class FeedbackCommands(CaseCommands):
    def give_feedback(
        self, state: QueueState, now: datetime, ticket: str, card: ev.Card
    ) -> Decision:
        """One card per ticket, once service has begun or the visit is over, for `feedback_days` after the day."""
        past = self._past(state, ticket)
        if past is None:
            raise NotFound("unknown_link")
        if now > card_closes(self.branch, past.day):
            raise NotFound("feedback_closed")
        if past.judged:
            raise Conflict("feedback_given")
        if past.outcome is None:
            raise Conflict("feedback_early")
        day = past.day.isoformat()
        given = ev.FeedbackGiven(
            **asdict(card), ticket=ticket, visit=past.outcome, number=past.number, day=day
        )
        return Decision([given, *self.opened_by_card(state, now, given)])

    def _past(self, state: QueueState, ticket: str) -> PastTicket | None:
        """The ticket of today or of before."""
        current = state.tickets.get(ticket)
        if current is None:
            return self._archive.past_ticket(ticket)
        return PastTicket(
            current.number, date.fromisoformat(state.day), current.outcome, ticket in state.feedback
        )
