"""The teller's part of the API: the counter and who is at it."""

from __future__ import annotations

from flask import Response, abort, jsonify, request
from pydantic import Field

from lobby.commands.base import CounterCommand, P
from lobby.errors import Conflict, NotFound
from lobby.events import Intervention, SaleRefused
from lobby.reports.opinions import OwnCardsView
from lobby.reports.opinions import own_cards as summary
from lobby.state.ticket import Hold
from lobby.views.counter import CounterView
from lobby.views.shapes import list_shape, shape
from lobby.views.ticket import TicketView
from web.access import Principal
from web.dispatch import Answer, do_at, own_number, runtime, ticket_answer, today
from web.loop import PLANS
from web.roles import at_counter, current, may, needs
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

api = api_of("counters_api", __name__, "counters", SECURITY[:2])


class CallBody(Body):
    ticket: Id


class ParkBody(OptionalBody):
    hold: Hold = Hold.ANY


class ServiceBody(Body):
    service: Id


class BreakBody(Body):
    granted: bool


class PersonBody(Body):
    staff_number: Id


class RecordingBody(Body):
    product: str = Field(min_length=1, max_length=64)
    reference: str = Field(min_length=1, max_length=64)


class NoSaleBody(Body):
    reason: SaleRefused
    product: str = Field(default="", max_length=64)


@api.get("/counters", responses={200: list_shape(CounterView)})
@needs("staff")
def counters() -> Response:
    """Every counter as it is now."""
    with runtime().writer.published() as state:
        return jsonify([runtime().views.counter(state, c.id) for c in runtime().branch.counters])


def _intervene(
    act: Intervention, command: CounterCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs
) -> CounterView:
    """A lobby manager who acts on a counter relieves the queue: that is noted."""
    if may("manager"):
        command = runtime().alert_monitor.counter_intervention(act, command)
    return _counter(command, id, *args, **kwargs)


def _open(command: CounterCommand[[]], id: str) -> CounterView:
    by_manager = may("manager")
    return _counter(runtime().alert_monitor.opening(command, by_manager=by_manager), id)


def _counter(
    command: CounterCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs
) -> CounterView:
    at_counter(id)
    counter: CounterView = _do(_permitted(command), id, *args, **kwargs).data["counter"]
    return counter


def _permitted(command: CounterCommand[P]) -> CounterCommand[P]:
    """A lobby manager acts at any counter, a teller where that teller is signed on."""
    if may("manager"):
        return command
    who = _who_asks()
    return runtime().commands.by_its_person(command, who.name, own_number(who), who.session)


def _who_asks() -> Principal:
    """Somebody, since every request here needs a role."""
    principal = current()
    assert principal is not None
    return principal


def _ticket(
    command: CounterCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs
) -> TicketView:
    return ticket_answer(_serve(command, id, *args, **kwargs))


def _serve(command: CounterCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
    """Whoever serves customers is a person that the register of staff knows, where the branch has one."""
    at_counter(id)
    who = _who_asks()
    attended = runtime().commands.attended(command, who.name, own_number(who), who.session)
    return _do(attended, id, *args, **kwargs)


def _do(command: CounterCommand[P], id: str, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
    """With `Lobby-Expects`, the `turn` that the screen showed: 409 where the counter has changed since."""
    if turn := request.headers.get("Lobby-Expects"):
        command = runtime().commands.expecting(command, turn)
    return do_at(command, id, *args, **kwargs)


@api.post("/counters/<id>/sign-on", responses={200: CounterOut})
@needs("staff")
def sign_on(path: ById, body: PersonBody) -> CounterView:
    """The person with this staff number serves here from now on. 403 for an account that is another person's; 409 while
    the person has a customer at another counter."""
    at_counter(path.id)
    who = _who_asks()
    own = own_number(who)
    if own and own != runtime().branch.staff_number(body.staff_number):
        abort(403)
    answer = do_at(
        runtime().commands.sign_on,
        path.id,
        staff_number=body.staff_number,
        session=who.session,
    )
    return answer.data["counter"]


@api.post("/counters/<id>/sign-off", responses={200: CounterOut})
@needs("staff")
def sign_off(path: ById) -> CounterView:
    """Who served here serves here no more. 409 while a customer is there, and for another person than the lobby
    manager."""
    return _counter(runtime().commands.sign_off, path.id)


@api.post("/counters/<id>/open", responses={200: CounterOut})
@needs("staff")
def open_counter(path: ById) -> CounterView:
    """Take customers. Open already: nothing changes."""
    return _open(runtime().commands.open_counter, path.id)


@api.post("/counters/<id>/opening/decline", responses={200: CounterOut})
@needs("staff")
def decline_opening(path: ById) -> CounterView:
    """The counter cannot be opened now."""
    return _counter(runtime().commands.decline_opening, path.id)


@api.post("/counters/<id>/close", responses={200: CounterOut})
@needs("staff")
def close_counter(path: ById) -> CounterView:
    """Take no more customers. 409 while one is at the counter. Tickets that are kept for it may go to other counters
    from now on."""
    return _intervene(Intervention.CLOSE_COUNTER, runtime().commands.close_counter, path.id)


@api.post("/counters/<id>/pause", responses={200: CounterOut})
@needs("staff")
def pause_counter(path: ById) -> CounterView:
    """The teller is away for a while."""
    return _intervene(Intervention.PAUSE_COUNTER, runtime().commands.pause_counter, path.id)


@api.post("/counters/<id>/resume", responses={200: CounterOut})
@needs("staff")
def resume_counter(path: ById) -> CounterView:
    """The teller is back."""
    return _intervene(Intervention.RESUME_COUNTER, runtime().commands.resume_counter, path.id)


@api.post("/counters/<id>/next", responses={200: TicketOut, 204: None})
@needs("staff")
def next_ticket(path: ById) -> TicketView | tuple[str, int]:
    """Call the next ticket; 204 when nobody this counter may serve is waiting."""
    answer = _serve(runtime().commands.next, path.id)
    if "ticket" in answer.data:
        return ticket_answer(answer)
    return ("", 204)


@api.post("/counters/<id>/call", responses={200: TicketOut})
@needs("staff")
def call(path: ById, body: CallBody) -> TicketView:
    """Call a named ticket, waiting or parked."""
    return _ticket(runtime().commands.call, path.id, ticket=body.ticket)


@api.post("/counters/<id>/undo", responses={200: CounterOut})
@needs("staff")
def undo(path: ById, body: UndoBody) -> CounterView:
    """Take the last act at this counter back, within ten seconds and if nothing happened since; else 409."""
    return _counter(runtime().commands.undo, path.id, act=body.act, by_manager=may("manager"))


@api.post("/counters/<id>/put-back", responses={200: TicketOut})
@needs("staff")
def put_back(path: ById) -> TicketView:
    """The customer was called by mistake and has the same place in line again, however long ago the call was."""
    return _ticket(runtime().commands.put_back, path.id)


@api.post("/counters/<id>/recall", responses={200: TicketOut})
@needs("staff")
def recall(path: ById) -> TicketView:
    """Call the customer again."""
    return _ticket(runtime().commands.recall, path.id)


@api.post("/counters/<id>/start", responses={200: TicketOut})
@needs("staff")
def start(path: ById) -> TicketView:
    """Service begins."""
    return _ticket(runtime().commands.start, path.id)


@api.post("/counters/<id>/finish", responses={200: TicketOut})
@needs("staff")
def finish(path: ById) -> TicketView:
    """This service ends; the visit's next one begins, here or in its line. 409 while the recording of a service that
    needs one is missing."""
    commands = runtime().commands
    return _ticket(commands.recorded_first(commands.finish), path.id)


@api.post("/counters/<id>/recordings", responses={200: TicketOut})
@needs("staff")
def record(path: ById, body: RecordingBody) -> TicketView:
    """A sale of the service that goes on was recorded in sound and picture: the product's code and the recording's
    reference. Once for each sale; 422 for another form, 409 for a reference of another customer."""
    return _ticket(
        runtime().commands.record, path.id, product=body.product, reference=body.reference
    )


@api.post("/counters/<id>/recordings/refused", responses={200: TicketOut})
@needs("staff")
def refuse_recording(path: ById, body: NoSaleBody) -> TicketView:
    """The service that goes on led to no sale, and why."""
    return _ticket(
        runtime().commands.refuse_recording, path.id, reason=body.reason, product=body.product
    )


@api.post("/counters/<id>/no-show", responses={200: TicketOut})
@needs("staff")
def no_show(path: ById) -> TicketView:
    """The called customer did not come: the branch's rule ends the ticket or puts it back in line."""
    return _ticket(runtime().commands.no_show, path.id)


@api.post("/counters/<id>/park", responses={200: TicketOut})
@needs("staff")
def park(path: ById, body: ParkBody) -> TicketView:
    """The customer steps aside: back to `any` matching counter, to the `same`, or after another `step`."""
    return _ticket(runtime().commands.park, path.id, hold=body.hold)


@api.post("/counters/<id>/add", responses={200: TicketOut})
@needs("staff")
def add(path: ById, body: ServiceBody) -> TicketView:
    """One more service in this visit; 409 beyond five."""
    return _ticket(runtime().commands.add, path.id, service=body.service)


@api.post("/counters/<id>/break", responses={200: CounterOut})
@needs("staff")
def ask_break(path: ById) -> CounterView:
    """Ask the lobby manager for a break."""
    return _counter(runtime().commands.ask_break, path.id)


@api.post("/counters/<id>/break/answer", responses={200: CounterOut})
@needs("manager")
def answer_break(path: ById, body: BreakBody) -> CounterView:
    """Grant the break, which begins as soon as nobody is at the counter, or not now."""
    return _intervene(
        Intervention.ANSWER_BREAK, runtime().commands.answer_break, path.id, granted=body.granted
    )


@api.post("/counters/<id>/transfer", responses={200: TicketOut})
@needs("staff")
def transfer_here(path: ById, body: TransferBody) -> TicketView:
    """The customer at the counter waits for another service, with the waiting so far."""
    commands = runtime().commands
    transfer = commands.recorded_first(commands.transfer_here)
    return _ticket(
        transfer, path.id, service=body.service, to_counter=body.counter, seat=body.place
    )


@api.get("/counters/<id>/cards", responses={200: shape(OwnCardsView)})
@needs("staff")
def own_cards(path: ById) -> OwnCardsView:
    """The teller's own summary of feedback cards: of who is signed on here, or of the counter where the branch has no
    register of staff. Whole weeks, and nothing below the branch's least number of cards."""
    at_counter(path.id)
    branch = runtime().branch
    if path.id not in branch.counter:
        raise NotFound("unknown_counter", id=path.id)
    who = _who_asks()
    with runtime().writer.published() as state:
        acting = state.acting(who.name, who.session, path.id)
    person = own_number(who) or acting
    if branch.person and person is None:
        raise Conflict("nobody_signed_on", counter=branch.counter[path.id].name)
    return PLANS.run(summary, branch, runtime().database, today(), person or path.id)
