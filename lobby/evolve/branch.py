"""What the events of the day, the counters, slips, alerts and the rest do to the state."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.branch.record import read
from lobby.evolve.registry import evolves
from lobby.state.now import Alert, Appointment, CounterState, Pressure, PrinterState, Rescue, Slip, Status
from lobby.state.queue import QueueState
from lobby.state.undo import Acts


@evolves(ev.BranchConfigured)
def _configured(state: QueueState, rec: ev.Recorded, event: ev.BranchConfigured) -> None:
    """Whoever waits, waits on. What is gone is let go: nobody is bound to a counter that is gone, its break and the
    troubles of a printer that is gone are over. No act of before is taken back."""
    state.branch = read(event.configuration)
    state.lines.configure(state.branch)
    state.acts = Acts()
    state.counters = _counters(state)
    for counter in state.counters.values():
        if state.branch.staff_number(counter.person) is None:
            counter.sign_off()
    state.printers = {id: state.printers.get(id) or PrinterState(id) for id in state.branch.printer}
    for ticket in state.tickets.values():
        if ticket.only_counter not in state.branch.offered.counter:
            ticket.only_counter = None
    state.alerts = {id: alert for id, alert in state.alerts.items() if not _about_what_is_gone(state, alert)}


def _counters(state: QueueState) -> dict[str, CounterState]:
    """Those of the configuration, and those that are gone and still have a customer."""
    counters = {id: state.counters.get(id) or CounterState(id) for id in (c.id for c in state.branch.counters)}
    return {**counters, **{id: counter for id, counter in state.counters.items() if counter.ticket}}


def _about_what_is_gone(state: QueueState, alert: Alert) -> bool:
    if alert.kind == "break":
        return alert.counter not in state.branch.offered.counter
    return alert.kind == "printer" and alert.ticket is None and alert.params["printer"] not in state.branch.printer


@evolves(ev.DayOpened)
def _day_opened(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.blank(event.day, state.branch.day_of(rec.at))
    state.day_series.begin(rec.at, 0, 0)
    state.numbers = dict(event.numbers)
    state.fcfs.remember(event.first_come_s)
    for kept in event.appointments:
        booked = {**kept, "at": datetime.fromisoformat(kept["at"]), "needs": tuple(kept["needs"])}
        state.appointments[booked["id"]] = Appointment(**booked)
    for printer, device in event.answered.items():
        state.printers.setdefault(printer, PrinterState(printer)).answered = device
    state.open = True


@evolves(ev.JournalRestored)
def _restored(state: QueueState, rec: ev.Recorded, event: ev.JournalRestored) -> None:
    for series, last in event.numbers.get(state.day, {}).items():
        state.numbers[series] = max(last, state.numbers.get(series, 0))


@evolves(ev.DayReopened)
def _day_reopened(state: QueueState, rec: ev.Recorded, event: ev.DayReopened) -> None:
    state.open = True


@evolves(ev.DayClosed)
def _day_closed(state: QueueState, rec: ev.Recorded, event: ev.DayClosed) -> None:
    state.open = False


@evolves(ev.CounterOpened)
def _counter_opened(state: QueueState, rec: ev.Recorded, event: ev.CounterOpened) -> None:
    counter = state.counter(event.counter)
    if rec.actor != counter.teller:
        counter.pace = (0.0, 0.0)
    counter.state = "open"
    counter.since = rec.at
    counter.teller = rec.actor
    counter.rest = None


@evolves(ev.CounterClosed)
def _counter_closed(state: QueueState, rec: ev.Recorded, event: ev.CounterClosed) -> None:
    counter = state.counter(event.counter)
    counter.state = "closed"
    counter.since = rec.at
    counter.teller = None
    counter.rest = None
    _drop_alerts(state, "break", event.counter)


@evolves(ev.CounterPaused)
def _counter_paused(state: QueueState, rec: ev.Recorded, event: ev.CounterPaused) -> None:
    state.counter(event.counter).state = "paused"
    state.counter(event.counter).since = rec.at


@evolves(ev.CounterResumed)
def _counter_resumed(state: QueueState, rec: ev.Recorded, event: ev.CounterResumed) -> None:
    state.counter(event.counter).state = "open"
    state.counter(event.counter).since = rec.at


@evolves(ev.BreakAsked)
def _break_asked(state: QueueState, rec: ev.Recorded, event: ev.BreakAsked) -> None:
    state.counter(event.counter).rest = "asked"
    state.alerts[rec.seq] = Alert(rec.seq, "break", rec.at, counter=event.counter)


@evolves(ev.BreakAnswered)
def _break_answered(state: QueueState, rec: ev.Recorded, event: ev.BreakAnswered) -> None:
    counter = state.counter(event.counter)
    counter.rest = "granted" if event.granted else None
    _drop_alerts(state, "break", event.counter)
    if counter.ticket is None:
        counter.since = rec.at
    state.begin_break(counter)


def _drop_alerts(state: QueueState, kind: str, counter: str) -> None:
    for id in [a.id for a in state.alerts.values() if (a.kind, a.counter) == (kind, counter)]:
        del state.alerts[id]


@evolves(ev.AppointmentBooked)
def _booked(state: QueueState, rec: ev.Recorded, event: ev.AppointmentBooked) -> None:
    at = datetime.fromisoformat(event.at)
    state.appointments[event.appointment] = Appointment(event.appointment, event.service, at, event.lang, event.needs)


@evolves(ev.AppointmentCancelled)
def _appointment_cancelled(state: QueueState, rec: ev.Recorded, event: ev.AppointmentCancelled) -> None:
    state.appointments[event.appointment].state = "cancelled"


@evolves(ev.SlipQueued)
def _slip_queued(state: QueueState, rec: ev.Recorded, event: ev.SlipQueued) -> None:
    slip = Slip(event.slip, event.ticket, event.copy, event.printer)
    state.slips[slip.id] = state.unprinted[slip.id] = slip
    state.tickets[event.ticket].copies = event.copy


@evolves(ev.SlipSent)
def _slip_sent(state: QueueState, rec: ev.Recorded, event: ev.SlipSent) -> None:
    slip = state.slips.get(event.slip)
    if slip:
        slip.state = "sending"
        slip.attempts = slip.attempts + 1


@evolves(ev.SlipPrinted)
def _slip_printed(state: QueueState, rec: ev.Recorded, event: ev.SlipPrinted) -> None:
    slip = state.slips.get(event.slip)
    if slip:
        slip.state = "printed"
        slip.confirmed = event.confirmed
        slip.error = ""
        slip.maybe_on_paper = True
        state.unprinted.pop(slip.id, None)


@evolves(ev.SlipFailed)
def _slip_failed(state: QueueState, rec: ev.Recorded, event: ev.SlipFailed) -> None:
    slip = state.slips.get(event.slip)
    if not slip:
        return
    slip.state = "failed" if event.final else "queued"
    slip.error = event.error
    slip.maybe_on_paper = slip.maybe_on_paper or event.maybe_on_paper
    if event.final:
        state.unprinted.pop(slip.id, None)
    if event.final and not state.tickets[event.ticket].state.ended:
        state.alerts[rec.seq] = Alert(
            rec.seq, "printer", rec.at, event.ticket, None, {"printer": event.printer, "error": event.error}
        )


@evolves(ev.SlipMoved)
def _slip_moved(state: QueueState, rec: ev.Recorded, event: ev.SlipMoved) -> None:
    slip = state.slips.get(event.slip)
    if slip:
        slip.printer = event.printer


@evolves(ev.PrinterChanged)
def _printer_changed(state: QueueState, rec: ev.Recorded, event: ev.PrinterChanged) -> None:
    status = Status(event.status)
    known = state.printers.get(event.printer)
    answered = event.answered or (known.answered if known else "")
    state.printers[event.printer] = PrinterState(event.printer, status, event.detail, rec.at, answered)
    for id, alert in list(state.alerts.items()):
        if alert.kind == "printer" and alert.ticket is None and alert.params["printer"] == event.printer:
            del state.alerts[id]
    if not status.well:
        params = {"printer": event.printer, "status": event.status, "error": event.detail}
        state.alerts[rec.seq] = Alert(rec.seq, "printer", rec.at, params=params)


@evolves(ev.HelpRequested)
def _help_requested(state: QueueState, rec: ev.Recorded, event: ev.HelpRequested) -> None:
    state.alerts[rec.seq] = Alert(rec.seq, "help", rec.at, params={"kiosk": event.kiosk, "name": event.name})


@evolves(ev.FeedbackGiven)
def _feedback_given(state: QueueState, rec: ev.Recorded, event: ev.FeedbackGiven) -> None:
    ticket = state.tickets.get(event.ticket)
    state.feedback[event.ticket] = event
    if event.score <= state.branch.rules.bad_score:
        params = {"score": event.score, "reasons": list(event.reasons), "text": event.text, "visit": event.visit}
        counter = ticket.counter if ticket else None
        state.alerts[rec.seq] = Alert(rec.seq, "feedback", rec.at, event.ticket, counter, params)


@evolves(ev.AlertRaised)
def _raised(state: QueueState, rec: ev.Recorded, event: ev.AlertRaised) -> None:
    state.alerts[rec.seq] = Alert(
        rec.seq, event.alert, rec.at, event.ticket, event.counter, event.params, event.area, event.subject
    )


@evolves(ev.AlertCleared)
def _cleared(state: QueueState, rec: ev.Recorded, event: ev.AlertCleared) -> None:
    state.taken.discard((event.alert, event.subject))
    for id in [a.id for a in state.alerts.values() if (a.kind, a.subject) == (event.alert, event.subject)]:
        del state.alerts[id]


@evolves(ev.AlertAcknowledged)
def _acknowledged(state: QueueState, rec: ev.Recorded, event: ev.AlertAcknowledged) -> None:
    """One that clears by itself is not raised again while its cause lasts."""
    taken = state.alerts.pop(event.alert, None)
    if taken and taken.subject:
        state.taken.add((taken.kind, taken.subject))


@evolves(ev.RescueTaken)
def _rescue(state: QueueState, rec: ev.Recorded, event: ev.RescueTaken) -> None:
    before = Pressure(event.waiting, event.late, event.wait_p90_s)
    state.rescues[rec.seq] = Rescue(
        rec.seq, rec.at, rec.actor, event.act, event.area, before, event.ticket, event.counter
    )


@evolves(ev.RescueMeasured)
def _measured(state: QueueState, rec: ev.Recorded, event: ev.RescueMeasured) -> None:
    if rescue := state.rescues.get(event.rescue):
        rescue.after = Pressure(event.waiting, event.late, event.wait_p90_s)
