"""Slips: printing one again, and the printers' commands, which say what became of a slip and how a printer is."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.commands.base import Decider, Decision
from lobby.errors import Conflict, Invalid, NotFound
from lobby.state.device_test import TestKind
from lobby.state.printer import PrinterState, PrinterStatus
from lobby.state.queue import QueueState
from lobby.state.slip import Slip
from lobby.state.ticket import Move


class SlipCommands(Decider):
    def reprint(
        self, state: QueueState, now: datetime, ticket: str, printer: str | None = None
    ) -> Decision:
        """At the printer chosen, else where the first slip came out, else at the branch's first printer."""
        if printer is not None and printer not in self.branch.printer:
            raise Invalid("unknown_printer", "printer", id=printer)
        current = self._movable(state, ticket, Move.REPRINT)
        usual = self.branch.printer_of(current.kiosk) or self.branch.printer_of(None)
        return Decision(self._slip(ticket, current.copies + 1, printer or usual), ticket=ticket)


def sent(state: QueueState, now: datetime, slip: str) -> Decision:
    """About to go to the printer."""
    job = _unprinted(state, slip)
    return Decision([ev.SlipSent(slip, job.ticket, job.printer)])


def printed(state: QueueState, now: datetime, slip: str, confirmed: bool) -> Decision:
    job = _unprinted(state, slip)
    return Decision([ev.SlipPrinted(slip, job.ticket, job.printer, confirmed)])


def failed(
    state: QueueState,
    now: datetime,
    slip: str,
    error: str,
    final: bool,
    maybe_on_paper: bool = False,
) -> Decision:
    """One try failed; `final`: there will be no other."""
    job = _unprinted(state, slip)
    return Decision([ev.SlipFailed(slip, job.ticket, job.printer, error, final, maybe_on_paper)])


def moved(state: QueueState, now: datetime, slip: str, printer: str) -> Decision:
    """To another printer."""
    job = _unprinted(state, slip)
    return Decision([ev.SlipMoved(slip, job.ticket, printer)])


def printer_changed(
    state: QueueState,
    now: datetime,
    printer: str,
    status: PrinterStatus,
    detail: str = "",
    device: str = "",
) -> Decision:
    """The printer's health; the same as before is no event. `device` is the URL at which it was asked."""
    known = state.printers.get(printer, PrinterState(printer))
    answered = device if status.answers else ""
    same = known.status is status and answered in ("", known.answered)
    if same:
        return Decision([])
    return Decision([ev.PrinterChanged(printer, status.value, detail, answered)])


def tested(state: QueueState, now: datetime, printer: str, status: PrinterStatus) -> Decision:
    """What the printer told after the test slip."""
    return Decision([ev.DeviceTestAnswered(TestKind.PRINT, printer, status.value)])


def _unprinted(state: QueueState, slip: str) -> Slip:
    job = state.slips.get(slip)
    if job is None:
        raise NotFound("unknown_slip", id=slip)
    if slip not in state.unprinted:
        raise Conflict("slip_state", id=slip, state=job.state)
    return job
