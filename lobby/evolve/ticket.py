"""What the events of a ticket do to the state."""

from __future__ import annotations

from datetime import datetime, timedelta

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.appointment import AppointmentStatus
from lobby.state.counter import Call
from lobby.state.queue import QueueState
from lobby.state.taking_back import take_back
from lobby.state.ticket import Hold, State, StepKind, Ticket
from lobby.state.undo import place_of


@evolves(ev.TicketIssued)
def _issued(state: QueueState, rec: ev.Recorded, event: ev.TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket, number=event.number, series=event.series, service=event.service,
        tier=event.tier, tier_rule=event.tier_rule, area=event.area, needs=event.needs,
        lang=event.lang, order=rec.seq, issued_at=rec.at, rank_at=rec.at - timedelta(seconds=event.credit_s),
        ahead=event.ahead, wait=event.wait, then=event.then, large_print=event.large_print,
        target_wait_s=event.target_wait_s or state.branch.target_wait_s(event.tier, event.needs),
        appointment=event.appointment, redrawn_from=event.redrawn_from, kiosk=event.kiosk,
    )  # fmt: skip
    state.tickets[ticket.id] = ticket
    _settle(state, ticket)
    state.day_series.slots[-1].arrivals += 1
    state.numbers[event.series] = int(event.number[len(event.series) :])
    state.issued[event.tier] = state.issued.get(event.tier, 0) + 1
    state.fcfs.arrived(event.service, rec.at)
    state.lately.came(state.join(ticket, rec.at), rec.at)


def _settle(state: QueueState, ticket: Ticket) -> None:
    """What the new ticket came from is settled."""
    if ticket.appointment:
        state.appointments[ticket.appointment].state = AppointmentStatus.KEPT
        state.appointments[ticket.appointment].ticket = ticket.id
    if ticket.redrawn_from:
        state.tickets[ticket.redrawn_from].redrawn_as = ticket.id


@evolves(ev.TicketCalled)
def _called(state: QueueState, rec: ev.Recorded, event: ev.TicketCalled) -> None:
    ticket = state.tickets[event.ticket]
    state.fcfs.called(ticket.service, state.waiting_by_service(), rec.at, rec.seq)
    state.leave_line(ticket)
    overtaken = list(state.overtaken_by(state.branch.counter[event.counter], ticket))
    gives_way = not ev.keeps_a_target(event.reason)
    for waiting in overtaken:
        waiting.overtaken += 1
        waiting.gave_way += gives_way
    state.acts.overtook(event.counter, overtaken)
    ticket.state = State.CALLED
    ticket.counter = event.counter
    ticket.recalls = 0
    ticket.hold = None
    ticket.first = False
    ticket.offered = None
    ticket.gave_way = 0
    ticket.called_at = rec.at
    ticket.coming_at = None
    ticket.call_reason = event.reason
    counter = state.counter(event.counter)
    counter.ticket = ticket.id
    counter.since = rec.at
    state.day_series.slots[-1].called += 1
    state.note(rec, ticket, StepKind.CALLED)
    _announce(state, rec, ticket, recall=False)


@evolves(ev.TicketRecalled)
def _recalled(state: QueueState, rec: ev.Recorded, event: ev.TicketRecalled) -> None:
    ticket = state.tickets[event.ticket]
    ticket.recalls += 1
    state.note(rec, ticket, StepKind.RECALLED)
    _announce(state, rec, ticket, recall=True)


def _announce(state: QueueState, rec: ev.Recorded, ticket: Ticket, *, recall: bool) -> None:
    counter = ticket.counter or ""
    area = state.branch.counter[counter].area
    state.calls.append(Call(rec.seq, rec.at, ticket.id, ticket.number, counter, area, recall))


@evolves(ev.TicketStarted)
def _started(state: QueueState, rec: ev.Recorded, event: ev.TicketStarted) -> None:
    ticket = state.tickets[event.ticket]
    ticket.state = State.SERVING
    ticket.started_at = rec.at
    state.counter(event.counter).since = rec.at
    state.note(rec, ticket, StepKind.STARTED)


@evolves(ev.TicketFinished)
def _finished(state: QueueState, rec: ev.Recorded, event: ev.TicketFinished) -> None:
    ticket = state.tickets[event.ticket]
    _time_service(state, ticket, event.counter, rec.at)
    state.note(rec, ticket, StepKind.FINISHED)
    ticket.done = (*ticket.done, ticket.service)
    state.end(ticket, State.SERVED, rec.at)


def _time_service(state: QueueState, ticket: Ticket, counter_id: str, at: datetime) -> None:
    """How long the service took teaches how long the next ones take."""
    if ticket.started_at:
        usual_s = state.branch.service[ticket.service].usual_s
        took_s = state.took_s(ticket, at)
        counter = state.counter(counter_id)
        counter.pace = counter.pace[0] + usual_s, counter.pace[1] + took_s
        count, total_s = state.service_s.get(ticket.service, (0, 0.0))
        state.service_s[ticket.service] = count + 1, total_s + took_s


@evolves(ev.TicketContinued)
def _continued(state: QueueState, rec: ev.Recorded, event: ev.TicketContinued) -> None:
    ticket = state.tickets[event.ticket]
    _time_service(state, ticket, event.counter, rec.at)
    state.note(rec, ticket, StepKind.CONTINUED)
    if not event.here:
        state.rejoin(ticket, rec.at)
    ticket.done = (*ticket.done, ticket.service)
    ticket.then = ticket.then[1:]
    ticket.service = event.service
    ticket.area = event.area
    ticket.only_counter = None
    if event.here:
        ticket.started_at = state.counter(event.counter).since = rec.at
    else:
        state.join(ticket, rec.at)


@evolves(ev.TicketExtended)
def _extended(state: QueueState, rec: ev.Recorded, event: ev.TicketExtended) -> None:
    ticket = state.tickets[event.ticket]
    ticket.then = (*ticket.then, event.service)


@evolves(ev.TicketNoShow)
def _no_show(state: QueueState, rec: ev.Recorded, event: ev.TicketNoShow) -> None:
    ticket = state.tickets[event.ticket]
    ticket.missed += 1
    state.note(rec, ticket, StepKind.MISSED)
    state.end(ticket, State.NO_SHOW, rec.at)


@evolves(ev.TicketReturned)
def _returned(state: QueueState, rec: ev.Recorded, event: ev.TicketReturned) -> None:
    ticket = state.tickets[event.ticket]
    state.rejoin(ticket, rec.at)
    ticket.ended_at = None
    ticket.area = ticket.diverted_from or ticket.area
    ticket.diverted_from = None
    state.join(ticket, rec.at, event.seat, event.behind)
    state.note(rec, ticket, StepKind.RETURNED)


@evolves(ev.TicketMoved)
def _moved(state: QueueState, rec: ev.Recorded, event: ev.TicketMoved) -> None:
    ticket = state.tickets[event.ticket]
    state.leave_line(ticket)
    state.join(ticket, rec.at, event.seat, event.behind)
    state.note(rec, ticket, StepKind.MOVED)


@evolves(ev.TicketParked)
def _parked(state: QueueState, rec: ev.Recorded, event: ev.TicketParked) -> None:
    ticket = state.tickets[event.ticket]
    state.note(rec, ticket, StepKind.PARKED)
    state.leave_counter(ticket, rec.at)
    ticket.state = State.PARKED
    ticket.hold = Hold(event.hold)
    ticket.only_counter = None
    if ticket.hold is Hold.SAME:
        ticket.only_counter = event.counter


@evolves(ev.TicketResumed)
def _resumed(state: QueueState, rec: ev.Recorded, event: ev.TicketResumed) -> None:
    ticket = state.tickets[event.ticket]
    state.rejoin(ticket, rec.at)
    state.join(ticket, rec.at)
    state.note(rec, ticket, StepKind.RESUMED)


@evolves(ev.TicketTransferred)
def _transferred(state: QueueState, rec: ev.Recorded, event: ev.TicketTransferred) -> None:
    ticket = state.tickets[event.ticket]
    state.rejoin(ticket, rec.at)
    ticket.offered = None
    ticket.service = event.service
    ticket.area = event.area
    ticket.only_counter = event.to_counter
    state.join(ticket, rec.at, event.seat)
    state.note(rec, ticket, StepKind.TRANSFERRED)


@evolves(ev.TicketDiverted)
def _diverted(state: QueueState, rec: ev.Recorded, event: ev.TicketDiverted) -> None:
    ticket = state.tickets[event.ticket]
    state.note(rec, ticket, StepKind.DIVERTED)
    ticket.offered = None
    if event.ended:
        ticket.diverted_from = ticket.area
        state.end(ticket, State.DIVERTED, rec.at)
        ticket.area = event.area
        return
    state.rejoin(ticket, rec.at)
    ticket.area = event.area
    ticket.only_counter = None
    state.join(ticket, rec.at)


@evolves(ev.TicketReleased)
def _released(state: QueueState, rec: ev.Recorded, event: ev.TicketReleased) -> None:
    ticket = state.tickets[event.ticket]
    position = ticket.position
    state.leave_line(ticket)
    ticket.only_counter = None
    ticket.area = event.area
    if ticket.hold is Hold.SAME:
        ticket.hold = Hold.ANY
    if ticket.state is State.WAITING:
        state.join(ticket, rec.at, position)


@evolves(ev.MachinesOffered)
def _offered(state: QueueState, rec: ev.Recorded, event: ev.MachinesOffered) -> None:
    state.tickets[event.ticket].offered = event.area


@evolves(ev.MachinesDeclined)
def _declined(state: QueueState, rec: ev.Recorded, event: ev.MachinesDeclined) -> None:
    state.tickets[event.ticket].offered = None
    state.tickets[event.ticket].declined = True


@evolves(ev.TicketRetiered)
def _retiered(state: QueueState, rec: ev.Recorded, event: ev.TicketRetiered) -> None:
    ticket = state.tickets[event.ticket]
    position = ticket.position
    state.leave_line(ticket)
    ticket.tier = event.tier
    ticket.target_wait_s = event.target_wait_s or state.branch.target_wait_s(
        event.tier, ticket.needs
    )
    ticket.tier_rule = f"manager {event.reason}"
    ticket.area = event.area
    if ticket.state is State.WAITING:
        state.join(ticket, rec.at, position)
    state.note(rec, ticket, StepKind.RETIERED)


@evolves(ev.TicketAmended)
def _amended(state: QueueState, rec: ev.Recorded, event: ev.TicketAmended) -> None:
    """Who has a special need is not asked to go to the machines."""
    ticket = state.tickets[event.ticket]
    position = ticket.position
    state.leave_line(ticket)
    ticket.needs = event.needs
    if event.needs:
        ticket.offered = None
    ticket.then = event.then
    ticket.tier = event.tier
    ticket.tier_rule = event.tier_rule
    ticket.area = event.area
    ticket.target_wait_s = event.target_wait_s
    if ticket.state is State.WAITING:
        state.join(ticket, rec.at, position)
    state.note(rec, ticket, StepKind.AMENDED)


@evolves(ev.TicketComing)
def _coming(state: QueueState, rec: ev.Recorded, event: ev.TicketComing) -> None:
    state.tickets[event.ticket].coming_at = rec.at


@evolves(ev.TicketCancelled)
def _cancelled(state: QueueState, rec: ev.Recorded, event: ev.TicketCancelled) -> None:
    state.end(state.tickets[event.ticket], State.CANCELLED, rec.at)


@evolves(ev.ActUndone)
def _undone(state: QueueState, rec: ev.Recorded, event: ev.ActUndone) -> None:
    place = place_of(event.counter, event.ticket, event.act)
    take_back(state, rec, state.acts.take(place, event.undone))
