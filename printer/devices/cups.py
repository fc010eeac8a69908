"""A raw queue of CUPS. A slip is printed when CUPS says that its job is done; the printer behind it is seen only as far
as CUPS sees it."""

from __future__ import annotations

import os
import re
import subprocess
import time

from lobby.state.printer import PrinterStatus
from printer.devices import DeviceError
from printer.devices.ipp import Attributes, Refused, job_attributes, printer_attributes
from printer.devices.status import ANSWER_S

STOPPED = 5
COMPLETED = 9
ENDED = (7, 8, COMPLETED)
"""Cancelled, aborted, completed: of the job-state."""
JOB_S = 20.0
"""A slip takes some seconds; a job that is not done by then stands before a printer that takes nothing."""
LOOK_AGAIN_S = 0.2
REASONS = {
    "media-empty": PrinterStatus.PAPER_OUT,
    "media-needed": PrinterStatus.PAPER_OUT,
    "cover-open": PrinterStatus.COVER_OPEN,
    "door-open": PrinterStatus.COVER_OPEN,
    "offline": PrinterStatus.OFFLINE,
    "shutdown": PrinterStatus.OFFLINE,
    "paused": PrinterStatus.PAUSED,
    "hold-new-jobs": PrinterStatus.PAUSED,
}
"""What CUPS's printer-state-reasons mean here; they end in -error, -warning or -report."""
REQUEST = re.compile(r"\S+-(\d+) ")


class Cups:
    def __init__(self, queue: str, timeout_s: float) -> None:
        self._queue = queue
        self._timeout_s = timeout_s
        self._server = ""

    def open(self) -> None:
        self._server = self._run(["lpstat", "-H"]).strip()
        self._attributes()

    def write(self, data: bytes) -> None:
        said = self._run(["lp", "-d", self._queue, "-o", "raw", "-t", "Lobby"], data)
        job = REQUEST.search(said)
        if job is None:
            raise self._error(f"no job was made: {said.strip()}", maybe_on_paper=True)
        self._wait_for(int(job[1]))

    def _wait_for(self, job: int) -> None:
        """Until it is done. One that is not is taken back, or it would come out besides its reprint some day."""
        deadline = time.monotonic() + JOB_S
        found = self._job(job)
        while _state(found) not in ENDED and time.monotonic() < deadline and self.status() is not PrinterStatus.PAUSED:
            time.sleep(LOOK_AGAIN_S)
            found = self._job(job)
        if _state(found) == COMPLETED:
            return
        begun = not self._cancelled(job) or _has_begun(self._job(job))
        status = self.status()
        why = PrinterStatus.OFFLINE if status.prints else status
        raise self._error(f"job {job} was not printed ({self._message()})", why, maybe_on_paper=begun)

    def _job(self, job: int) -> Attributes:
        """A server that keeps no history has forgotten a job that is done."""
        try:
            return job_attributes(self._server, self._queue, job, self._timeout_s)
        except Refused:
            return {"job-state": [COMPLETED], "time-at-processing": [0]}
        except OSError as error:
            raise self._error(str(error), maybe_on_paper=True) from error

    def _cancelled(self, job: int) -> bool:
        try:
            self._run(["cancel", f"{self._queue}-{job}"])
        except DeviceError:
            return False
        return True

    def _message(self) -> str:
        said = self._attributes().get("printer-state-message", [""])[0]
        return str(said) or "no reason given"

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """A queue that is stopped or rejects; else what its reasons say. Of the printer itself nothing is known."""
        found = self._attributes()
        if found.get("printer-state") == [STOPPED] or found.get("printer-is-accepting-jobs") == [0]:
            return PrinterStatus.PAUSED
        seen = [REASONS.get(_reason(str(word))) for word in found.get("printer-state-reasons", [])]
        return next((status for status in seen if status), PrinterStatus.UNKNOWN)

    def _attributes(self) -> Attributes:
        try:
            return printer_attributes(self._server, self._queue, self._timeout_s)
        except Refused as error:
            raise self._error(f"no such queue ({error})") from error
        except OSError as error:
            raise self._error(str(error)) from error

    def _run(self, command: list[str], data: bytes = b"") -> str:
        """What the command says, in English."""
        try:
            done = subprocess.run(
                command,
                input=data,
                capture_output=True,
                check=True,
                timeout=self._timeout_s,
                env={**os.environ, "LC_ALL": "C"},
            )
        except FileNotFoundError as error:
            raise self._error(f"{command[0]} is not installed (package cups-client)") from error
        except subprocess.TimeoutExpired as error:
            raise self._error("no answer", maybe_on_paper=bool(data)) from error
        except subprocess.CalledProcessError as error:
            raise self._error(error.stderr.decode(errors="replace").strip()) from error
        return done.stdout.decode(errors="replace")

    def _error(
        self, text: str, status: PrinterStatus = PrinterStatus.OFFLINE, *, maybe_on_paper: bool = False
    ) -> DeviceError:
        return DeviceError(f"cups {self._queue}: {text}", status, maybe_on_paper=maybe_on_paper)

    def close(self) -> None:
        """Nothing is held open."""


def _state(job: Attributes) -> int | str:
    return job.get("job-state", [0])[0]


def _has_begun(job: Attributes) -> bool:
    """A job that waits again after its printer failed had begun too."""
    return isinstance(job.get("time-at-processing", [""])[0], int)


def _reason(word: str) -> str:
    for kind in ("-error", "-warning", "-report"):
        word = word.removesuffix(kind)
    return word
