"""A raw queue of CUPS. The queue takes the whole slip or nothing; the printer behind it is not seen."""

from __future__ import annotations

import subprocess

from lobby.now import Status
from printer.devices import DeviceError
from printer.devices.status import ANSWER_S


class Cups:
    def __init__(self, queue: str, timeout_s: float) -> None:
        self._queue, self._timeout_s = queue, timeout_s

    def open(self) -> None:
        self._run(["lpstat", "-p", self._queue])

    def write(self, data: bytes) -> None:
        self._run(["lp", "-d", self._queue, "-o", "raw"], data)

    def _run(self, command: list[str], data: bytes = b"") -> None:
        try:
            subprocess.run(command, input=data, capture_output=True, check=True, timeout=self._timeout_s)
        except FileNotFoundError as error:
            raise DeviceError(f"{command[0]} is not installed (package cups-client)") from error
        except subprocess.TimeoutExpired as error:
            raise DeviceError(f"cups {self._queue}: no answer", maybe_on_paper=bool(data)) from error
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip()
            raise DeviceError(f"cups {self._queue}: {said}") from error

    def status(self, within_s: float = ANSWER_S) -> Status:
        return Status.UNKNOWN

    def close(self) -> None:
        """Nothing is held open."""
