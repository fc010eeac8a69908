"""The staff's part of the API: counters, the floor, the lobby manager's verbs, reports."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from flask import Response, current_app, jsonify
from pydantic import BaseModel, Field, RootModel

from lobby.care.reports import report
from lobby.errors import NotFound
from lobby.house import DATABASE
from lobby.views import View
from lobby.writer import Verb
from web.door import do, house, ticket_answer
from web.loop import in_thread
from web.roles import at_counter, needs
from web.schemas import SECURITY, Body, ById, CounterOut, Id, TicketOut, api_of

api = api_of("desk_api", __name__, "staff", SECURITY[:2])


class CallBody(Body):
    ticket: Id


class TransferBody(Body):
    service: Id
    counter: Id | None = None


class DivertBody(Body):
    area: Id


class RetierBody(Body):
    tier: Id
    reason: str = Field(min_length=1, max_length=200)


class AlertPath(BaseModel):
    id: int = Field(ge=1, le=2**62)


class ReportPath(BaseModel):
    span: Literal["day", "week", "month"]
    day: date


class CountersOut(RootModel[list[CounterOut]]):
    """Every counter."""


class HallOut(BaseModel):
    """The floor; its tickets, counters and alerts have more than is named here."""

    day: str
    open: bool
    seq: int
    at: str
    areas: list[dict[str, Any]]
    tiers: list[dict[str, Any]]
    services: list[dict[str, Any]]
    tickets: list[dict[str, Any]]
    counters: list[dict[str, Any]]
    printers: list[dict[str, Any]]
    alerts: list[dict[str, Any]]


class DayOut(BaseModel):
    open: bool


class AlertOut(BaseModel):
    id: int


class ReportOut(BaseModel):
    """Waits in seconds; `from` and `to` are the first and last day."""

    span: str
    all: dict[str, Any]
    tiers: dict[str, Any]
    services: dict[str, Any]
    feedback: dict[str, Any]


class PaperOut(BaseModel):
    slips: list[dict[str, Any]]


# -- the teller ---------------------------------------------------------------------------------------
@api.get("/counters", responses={200: CountersOut})
@needs("staff")
def counters() -> Response:
    """Every counter as it is now."""
    with house().writer.published() as floor:
        return jsonify([house().views.counter(floor, c.id) for c in house().branch.counters])


def _counter(verb: Verb, id: str) -> View:
    at_counter(id)
    counter: View = do(verb, counter=id).data["counter"]
    return counter


def _ticket(verb: Verb, id: str, **args: Any) -> View:
    at_counter(id)
    return ticket_answer(do(verb, counter=id, **args))


@api.post("/counters/<id>/open", responses={200: CounterOut})
@needs("staff")
def open_counter(path: ById) -> View:
    """Take customers. Open already: nothing changes."""
    return _counter(house().hall.open_counter, path.id)


@api.post("/counters/<id>/close", responses={200: CounterOut})
@needs("staff")
def close_counter(path: ById) -> View:
    """Take no more customers. 409 while one is at the counter."""
    return _counter(house().hall.close_counter, path.id)


@api.post("/counters/<id>/pause", responses={200: CounterOut})
@needs("staff")
def pause_counter(path: ById) -> View:
    """The teller is away for a while."""
    return _counter(house().hall.pause_counter, path.id)


@api.post("/counters/<id>/resume", responses={200: CounterOut})
@needs("staff")
def resume_counter(path: ById) -> View:
    """The teller is back."""
    return _counter(house().hall.resume_counter, path.id)


@api.post("/counters/<id>/next", responses={200: TicketOut, 204: None})
@needs("staff")
def next_ticket(path: ById) -> View | tuple[str, int]:
    """Call the next ticket; 204 when nobody this counter may serve is waiting."""
    at_counter(path.id)
    answer = do(house().hall.next, counter=path.id)
    return ticket_answer(answer) if "ticket" in answer.data else ("", 204)


@api.post("/counters/<id>/call", responses={200: TicketOut})
@needs("staff")
def call(path: ById, body: CallBody) -> View:
    """Call a named ticket, waiting or parked."""
    return _ticket(house().hall.call, path.id, ticket=body.ticket)


@api.post("/counters/<id>/recall", responses={200: TicketOut})
@needs("staff")
def recall(path: ById) -> View:
    """Call the customer again."""
    return _ticket(house().hall.recall, path.id)


@api.post("/counters/<id>/start", responses={200: TicketOut})
@needs("staff")
def start(path: ById) -> View:
    """Service begins."""
    return _ticket(house().hall.start, path.id)


@api.post("/counters/<id>/finish", responses={200: TicketOut})
@needs("staff")
def finish(path: ById) -> View:
    """Service ends."""
    return _ticket(house().hall.finish, path.id)


@api.post("/counters/<id>/no-show", responses={200: TicketOut})
@needs("staff")
def no_show(path: ById) -> View:
    """The called customer did not come."""
    return _ticket(house().hall.no_show, path.id)


@api.post("/counters/<id>/park", responses={200: TicketOut})
@needs("staff")
def park(path: ById) -> View:
    """The customer steps aside and will come back."""
    return _ticket(house().hall.park, path.id)


@api.post("/counters/<id>/transfer", responses={200: TicketOut})
@needs("staff")
def transfer_here(path: ById, body: TransferBody) -> View:
    """The customer at the counter waits for another service, with the waiting so far."""
    args = {"service": body.service, "to_counter": body.counter}
    return _ticket(house().hall.transfer_here, path.id, **args)


# -- the lobby manager --------------------------------------------------------------------------------
@api.get("/hall", responses={200: HallOut})
@needs("staff")
def hall() -> View:
    """The whole floor as it is now."""
    with house().writer.published() as floor:
        return house().views.hall(floor, house().clock())


@api.post("/tickets/<id>/divert", responses={200: TicketOut})
@needs("manager")
def divert(path: ById, body: DivertBody) -> View:
    """To another area's line, or out of the line to the machines."""
    return ticket_answer(do(house().hall.divert, ticket=path.id, area=body.area))


@api.post("/tickets/<id>/retier", responses={200: TicketOut})
@needs("manager")
def retier(path: ById, body: RetierBody) -> View:
    """Correct the tier; the reason is kept."""
    return ticket_answer(do(house().hall.retier, ticket=path.id, **body.model_dump()))


@api.post("/tickets/<id>/transfer", responses={200: TicketOut})
@needs("manager")
def transfer(path: ById, body: TransferBody) -> View:
    """To another service, and to one counter if given."""
    return ticket_answer(do(house().hall.transfer, ticket=path.id, **body.model_dump()))


@api.post("/tickets/<id>/reprint", responses={200: TicketOut})
@needs("manager")
def reprint(path: ById) -> View:
    """Print the slip again, marked as a reprint."""
    return ticket_answer(do(house().hall.reprint, ticket=path.id))


@api.post("/tickets/<id>/resume", responses={200: TicketOut})
@needs("staff")
def resume(path: ById) -> View:
    """A parked customer is back in line."""
    return ticket_answer(do(house().hall.resume, ticket=path.id))


@api.post("/day/open", responses={200: DayOut})
@needs("manager")
def open_day() -> View:
    """Issue numbers again on a day that was closed."""
    do(house().hall.open_day)
    return {"open": True}


@api.post("/day/close", responses={200: DayOut})
@needs("manager")
def close_day() -> View:
    """No more numbers today; who waits is still served."""
    do(house().hall.close_day)
    return {"open": False}


@api.post("/alerts/<int:id>/acknowledge", responses={200: AlertOut})
@needs("manager")
def acknowledge(path: AlertPath) -> View:
    """Take an alert on."""
    do(house().hall.acknowledge, alert=path.id)
    return {"id": path.id}


@api.get("/reports/<span>/<day>", responses={200: ReportOut})
@needs("manager")
def reports(path: ReportPath) -> View:
    """The bulletin's figures of the day, week or month that the date is in."""
    return in_thread(report, house().branch, house().data / DATABASE, path.span, path.day)


@api.get("/printers/<id>/paper", responses={200: PaperOut})
@needs("staff")
def paper(path: ById) -> View:
    """What lies in the virtual printer's tray, newest last."""
    if path.id not in house().branch.printer:
        raise NotFound("unknown_printer", id=path.id)
    sheets: Any = current_app.extensions["papers"]
    return {"slips": sheets(path.id)}
