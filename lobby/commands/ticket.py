"""A ticket's commands: a customer takes a number, leaves, lets others pass and draws again; staff move, correct, hand
on and bring back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lobby import events as ev
from lobby.branch.routing import area_for
from lobby.commands.base import Decider, Decision
from lobby.commands.kept import released
from lobby.customers.tiering import TierAssignment, nobody
from lobby.errors import Conflict, Invalid
from lobby.state.doors import closed_for
from lobby.state.queue import QueueState
from lobby.state.ticket import VISIT_MAX, Move, QueuePosition, State, Ticket

BY_STAFF = ("manager", "staff")
"""The kinds of rules by which staff found a tier."""


def _kind(tier_rule: str) -> str:
    return tier_rule.partition(" ")[0]


class TicketCommands(Decider):
    def issue(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        needs: Sequence[str] = (),
        assignment: TierAssignment | None = None,
        lang: str = "zh",
        tier: str | None = None,
        then: Sequence[str] = (),
        large_print: bool = False,
        kiosk: str | None = None,
    ) -> Decision:
        """A number and a place in line. `assignment` is the tier of who identified; `tier` is staff's word; `then` are
        further services of the same visit; the slip comes out at `kiosk`."""
        if tier:
            assignment = TierAssignment(self._tier(tier), "staff")
        assignment = assignment or nobody(self.branch)
        for wanted in (service, *then):
            self._served(state, now, self._service(wanted), assignment.tier, needs)
        return self._draw(
            state,
            now,
            service,
            self._needs(needs),
            assignment,
            lang,
            tuple(then),
            large_print,
            kiosk,
        )

    def _draw(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        needs: tuple[str, ...],
        assignment: TierAssignment,
        lang: str,
        then: tuple[str, ...],
        large_print: bool,
        kiosk: str | None,
        credit_s: int = 0,
        appointment: str | None = None,
        redrawn_from: str | None = None,
    ) -> Decision:
        for wanted in (service, *then):
            self._service(wanted)
        if len(then) >= VISIT_MAX:
            raise Invalid("visit_full", "then", max=VISIT_MAX)
        printer = self.branch.printer_of(self._kiosk(kiosk))
        area = area_for(self.branch, service, assignment.tier, needs)
        since = now - timedelta(seconds=credit_s)
        ahead, wait = self.forecaster.newcomer(state, since, service, assignment.tier, area, needs)
        series = self.branch.service[service].series
        number = f"{series}{state.numbers.get(series, 0) + 1:03d}"
        ticket = self._ids.next(now)
        issued = ev.TicketIssued(
            ticket, number, series, service, assignment.tier, assignment.rule, area, needs, lang, ahead, wait,
            then, large_print, credit_s, appointment, redrawn_from, kiosk,
            self.branch.target_wait_s(assignment.tier, needs),
        )  # fmt: skip
        return Decision(
            [issued, *self._slip(ticket, 1, printer)], ticket=ticket, quoted=(ahead, wait)
        )

    def _served(
        self, state: QueueState, now: datetime, service: str, tier: str, needs: Sequence[str]
    ) -> None:
        """A number is given only where somebody will serve it. Who had a place before, missed or booked, keeps it."""
        area = area_for(self.branch, service, tier, needs)
        if shut := closed_for(state, now, service, tier, area):
            raise Conflict(shut.code, **shut.fields)

    def cancel(
        self, state: QueueState, now: datetime, ticket: str, reason: str = "customer"
    ) -> Decision:
        self._movable(state, ticket, Move.CANCEL)
        return Decision([ev.TicketCancelled(ticket, reason)], ticket=ticket)

    def let_pass(self, state: QueueState, now: datetime, ticket: str, places: int) -> Decision:
        """Let so many others of the same line go first."""
        self._movable(state, ticket, Move.MOVE)
        return Decision([ev.TicketMoved(ticket, QueuePosition.BEHIND, places)], ticket=ticket)

    def redraw(
        self, state: QueueState, now: datetime, ticket: str, kiosk: str | None = None
    ) -> Decision:
        """A new number for a missed one, with credit for its wait; the visit is the same otherwise. Who draws it
        elsewhere than at a kiosk finds the slip where the first one came out."""
        missed = self._movable(state, ticket, Move.REDRAW)
        if not state.returns(missed):
            raise Conflict("no_redraw", number=missed.number)
        waited = (missed.called_at or now) - missed.rank_at
        assignment = TierAssignment(missed.tier, missed.tier_rule)
        return self._draw(
            state, now, missed.service, missed.needs, assignment, missed.lang, missed.then, missed.large_print,
            kiosk or (missed.kiosk if missed.kiosk in self.branch.kiosk else None),
            credit_s=max(0, round(waited.total_seconds())), redrawn_from=ticket,
        )  # fmt: skip

    def divert(self, state: QueueState, now: datetime, ticket: str, area: str) -> Decision:
        """To another area's line with the waiting so far, or out of the line to the machines."""
        current = self._movable(state, ticket, Move.DIVERT)
        if area not in self.branch.offered.area:
            raise Invalid("unknown_area", "area", id=area)
        if area == current.area:
            raise Conflict("same_area", number=current.number)
        ended = self.branch.area[area].self_service
        if not ended:
            self._reachable(area, current.service, current.tier)
        agreed = "staff" if ended else ""
        return Decision([ev.TicketDiverted(ticket, area, ended, agreed)], ticket=ticket)

    def offer_machines(
        self, state: QueueState, now: datetime, ticket: str, area: str | None = None
    ) -> Decision:
        """Ask the customer whether to go to the machines: those of `area`, else those that do this business. Who has a
        special need, or said no, is not asked."""
        current = self._movable(state, ticket, Move.OFFER)
        to = self._machines(current, area)
        if current.needs:
            raise Conflict("machines_need", number=current.number)
        if current.declined:
            raise Conflict("machines_declined", number=current.number)
        if current.offered == to:
            return Decision([], ticket=ticket)
        return Decision([ev.MachinesOffered(ticket, to)], ticket=ticket)

    def _machines(self, ticket: Ticket, area: str | None) -> str:
        to = area or self.branch.service[ticket.service].quicker_at
        if to is None:
            raise Conflict("no_machines", number=ticket.number)
        if to not in self.branch.offered.area or not self.branch.area[to].self_service:
            raise Invalid("unknown_area", "area", id=to)
        return to

    def answer_offer(
        self, state: QueueState, now: datetime, ticket: str, accepted: bool, by: str = "phone"
    ) -> Decision:
        """The customer's word on the machines, given on the phone or to `staff`."""
        current = self._movable(state, ticket, Move.OFFER)
        if current.offered is None:
            raise Conflict("not_offered", number=current.number)
        if accepted:
            left = ev.TicketDiverted(ticket, current.offered, ended=True, agreed=by)
            return Decision([left], ticket=ticket)
        return Decision([ev.MachinesDeclined(ticket)], ticket=ticket)

    def rejoin(self, state: QueueState, now: datetime, ticket: str) -> Decision:
        """Who left for the machines is in line again, with the waiting so far."""
        left = self._movable(state, ticket, Move.REJOIN)
        return Decision(self._returned(state, left), ticket=ticket)

    def _returned(self, state: QueueState, ticket: Ticket) -> list[ev.Event]:
        area = ticket.diverted_from or ticket.area
        back = ev.TicketReturned(ticket.id, QueuePosition.LIFETIME)
        return [back, *self._let_go(state, ticket, ticket.tier, area)]

    def _let_go(self, state: QueueState, ticket: Ticket, tier: str, area: str) -> list[ev.Event]:
        """Who comes back is not kept for a counter that closed meanwhile, or that may not serve the customer."""
        kept_for = ticket.only_counter
        if kept_for is None:
            return []
        if state.counters[kept_for].at_work and self._may_keep(state, kept_for, ticket, tier, area):
            return []
        return [released(self.branch, ticket, kept_for, tier)]

    def _may_keep(
        self, state: QueueState, counter: str, ticket: Ticket, tier: str, area: str
    ) -> bool:
        """Whether the counter, as it serves now, may serve the ticket so."""
        lent = state.as_lent(self.branch.counter[counter])
        return self.branch.may_serve(lent, ticket.service, tier, area)

    def retier(
        self, state: QueueState, now: datetime, ticket: str, tier: str, reason: str
    ) -> Decision:
        current = self._movable(state, ticket, Move.RETIER)
        self._tier(tier)
        why = self._reason(reason)
        area = current.area
        let_go: list[ev.Event] = []
        if current.state in (State.WAITING, State.PARKED):
            area, let_go = self._moved_by(state, current, tier, current.needs)
        target_s = self.branch.target_wait_s(tier, current.needs)
        retiered = ev.TicketRetiered(ticket, tier, area, why, target_s)
        return Decision([retiered, *let_go], ticket=ticket)

    def _moved_by(
        self, state: QueueState, ticket: Ticket, tier: str, needs: Sequence[str]
    ) -> tuple[str, list[ev.Event]]:
        """The area where the customer waits with this tier and these needs. Who is kept for a counter stays there, or
        is let go where it may not serve the customer so."""
        if (tier, tuple(needs)) == (ticket.tier, ticket.needs):
            return ticket.area, []
        area = area_for(self.branch, ticket.service, tier, needs)
        if ticket.only_counter is None:
            return area, []
        if self._may_keep(state, ticket.only_counter, ticket, tier, ticket.area):
            return ticket.area, []
        return area, [ev.TicketReleased(ticket.id, ticket.only_counter, area)]

    def amend(
        self,
        state: QueueState,
        now: datetime,
        ticket: str,
        needs: Sequence[str] = (),
        add: Sequence[str] = (),
        assignment: TierAssignment | None = None,
        kiosk: str | None = None,
        new_slip: bool = False,
    ) -> Decision:
        """Special needs, further services and the tier, told after the number was drawn. The waiting so far counts.
        With `new_slip` one comes out at the `kiosk` where the area is another."""
        current = self._movable(state, ticket, Move.AMEND)
        more = [self._service(service) for service in add]
        if 1 + len(current.done) + len(current.then) + len(more) > VISIT_MAX:
            raise Conflict("visit_full", max=VISIT_MAX)
        all_needs = tuple(dict.fromkeys((*current.needs, *self._needs(needs))))
        tier, rule = self._tier_of(current, assignment)
        for service in more:
            self._served(state, now, service, tier, all_needs)
        area, let_go = self._moved_by(state, current, tier, all_needs)
        target_s = min(current.target_wait_s, self.branch.target_wait_s(tier, all_needs))
        then = (*current.then, *more)
        amended = ev.TicketAmended(ticket, all_needs, then, tier, rule, area, target_s)
        said = all_needs, then, tier, rule
        if said == (current.needs, current.then, current.tier, current.tier_rule):
            return Decision([], ticket=ticket)
        slip: list[ev.Event] = []
        if new_slip and area != current.area:
            printer = self.branch.printer_of(self._kiosk(kiosk))
            slip = self._slip(ticket, current.copies + 1, printer)
        return Decision([amended, *let_go, *slip], ticket=ticket)

    def _tier_of(self, ticket: Ticket, assignment: TierAssignment | None) -> tuple[str, str]:
        """The tier and its rule, now that the customer showed something. What staff said stays, and nobody loses by
        showing a card."""
        as_it_is = ticket.tier, ticket.tier_rule
        if assignment is None or _kind(ticket.tier_rule) in BY_STAFF:
            return as_it_is
        target_s = {tier.id: tier.target_wait_s for tier in self.branch.tiers}
        if target_s[assignment.tier] >= target_s.get(ticket.tier, 0):
            return as_it_is
        return assignment.tier, assignment.rule

    def coming(self, state: QueueState, now: datetime, ticket: str) -> Decision:
        """Who was called is on the way. Said again, nothing changes."""
        called = self._movable(state, ticket, Move.COME)
        if called.coming_at or called.counter is None:
            return Decision([], ticket=ticket)
        return Decision([ev.TicketComing(ticket, called.counter)], ticket=ticket)

    def move(
        self, state: QueueState, now: datetime, ticket: str, seat: QueuePosition, places: int = 0
    ) -> Decision:
        """To another place in its line: first, last, or behind so many others."""
        self._movable(state, ticket, Move.MOVE)
        return Decision([ev.TicketMoved(ticket, seat, places)], ticket=ticket)

    def bring_back(self, state: QueueState, now: datetime, ticket: str) -> Decision:
        """A ticket that was missed, or that left for the machines, into line again, with its waiting so far."""
        missed = self._movable(state, ticket, Move.RETURN)
        if missed.redrawn_as:
            raise Conflict(
                "redrawn", number=missed.number, other=state.tickets[missed.redrawn_as].number
            )
        return Decision(self._returned(state, missed), ticket=ticket)

    def resume(self, state: QueueState, now: datetime, ticket: str) -> Decision:
        """A parked ticket waits in line again."""
        parked = self._movable(state, ticket, Move.RESUME)
        let_go = self._let_go(state, parked, parked.tier, parked.area)
        return Decision([ev.TicketResumed(ticket), *let_go], ticket=ticket)

    def transfer(
        self,
        state: QueueState,
        now: datetime,
        ticket: str,
        service: str,
        counter: str | None = None,
        seat: QueuePosition = QueuePosition.LIFETIME,
    ) -> Decision:
        """To another business, and to one counter if given: with the waiting so far, first, or last."""
        current = self._movable(state, ticket, Move.TRANSFER)
        self._service(service)
        area = area_for(self.branch, service, current.tier, current.needs)
        if counter is not None:
            area = self._area_at(counter, service, current)
        return Decision([ev.TicketTransferred(ticket, service, area, counter, seat)], ticket=ticket)
