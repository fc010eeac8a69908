"""The printer's verbs: what became of a slip, and how the printer is. Like the hall's, each takes the floor
and the time, changes nothing and returns the events."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.errors import Conflict, NotFound
from lobby.floor import Floor
from lobby.now import Slip
from lobby.verbs.base import Decision


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


def printer_changed(floor: Floor, now: datetime, printer: str, status: str, detail: str = "") -> Decision:
    """The printer's health; the same as before is no event."""
    same = floor.printers[printer].status == status
    return Decision([] if same else [ev.PrinterChanged(printer, status, detail)])


def _unprinted(floor: Floor, slip: str) -> Slip:
    job = floor.slips.get(slip)
    if job is None:
        raise NotFound("unknown_slip", id=slip)
    if slip not in floor.unprinted:
        raise Conflict("slip_state", id=slip, state=job.state)
    return job
