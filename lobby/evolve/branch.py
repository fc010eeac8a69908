"""What the events of the day, the counters, slips, alerts and the rest do to the floor."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.evolve.registry import folds
from lobby.state.floor import Floor
from lobby.state.now import Alert, Appointment, Pressure, PrinterNow, Rescue, Slip, Status


@folds(ev.DayOpened)
def _day_opened(floor: Floor, rec: ev.Recorded, event: ev.DayOpened) -> None:
    floor.blank(event.day, floor.branch.day_of(rec.at))
    floor.curve.begin(rec.at, 0, 0)
    floor.numbers = dict(event.numbers)
    floor.first_come.remember(event.first_come_s)
    for kept in event.appointments:
        booked = {**kept, "at": datetime.fromisoformat(kept["at"]), "needs": tuple(kept["needs"])}
        floor.appointments[booked["id"]] = Appointment(**booked)
    for printer, device in event.answered.items():
        floor.printers.setdefault(printer, PrinterNow(printer)).answered = device
    floor.skipped = event.skipped
    floor.open = True


@folds(ev.JournalRestored)
def _restored(floor: Floor, rec: ev.Recorded, event: ev.JournalRestored) -> None:
    floor.skipped = max(floor.skipped, event.lost - rec.seq)
    for series, last in event.numbers.get(floor.day, {}).items():
        floor.numbers[series] = max(last, floor.numbers.get(series, 0))


@folds(ev.DayReopened)
def _day_reopened(floor: Floor, rec: ev.Recorded, event: ev.DayReopened) -> None:
    floor.open = True


@folds(ev.DayClosed)
def _day_closed(floor: Floor, rec: ev.Recorded, event: ev.DayClosed) -> None:
    floor.open = False


@folds(ev.CounterOpened)
def _counter_opened(floor: Floor, rec: ev.Recorded, event: ev.CounterOpened) -> None:
    counter = floor.counters[event.counter]
    if rec.actor != counter.teller:
        counter.pace = (0.0, 0.0)
    counter.state = "open"
    counter.since = rec.at
    counter.teller = rec.actor
    counter.rest = None


@folds(ev.CounterClosed)
def _counter_closed(floor: Floor, rec: ev.Recorded, event: ev.CounterClosed) -> None:
    counter = floor.counters[event.counter]
    counter.state = "closed"
    counter.since = rec.at
    counter.teller = None
    counter.rest = None
    _drop_alerts(floor, "break", event.counter)


@folds(ev.CounterPaused)
def _counter_paused(floor: Floor, rec: ev.Recorded, event: ev.CounterPaused) -> None:
    floor.counters[event.counter].state = "paused"
    floor.counters[event.counter].since = rec.at


@folds(ev.CounterResumed)
def _counter_resumed(floor: Floor, rec: ev.Recorded, event: ev.CounterResumed) -> None:
    floor.counters[event.counter].state = "open"
    floor.counters[event.counter].since = rec.at


@folds(ev.BreakAsked)
def _break_asked(floor: Floor, rec: ev.Recorded, event: ev.BreakAsked) -> None:
    floor.counters[event.counter].rest = "asked"
    floor.alerts[rec.seq] = Alert(rec.seq, "break", rec.at, counter=event.counter)


@folds(ev.BreakAnswered)
def _break_answered(floor: Floor, rec: ev.Recorded, event: ev.BreakAnswered) -> None:
    counter = floor.counters[event.counter]
    counter.rest = "granted" if event.granted else None
    _drop_alerts(floor, "break", event.counter)
    if counter.ticket is None:
        counter.since = rec.at
    floor.begin_break(counter)


def _drop_alerts(floor: Floor, kind: str, counter: str) -> None:
    for id in [a.id for a in floor.alerts.values() if (a.kind, a.counter) == (kind, counter)]:
        del floor.alerts[id]


@folds(ev.AppointmentBooked)
def _booked(floor: Floor, rec: ev.Recorded, event: ev.AppointmentBooked) -> None:
    at = datetime.fromisoformat(event.at)
    floor.appointments[event.appointment] = Appointment(event.appointment, event.service, at, event.lang, event.needs)


@folds(ev.AppointmentCancelled)
def _appointment_cancelled(floor: Floor, rec: ev.Recorded, event: ev.AppointmentCancelled) -> None:
    floor.appointments[event.appointment].state = "cancelled"


@folds(ev.SlipQueued)
def _slip_queued(floor: Floor, rec: ev.Recorded, event: ev.SlipQueued) -> None:
    slip = Slip(event.slip, event.ticket, event.copy, event.printer)
    floor.slips[slip.id] = floor.unprinted[slip.id] = slip
    floor.tickets[event.ticket].copies = event.copy


@folds(ev.SlipSent)
def _slip_sent(floor: Floor, rec: ev.Recorded, event: ev.SlipSent) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.state = "sending"
        slip.attempts = slip.attempts + 1


@folds(ev.SlipPrinted)
def _slip_printed(floor: Floor, rec: ev.Recorded, event: ev.SlipPrinted) -> None:
    slip = floor.slips.get(event.slip)
    if slip:
        slip.state = "printed"
        slip.confirmed = event.confirmed
        slip.error = ""
        slip.maybe_on_paper = True
        floor.unprinted.pop(slip.id, None)


@folds(ev.SlipFailed)
def _slip_failed(floor: Floor, rec: ev.Recorded, event: ev.SlipFailed) -> None:
    slip = floor.slips.get(event.slip)
    if not slip:
        return
    slip.state = "failed" if event.final else "queued"
    slip.error = event.error
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
    status = Status(event.status)
    known = floor.printers.get(event.printer)
    answered = event.answered or (known.answered if known else "")
    floor.printers[event.printer] = PrinterNow(event.printer, status, event.detail, rec.at, answered)
    for id, alert in list(floor.alerts.items()):
        if alert.kind == "printer" and alert.ticket is None and alert.params["printer"] == event.printer:
            del floor.alerts[id]
    if not status.well:
        params = {"printer": event.printer, "status": event.status, "error": event.detail}
        floor.alerts[rec.seq] = Alert(rec.seq, "printer", rec.at, params=params)


@folds(ev.HelpRequested)
def _help_requested(floor: Floor, rec: ev.Recorded, event: ev.HelpRequested) -> None:
    floor.alerts[rec.seq] = Alert(rec.seq, "help", rec.at, params={"kiosk": event.kiosk, "name": event.name})


@folds(ev.FeedbackGiven)
def _feedback_given(floor: Floor, rec: ev.Recorded, event: ev.FeedbackGiven) -> None:
    ticket = floor.tickets.get(event.ticket)
    floor.feedback[event.ticket] = event
    if event.score <= floor.branch.rules.bad_score:
        params = {"score": event.score, "reasons": list(event.reasons), "text": event.text, "visit": event.visit}
        counter = ticket.counter if ticket else None
        floor.alerts[rec.seq] = Alert(rec.seq, "feedback", rec.at, event.ticket, counter, params)


@folds(ev.AlertRaised)
def _raised(floor: Floor, rec: ev.Recorded, event: ev.AlertRaised) -> None:
    floor.alerts[rec.seq] = Alert(
        rec.seq, event.alert, rec.at, event.ticket, event.counter, event.params, event.area, event.subject
    )


@folds(ev.AlertCleared)
def _cleared(floor: Floor, rec: ev.Recorded, event: ev.AlertCleared) -> None:
    floor.taken.discard((event.alert, event.subject))
    for id in [a.id for a in floor.alerts.values() if (a.kind, a.subject) == (event.alert, event.subject)]:
        del floor.alerts[id]


@folds(ev.AlertAcknowledged)
def _acknowledged(floor: Floor, rec: ev.Recorded, event: ev.AlertAcknowledged) -> None:
    """One that clears by itself is not raised again while its cause lasts."""
    taken = floor.alerts.pop(event.alert, None)
    if taken and taken.subject:
        floor.taken.add((taken.kind, taken.subject))


@folds(ev.RescueTaken)
def _rescue(floor: Floor, rec: ev.Recorded, event: ev.RescueTaken) -> None:
    before = Pressure(event.waiting, event.late, event.wait_p90_s)
    floor.rescues[rec.seq] = Rescue(
        rec.seq, rec.at, rec.actor, event.act, event.area, before, event.ticket, event.counter
    )


@folds(ev.RescueMeasured)
def _measured(floor: Floor, rec: ev.Recorded, event: ev.RescueMeasured) -> None:
    if rescue := floor.rescues.get(event.rescue):
        rescue.after = Pressure(event.waiting, event.late, event.wait_p90_s)
