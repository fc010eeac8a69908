"""What the lobby manager does: diverts, moves, corrects, brings back, answers."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.branch.routing import area_for
from lobby.commands.base import Decision, Verbs
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.queue import QueueState
from lobby.state.ticket import Move, Seat, State


class ManagerCommands(Verbs):
    def divert(self, state: QueueState, now: datetime, ticket: str, area: str) -> Decision:
        """To another area's line with the waiting so far, or out of the line to the machines."""
        found = self._movable(state, ticket, Move.DIVERT)
        if area not in self.branch.offered.area:
            raise Invalid("unknown_area", "area", id=area)
        if area == found.area:
            raise Conflict("same_area", number=found.number)
        ended = self.branch.area[area].self_service
        if not ended:
            self._reachable(area, found.service, found.tier)
        return Decision([ev.TicketDiverted(ticket, area, ended)], ticket=ticket)

    def retier(self, state: QueueState, now: datetime, ticket: str, tier: str, reason: str) -> Decision:
        found = self._movable(state, ticket, Move.RETIER)
        self._tier(tier)
        moves = found.state in (State.WAITING, State.PARKED)
        area = area_for(self.branch, found.service, tier, found.needs) if moves else found.area
        target_s = self.branch.target_wait_s(tier, found.needs)
        return Decision([ev.TicketRetiered(ticket, tier, area, reason, target_s)], ticket=ticket)

    def move(self, state: QueueState, now: datetime, ticket: str, seat: str, places: int = 0) -> Decision:
        """To another place in its line: first, last, or behind so many others."""
        self._movable(state, ticket, Move.MOVE)
        return Decision([ev.TicketMoved(ticket, Seat(seat), places)], ticket=ticket)

    def bring_back(self, state: QueueState, now: datetime, ticket: str) -> Decision:
        """A missed ticket into line again, with its waiting so far."""
        missed = self._movable(state, ticket, Move.RETURN)
        if missed.redrawn_as:
            raise Conflict("redrawn", number=missed.number, other=state.tickets[missed.redrawn_as].number)
        return Decision([ev.TicketReturned(ticket, Seat.LIFETIME)], ticket=ticket)

    def reprint(self, state: QueueState, now: datetime, ticket: str, printer: str | None = None) -> Decision:
        """At the printer chosen, else where the first slip came out, else at the branch's first printer."""
        if printer is not None and printer not in self.branch.printer:
            raise Invalid("unknown_printer", "printer", id=printer)
        found = self._movable(state, ticket, Move.REPRINT)
        usual = self.branch.printer_of(found.kiosk) or self.branch.printer_of(None)
        return Decision(self._slip(ticket, found.copies + 1, printer or usual), ticket=ticket)

    def answer_break(self, state: QueueState, now: datetime, counter: str, granted: bool) -> Decision:
        """A break that is granted begins as soon as nobody is at the counter."""
        if self._counter(state, counter).rest != "asked":
            raise Conflict("no_break_asked", counter=self.branch.counter[counter].name)
        return Decision([ev.BreakAnswered(counter, granted)], counter=counter)

    def acknowledge(self, state: QueueState, now: datetime, alert: int) -> Decision:
        if alert not in state.alerts:
            raise NotFound("unknown_alert", id=alert)
        return Decision([ev.AlertAcknowledged(alert)])
