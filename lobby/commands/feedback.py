"""The feedback card 服务意见卡, one for each ticket."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time, timedelta

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.base import Decision
from lobby.commands.case import CaseCommands
from lobby.commands.contact import must_reach
from lobby.errors import Conflict, NotFound
from lobby.state.queue import QueueState
from lobby.state.ticket import PastTicket, State

WAITS = (State.WAITING, State.CALLED, State.PARKED)
"""The states of who can still be helped on the spot. Once service has begun, the card is open."""
OPINIONS_MAX = 3
"""Of one customer in one wait: the lobby manager has come by then."""


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
        must_reach(card.contact, "contact")
        day = past.day.isoformat()
        given = ev.FeedbackGiven(
            **asdict(card), ticket=ticket, visit=past.outcome, number=past.number, day=day
        )
        return Decision([given, *self.opened_by_card(state, now, given)])

    def ask_feedback(
        self, state: QueueState, now: datetime, ticket: str, by: ev.AskedBy
    ) -> Decision:
        """The card was shown. It counts once service has begun, on the day of the ticket, once for each way."""
        current = state.tickets.get(ticket)
        asks = current is not None and current.outcome is not None
        if not asks or (ticket, by) in state.asked or ticket in state.feedback:
            return Decision([])
        return Decision([ev.FeedbackAsked(ticket=ticket, by=by)])

    def withdraw_contact(self, state: QueueState, now: datetime, ticket: str) -> Decision:
        """The customer is no longer to be reached. Who calls this erases the contact first."""
        if not self._archive.left_contact(ticket):
            raise Conflict("no_contact")
        return Decision([ev.ContactWithdrawn(ticket)])

    def voice_opinion(self, state: QueueState, now: datetime, ticket: str, text: str) -> Decision:
        """Who still waits says a word to the lobby manager. It does not use up the card."""
        current = state.tickets.get(ticket)
        if current is None:
            raise NotFound("unknown_link")
        if current.state not in WAITS:
            raise Conflict("opinion_late")
        if state.voiced.get(ticket, 0) >= OPINIONS_MAX:
            raise Conflict("opinions_enough")
        return Decision([ev.OpinionVoiced(ticket=ticket, text=text)], ticket=ticket)

    def _past(self, state: QueueState, ticket: str) -> PastTicket | None:
        """The ticket of today or of before."""
        current = state.tickets.get(ticket)
        if current is None:
            return self._archive.past_ticket(ticket)
        return PastTicket(
            current.number, date.fromisoformat(state.day), current.outcome, ticket in state.feedback
        )
