"""Appointments 预约."""

from __future__ import annotations

from datetime import date
from typing import Annotated, NotRequired, TypedDict

from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang, Presenter, local


class HallAppointmentView(TypedDict):
    id: str
    service: str
    service_name: ByLang
    at: str
    needs: list[str]
    state: str
    ticket: str | None


class AppointmentView(HallAppointmentView):
    """An appointment as the API answers it."""

    code: Annotated[str, "six digits that check in at the kiosk"]
    links: NotRequired[Annotated[dict[str, str], "to the customer only"]]


class AppointmentViews(Presenter):
    def appointment(self, state: QueueState, id: str) -> HallAppointmentView:
        appointment = state.appointments[id]
        return {
            "id": id,
            "service": appointment.service,
            "service_name": by_language(state.branch.service[appointment.service].name),
            "at": local(state, appointment.at),
            "needs": list(appointment.needs),
            "state": appointment.state,
            "ticket": appointment.ticket,
        }

    def appointments(self, state: QueueState, day: date) -> list[HallAppointmentView]:
        """The appointments of that day, in order."""
        of_day = [a for a in state.appointments.values() if state.branch.day_of(a.at) == day]
        return [self.appointment(state, a.id) for a in sorted(of_day, key=lambda a: (a.at, a.id))]
