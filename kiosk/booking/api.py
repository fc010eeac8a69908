"""Appointments over the API: free times, booking, the appointment as it is, cancelling, checking in at the kiosk."""

from __future__ import annotations

from typing import Annotated, TypedDict, cast

from flask import g
from pydantic import BaseModel, Field

from kiosk.shared.needs import Need
from lobby.errors import NotFound
from lobby.views.appointment import AppointmentView, HallAppointmentView
from lobby.views.shapes import shape
from lobby.views.ticket import TicketView
from web.budgets import branch_budgets, by_staff, refuse_for, requester, spend, spend_booking
from web.dispatch import do, holds, recognise, runtime, ticket_answer, today
from web.kiosks import requesting_kiosk
from web.languages import PageLang
from web.roles import customers, may, must, needs
from web.schemas import (
    SECURITY,
    AppointmentOut,
    Body,
    BranchDay,
    BranchMoment,
    ById,
    Id,
    TicketOut,
    api_of,
)

api = api_of("appointments_api", __name__, "appointments", SECURITY)


class SlotsQuery(BaseModel):
    service: Id
    day: BranchDay


class BookableSlotView(TypedDict):
    at: str
    left: Annotated[int, "places that may still be booked"]


class SlotsView(TypedDict):
    slots: list[BookableSlotView]


class DayQuery(BaseModel):
    day: BranchDay | None = None


class AppointmentsView(TypedDict):
    appointments: list[AppointmentView]


class BookBody(Body):
    service: Id
    at: BranchMoment
    needs: list[Need] = Field(default=[], max_length=4)
    lang: PageLang = "zh"


class CheckInBody(Body):
    code: str = Field(pattern=r"^\d{6}$")
    needs: list[Need] = Field(default=[], max_length=4)
    customer: str = Field(
        default="", max_length=256, description="what the reader read; never kept"
    )
    lang: PageLang | None = None
    large_print: bool = False


@api.get("/appointments/slots", responses={200: shape(SlotsView)})
@customers
def slots(query: SlotsQuery) -> SlotsView:
    """The times of a day that may be booked for a service, and the places left at each."""
    with runtime().writer.published() as state:
        found = runtime().commands.slots(state, runtime().clock(), query.service, query.day)
    return {"slots": [{"at": at.isoformat(), "left": left} for at, left in found]}


@api.post("/appointments", responses={201: AppointmentOut})
@customers
def book(body: BookBody) -> tuple[AppointmentView, int]:
    """Book a place at the counters. Nothing of the customer is asked or kept."""
    spend_booking()
    answer = do(
        runtime().commands.book, service=body.service, at=body.at, lang=body.lang, needs=body.needs
    )
    return _shown(answer.data["appointment"]), 201


@api.get("/appointments", responses={200: shape(AppointmentsView)})
@needs("staff")
def appointments(query: DayQuery) -> AppointmentsView:
    """The appointments of a day; today's if none is named."""
    day = query.day or today()
    with runtime().writer.published() as state:
        found = runtime().views.appointments(state, day)
    return {"appointments": [_shown(one) for one in found]}


@api.get("/appointments/<id>", responses={200: AppointmentOut})
@customers
def appointment(path: ById) -> AppointmentView:
    """The appointment as it is, for staff or the holder of its link (`?token=`)."""
    if not holds(runtime().links.appointments, path.id):
        must("staff")
    return appointment_now(path.id)


@api.post("/appointments/<id>/cancel", responses={200: AppointmentOut})
@customers
def cancel(path: ById) -> AppointmentView:
    """The appointment is off: staff, or the holder of its link (`?token=`)."""
    if not holds(runtime().links.appointments, path.id):
        must("staff")
    return _shown(
        do(runtime().commands.cancel_appointment, appointment=path.id).data["appointment"]
    )


@api.post("/appointments/check-in", responses={201: TicketOut})
@needs("kiosk")
def check_in(body: CheckInBody) -> tuple[TicketView, int]:
    """The number of who comes to an appointment."""
    appointment = with_code(body.code)
    assignment = recognise(body.customer)
    issued = do(
        runtime().commands.check_in,
        appointment=appointment,
        needs=body.needs,
        assignment=assignment,
        lang=body.lang,
        large_print=body.large_print,
        kiosk=requesting_kiosk(),
    )
    return ticket_answer(issued), 201


def with_code(code: str) -> str:
    """Today's appointment that this code checks in. Raises NotFound, and TooMany for who guesses."""
    if not by_staff():
        refuse_for(branch_budgets().codes.wait_s(requester()))
    with runtime().writer.published() as state:
        ids: list[str] = [one["id"] for one in runtime().views.appointments(state, today())]
    for id in ids:
        if runtime().links.check_in_code(id) == code:
            return id
    if not by_staff():
        spend(branch_budgets().codes, requester())
    raise NotFound("unknown_appointment")


def appointment_now(id: str) -> AppointmentView:
    """The appointment with its code and links. Raises NotFound."""
    with runtime().writer.published() as state:
        if id not in state.appointments:
            raise NotFound("unknown_appointment")
        view = runtime().views.appointment(state, id)
    return _shown(view)


def _shown(view: HallAppointmentView) -> AppointmentView:
    """The code is for staff too, who tell it to the customer at the telephone; the link is the customer's alone."""
    links = runtime().links
    coded = cast(AppointmentView, {**view, "code": links.check_in_code(view["id"])})
    if may("staff") and not g.get("holder"):
        return coded
    return {**coded, "links": {"status": links.of_appointment(view["id"])}}
