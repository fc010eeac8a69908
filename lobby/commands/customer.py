"""What a customer does: takes a number, leaves, lets others pass, draws again, gives an opinion, asks for help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.routing import area_for
from lobby.commands.base import Decision, Verbs
from lobby.customers.tiering import TierAssignment, nobody
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.queue import QueueState
from lobby.state.ticket import VISIT_MAX, Move, PastTicket, Seat


def card_closes(branch: Branch, day: date) -> datetime:
    """Until when the feedback card of a ticket of that day may be handed in."""
    return datetime.combine(day, time(), branch.zone) + timedelta(days=branch.rules.feedback_days + 1)


class CustomerCommands(Verbs):
    def issue(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        needs: Sequence[str] = (),
        found: TierAssignment | None = None,
        lang: str = "zh",
        tier: str | None = None,
        then: Sequence[str] = (),
        large_print: bool = False,
        kiosk: str | None = None,
    ) -> Decision:
        """A number and a place in line. `found` is how who identified was sorted; `tier` is staff's word; `then`
        are further services of the same visit; the slip comes out at `kiosk`."""
        found = TierAssignment(self._tier(tier), "staff") if tier else found or nobody(self.branch)
        return self._draw(state, now, service, self._needs(needs), found, lang, tuple(then), large_print, kiosk)

    def _draw(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        needs: tuple[str, ...],
        found: TierAssignment,
        lang: str,
        then: tuple[str, ...],
        large_print: bool,
        kiosk: str | None,
        credit_s: int = 0,
        appointment: str | None = None,
        redrawn_from: str | None = None,
    ) -> Decision:
        if not state.open:
            raise Conflict("day_closed")
        for wanted in (service, *then):
            self._service(wanted)
        if len(then) >= VISIT_MAX:
            raise Invalid("visit_full", "then", max=VISIT_MAX)
        printer = self.branch.printer_of(self._kiosk(kiosk))
        area = area_for(self.branch, service, found.tier, needs)
        since = now - timedelta(seconds=credit_s)
        ahead, wait = self.forecaster.newcomer(state, since, service, found.tier, area, needs)
        series = self.branch.service[service].series
        number = f"{series}{state.numbers.get(series, 0) + 1:03d}"
        ticket = self._ids.next(now)
        issued = ev.TicketIssued(
            ticket, number, series, service, found.tier, found.rule, area, needs, lang, ahead, wait,
            then, large_print, credit_s, appointment, redrawn_from, kiosk,
            self.branch.target_wait_s(found.tier, needs),
        )  # fmt: skip
        return Decision([issued, *self._slip(ticket, 1, printer)], ticket=ticket, told=(ahead, wait))

    def cancel(self, state: QueueState, now: datetime, ticket: str, reason: str = "customer") -> Decision:
        self._movable(state, ticket, Move.CANCEL)
        return Decision([ev.TicketCancelled(ticket, reason)], ticket=ticket)

    def let_pass(self, state: QueueState, now: datetime, ticket: str, places: int) -> Decision:
        """Let so many others of the same line go first."""
        self._movable(state, ticket, Move.MOVE)
        return Decision([ev.TicketMoved(ticket, Seat.BEHIND, places)], ticket=ticket)

    def redraw(self, state: QueueState, now: datetime, ticket: str, kiosk: str | None = None) -> Decision:
        """A new number for a missed one, with credit for its wait; the visit is the same otherwise. Who draws it
        elsewhere than at a kiosk finds the slip where the first one came out."""
        missed = self._movable(state, ticket, Move.REDRAW)
        if not state.returns(missed):
            raise Conflict("no_redraw", number=missed.number)
        waited = (missed.called_at or now) - missed.rank_at
        found = TierAssignment(missed.tier, missed.tier_rule)
        return self._draw(
            state, now, missed.service, missed.needs, found, missed.lang, missed.then, missed.large_print,
            kiosk or (missed.kiosk if missed.kiosk in self.branch.kiosk else None),
            credit_s=max(0, round(waited.total_seconds())), redrawn_from=ticket,
        )  # fmt: skip

    def give_feedback(
        self,
        state: QueueState,
        now: datetime,
        ticket: str,
        score: int,
        reasons: Sequence[str] = (),
        text: str = "",
        contact: str = "",
        consent: bool = False,
    ) -> Decision:
        """One card per ticket, once service has begun or the visit is over, for `feedback_days` after the day."""
        past = self._past(state, ticket)
        if past is None or now > card_closes(self.branch, past.day):
            raise NotFound("unknown_link")
        if past.judged:
            raise Conflict("feedback_given")
        if past.outcome is None:
            raise Conflict("feedback_early")
        return Decision([ev.FeedbackGiven(ticket, score, tuple(reasons), text, contact, consent, past.outcome)])

    def _past(self, state: QueueState, ticket: str) -> PastTicket | None:
        """The ticket of today or of before."""
        current = state.tickets.get(ticket)
        if current is None:
            return self._archive.past_ticket(ticket)
        return PastTicket(current.number, date.fromisoformat(state.day), current.outcome, ticket in state.feedback)

    def request_help(self, state: QueueState, now: datetime, kiosk: str = "") -> Decision:
        """Ringing again while the last ring is unanswered changes nothing. A branch that names its kiosks is rung
        by these only."""
        if kiosk and self.branch.kiosks:
            self._kiosk(kiosk)
        rung = any(a.kind == "help" and a.params["kiosk"] == kiosk for a in state.alerts.values())
        named = self.branch.kiosk.get(kiosk)
        name = {"zh": named.name.zh, "en": named.name.en} if named else {}
        return Decision([] if rung else [ev.HelpRequested(kiosk, name)])
