"""What a reader at the kiosk read: whether it can be used, and what for. Never the tier, and nothing is kept."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from kiosk.booking.api import appointment_now, with_code
from lobby.customers.reading import Kind, Reading, read
from lobby.errors import NotFound
from lobby.state.appointment import AppointmentStatus
from lobby.views.views import View
from web.budgets import branch_budgets, by_staff, requester, spend
from web.dispatch import prefetch, recognise, runtime, ticket_now
from web.roles import needs
from web.schemas import SECURITY, Body, api_of

api = api_of("identify_api", __name__, "customer", SECURITY)

LISTED = ("directory", "card", "member")


class IdentifyBody(Body):
    customer: str = Field(
        min_length=1, max_length=256, description="what the reader read; never kept"
    )


class TicketRead(BaseModel):
    id: str
    token: str
    number: str
    returns: bool


class IdentifyOut(BaseModel):
    """`known`: a card or identity number that can be read, a code or phone number that is listed, a ticket of today,
    an appointment of today that is still to come."""

    kind: Literal["card", "member", "phone", "identity", "ticket", "appointment", "unreadable"]
    known: bool
    ticket: TicketRead | None = None
    code: str | None = None


@api.post("/identify", responses={200: IdentifyOut})
@needs("kiosk")
def identify(body: IdentifyBody) -> View:
    """Say what a reader read. The tier comes out when the number is taken, and is nobody's to see here: any card that
    can be read is as good as another."""
    if not by_staff():
        spend(branch_budgets().reads, requester())
    reading = read(body.customer)
    if reading.kind is Kind.TICKET:
        return _ticket(reading)
    if reading.kind is Kind.APPOINTMENT and (answer := _appointment(reading)):
        return answer
    if reading.kind in (Kind.CARD, Kind.IDENTITY):
        prefetch(body.customer)
        return {"kind": reading.kind.value, "known": True}
    listed = recognise(body.customer).rule.partition(" ")[0] in LISTED
    kind = (
        Kind.MEMBER
        if listed and reading.kind in (Kind.UNREADABLE, Kind.APPOINTMENT)
        else reading.kind
    )
    return {"kind": kind.value, "known": listed}


def _ticket(reading: Reading) -> View:
    try:
        ticket = ticket_now(runtime().links.tickets.read(reading.value))
    except NotFound:
        ticket = None
    if ticket is None:
        return {"kind": "ticket", "known": False}
    of_it = {
        "id": ticket["id"],
        "token": reading.value,
        "number": ticket["number"],
        "returns": ticket["returns"],
    }
    return {"kind": "ticket", "known": True, "ticket": of_it}


def _appointment(reading: Reading) -> View | None:
    """By its code or its link's token; None for a code that nobody was given."""
    try:
        appointment = appointment_now(
            with_code(reading.value) if reading.typed else _linked(reading)
        )
    except NotFound:
        if reading.typed:
            return None
        return {"kind": "appointment", "known": False}
    return {
        "kind": "appointment",
        "known": appointment["state"] == AppointmentStatus.BOOKED,
        "code": appointment["code"],
    }


def _linked(reading: Reading) -> str:
    return runtime().links.appointments.read(reading.value)
