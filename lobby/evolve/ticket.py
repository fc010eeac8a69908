"""What the events of a ticket do to the floor."""

from __future__ import annotations

from datetime import datetime, timedelta

from lobby import events as ev
from lobby.evolve.registry import folds
from lobby.state.floor import Floor
from lobby.state.now import Call
from lobby.state.ticket import Hold, Seat, State, Ticket
from lobby.state.undo import take_back


@folds(ev.TicketIssued)
def _issued(floor: Floor, rec: ev.Recorded, event: ev.TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket, number=event.number, series=event.series, service=event.service,
        tier=event.tier, tier_rule=event.tier_rule, area=event.area, needs=event.needs,
        lang=event.lang, issued_at=rec.at, rank_at=rec.at - timedelta(seconds=event.credit_s),
        ahead=event.ahead, wait=event.wait, then=event.then, large_print=event.large_print,
        appointment=event.appointment, redrawn_from=event.redrawn_from, kiosk=event.kiosk,
    )  # fmt: skip
    floor.tickets[ticket.id] = ticket
    _settle(floor, ticket)
    floor.curve.slots[-1].arrivals += 1
    floor.numbers[event.series] = int(event.number[len(event.series) :])
    floor.issued[event.tier] = floor.issued.get(event.tier, 0) + 1
    floor.first_come.arrived(event.service, rec.at)
    floor.lately.came(floor.join(ticket, rec.at), rec.at)


def _settle(floor: Floor, ticket: Ticket) -> None:
    """What the new ticket came from is settled."""
    if ticket.appointment:
        floor.appointments[ticket.appointment].state = "kept"
        floor.appointments[ticket.appointment].ticket = ticket.id
    if ticket.redrawn_from:
        floor.tickets[ticket.redrawn_from].redrawn_as = ticket.id


@folds(ev.TicketCalled)
def _called(floor: Floor, rec: ev.Recorded, event: ev.TicketCalled) -> None:
    ticket = floor.tickets[event.ticket]
    floor.first_come.called(ticket.service, floor.waiting_by_service(), rec.at, rec.seq)
    floor.leave_line(ticket)
    passed = list(floor.passed_by(floor.branch.counter[event.counter], ticket))
    for one in passed:
        one.passed += 1
    floor.acts.passed(event.counter, passed)
    ticket.state = State.CALLED
    ticket.counter = event.counter
    ticket.recalls = 0
    ticket.hold = None
    ticket.first = False
    ticket.called_at = rec.at
    ticket.call_reason = event.reason
    counter = floor.counters[event.counter]
    counter.ticket = ticket.id
    counter.since = rec.at
    floor.curve.slots[-1].called += 1
    floor.note(rec, ticket, "called")
    _announce(floor, rec, ticket, recall=False)


@folds(ev.TicketRecalled)
def _recalled(floor: Floor, rec: ev.Recorded, event: ev.TicketRecalled) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.recalls += 1
    floor.note(rec, ticket, "recalled")
    _announce(floor, rec, ticket, recall=True)


def _announce(floor: Floor, rec: ev.Recorded, ticket: Ticket, *, recall: bool) -> None:
    counter = ticket.counter or ""
    area = floor.branch.counter[counter].area
    floor.calls.append(Call(rec.seq, rec.at, ticket.id, ticket.number, counter, area, recall))


@folds(ev.TicketStarted)
def _started(floor: Floor, rec: ev.Recorded, event: ev.TicketStarted) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.state = State.SERVING
    ticket.started_at = rec.at
    floor.counters[event.counter].since = rec.at
    floor.note(rec, ticket, "started")


@folds(ev.TicketFinished)
def _finished(floor: Floor, rec: ev.Recorded, event: ev.TicketFinished) -> None:
    ticket = floor.tickets[event.ticket]
    _time_service(floor, ticket, event.counter, rec.at)
    floor.note(rec, ticket, "finished")
    ticket.done = (*ticket.done, ticket.service)
    floor.end(ticket, State.SERVED, rec.at)


def _time_service(floor: Floor, ticket: Ticket, counter_id: str, at: datetime) -> None:
    """How long the service took teaches how long the next ones take."""
    if ticket.started_at:
        usual_s = floor.branch.service[ticket.service].usual_s
        took_s = floor.took_s(ticket, at)
        counter = floor.counters[counter_id]
        counter.pace = counter.pace[0] + usual_s, counter.pace[1] + took_s
        count, total_s = floor.service_s.get(ticket.service, (0, 0.0))
        floor.service_s[ticket.service] = count + 1, total_s + took_s


@folds(ev.TicketContinued)
def _continued(floor: Floor, rec: ev.Recorded, event: ev.TicketContinued) -> None:
    ticket = floor.tickets[event.ticket]
    _time_service(floor, ticket, event.counter, rec.at)
    floor.note(rec, ticket, "continued")
    if not event.here:
        floor.rejoin(ticket, rec.at)
    ticket.done = (*ticket.done, ticket.service)
    ticket.then = ticket.then[1:]
    ticket.service = event.service
    ticket.area = event.area
    ticket.only_counter = None
    if event.here:
        ticket.started_at = floor.counters[event.counter].since = rec.at
    else:
        floor.join(ticket, rec.at)


@folds(ev.TicketExtended)
def _extended(floor: Floor, rec: ev.Recorded, event: ev.TicketExtended) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.then = (*ticket.then, event.service)


@folds(ev.TicketNoShow)
def _no_show(floor: Floor, rec: ev.Recorded, event: ev.TicketNoShow) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.missed += 1
    floor.note(rec, ticket, "missed")
    floor.end(ticket, State.NO_SHOW, rec.at)


@folds(ev.TicketReturned)
def _returned(floor: Floor, rec: ev.Recorded, event: ev.TicketReturned) -> None:
    ticket = floor.tickets[event.ticket]
    floor.rejoin(ticket, rec.at)
    ticket.ended_at = None
    floor.join(ticket, rec.at, event.seat, event.behind)
    floor.note(rec, ticket, "returned")


@folds(ev.TicketMoved)
def _moved(floor: Floor, rec: ev.Recorded, event: ev.TicketMoved) -> None:
    ticket = floor.tickets[event.ticket]
    floor.leave_line(ticket)
    floor.join(ticket, rec.at, event.seat, event.behind)
    floor.note(rec, ticket, "moved")


@folds(ev.TicketParked)
def _parked(floor: Floor, rec: ev.Recorded, event: ev.TicketParked) -> None:
    ticket = floor.tickets[event.ticket]
    floor.note(rec, ticket, "parked")
    floor.leave_counter(ticket, rec.at)
    ticket.state, ticket.hold = State.PARKED, Hold(event.hold)
    ticket.only_counter = event.counter if ticket.hold is Hold.SAME else None


@folds(ev.TicketResumed)
def _resumed(floor: Floor, rec: ev.Recorded, event: ev.TicketResumed) -> None:
    ticket = floor.tickets[event.ticket]
    floor.rejoin(ticket, rec.at)
    floor.join(ticket, rec.at)
    floor.note(rec, ticket, "resumed")


@folds(ev.TicketTransferred)
def _transferred(floor: Floor, rec: ev.Recorded, event: ev.TicketTransferred) -> None:
    ticket = floor.tickets[event.ticket]
    floor.rejoin(ticket, rec.at)
    ticket.service = event.service
    ticket.area = event.area
    ticket.only_counter = event.to_counter
    floor.join(ticket, rec.at, event.seat)
    floor.note(rec, ticket, "transferred")


@folds(ev.TicketDiverted)
def _diverted(floor: Floor, rec: ev.Recorded, event: ev.TicketDiverted) -> None:
    ticket = floor.tickets[event.ticket]
    floor.note(rec, ticket, "diverted")
    if event.ended:
        floor.end(ticket, State.DIVERTED, rec.at)
        ticket.area = event.area
        return
    floor.rejoin(ticket, rec.at)
    ticket.area = event.area
    ticket.only_counter = None
    floor.join(ticket, rec.at)


@folds(ev.TicketRetiered)
def _retiered(floor: Floor, rec: ev.Recorded, event: ev.TicketRetiered) -> None:
    ticket = floor.tickets[event.ticket]
    first = Seat.FIRST if ticket.first else Seat.LIFETIME
    floor.leave_line(ticket)
    ticket.tier = event.tier
    ticket.tier_rule = f"manager {event.reason}"
    ticket.area = event.area
    if ticket.state is State.WAITING:
        floor.join(ticket, rec.at, first)
    floor.note(rec, ticket, "retiered")


@folds(ev.TicketCancelled)
def _cancelled(floor: Floor, rec: ev.Recorded, event: ev.TicketCancelled) -> None:
    floor.end(floor.tickets[event.ticket], State.CANCELLED, rec.at)


@folds(ev.ActUndone)
def _undone(floor: Floor, rec: ev.Recorded, event: ev.ActUndone) -> None:
    take_back(floor, rec, floor.acts.take(event.counter))
