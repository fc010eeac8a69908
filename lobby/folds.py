"""What each event does to the floor. An event is a fact: nothing here refuses or decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from lobby import events as ev
from lobby.now import Alert, Call, PrinterNow, Slip
from lobby.ticket import State, Ticket

CLIP = 4.0
"""A service longer than this many usual ones counts as that many: somebody forgot to end it."""

if TYPE_CHECKING:
    from lobby.floor import Floor

Fold = Callable[["Floor", ev.Recorded, Any], None]
FOLDS: dict[type[ev.Event], Fold] = {}


def folds(kind: type[ev.Event]) -> Callable[[Fold], Fold]:
    def register(fold: Fold) -> Fold:
        FOLDS[kind] = fold
        return fold

    return register


@folds(ev.DayOpened)
def _day_opened(floor: Floor, rec: ev.Recorded, event: ev.DayOpened) -> None:
    floor.blank(event.day)
    floor.numbers = dict(event.numbers)
    floor.first_come.longest_s = dict(event.first_come_s)
    floor.open = True


@folds(ev.DayReopened)
def _day_reopened(floor: Floor, rec: ev.Recorded, event: ev.DayReopened) -> None:
    floor.open = True


@folds(ev.DayClosed)
def _day_closed(floor: Floor, rec: ev.Recorded, event: ev.DayClosed) -> None:
    floor.open = False


@folds(ev.TicketIssued)
def _issued(floor: Floor, rec: ev.Recorded, event: ev.TicketIssued) -> None:
    ticket = Ticket(
        id=event.ticket, number=event.number, series=event.series, service=event.service,
        tier=event.tier, tier_rule=event.tier_rule, area=event.area, needs=event.needs,
        lang=event.lang, issued_at=rec.at, rank_at=rec.at, ahead=event.ahead, wait=event.wait,
    )  # fmt: skip
    floor.tickets[ticket.id] = ticket
    floor.numbers[event.series] = int(event.number[len(event.series) :])
    floor.issued[event.tier] = floor.issued.get(event.tier, 0) + 1
    floor.first_come.arrived(event.service, rec.at)
    floor.lately.came(floor.lines.join(ticket), rec.at)


@folds(ev.TicketCalled)
def _called(floor: Floor, rec: ev.Recorded, event: ev.TicketCalled) -> None:
    ticket = floor.tickets[event.ticket]
    floor.first_come.called(ticket.service, floor.waiting_by_service(), rec.at)
    floor.lines.leave(ticket)
    for passed in floor.passed_by(floor.branch.counter[event.counter], ticket):
        passed.passed += 1
    ticket.state, ticket.counter, ticket.recalls = State.CALLED, event.counter, 0
    ticket.called_at, ticket.call_reason = rec.at, event.reason
    counter = floor.counters[event.counter]
    counter.ticket, counter.since = ticket.id, rec.at
    _announce(floor, rec, ticket, recall=False)


@folds(ev.TicketRecalled)
def _recalled(floor: Floor, rec: ev.Recorded, event: ev.TicketRecalled) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.recalls += 1
    _announce(floor, rec, ticket, recall=True)


def _announce(floor: Floor, rec: ev.Recorded, ticket: Ticket, *, recall: bool) -> None:
    counter = ticket.counter or ""
    area = floor.branch.counter[counter].area
    floor.calls.append(Call(rec.seq, rec.at, ticket.id, ticket.number, counter, area, recall))


@folds(ev.TicketStarted)
def _started(floor: Floor, rec: ev.Recorded, event: ev.TicketStarted) -> None:
    ticket = floor.tickets[event.ticket]
    ticket.state, ticket.started_at = State.SERVING, rec.at
    floor.counters[event.counter].since = rec.at


@folds(ev.TicketFinished)
def _finished(floor: Floor, rec: ev.Recorded, event: ev.TicketFinished) -> None:
    ticket = floor.tickets[event.ticket]
    if ticket.started_at:
        usual_s = floor.branch.service[ticket.service].usual_s
        took_s = min((rec.at - ticket.started_at).total_seconds(), CLIP * usual_s)
        counter = floor.counters[event.counter]
        counter.pace = counter.pace[0] + usual_s, counter.pace[1] + took_s
        count, total_s = floor.service_s.get(ticket.service, (0, 0.0))
        floor.service_s[ticket.service] = count + 1, total_s + took_s
    floor.end(ticket, State.SERVED, rec.at)


@folds(ev.TicketNoShow)
def _no_show(floor: Floor, rec: ev.Recorded, event: ev.TicketNoShow) -> None:
    floor.end(floor.tickets[event.ticket], State.NO_SHOW, rec.at)


@folds(ev.TicketParked)
def _parked(floor: Floor, rec: ev.Recorded, event: ev.TicketParked) -> None:
    ticket = floor.tickets[event.ticket]
    floor.leave_counter(ticket, rec.at)
    ticket.state = State.PARKED


@folds(ev.TicketResumed)
def _resumed(floor: Floor, rec: ev.Recorded, event: ev.TicketResumed) -> None:
    ticket = floor.tickets[event.ticket]
    floor.rejoin(ticket, rec.at)
    floor.lines.join(ticket)


@folds(ev.TicketTransferred)
def _transferred(floor: Floor, rec: ev.Recorded, event: ev.TicketTransferred) -> None:
    ticket = floor.tickets[event.ticket]
    floor.rejoin(ticket, rec.at)
    ticket.service, ticket.area, ticket.only_counter = event.service, event.area, event.to_counter
    floor.lines.join(ticket)


@folds(ev.TicketDiverted)
def _diverted(floor: Floor, rec: ev.Recorded, event: ev.TicketDiverted) -> None:
    ticket = floor.tickets[event.ticket]
    if event.ended:
        floor.end(ticket, State.DIVERTED, rec.at)
        ticket.area = event.area
        return
    floor.rejoin(ticket, rec.at)
    ticket.area, ticket.only_counter = event.area, None
    floor.lines.join(ticket)


@folds(ev.TicketRetiered)
def _retiered(floor: Floor, rec: ev.Recorded, event: ev.TicketRetiered) -> None:
    ticket = floor.tickets[event.ticket]
    floor.lines.leave(ticket)
    ticket.tier, ticket.tier_rule, ticket.area = event.tier, "manager", event.area
    if ticket.state is State.WAITING:
        floor.lines.join(ticket)


@folds(ev.TicketCancelled)
def _cancelled(floor: Floor, rec: ev.Recorded, event: ev.TicketCancelled) -> None:
    floor.end(floor.tickets[event.ticket], State.CANCELLED, rec.at)


@folds(ev.CounterOpened)
def _counter_opened(floor: Floor, rec: ev.Recorded, event: ev.CounterOpened) -> None:
    counter = floor.counters[event.counter]
    if rec.actor != counter.teller:
        counter.pace = (0.0, 0.0)
    counter.state, counter.since, counter.teller = "open", rec.at, rec.actor


@folds(ev.CounterClosed)
def _counter_closed(floor: Floor, rec: ev.Recorded, event: ev.CounterClosed) -> None:
    counter = floor.counters[event.counter]
    counter.state, counter.since, counter.teller = "closed", rec.at, None


@folds(ev.CounterPaused)
def _counter_paused(floor: Floor, rec: ev.Recorded, event: ev.CounterPaused) -> None:
    floor.counters[event.counter].state = "paused"
    floor.counters[event.counter].since = rec.at


@folds(ev.CounterResumed)
def _counter_resumed(floor: Floor, rec: ev.Recorded, event: ev.CounterResumed) -> None:
    floor.counters[event.counter].state = "open"
    floor.counters[event.counter].since = rec.at


@folds(ev.SlipQueued)
def _slip_queued(floor: Floor, rec: ev.Recorded, event: ev.SlipQueued) -> None:
    slip = Slip(event.slip, event.ticket, event.copy, event.printer)
    floor.slips[slip.id] = floor.unprinted[slip.id] = slip
    floor.tickets[event.ticket].copies = event.copy


@folds(ev.SlipSent)
def _slip_sent(floor: Floor, rec: ev.Recorded, event: ev.SlipSent) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.state, slip.attempts = "sending", slip.attempts + 1


@folds(ev.SlipPrinted)
def _slip_printed(floor: Floor, rec: ev.Recorded, event: ev.SlipPrinted) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.state, slip.confirmed, slip.error, slip.maybe_on_paper = "printed", event.confirmed, "", True
        floor.unprinted.pop(slip.id, None)


@folds(ev.SlipFailed)
def _slip_failed(floor: Floor, rec: ev.Recorded, event: ev.SlipFailed) -> None:
    slip = floor.slips.get(event.slip)
    if not slip:
        return
    slip.state, slip.error = ("failed" if event.final else "queued"), event.error
    slip.maybe_on_paper = slip.maybe_on_paper or event.maybe_on_paper
    if event.final:
        floor.unprinted.pop(slip.id, None)
    if event.final and not floor.tickets[event.ticket].state.ended:
        floor.alerts[rec.seq] = Alert(
            rec.seq, "printer", rec.at, event.ticket, None, {"printer": event.printer, "error": event.error}
        )


@folds(ev.SlipMoved)
def _slip_moved(floor: Floor, rec: ev.Recorded, event: ev.SlipMoved) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.printer = event.printer


@folds(ev.PrinterChanged)
def _printer_changed(floor: Floor, rec: ev.Recorded, event: ev.PrinterChanged) -> None:
    floor.printers[event.printer] = PrinterNow(event.printer, event.status, event.detail, rec.at)
    for id, alert in list(floor.alerts.items()):
        if alert.kind == "printer" and alert.ticket is None and alert.params["printer"] == event.printer:
            del floor.alerts[id]
    if event.status not in ("ok", "unknown"):
        params = {"printer": event.printer, "status": event.status, "error": event.detail}
        floor.alerts[rec.seq] = Alert(rec.seq, "printer", rec.at, params=params)


@folds(ev.HelpRequested)
def _help_requested(floor: Floor, rec: ev.Recorded, event: ev.HelpRequested) -> None:
    floor.alerts[rec.seq] = Alert(rec.seq, "help", rec.at, params={"kiosk": event.kiosk})


@folds(ev.FeedbackGiven)
def _feedback_given(floor: Floor, rec: ev.Recorded, event: ev.FeedbackGiven) -> None:
    ticket = floor.tickets.get(event.ticket)
    floor.feedback[event.ticket] = event
    if event.score <= floor.branch.rules.bad_score:
        params = {"score": event.score, "reasons": list(event.reasons), "text": event.text}
        counter = ticket.counter if ticket else None
        floor.alerts[rec.seq] = Alert(rec.seq, "feedback", rec.at, event.ticket, counter, params)


@folds(ev.AlertAcknowledged)
def _acknowledged(floor: Floor, rec: ev.Recorded, event: ev.AlertAcknowledged) -> None:
    floor.alerts.pop(event.alert, None)
