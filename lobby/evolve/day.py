"""What the branch's configuration, the day and the clock do to the state."""

from __future__ import annotations

from datetime import date
from typing import Any

from lobby import events as ev
from lobby.branch.record import from_json
from lobby.evolve.registry import evolves
from lobby.state.alert import Alert, AlertKind
from lobby.state.appointment import Appointment, AppointmentStatus
from lobby.state.counter import CounterState
from lobby.state.device_test import ANSWERS, DeviceTest, TestKind
from lobby.state.instants import DOUBTED_S
from lobby.state.printer import PrinterState
from lobby.state.queue import QueueState


@evolves(ev.BranchConfigured)
def _configured(state: QueueState, rec: ev.Recorded, event: ev.BranchConfigured) -> None:
    """Whoever waits, waits on. What is gone is let go: nobody is bound to a counter that is gone, its break and the
    troubles of a printer that is gone are over. No act of before is taken back."""
    state.branch = from_json(event.configuration)
    state.queues.configure(state.branch)
    state.acts = state.acts.blank()
    state.counters = _counters(state)
    for counter in state.counters.values():
        if counter.lent_to not in state.branch.offered.area:
            counter.end_lending()
        if state.branch.staff_number(counter.person) is None:
            counter.sign_off()
    state.printers = {id: state.printers.get(id) or PrinterState(id) for id in state.branch.printer}
    for ticket in state.tickets.values():
        if ticket.only_counter not in state.branch.offered.counter:
            ticket.only_counter = None
    state.alerts = {
        id: alert for id, alert in state.alerts.items() if not _about_what_is_gone(state, alert)
    }


def _counters(state: QueueState) -> dict[str, CounterState]:
    """Those of the configuration, and those that are gone and still have a customer."""
    counters = {
        id: state.counters.get(id) or CounterState(id)
        for id in (c.id for c in state.branch.counters)
    }
    return {**counters, **{id: counter for id, counter in state.counters.items() if counter.ticket}}


def _about_what_is_gone(state: QueueState, alert: Alert) -> bool:
    if alert.kind is AlertKind.BREAK:
        return alert.counter not in state.branch.offered.counter
    if alert.kind is AlertKind.KIOSK:
        return alert.subject not in state.branch.kiosk
    if alert.kind is AlertKind.BOARD:
        return alert.subject not in state.branch.board
    return (
        alert.kind is AlertKind.PRINTER
        and alert.ticket is None
        and alert.params["printer"] not in state.branch.printer
    )


@evolves(ev.DayOpened)
def _day_opened(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    appointments = {booked.id: booked for booked in map(_booked, event.appointments)}
    state.blank(event.day, state.branch.day_of(rec.at))
    state.day_series.begin(rec.at, 0, 0)
    state.numbers = dict(event.numbers)
    state.fcfs.remember(event.first_come_s)
    state.appointments = appointments
    for printer, device in event.answered.items():
        state.printers.setdefault(printer, PrinterState(printer)).answered = device
    state.open = True


def _booked(data: dict[str, Any]) -> Appointment:
    at = ev.instant_of(data["at"])
    status = AppointmentStatus(data["state"])
    return Appointment(**{**data, "at": at, "needs": tuple(data["needs"]), "state": status})


@evolves(ev.JournalRestored)
def _restored(state: QueueState, rec: ev.Recorded, event: ev.JournalRestored) -> None:
    for series, last in event.numbers.get(state.day, {}).items():
        state.numbers[series] = max(last, state.numbers.get(series, 0))


@evolves(ev.DayReopened)
def _day_reopened(state: QueueState, rec: ev.Recorded, event: ev.DayReopened) -> None:
    state.open = True
    state.by_hand = bool(event.reason)


@evolves(ev.DayClosed)
def _day_closed(state: QueueState, rec: ev.Recorded, event: ev.DayClosed) -> None:
    state.open = False
    state.by_hand = False


@evolves(ev.ClockStepped)
def _stepped(state: QueueState, rec: ev.Recorded, event: ev.ClockStepped) -> None:
    by = event.by
    if not by:
        return  # journals of before: the step was noted, and nothing moved
    last = state.before + by
    state.shift(by)
    state.drift_s += event.by_s
    state.guess_s += event.by_s
    if not event.guessed:
        state.guess_s = 0.0
    if abs(event.by_s) > DOUBTED_S:
        state.date = state.branch.day_of(last)


@evolves(ev.ClockConfirmed)
def _confirmed(state: QueueState, rec: ev.Recorded, event: ev.ClockConfirmed) -> None:
    state.drift_s = state.guess_s = 0.0
    state.date = state.branch.day_of(rec.at)
    if event.new_day:
        state.date = date.min


@evolves(ev.DeviceTested)
def _tested(state: QueueState, rec: ev.Recorded, event: ev.DeviceTested) -> None:
    if event.test in tuple(TestKind):
        test = DeviceTest(TestKind(event.test), event.device, rec.at, rec.person or rec.actor)
        state.tests[event.test, event.device] = test


@evolves(ev.DeviceTestAnswered)
def _test_answered(state: QueueState, rec: ev.Recorded, event: ev.DeviceTestAnswered) -> None:
    """What somebody saw stands, whatever the printer tells later."""
    test = state.tests.get((event.test, event.device))
    if test and not (test.answer in ANSWERS and event.answer not in ANSWERS):
        test.answer = event.answer
        test.answered_by = rec.person or rec.actor
