"""A raw queue of CUPS. A slip counts as printed when CUPS reports its job as completed. CUPS alone knows the printer's
status."""

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
"""A slip takes some seconds; a job that takes longer waits for a printer that accepts nothing."""
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
"""The status for each of CUPS's printer-state-reasons, without its ending -error, -warning or -report."""
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
        output = self._run(["lp", "-d", self._queue, "-o", "raw", "-t", "Lobby"], data)
        job = REQUEST.search(output)
        if job is None:
            raise self._error(f"no job was made: {output.strip()}", maybe_on_paper=True)
        self._wait_for(int(job[1]))

    def _wait_for(self, job: int) -> None:
        """Waits until the job is done. A job that is not done in time is cancelled, else it would be printed later in
        addition to its reprint."""
        deadline = time.monotonic() + JOB_S
        attributes = self._job(job)
        while (
            _state(attributes) not in ENDED
            and time.monotonic() < deadline
            and self.status() is not PrinterStatus.PAUSED
        ):
            time.sleep(LOOK_AGAIN_S)
            attributes = self._job(job)
        if _state(attributes) == COMPLETED:
            return
        maybe_begun = not self._cancelled(job) or _has_begun(self._job(job))
        status = self.status()
        cause = PrinterStatus.OFFLINE if status.prints else status
        raise self._error(
            f"job {job} was not printed ({self._message()})", cause, maybe_on_paper=maybe_begun
        )

    def _job(self, job: int) -> Attributes:
        """The job's attributes. A server without history does not know a job that is done."""
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
        output = self._attributes().get("printer-state-message", [""])[0]
        return str(output) or "no reason given"

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """`paused` for a queue that is stopped or rejects jobs; else the status of its reasons, or `unknown`."""
        attributes = self._attributes()
        if attributes.get("printer-state") == [STOPPED] or attributes.get(
            "printer-is-accepting-jobs"
        ) == [0]:
            return PrinterStatus.PAUSED
        statuses = [
            REASONS.get(_reason(str(word))) for word in attributes.get("printer-state-reasons", [])
        ]
        return next((status for status in statuses if status), PrinterStatus.UNKNOWN)

    def _attributes(self) -> Attributes:
        try:
            return printer_attributes(self._server, self._queue, self._timeout_s)
        except Refused as error:
            raise self._error(f"no such queue ({error})") from error
        except OSError as error:
            raise self._error(str(error)) from error

    def _run(self, command: list[str], data: bytes = b"") -> str:
        """The command's output, in English."""
        try:
            result = subprocess.run(
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
        return result.stdout.decode(errors="replace")

    def _error(
        self,
        text: str,
        status: PrinterStatus = PrinterStatus.OFFLINE,
        *,
        maybe_on_paper: bool = False,
    ) -> DeviceError:
        return DeviceError(f"cups {self._queue}: {text}", status, maybe_on_paper=maybe_on_paper)

    def close(self) -> None:
        """Nothing is held open."""


def _state(job: Attributes) -> int | str:
    return job.get("job-state", [0])[0]


def _has_begun(job: Attributes) -> bool:
    """Whether any byte may have been printed: also true of a job that waits again after its printer failed."""
    return isinstance(job.get("time-at-processing", [""])[0], int)


def _reason(word: str) -> str:
    for kind in ("-error", "-warning", "-report"):
        word = word.removesuffix(kind)
    return word
