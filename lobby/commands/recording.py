"""Dual recording 双录: what the teller and the lobby manager say of a service that must be recorded."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import wraps

from lobby import events as ev
from lobby.commands.base import CounterCommand, Decider, Decision, P, Who
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.queue import QueueState
from lobby.state.recording import RecordedService, RecordingKind

PRODUCT = re.compile(r"[A-Za-z0-9._-]{1,32}")
"""The code of a product, as banks' lists have it."""


class RecordingCommands(Decider):
    def record(
        self, state: QueueState, now: datetime, counter: str, product: str, reference: str
    ) -> Decision:
        """A sale to the customer at the counter was recorded. A visit may have several; one recording is no proof of
        two visits."""
        service = self._recorded_at(state, counter)
        made = ev.RecordingMade(
            service.ticket,
            counter,
            service.service,
            self._product(product),
            self._reference(state, reference, service.ticket),
            service.camera,
            self._keep_until(now),
        )
        return Decision([made], ticket=service.ticket)

    def refuse_recording(
        self,
        state: QueueState,
        now: datetime,
        counter: str,
        reason: ev.SaleRefused,
        product: str = "",
    ) -> Decision:
        """Nothing was sold, so that there is nothing to record."""
        service = self._recorded_at(state, counter)
        code = self._product(product) if product.strip() else ""
        refused = ev.RecordingRefused(service.ticket, counter, service.service, reason, code)
        return Decision([refused], ticket=service.ticket)

    def override_recording(
        self, state: QueueState, now: datetime, ticket: str, reason: ev.OverrideReason, who: Who
    ) -> Decision:
        """A lobby manager, known by name, lets a service end without a recording."""
        self._is_known_by_name(who, "override_unnamed")
        service = self._waits_for_recording(state, ticket)
        overridden = ev.RecordingOverridden(
            ticket, service.counter, service.service, reason, who.id
        )
        return Decision([overridden], ticket=ticket)

    def correct_recording(
        self,
        state: QueueState,
        now: datetime,
        sale: str,
        reference: str,
        reason: ev.CorrectionReason,
        who: Who,
    ) -> Decision:
        """A lobby manager, known by name, puts the reference of a sale of any day right. Said again, it changes
        nothing."""
        self._is_known_by_name(who, "override_unnamed")
        past = self._archive.past_sale(sale)
        if past is None:
            raise NotFound("unknown_sale", id=sale)
        right = self._reference(state, reference, past.ticket)
        if right == past.reference:
            return Decision([])
        corrected = ev.RecordingCorrected(past.ticket, sale, past.reference, right, reason, who.id)
        return Decision([corrected])

    def recorded_first(self, command: CounterCommand[P]) -> CounterCommand[P]:
        """The command that ends a service, refused while a recording is missing. Simulations end theirs without."""

        @wraps(command)
        def checked(
            state: QueueState, now: datetime, counter: str, /, *args: P.args, **kwargs: P.kwargs
        ) -> Decision:
            service = state.quality.recording_of(self._counter(state, counter).ticket or "")
            if service and service.kind is RecordingKind.PENDING:
                raise Conflict("recording_missing", number=service.number)
            return command(state, now, counter, *args, **kwargs)

        return checked

    def _recorded_at(self, state: QueueState, counter: str) -> RecordedService:
        ticket = self._counter(state, counter).ticket
        name = self.branch.counter[counter].name
        if ticket is None:
            raise Conflict("counter_idle", counter=name)
        service = state.quality.recording_of(ticket)
        if service is None:
            raise Conflict("nothing_to_record", counter=name)
        return service

    def _waits_for_recording(self, state: QueueState, ticket: str) -> RecordedService:
        current = state.tickets.get(ticket)
        if current is None:
            raise NotFound("unknown_ticket", id=ticket)
        service = state.quality.recording_of(ticket)
        if service is None or service.kind is not RecordingKind.PENDING:
            raise Conflict("no_recording_awaited", number=current.number)
        return service

    def _product(self, typed: str) -> str:
        product = typed.strip()
        if not PRODUCT.fullmatch(product):
            raise Invalid("product_form", "product")
        return product

    def _reference(self, state: QueueState, typed: str, ticket: str) -> str:
        form = self.branch.recording
        reference = form.read(typed)
        if reference is None:
            raise Invalid("reference_form", "reference", example=form.example)
        holder = _holder(state, reference) or self._archive.recorded_for(reference)
        if holder not in (None, ticket):
            raise Conflict("reference_used", reference=reference)
        return reference

    def _keep_until(self, now: datetime) -> str:
        day = self.branch.day_of(now) + timedelta(days=self.branch.recording.keep_days)
        return day.isoformat()


def _holder(state: QueueState, reference: str) -> str | None:
    """The ticket of today whose sale has this reference."""
    for service in state.quality.recordings.values():
        if any(entry.right_reference == reference for entry in service.entries):
            return service.ticket
    return None
