"""A printer on a serial line (RS-232 or a USB adapter)."""

from __future__ import annotations

import serial

from lobby.now import Status
from printer.devices import DeviceError
from printer.devices.status import ask_status

ANSWER_S = 0.5
CHUNK = 256


class SerialLine:
    def __init__(self, path: str, baudrate: int, timeout_s: float) -> None:
        self._path, self._baudrate, self._timeout_s = path, baudrate, timeout_s
        self._line: serial.Serial | None = None

    def open(self) -> None:
        try:
            self._line = serial.Serial(self._path, self._baudrate, timeout=ANSWER_S, write_timeout=self._timeout_s)
        except (OSError, ValueError) as error:
            raise DeviceError(f"{self._path}: {error}") from error

    def write(self, data: bytes) -> None:
        """Each chunk is drained, so that what counts as sent has left this machine."""
        sent = 0
        try:
            while sent < len(data):
                sent += self._live.write(data[sent : sent + CHUNK]) or 0
                self._live.flush()
        except OSError as error:
            raise DeviceError(f"cut off after {sent} bytes: {error}", maybe_on_paper=sent > 0) from error

    def status(self) -> Status:
        try:
            return ask_status(self._ask)
        except OSError as error:
            raise DeviceError(f"{self._path}: {error}", maybe_on_paper=True) from error

    def _ask(self, question: bytes) -> int | None:
        self._live.reset_input_buffer()
        self._live.write(question)
        answer = self._live.read(1)
        return answer[0] if answer else None

    @property
    def _live(self) -> serial.Serial:
        if self._line is None:
            raise DeviceError("not open")
        return self._line

    def close(self) -> None:
        if self._line:
            self._line.close()
            self._line = None
