"""The printer's verbs: what became of a slip, and how the printer is. Like the hall's, each takes the floor
and the time, changes nothing and returns the events."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.branch.model import Printer
from lobby.commands.base import Decision
from lobby.errors import Conflict, NotFound
from lobby.state.floor import Floor
from lobby.state.now import PrinterNow, Slip, Status


def sent(floor: Floor, now: datetime, slip: str) -> Decision:
    """About to go to the printer."""
    job = _unprinted(floor, slip)
    return Decision([ev.SlipSent(slip, job.ticket, job.printer)])


def printed(floor: Floor, now: datetime, slip: str, confirmed: bool) -> Decision:
    job = _unprinted(floor, slip)
    return Decision([ev.SlipPrinted(slip, job.ticket, job.printer, confirmed)])


def failed(floor: Floor, now: datetime, slip: str, error: str, final: bool, maybe_on_paper: bool = False) -> Decision:
    """One try failed; `final`: there will be no other."""
    job = _unprinted(floor, slip)
    return Decision([ev.SlipFailed(slip, job.ticket, job.printer, error, final, maybe_on_paper)])


def moved(floor: Floor, now: datetime, slip: str, printer: str) -> Decision:
    """To another printer."""
    job = _unprinted(floor, slip)
    return Decision([ev.SlipMoved(slip, job.ticket, printer)])


def printer_changed(
    floor: Floor, now: datetime, printer: str, status: Status, detail: str = "", device: str = ""
) -> Decision:
    """The printer's health; the same as before is no event. `device` is the URL at which it was asked."""
    known = floor.printers.get(printer, PrinterNow(printer))
    answered = device if status.answers else ""
    same = known.status is status and answered in ("", known.answered)
    return Decision([] if same else [ev.PrinterChanged(printer, status.value, detail, answered)])


def used_to_answer(floor: Floor, printer: Printer) -> bool:
    """Whether the silence of this printer's device is trouble."""
    known = floor.printers.get(printer.id)
    return not printer.mute and known is not None and known.answered == printer.device


def can_print(floor: Floor, printer: str) -> bool:
    """Whether this printer can print, as far as is known."""
    known = floor.printers.get(printer)
    return known is not None and known.status.prints


def comes_out(floor: Floor, printer: str) -> bool:
    """Whether a slip for this printer comes out: there, or at its backup."""
    tried: list[str] = []
    while printer in floor.branch.printer and printer not in tried:
        if can_print(floor, printer):
            return True
        tried.append(printer)
        printer = floor.branch.printer[printer].backup or ""
    return False


def _unprinted(floor: Floor, slip: str) -> Slip:
    job = floor.slips.get(slip)
    if job is None:
        raise NotFound("unknown_slip", id=slip)
    if slip not in floor.unprinted:
        raise Conflict("slip_state", id=slip, state=job.state)
    return job
