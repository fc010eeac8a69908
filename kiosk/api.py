"""The customer's part of the API: tickets, services, help, feedback."""

from __future__ import annotations

import hmac
from typing import Literal

from flask import abort, request
from pydantic import BaseModel, Field

from lobby.errors import NotFound
from lobby.views import View
from web.door import do, house, ticket_answer, ticket_now
from web.roles import DEVICE, current, may, needs, public
from web.schemas import SECURITY, Body, ById, Id, TicketOut, Waits, api_of

REASONS = ("waiting", "attitude", "skill", "procedure", "premises", "other")
Reason = Literal["waiting", "attitude", "skill", "procedure", "premises", "other"]
Need = Literal["elderly", "disabled", "pregnant", "military"]

api = api_of("kiosk_api", __name__, "customer", SECURITY)


class IssueBody(Body):
    service: Id = Field(description="a service's id")
    needs: list[Need] = Field(default=[], max_length=4)
    customer: str = Field(default="", max_length=256, description="what the reader read; never kept")
    lang: Literal["zh", "en", "zh-CN"] = "zh"
    tier: Id | None = Field(default=None, description="staff only: the tier the customer has")


class HelpBody(Body):
    kiosk: str = Field(default="", max_length=40)


class FeedbackBody(Body):
    score: int = Field(ge=1, le=5, strict=True)
    reasons: list[Reason] = Field(default=[], max_length=6)
    text: str = Field(default="", max_length=1000)
    contact: str = Field(default="", max_length=100)
    consent: bool = Field(default=False, description="may be asked to a panel")


class TokenPath(BaseModel):
    token: str = Field(min_length=1, max_length=64)


class ServiceOut(Waits):
    id: str
    name: dict[str, str]
    area: str
    quicker_at: str | None
    ahead: int
    open: bool


class ServicesOut(BaseModel):
    open: bool
    services: list[ServiceOut]


class Received(BaseModel):
    status: str


@api.post("/tickets", responses={201: TicketOut})
@needs("kiosk")
def issue(body: IssueBody) -> tuple[View, int]:
    """Take a number. The tier comes from `customer`; `tier` is accepted from staff only."""
    if body.tier is not None and not may("staff"):
        abort(403 if current() is not DEVICE else 401)
    wish = {"service": body.service, "needs": body.needs, "customer": body.customer, "tier": body.tier}
    return ticket_answer(do(house().hall.issue, lang=body.lang[:2], **wish)), 201


@api.get("/tickets/<id>", responses={200: TicketOut})
@public
def show(path: ById) -> View:
    """The ticket as it is now, for staff or the holder of its link (`?token=`)."""
    if not _holds(path.id):
        _must("staff")
    view = ticket_now(path.id)
    if view is None:
        raise NotFound("unknown_ticket", id=path.id)
    return view


@api.post("/tickets/<id>/cancel", responses={200: TicketOut})
@public
def cancel(path: ById) -> View:
    """Leave the line: the lobby manager, or the holder of the ticket's link (`?token=`)."""
    holder = _holds(path.id)
    if not holder:
        _must("manager")
    reason = "customer" if holder else "manager"
    return ticket_answer(do(house().hall.cancel, ticket=path.id, reason=reason))


@api.get("/services", responses={200: ServicesOut})
@needs("kiosk")
def services() -> View:
    """What can be done here, with the wait of a customer who comes now."""
    with house().writer.published() as floor:
        found = house().views.services(floor, house().clock())
        return {"open": floor.open, "services": found}


@api.post("/help", responses={201: Received})
@needs("kiosk")
def help(body: HelpBody) -> tuple[View, int]:
    """Ring the lobby manager."""
    do(house().hall.request_help, kiosk=body.kiosk)
    return {"status": "rung"}, 201


@api.post("/feedback/<token>", responses={201: Received})
@public
def feedback(path: TokenPath, body: FeedbackBody) -> tuple[View, int]:
    """Hand in the feedback card of the ticket that the link belongs to; once."""
    ticket = house().links.read(path.token)
    do(house().hall.give_feedback, ticket=ticket, **body.model_dump())
    return {"status": "received"}, 201


def _holds(ticket: str) -> bool:
    token = request.args.get("token", "")
    return hmac.compare_digest(house().links.token(ticket).encode(), token.encode())


def _must(grant: str) -> None:
    principal = current()
    if principal is None or principal is DEVICE:
        abort(401)
    if not may(grant):
        abort(403)
