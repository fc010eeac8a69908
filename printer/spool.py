"""The durable spool. Its jobs are the unprinted slips of the queue state, so the journal keeps them.

Each printer has one native thread, which only `stop` ends. `SlipSent` is durable before the first byte is sent. A slip
that was sent but not confirmed may be half printed; it is sent again, marked as a reprint. Only success counts as
printed, and every failure becomes an event.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from lobby.branch.model import Printer
from lobby.commands import slip as slips
from lobby.commands.base import Command, P
from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import By
from lobby.errors import LobbyError
from lobby.events import DeviceTested, Recorded, SlipMoved, SlipQueued
from lobby.state.device_test import SILENT, TestKind
from lobby.state.printer import PrinterStatus, can_print, used_to_answer
from lobby.state.queue import QueueState
from lobby.state.slip import Slip
from lobby.state.ticket import Ticket
from printer.devices import Device, DeviceError, as_device_error, open_device
from printer.layout import Layout
from printer.slip import slip
from printer.trial import trial_slip

log = logging.getLogger(__name__)

BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)
PROBE_S = 8.0
"""How often an idle printer is asked for its status."""
STOP_S = 5.0
"""The end of the process waits so long for slips that are being printed, however many printers hang."""
TRIES_MAX = 5
"""After so many tries that may have half printed a slip, or failed to make it, a person has to look."""

UNDRAWABLE = "undrawable"
"""The error of a slip that could not be drawn. The tablet has words for it; the reason is for the log."""


@dataclass
class _Job:
    slip: Slip
    ticket: Ticket
    booked: datetime | None
    reprint: bool
    sent: bool = False


class Spool:
    """Prints the slips of one branch."""

    def __init__(self, runtime: BranchRuntime) -> None:
        self._runtime = runtime
        self._workers = [_Worker(runtime, printer) for printer in runtime.branch.printers]
        self._by_printer = {worker.printer.id: worker for worker in self._workers}
        runtime.writer.subscribe(self._wake)

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        """Stops all workers at once. A slip that is not printed within STOP_S is sent again after the next start."""
        for worker in self._workers:
            worker.stop()
        deadline = time.monotonic() + STOP_S
        for worker in self._workers:
            worker.join(deadline - time.monotonic())

    def _wake(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(r.event, SlipQueued | SlipMoved) for r in records):
            for worker in self._workers:
                worker.wake.set()
        for event in (r.event for r in records):
            if isinstance(event, DeviceTested) and event.test == TestKind.PRINT:
                self._by_printer[event.device].test()


class _Worker:
    """One printer's thread."""

    def __init__(self, runtime: BranchRuntime, printer: Printer) -> None:
        self._runtime = runtime
        self.printer = printer
        self._tries: dict[str, int] = {}
        self._failures = 0
        self._stopping = threading.Event()
        self._asked_s = -math.inf
        self._roused = threading.Event()
        self.wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"spool-{printer.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def test(self) -> None:
        """Have a test slip printed, before all others and without a wait: somebody stands at the printer."""
        self._asked_s = time.monotonic()
        self._rouse()

    def stop(self) -> None:
        self._stopping.set()
        self._rouse()

    def _rouse(self) -> None:
        self._roused.set()
        self.wake.set()

    def join(self, within_s: float) -> None:
        self._thread.join(timeout=max(0.0, within_s))

    def _run(self) -> None:
        self._survive(self._probe)
        while True:
            self.wake.clear()
            self._roused.clear()
            if self._stopping.is_set():
                return
            self._survive(self._turn)

    def _survive(self, act: Callable[[], None]) -> None:
        """Runs `act` and survives whatever it raises, SystemExit too: without this thread nothing would print."""
        try:
            act()
        except LobbyError as refused:
            log.warning("spool %s: %s", self.printer.id, refused)
            self._pause()
        except BaseException:
            log.exception("spool %s", self.printer.id)
            self._pause()

    def _turn(self) -> None:
        """Prints the next slip; where there is none for PROBE_S, asks the printer for its status. A test goes first."""
        if self._is_asked():
            self._print_test()
            return
        job = self._next()
        if job is None:
            if not self.wake.wait(PROBE_S):
                self._probe()
        elif not self._print(job):
            self._pause()

    def _pause(self) -> None:
        """Waits longer after each failure; a new slip does not shorten the wait, a test does."""
        self._failures += 1
        self._roused.wait(BACKOFF_S[min(self._failures, len(BACKOFF_S)) - 1])

    # -- a test ------------------------------------------------------------------------------------------
    def _is_asked(self) -> bool:
        """Whether somebody waits for a test slip. Nobody waits longer than SILENT: a slip that came later would be
        taken for another test's."""
        asked_s, self._asked_s = self._asked_s, -math.inf
        return time.monotonic() - asked_s < SILENT.total_seconds()

    def _print_test(self) -> None:
        """Prints the test slip, and tells what the printer answered."""
        status = self._told_by(self._with_test_slip)
        self._do(slips.tested, printer=self.printer.id, status=status)

    def _with_test_slip(self, device: Device) -> PrinterStatus:
        layout = trial_slip(self._runtime.branch, self.printer, self._runtime.clock())
        data = self._encoded(layout)
        device.open()
        self._must_print(device)
        device.write(data)
        return self._must_print(device)

    # -- slips -------------------------------------------------------------------------------------------
    def _next(self) -> _Job | None:
        """The next slip in the order of the numbers; first copies go before reprints."""
        with self._runtime.writer.published() as state:
            own_slips = (slip for slip in state.unprinted.values() if self._prints_here(slip))
            next_slip = min(own_slips, key=lambda slip: slip.copy > 1, default=None)
            if next_slip:
                return self._job(state, next_slip)
            return None

    def _prints_here(self, slip: Slip) -> bool:
        """Whether this printer prints the slip. The first printer also prints the slips of printers that the
        configuration no longer has."""
        branch = self._runtime.branch
        if slip.printer in branch.printer:
            return slip.printer == self.printer.id
        return self.printer is branch.printers[0]

    def _job(self, state: QueueState, queued: Slip) -> _Job:
        ticket = state.tickets[queued.ticket]
        booked = state.appointments.get(ticket.appointment or "")
        return _Job(queued, ticket, booked.at if booked else None, queued.reprint)

    def _print(self, job: _Job) -> bool:
        """Prints the job; True when this printer has nothing more to do for it."""
        if job.ticket.state.ended:
            self._do(slips.failed, slip=job.slip.id, error="ticket ended", final=True)
            return True
        try:
            status = self._attempt(job)
        except DeviceError as error:
            return self._failed(job, error)
        self._do(slips.printed, slip=job.slip.id, confirmed=status is not PrinterStatus.UNKNOWN)
        self._report(status)
        self._failures = 0
        return True

    def _attempt(self, job: _Job) -> PrinterStatus:
        """Prints the job and returns the printer's status afterwards. Raises DeviceError and LobbyError."""
        with self._device(job) as device:
            data = self._bytes(job)
            device.open()
            self._must_print(device)
            self._do(slips.sent, slip=job.slip.id)
            job.sent = True
            device.write(data)
            return self._must_print(device, maybe_on_paper=True)

    @contextmanager
    def _device(self, job: _Job | None = None) -> Iterator[Device]:
        """The printer's device, closed at the end. Every failure raises DeviceError, also that of a device which
        cannot be made from its configuration."""
        device = None
        try:
            device = open_device(self.printer, self._runtime.data)
            yield device
        except (DeviceError, LobbyError):
            raise
        except BaseException as error:
            log.exception("printer %s", self.printer.id)
            raise as_device_error(error, sent=job is not None and job.sent) from error
        finally:
            self._close(device)

    def _close(self, device: Device | None) -> None:
        """Closes the device. A failure here is only logged: the slip is already printed."""
        try:
            if device is not None:
                device.close()
        except BaseException as error:
            log.warning("printer %s: closing: %r", self.printer.id, error)

    def _bytes(self, job: _Job) -> bytes:
        link = self._runtime.links.of_ticket(job.ticket.id)["feedback"]
        branch = self._runtime.branch
        try:
            layout = slip(branch, self.printer, job.ticket, link, job.reprint, job.booked)
            return self._encoded(layout)
        except Exception as error:
            log.exception("printer %s: slip %s cannot be drawn", self.printer.id, job.slip.id)
            raise DeviceError(UNDRAWABLE, PrinterStatus.FAULT) from error

    def _encoded(self, layout: Layout) -> bytes:
        from printer.devices.encode import encode

        return encode(layout, self.printer)

    def _must_print(self, device: Device, *, maybe_on_paper: bool = False) -> PrinterStatus:
        status = self._health(device)
        if not status.prints:
            raise DeviceError(status.value, status, maybe_on_paper=maybe_on_paper)
        return status

    def _health(self, device: Device) -> PrinterStatus:
        """The printer's status. A printer that used to answer may be busy: it is asked a second time with a longer
        limit, and only then counts as silent."""
        status = device.status()
        if status is not PrinterStatus.UNKNOWN or not self._used_to_answer():
            return status
        status = device.status(self.printer.timeout_s)
        if status is PrinterStatus.UNKNOWN:
            return PrinterStatus.SILENT
        return status

    def _used_to_answer(self) -> bool:
        with self._runtime.writer.published() as state:
            return used_to_answer(state, self.printer)

    def _failed(self, job: _Job, error: DeviceError) -> bool:
        log.warning("printer %s: slip %s: %s", self.printer.id, job.slip.id, error)
        self._report(error.status, str(error))
        maybe_on_paper = job.sent and error.maybe_on_paper
        final = (
            self._count_try(job, maybe_on_paper or error.status is PrinterStatus.FAULT) >= TRIES_MAX
        )
        if job.sent or final:
            self._do(
                slips.failed,
                slip=job.slip.id,
                error=str(error),
                final=final,
                maybe_on_paper=maybe_on_paper,
            )
        return final or self._hand_over(job)

    def _count_try(self, job: _Job, counts: bool) -> int:
        self._tries[job.slip.id] = self._tries.get(job.slip.id, 0) + counts
        return self._tries[job.slip.id]

    def _hand_over(self, job: _Job) -> bool:
        """Moves the slip to the backup printer, unless that printer is known not to print."""
        backup = self.printer.backup
        if backup is None:
            return False
        with self._runtime.writer.published() as state:
            prints = can_print(state, backup)
        if prints:
            self._do(slips.moved, slip=job.slip.id, printer=backup)
        return prints

    def _probe(self) -> None:
        self._told_by(self._as_it_is)

    def _as_it_is(self, device: Device) -> PrinterStatus:
        device.open()
        return self._health(device)

    def _told_by(self, ask: Callable[[Device], PrinterStatus]) -> PrinterStatus:
        """What the printer answers, or fails with; the branch is told of it."""
        detail = ""
        try:
            with self._device() as device:
                status = ask(device)
        except DeviceError as error:
            status = error.status
            detail = str(error)
        self._report(status, detail)
        return status

    def _report(self, status: PrinterStatus, detail: str = "") -> None:
        """Submits the printer's status when it has changed."""
        id = self.printer.id
        device = self.printer.device
        with self._runtime.writer.published() as state:
            changed = slips.printer_changed(state, state.at, id, status, detail, device).events
        if changed:
            self._do(slips.printer_changed, printer=id, status=status, detail=detail, device=device)

    def _do(self, command: Command[P], /, *args: P.args, **kwargs: P.kwargs) -> None:
        by = By(f"printer-{self.printer.id}")
        self._runtime.writer.submit(by, command, *args, **kwargs).result()
