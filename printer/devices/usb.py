"""A printer on USB, by vendor and product id; the transport is python-escpos's."""

from __future__ import annotations

from typing import Any

from lobby.now import Status
from printer.devices import DeviceError
from printer.devices.status import ask_status

ANSWER_MS = 400


class Usb:
    def __init__(self, vendor: int, product: int, timeout_s: float) -> None:
        self._ids, self._timeout_ms = (vendor, product), int(timeout_s * 1000)
        self._printer: Any = None

    def open(self) -> None:
        from escpos.exceptions import Error
        from escpos.printer import Usb as Transport

        try:
            self._printer = Transport(*self._ids, timeout=self._timeout_ms)
            self._printer.open()
        except (Error, OSError, ValueError, RuntimeError) as error:
            raise DeviceError(f"usb {self._ids[0]:04x}:{self._ids[1]:04x}: {error}") from error

    def write(self, data: bytes) -> None:
        try:
            self._printer._raw(data)
        except OSError as error:
            raise DeviceError(f"cut off: {error}", maybe_on_paper=True) from error

    def status(self) -> Status:
        return ask_status(self._ask)

    def _ask(self, question: bytes) -> int | None:
        try:
            self._printer.device.write(self._printer.out_ep, question, ANSWER_MS)
            answer = self._printer.device.read(self._printer.in_ep, 16, ANSWER_MS)
        except OSError:
            return None
        return int(answer[-1]) if len(answer) else None

    def close(self) -> None:
        if self._printer is not None:
            self._printer.close()
            self._printer = None
