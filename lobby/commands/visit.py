"""Announced visits: who comes when, and what is to be at hand. Checking in makes a ticket of the green channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from lobby import events as ev
from lobby.commands.base import Decision
from lobby.commands.contact import must_reach
from lobby.commands.ticket import TicketCommands
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.queue import QueueState
from lobby.state.visit import Visit, VisitState

AHEAD = timedelta(days=60)
"""Further ahead nobody plans a visit, and a year that was typed wrong is noticed."""


class VisitCommands(TicketCommands):
    def announce(
        self,
        state: QueueState,
        now: datetime,
        at: datetime,
        service: str,
        needs: Sequence[str],
        aids: Sequence[str] = (),
        name: str = "",
        phone: str = "",
        wish: str = "",
    ) -> Decision:
        """Somebody with at least one special need comes at that instant. Without a zone it is the branch's time."""
        local = at if at.tzinfo else at.replace(tzinfo=self.branch.zone)
        if not now - timedelta(hours=1) <= local <= now + AHEAD:
            raise Invalid("no_such_slot", "at", at=at.strftime("%Y-%m-%d %H:%M"))
        if not needs:
            raise Invalid("need_missing", "needs")
        must_reach(phone, "phone", ev.ReplyBy.TELEPHONE)
        id = self._ids.next(now)
        announced = ev.VisitAnnounced(
            visit=id,
            at=local.astimezone(self.branch.zone).isoformat(),
            service=self._service(service),
            needs=self._needs(needs),
            aids=self._aids(aids),
            name=name.strip(),
            phone=phone.strip(),
            wish=wish.strip(),
        )
        return Decision([announced], shows=("visit", id))

    def arrive(self, state: QueueState, now: datetime, visit: str, lang: str = "zh") -> Decision:
        """The customer is here: a ticket of the green channel. The answer is the ticket."""
        expected = self._expected(state, visit)
        issued = self.issue(state, now, expected.service, expected.needs, lang=lang)
        arrived = ev.VisitArrived(visit, issued.ticket or "")
        return replace(issued, events=[*issued.events, arrived])

    def call_off(self, state: QueueState, now: datetime, visit: str) -> Decision:
        self._expected(state, visit)
        return Decision([ev.VisitCancelled(visit)], shows=("visit", visit))

    def _expected(self, state: QueueState, visit: str) -> Visit:
        if visit not in state.quality.visits:
            raise NotFound("unknown_visit", id=visit)
        expected = state.quality.visits[visit]
        if expected.state is not VisitState.ANNOUNCED:
            raise Conflict("visit_over")
        return expected

    def _aids(self, aids: Sequence[str]) -> tuple[str, ...]:
        known = {aid.id for aid in self.branch.aids}
        for aid in aids:
            if aid not in known:
                raise Invalid("unknown_aid", "aids", id=aid)
        return tuple(aids)
