"""The durable spool. Its jobs are the floor's unprinted slips, so they are what the journal says.

One native thread per printer. Before the first byte leaves, `SlipSent` is durable; a slip that was sent
and not confirmed printed may lie there half printed, and goes out again marked as a reprint.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lobby import slips
from lobby.branch import Printer
from lobby.errors import LobbyError
from lobby.events import Recorded, SlipMoved, SlipQueued
from lobby.floor import Floor
from lobby.house import House
from lobby.now import Slip, Status
from lobby.ticket import Ticket
from lobby.writer import By, Verb
from printer.devices import Device, DeviceError, open_device
from printer.slip import slip

log = logging.getLogger(__name__)

BACKOFF_S = (0.5, 1.0, 2.0, 4.0, 8.0)
PROBE_S = 8.0
"""How often an idle printer is asked how it is."""
HALF_PRINTED_MAX = 5
"""After so many slips that may lie half printed, a person has to look."""


@dataclass
class _Job:
    slip: Slip
    ticket: Ticket
    booked: datetime | None
    reprint: bool


class Spool:
    """Prints the slips of one branch."""

    def __init__(self, house: House) -> None:
        self._workers = [_Worker(house, printer) for printer in house.branch.printers]
        house.writer.subscribe(self._wake)

    def start(self) -> None:
        for worker in self._workers:
            worker.start()

    def stop(self) -> None:
        for worker in self._workers:
            worker.stop()

    def _wake(self, records: Sequence[Recorded]) -> None:
        if any(isinstance(r.event, SlipQueued | SlipMoved) for r in records):
            for worker in self._workers:
                worker.wake.set()


class _Worker:
    """One printer's thread."""

    def __init__(self, house: House, printer: Printer) -> None:
        self._house = house
        self._printer = printer
        self._half_printed: dict[str, int] = {}
        self._failures = 0
        self._stopping = False
        self.wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"spool-{printer.id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping = True
        self.wake.set()
        self._thread.join(timeout=self._printer.timeout_s + 2)

    def _run(self) -> None:
        self._probe()
        while not self._stopping:
            self.wake.clear()
            try:
                job = self._next()
                if job is None:
                    if not self.wake.wait(PROBE_S):
                        self._probe()
                elif not self._print(job):
                    self._pause()
            except LobbyError as refused:
                log.warning("spool %s: %s", self._printer.id, refused)
                self._pause()
            except Exception:
                log.exception("spool %s", self._printer.id)
                self._pause()

    def _pause(self) -> None:
        """Wait a little longer after each failure; new work does not hurry a dead printer."""
        self._failures += 1
        threading.Event().wait(BACKOFF_S[min(self._failures, len(BACKOFF_S)) - 1])

    def _next(self) -> _Job | None:
        """In the order of the numbers, and a customer's first slip before anybody's second."""
        with self._house.writer.published() as floor:
            mine = (slip for slip in floor.unprinted.values() if slip.printer == self._printer.id)
            found = min(mine, key=lambda slip: slip.copy > 1, default=None)
            return self._job(floor, found) if found else None

    def _job(self, floor: Floor, found: Slip) -> _Job:
        again = found.copy > 1 or found.maybe_on_paper or found.state == "sending"
        ticket = floor.tickets[found.ticket]
        booked = floor.appointments.get(ticket.appointment or "")
        return _Job(found, ticket, booked.at if booked else None, again)

    def _print(self, job: _Job) -> bool:
        """Whether this job needs no more tries from here."""
        if job.ticket.state.ended:
            self._do(slips.failed, slip=job.slip.id, error="ticket ended", final=True)
            return True
        device = open_device(self._printer, self._house.data)
        sent = False
        try:
            data = self._bytes(job)
            device.open()
            self._must_print(device)
            self._do(slips.sent, slip=job.slip.id)
            sent = True
            device.write(data)
            status = self._must_print(device, maybe_on_paper=True)
        except DeviceError as error:
            return self._failed(job, error, sent)
        finally:
            device.close()
        self._do(slips.printed, slip=job.slip.id, confirmed=status is not Status.UNKNOWN)
        self._report(status)
        self._failures = 0
        return True

    def _bytes(self, job: _Job) -> bytes:
        from printer.devices.encode import encode

        link = self._house.links.of(job.ticket.id)["feedback"]
        layout = slip(self._house.branch, self._printer, job.ticket, link, job.reprint, job.booked)
        return encode(layout, self._printer)

    def _must_print(self, device: Device, *, maybe_on_paper: bool = False) -> Status:
        status = device.status()
        if not status.prints:
            raise DeviceError(status.value, status, maybe_on_paper=maybe_on_paper)
        return status

    def _failed(self, job: _Job, error: DeviceError, sent: bool) -> bool:
        self._report(error.status, str(error))
        final = False
        if sent:
            half = self._half_printed.get(job.slip.id, 0) + error.maybe_on_paper
            self._half_printed[job.slip.id] = half
            final = half >= HALF_PRINTED_MAX
            args = {"error": str(error), "final": final, "maybe_on_paper": error.maybe_on_paper}
            self._do(slips.failed, slip=job.slip.id, **args)
        return final or self._hand_over(job)

    def _hand_over(self, job: _Job) -> bool:
        """To the backup printer, unless that one is known not to print."""
        backup = self._printer.backup
        if backup is None:
            return False
        with self._house.writer.published() as floor:
            prints = Status(floor.printers[backup].status).prints
        if prints:
            self._do(slips.moved, slip=job.slip.id, printer=backup)
        return prints

    def _probe(self) -> None:
        device = open_device(self._printer, self._house.data)
        try:
            device.open()
            self._report(device.status())
        except DeviceError as error:
            self._report(error.status, str(error))
        finally:
            device.close()

    def _report(self, status: Status, detail: str = "") -> None:
        """Tell the hall when the printer's health has changed."""
        with self._house.writer.published() as floor:
            known = floor.printers[self._printer.id].status
        if status.value != known:
            args = {"printer": self._printer.id, "status": status.value, "detail": detail}
            self._do(slips.printer_changed, **args)

    def _do(self, verb: Verb, **args: object) -> None:
        by = By(f"printer-{self._printer.id}")
        self._house.writer.submit(by, verb, **args).result()
