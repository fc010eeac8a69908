"""The lobby manager's part of the API: the state, the commands that steer it, alerts, the day."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from lobby.commands.base import CounterCommand, P, TicketCommand
from lobby.events import Intervention
from lobby.state.ticket import QueuePosition
from lobby.views.counter import CounterView
from lobby.views.day import TodayView
from lobby.views.fields import for_staff
from lobby.views.hall import HallView
from lobby.views.shapes import shape
from lobby.views.ticket import TicketView
from lobby.views.views import View
from web.dispatch import do, do_at, look_now, runtime, ticket_answer, who
from web.loop import in_thread
from web.roles import audience, needs
from web.schemas import (
    SECURITY,
    Body,
    ById,
    CounterOut,
    Id,
    OptionalBody,
    TicketOut,
    TransferBody,
    UndoBody,
    api_of,
)

api = api_of("tablet_api", __name__, "staff", SECURITY[:2])


class DivertBody(Body):
    area: Id


class OfferBody(Body):
    area: Id | None = Field(default=None, description="else the machines that do this business")


class RetierBody(Body):
    tier: Id
    reason: str = Field(min_length=1, max_length=200)


class MoveBody(Body):
    place: Literal[QueuePosition.FIRST, QueuePosition.LAST, QueuePosition.BEHIND]
    places: int = Field(default=0, ge=0, le=200)


class ReprintQuery(BaseModel):
    printer: Id | None = None


class AnnouncementPath(BaseModel):
    id: int = Field(gt=0)


class AlertPath(BaseModel):
    id: int = Field(ge=1, le=2**62)


class LendBody(Body):
    area: Id
    minutes: int = Field(ge=5, le=240)


class OpenBody(OptionalBody):
    """`reason`: why numbers are given outside the hours; needed there alone."""

    reason: str = Field(default="", max_length=200)


class DayOut(BaseModel):
    open: bool


class ClockBody(Body):
    """`new_day`: the branch's day is over, and the one on the clock begins."""

    new_day: bool


class ClockOut(BaseModel):
    new_day: bool


class AlertOut(BaseModel):
    id: int


@api.get("/hall", responses={200: shape(HallView)})
@needs("hall")
def hall() -> HallView:
    """The whole hall as it is now; a teller sees the alerts of the own counter."""
    in_thread(runtime().words.refresh)
    with runtime().writer.published() as state:
        view = runtime().views.hall(state, runtime().clock())
    return for_staff(view, audience())


@api.get("/today", responses={200: shape(TodayView)})
@needs("reports")
def today() -> TodayView:
    """The day's series, and what the lobby manager did about it with its effect."""
    with runtime().writer.published() as state:
        return runtime().views.today(state)


def _intervene(
    act: Intervention, command: TicketCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs
) -> TicketView:
    """What the lobby manager does with a ticket, noted with how its area stood."""
    return ticket_answer(
        do(runtime().alert_monitor.ticket_intervention(act, command), id, *args, **kwargs)
    )


@api.post("/tickets/<id>/divert", responses={200: TicketOut})
@needs("manager")
def divert(path: ById, body: DivertBody) -> TicketView:
    """To another area's line, or out of the line to the machines."""
    return _intervene(Intervention.DIVERT, runtime().commands.divert, path.id, area=body.area)


@api.post("/tickets/<id>/offer", responses={200: TicketOut})
@needs("manager")
def offer(path: ById, body: OfferBody) -> TicketView:
    """Ask the customer, on the phone page of the ticket, whether to go to the machines. The place in line is kept."""
    return ticket_answer(do(runtime().commands.offer_machines, ticket=path.id, area=body.area))


@api.post("/tickets/<id>/retier", responses={200: TicketOut})
@needs("manager")
def retier(path: ById, body: RetierBody) -> TicketView:
    """Correct the tier; the reason is kept."""
    return _intervene(
        Intervention.RETIER, runtime().commands.retier, path.id, tier=body.tier, reason=body.reason
    )


@api.post("/tickets/<id>/move", responses={200: TicketOut})
@needs("manager")
def move(path: ById, body: MoveBody) -> TicketView:
    """To another place in its line: first, last, or behind so many others."""
    return _intervene(
        Intervention.MOVE, runtime().commands.move, path.id, seat=body.place, places=body.places
    )


@api.post("/tickets/<id>/return", responses={200: TicketOut})
@needs("manager")
def bring_back(path: ById) -> TicketView:
    """A ticket that was missed, or went to the machines, into line again, with its waiting so far."""
    return _intervene(Intervention.BRING_BACK, runtime().commands.bring_back, path.id)


@api.post("/tickets/<id>/undo", responses={200: TicketOut})
@needs("manager")
def undo(path: ById, body: UndoBody) -> TicketView:
    """Take the last act on this ticket back, within ten seconds and if nothing happened since; else 409."""
    return ticket_answer(do(runtime().commands.undo_on, ticket=path.id, act=body.act))


@api.post("/tickets/<id>/transfer", responses={200: TicketOut})
@needs("manager")
def transfer(path: ById, body: TransferBody) -> TicketView:
    """To another service, and to one counter if given."""
    noted = runtime().alert_monitor.ticket_intervention(
        Intervention.TRANSFER, runtime().commands.transfer, counter=body.counter
    )
    return ticket_answer(
        do(noted, path.id, service=body.service, counter=body.counter, seat=body.place)
    )


@api.post("/tickets/<id>/reprint", responses={200: TicketOut})
@needs("manager")
def reprint(path: ById, query: ReprintQuery) -> TicketView:
    """Print the slip again, marked as a reprint: at this printer, else where the first one came out."""
    return ticket_answer(do(runtime().commands.reprint, ticket=path.id, printer=query.printer))


@api.post("/tickets/<id>/resume", responses={200: TicketOut})
@needs("staff")
def resume(path: ById) -> TicketView:
    """A parked customer is back in line."""
    return ticket_answer(do(runtime().commands.resume, ticket=path.id))


def _at_counter(
    command: CounterCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs
) -> CounterView:
    """What the lobby manager does to a counter."""
    counter: CounterView = do_at(command, id, *args, **kwargs).data["counter"]
    return counter


@api.post("/counters/<id>/opening/ask", responses={200: CounterOut})
@needs("manager")
def ask_opening(path: ById) -> CounterView:
    """Ask who is at the counter to open it: the console shows it. Nothing opens by this; `/open` and `/resume` are the
    yes. 409 for a counter that is open."""
    return _at_counter(runtime().commands.ask_opening, path.id)


@api.post("/counters/<id>/opening/withdraw", responses={200: CounterOut})
@needs("manager")
def withdraw_opening(path: ById) -> CounterView:
    """The lobby manager asks no more for the counter to be opened; nobody declined."""
    return _at_counter(runtime().commands.withdraw_opening, path.id)


@api.post("/counters/<id>/lend", responses={200: CounterOut})
@needs("manager")
def lend(path: ById, body: LendBody) -> CounterView:
    """Lend the counter to another area for some minutes, at most until the branch or the counter closes: it serves both
    by the same order. Lent again, it is lent anew. 409 for a closed counter, and for an area whose business it does
    not do."""
    command = runtime().alert_monitor.lending(body.area, runtime().commands.lend_counter)
    return _at_counter(command, path.id, area=body.area, minutes=body.minutes)


@api.post("/counters/<id>/lend/end", responses={200: CounterOut})
@needs("manager")
def end_lending(path: ById) -> CounterView:
    """The counter serves its own areas alone again."""
    return _at_counter(runtime().commands.end_lending, path.id)


@api.post("/day/open", responses={200: DayOut})
@needs("manager")
def open_day(body: OpenBody) -> View:
    """Issue numbers again on a day that was closed; outside the hours with a reason, until somebody closes or the day
    ends."""
    do(runtime().commands.open_day, reason=body.reason)
    return {"open": True}


@api.post("/day/close", responses={200: DayOut})
@needs("manager")
def close_day() -> View:
    """No more numbers today; who waits is still served."""
    do(runtime().commands.close_day)
    return {"open": False}


@api.post("/day/clock", responses={200: ClockOut})
@needs("manager")
def clock(body: ClockBody) -> View:
    """Say that the computer's clock, set by more than an hour, is right: the day goes on, or the next one begins."""
    do(runtime().commands.confirm_clock, new_day=body.new_day)
    look_now()
    return {"new_day": body.new_day}


@api.post("/announcements/<int:id>/hide", responses={200: AlertOut})
@needs("manager")
def hide_announcement(path: AnnouncementPath) -> View:
    """Take an announcement of headquarters off the branch's screens."""
    do(runtime().commands.hide_announcement, announcement=path.id, who=who())
    return {"id": path.id}


@api.post("/alerts/<int:id>/acknowledge", responses={200: AlertOut})
@needs("manager")
def acknowledge(path: AlertPath) -> View:
    """Take an alert on; with a low card the complaint that it opened, whose owner you are from now on."""
    do(runtime().commands.acknowledge, alert=path.id, who=who())
    return {"id": path.id}
