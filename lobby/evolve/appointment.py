"""What the events of an appointment do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.appointment import Appointment, AppointmentStatus
from lobby.state.queue import QueueState


@evolves(ev.AppointmentBooked)
def _booked(state: QueueState, rec: ev.Recorded, event: ev.AppointmentBooked) -> None:
    at = ev.instant_of(event.at)
    state.appointments[event.appointment] = Appointment(
        event.appointment, event.service, at, event.lang, event.needs
    )


@evolves(ev.AppointmentCancelled)
def _appointment_cancelled(
    state: QueueState, rec: ev.Recorded, event: ev.AppointmentCancelled
) -> None:
    state.appointments[event.appointment].state = AppointmentStatus.CANCELLED


@evolves(ev.AppointmentMissed)
def _missed(state: QueueState, rec: ev.Recorded, event: ev.AppointmentMissed) -> None:
    state.appointments[event.appointment].state = AppointmentStatus.MISSED
