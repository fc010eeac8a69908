"""The kiosk's part of the API: a number, the services with their waits, help."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal, TypedDict

from flask import Response, abort, current_app
from pydantic import BaseModel, Field

from kiosk.shared.needs import Need
from kiosk.touch.speech import own_words
from lobby.branch.names import TEXT_MAX
from lobby.errors import Invalid
from lobby.state.alert import AlertKind
from lobby.state.doors import closed
from lobby.state.printer import comes_out
from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang, Waits
from lobby.views.service import ServiceView
from lobby.views.shapes import shape
from lobby.views.ticket import TicketView
from lobby.views.views import View
from web.budgets import branch_budgets, by_staff, requester, spend, spend_ticket
from web.dispatch import do, recognise, runtime, ticket_answer
from web.kiosks import hear, requesting_kiosk
from web.languages import PageLang
from web.roles import must, needs
from web.schemas import SECURITY, Body, Id, Received, TicketOut, api_of

api = api_of("kiosk_api", __name__, "customer", SECURITY)


class IssueBody(Body):
    service: Id = Field(description="a service's id")
    needs: list[Need] = Field(default=[], max_length=4)
    customer: str = Field(
        default="", max_length=256, description="what the reader read; never kept"
    )
    lang: PageLang = Field(
        default="zh", description="a page's language: `zh`, `en`, or one that has a catalogue"
    )
    tier: Id | None = Field(default=None, description="staff only: the tier the customer has")
    then: list[Id] = Field(
        default=[], max_length=4, description="further services of the same visit"
    )
    large_print: bool = False


COMES = timedelta(minutes=2)
"""So long it is said that somebody is coming: by then somebody is here."""


class HelpBody(Body):
    kiosk: str = Field(default="", max_length=40)


LINE_MAX = 5 * TEXT_MAX
"""A sentence with the names of a whole visit, as long as the configuration may have each."""
Line = Annotated[str, Field(min_length=1, max_length=LINE_MAX)]


class NewcomerQuery(BaseModel):
    needs: list[Need] = Field(default=[], max_length=4, description="of who asks")


class SpeechBody(Body):
    lang: Literal["zh", "en"]
    lines: list[Line] = Field(min_length=1, max_length=40, description="what the screen shows")


class AreaView(Waits):
    id: str
    waiting: int


class ServicesView(TypedDict):
    at: str
    open: bool
    closed: Annotated[ByLang | None, "why no numbers are given, and when again"]
    paper: Annotated[bool, "whether slips of this kiosk come out: at its printer or the backup"]
    help: Annotated[str, "this kiosk's call for help: none, rung, or taken: somebody is coming"]
    services: list[ServiceView]
    areas: Annotated[list[AreaView], "those with counters"]


@api.post("/tickets", responses={201: TicketOut})
@needs("kiosk")
def issue(body: IssueBody) -> tuple[TicketView, int]:
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
        kiosk=requesting_kiosk(),
    )
    return ticket_answer(issued), 201


@api.get("/services", responses={200: shape(ServicesView)})
@needs("kiosk")
def services(query: NewcomerQuery) -> ServicesView:
    """What can be done here, with the wait of a customer who comes now, by the special needs."""
    hear()
    views = runtime().views
    now = runtime().clock()
    printer = runtime().branch.printer_of(requesting_kiosk())
    with runtime().writer.published() as state:
        shut = closed(state, now)
        return {
            "open": shut is None,
            "closed": by_language(shut.says) if shut else None,
            "at": now.astimezone(runtime().branch.zone).isoformat(timespec="seconds"),
            "paper": printer is not None and comes_out(state, printer),
            "help": _help(state, requesting_kiosk() or "", now),
            "services": views.services(state, now, tuple(query.needs)),
            "areas": _areas(state, now),
        }


def _help(state: QueueState, kiosk: str, now: datetime) -> str:
    """Nobody is said to come before somebody took the call."""
    alerts = state.alerts.values()
    if any(a.kind is AlertKind.HELP and a.params["kiosk"] == kiosk for a in alerts):
        return "rung"
    taken_at = state.help_taken.get(kiosk)
    if taken_at and now - taken_at < COMES:
        return "taken"
    return "none"


def _areas(state: QueueState, now: datetime) -> list[AreaView]:
    views = runtime().views
    return [
        {
            "id": area.id,
            "waiting": state.waiting_count(area.id),
            **views.area_wait(state, area.id, now),
        }
        for area in state.branch.areas
        if not area.self_service
    ]


@api.post("/help", responses={201: Received})
@needs("kiosk")
def help(body: HelpBody) -> tuple[View, int]:
    """Ring the lobby manager."""
    if not by_staff():
        spend(branch_budgets().help, requester())
    do(runtime().commands.request_help, kiosk=requesting_kiosk() or body.kiosk)
    return {"status": "rung"}, 201


@api.post("/speech", responses={200: {"content": {"audio/wav": {}}}})
@needs("kiosk")
def speech(body: SpeechBody) -> Response:
    """What a kiosk's screen shows, read aloud by the branch's voice. Lines that no kiosk of this branch shows are left
    out: nobody can have it say anything else."""
    if not by_staff():
        spend(branch_budgets().speech, requester())
    words = own_words(body.lang)
    lines = [line for line in body.lines if words.has(line)]
    if not lines:
        raise Invalid("not_on_screen", "lines")
    try:
        clip: bytes = current_app.extensions["read_aloud"](body.lang, lines)
    except OSError:
        abort(503)
    return Response(clip, mimetype="audio/wav")
