"""What the events of slips and printers do to the state."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve.registry import evolves
from lobby.state.alert import Alert, AlertKind
from lobby.state.printer import PrinterState, PrinterStatus
from lobby.state.queue import QueueState
from lobby.state.slip import Slip, SlipStatus


@evolves(ev.SlipQueued)
def _slip_queued(state: QueueState, rec: ev.Recorded, event: ev.SlipQueued) -> None:
    slip = Slip(event.slip, event.ticket, event.copy, event.printer)
    state.slips[slip.id] = state.unprinted[slip.id] = slip
    state.tickets[event.ticket].copies = event.copy


@evolves(ev.SlipSent)
def _slip_sent(state: QueueState, rec: ev.Recorded, event: ev.SlipSent) -> None:
    slip = state.slips.get(event.slip)
    if slip:
        slip.state = SlipStatus.SENDING
        slip.attempts = slip.attempts + 1


@evolves(ev.SlipPrinted)
def _slip_printed(state: QueueState, rec: ev.Recorded, event: ev.SlipPrinted) -> None:
    slip = state.slips.get(event.slip)
    if slip:
        slip.state = SlipStatus.PRINTED
        slip.confirmed = event.confirmed
        slip.error = ""
        slip.maybe_on_paper = True
        state.unprinted.pop(slip.id, None)


@evolves(ev.SlipFailed)
def _slip_failed(state: QueueState, rec: ev.Recorded, event: ev.SlipFailed) -> None:
    slip = state.slips.get(event.slip)
    if not slip:
        return
    slip.state = SlipStatus.QUEUED
    slip.error = event.error
    slip.maybe_on_paper = slip.maybe_on_paper or event.maybe_on_paper
    if event.final:
        slip.state = SlipStatus.FAILED
        state.unprinted.pop(slip.id, None)
    if event.final and not state.tickets[event.ticket].state.ended:
        state.alerts[rec.seq] = Alert(
            rec.seq,
            AlertKind.PRINTER,
            rec.at,
            event.ticket,
            None,
            {"printer": event.printer, "error": event.error},
        )


@evolves(ev.SlipMoved)
def _slip_moved(state: QueueState, rec: ev.Recorded, event: ev.SlipMoved) -> None:
    slip = state.slips.get(event.slip)
    if slip:
        slip.printer = event.printer


@evolves(ev.PrinterChanged)
def _printer_changed(state: QueueState, rec: ev.Recorded, event: ev.PrinterChanged) -> None:
    status = PrinterStatus(event.status)
    known = state.printers.get(event.printer)
    answered = event.answered or (known.answered if known else "")
    state.printers[event.printer] = PrinterState(
        event.printer, status, event.detail, rec.at, answered
    )
    for id, alert in list(state.alerts.items()):
        if alert.printer == event.printer:
            del state.alerts[id]
    if not status.well:
        params = {"printer": event.printer, "status": event.status, "error": event.detail}
        state.alerts[rec.seq] = Alert(rec.seq, AlertKind.PRINTER, rec.at, params=params)
