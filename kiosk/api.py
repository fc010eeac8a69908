"""The customer's part of the API: tickets, services, help, feedback."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from lobby.commands import slip as slips
from lobby.errors import NotFound
from lobby.events import Card
from lobby.state.queue import QueueState
from lobby.views.views import View
from web.budgets import asker, by_staff, purse, spend, spend_ticket
from web.dispatch import as_asked, do, holds, recognise, runtime, ticket_answer, ticket_now
from web.kiosks import this_kiosk
from web.languages import PageLang
from web.roles import customers, must, needs
from web.schemas import SECURITY, Body, ById, Id, TicketOut, Waits, api_of
from web.transport.client import client_key

REASONS = ("waiting", "attitude", "skill", "procedure", "premises", "other")
Reason = Literal["waiting", "attitude", "skill", "procedure", "premises", "other"]
Need = Literal["elderly", "disabled", "pregnant", "military"]

api = api_of("kiosk_api", __name__, "customer", SECURITY)


class IssueBody(Body):
    service: Id = Field(description="a service's id")
    needs: list[Need] = Field(default=[], max_length=4)
    customer: str = Field(default="", max_length=256, description="what the reader read; never kept")
    lang: PageLang = Field(default="zh", description="a page's language: `zh`, `en`, or one that has a catalogue")
    tier: Id | None = Field(default=None, description="staff only: the tier the customer has")
    then: list[Id] = Field(default=[], max_length=4, description="further services of the same visit")
    large_print: bool = False


class YieldBody(Body):
    places: int = Field(ge=1, le=20, strict=True)


class HelpBody(Body):
    kiosk: str = Field(default="", max_length=40)


class FeedbackBody(Body):
    score: int = Field(ge=1, le=5, strict=True)
    reasons: tuple[Reason, ...] = Field(default=(), max_length=6)
    text: str = Field(default="", max_length=1000)
    contact: str = Field(default="", max_length=100)
    consent: bool = Field(default=False, description="may be asked to a panel")

    def card(self) -> Card:
        return Card(**self.model_dump())


class TokenPath(BaseModel):
    token: str = Field(min_length=1, max_length=64)


class ServiceOut(Waits):
    id: str
    name: dict[str, str]
    area: str
    quicker_at: str | None
    ahead: int
    open: bool


class AreaOut(Waits):
    id: str
    waiting: int


class ServicesOut(BaseModel):
    at: str
    open: bool
    paper: bool = Field(description="whether slips of this kiosk come out: at its printer or the backup")
    services: list[ServiceOut]
    areas: list[AreaOut] = Field(description="those with counters")


class Received(BaseModel):
    status: str


@api.post("/tickets", responses={201: TicketOut})
@needs("kiosk")
def issue(body: IssueBody) -> tuple[View, int]:
    """Take a number. The tier comes from `customer`; `tier` is accepted from staff only."""
    if body.tier is not None:
        must("staff")
    spend_ticket()
    assignment = None if body.tier else recognise(body.customer)
    issued = do(
        runtime().commands.issue,
        service=body.service,
        needs=body.needs,
        assignment=assignment,
        lang=body.lang,
        tier=body.tier,
        then=body.then,
        large_print=body.large_print,
        kiosk=this_kiosk(),
    )
    return ticket_answer(issued), 201


@api.get("/tickets/<id>", responses={200: TicketOut})
@customers
def show(path: ById) -> View:
    """The ticket as it is now, for staff or the holder of its link (`?token=`); `why` says in the customer's words
    which rule sends it to its area."""
    if not holds(runtime().links.tickets, path.id):
        must("staff")
    view = ticket_now(path.id)
    if view is None:
        raise NotFound("unknown_ticket", id=path.id)
    with runtime().writer.published() as state:
        why = runtime().views.why(state, state.tickets[path.id])
    return {**as_asked(view), "why": why}


@api.post("/tickets/<id>/yield", responses={200: TicketOut})
@customers
def let_pass(path: ById, body: YieldBody) -> View:
    """Let so many others pass: the holder of the ticket's link (`?token=`), or the lobby manager."""
    if not holds(runtime().links.tickets, path.id):
        must("manager")
    _spend_by_link(path.id)
    return ticket_answer(do(runtime().commands.let_pass, ticket=path.id, places=body.places))


@api.post("/tickets/<id>/redraw", responses={201: TicketOut})
@customers
def redraw(path: ById) -> tuple[View, int]:
    """A new number for a missed one, with credit for its wait: the holder of its link, a kiosk, or the manager."""
    if not holds(runtime().links.tickets, path.id):
        must("kiosk")
    _spend_by_link(path.id)
    return ticket_answer(do(runtime().commands.redraw, ticket=path.id, kiosk=this_kiosk())), 201


@api.post("/tickets/<id>/cancel", responses={200: TicketOut})
@customers
def cancel(path: ById) -> View:
    """Leave the line: the lobby manager, or the holder of the ticket's link (`?token=`)."""
    holder = holds(runtime().links.tickets, path.id)
    if not holder:
        must("manager")
    _spend_by_link(path.id)
    reason = "customer" if holder else "manager"
    return ticket_answer(do(runtime().commands.cancel, ticket=path.id, reason=reason))


def _spend_by_link(ticket: str) -> None:
    """Staff help as often as it takes; who only has the link moves others about."""
    if not by_staff():
        spend(purse().holder, ticket)


@api.get("/services", responses={200: ServicesOut})
@needs("kiosk")
def services() -> View:
    """What can be done here, with the wait of a customer who comes now."""
    views = runtime().views
    now = runtime().clock()
    printer = runtime().branch.printer_of(this_kiosk())
    with runtime().writer.published() as state:
        return {
            "open": state.open,
            "at": now.astimezone(runtime().branch.zone).isoformat(timespec="seconds"),
            "paper": printer is not None and slips.comes_out(state, printer),
            "services": views.services(state, now),
            "areas": _areas(state, now),
        }


def _areas(state: QueueState, now: datetime) -> list[View]:
    views = runtime().views
    return [
        {"id": area.id, "waiting": state.waiting_count(area.id), **views.area_wait(state, area.id, now)}
        for area in state.branch.areas
        if not area.self_service
    ]


@api.post("/help", responses={201: Received})
@needs("kiosk")
def help(body: HelpBody) -> tuple[View, int]:
    """Ring the lobby manager."""
    if not by_staff():
        spend(purse().help, asker())
    do(runtime().commands.request_help, kiosk=this_kiosk() or body.kiosk)
    return {"status": "rung"}, 201


def ticket_of(token: str) -> str:
    """Raises NotFound for a link that is not ours, or is an appointment's."""
    return runtime().links.tickets.read(token)


def judged(token: str) -> str:
    """The ticket of the card. Only who tries links that nobody was given meets a limit: behind one address of a
    telephone network stand many who have a true one."""
    try:
        return ticket_of(token)
    except NotFound:
        spend(purse().forged, client_key())
        raise


def give_card(ticket: str, body: FeedbackBody) -> None:
    do(runtime().commands.give_feedback, ticket=ticket, card=body.card())


@api.post("/feedback/<token>", responses={201: Received})
@customers
def feedback(path: TokenPath, body: FeedbackBody) -> tuple[View, int]:
    """Hand in the feedback card of the ticket that the link belongs to; once."""
    give_card(judged(path.token), body)
    return {"status": "received"}, 201
