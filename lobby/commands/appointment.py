"""Appointments 预约: book, cancel, check in. Nobody is asked for a name; the appointment's code is enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from lobby import events as ev
from lobby.branch.rules import Appointments
from lobby.branch.serving import openings_for
from lobby.commands.base import Decision
from lobby.commands.ticket import TicketCommands
from lobby.customers.tiering import TierAssignment, nobody
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.appointment import Appointment, AppointmentStatus
from lobby.state.queue import QueueState


class AppointmentCommands(TicketCommands):
    @property
    def _plan(self) -> Appointments:
        if self.branch.appointments is None:
            raise NotFound("no_appointments")
        return self.branch.appointments

    def slots(
        self, state: QueueState, now: datetime, service: str, day: date
    ) -> list[tuple[datetime, int]]:
        """The times of that day that may still be booked, and the places left at each."""
        self._bookable(service)
        today = self.branch.day_of(now)
        if not today <= day <= today + timedelta(days=self._plan.days_ahead):
            return []
        occupied: dict[datetime, int] = {}
        for appointment in state.appointments.values():
            if appointment.state is not AppointmentStatus.CANCELLED:
                occupied[appointment.at] = occupied.get(appointment.at, 0) + 1
        return [
            (at, max(0, self._plan.per_slot - occupied.get(at, 0)))
            for at in self._times(day)
            if at > now and self._serves(service, at)
        ]

    def book(
        self,
        state: QueueState,
        now: datetime,
        service: str,
        at: datetime,
        lang: str = "zh",
        needs: Sequence[str] = (),
    ) -> Decision:
        """A place at the counters for `at`, one of the slots."""
        at = at.astimezone(self.branch.zone)
        left = dict(self.slots(state, now, service, at.date())).get(at)
        if left is None and at in self._times(at.date()) and not self._serves(service, at):
            raise Conflict("closed_then", at=at.strftime("%Y-%m-%d %H:%M"))
        if left is None:
            raise Invalid("no_such_slot", "at", at=at.strftime("%Y-%m-%d %H:%M"))
        if not left:
            raise Conflict("slot_full", at=at.strftime("%H:%M"))
        id = self._ids.next(now)
        booked = ev.AppointmentBooked(id, service, at.isoformat(), lang, self._needs(needs))
        return Decision([booked], appointment=id)

    def cancel_appointment(self, state: QueueState, now: datetime, appointment: str) -> Decision:
        self._booked(state, appointment)
        return Decision([ev.AppointmentCancelled(appointment)], appointment=appointment)

    def end_missed(self, state: QueueState, now: datetime) -> Decision:
        """End the appointments that nobody kept. A doubted clock ends none: the customer may be on the way."""
        plan = self.branch.appointments
        if plan is None or state.doubted:
            return Decision([])
        patience = timedelta(minutes=max(plan.missed_min, plan.late_min))
        missed = [
            one.id
            for one in state.appointments.values()
            if one.state is AppointmentStatus.BOOKED and now > one.at + patience
        ]
        return Decision([ev.AppointmentMissed(id) for id in missed])

    def check_in(
        self,
        state: QueueState,
        now: datetime,
        appointment: str,
        needs: Sequence[str] = (),
        assignment: TierAssignment | None = None,
        lang: str | None = None,
        large_print: bool = False,
        kiosk: str | None = None,
    ) -> Decision:
        """The number of who comes to an appointment, with the wait counted so that its promise holds."""
        plan = self._plan
        late = state.appointments.get(appointment)
        if late and late.state is AppointmentStatus.MISSED:
            raise Conflict("too_late", at=late.at.astimezone(self.branch.zone).strftime("%H:%M"))
        booked = self._booked(state, appointment)
        at = booked.at.astimezone(self.branch.zone)
        if now < at - timedelta(minutes=plan.early_min):
            raise Conflict("too_early", at=at.strftime("%m-%d %H:%M"), min=plan.early_min)
        if now > at + timedelta(minutes=plan.late_min):
            raise Conflict("too_late", at=at.strftime("%H:%M"))
        assignment = assignment or nobody(self.branch)
        stated = self._needs(tuple(dict.fromkeys([*booked.needs, *needs])))
        credit_s = max(0, self.branch.target_wait_s(assignment.tier, stated) - plan.target_wait_s)
        return self._draw(
            state, now, booked.service, stated, assignment, lang or booked.lang, (), large_print, kiosk,
            credit_s=credit_s, appointment=appointment,
        )  # fmt: skip

    def _bookable(self, service: str) -> None:
        if self._service(service) not in self._plan.services:
            raise Conflict("not_bookable", service=self.branch.service[service].name)

    def _serves(self, service: str, at: datetime) -> bool:
        """Whether the branch is open then, and a counter that serves such customers."""
        branch = self.branch
        counters = openings_for(
            branch, service, branch.standard_tier.id, branch.service[service].area
        )
        then = any(counter.serves(at) for counter in counters) or not counters
        return branch.opening.serves(at) and then

    def _times(self, day: date) -> list[datetime]:
        at = datetime.combine(day, self._plan.opens, self.branch.zone)
        closes = datetime.combine(day, self._plan.closes, self.branch.zone)
        step = timedelta(minutes=self._plan.every_min)
        return [at + n * step for n in range(max(0, -((at - closes) // step)))]

    def _booked(self, state: QueueState, appointment: str) -> Appointment:
        booked = state.appointments.get(appointment)
        if booked is None:
            raise NotFound("unknown_appointment")
        if booked.state is not AppointmentStatus.BOOKED:
            raise Conflict("appointment_state", state=booked.state)
        return booked
