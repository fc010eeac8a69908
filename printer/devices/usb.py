"""A printer on USB, by vendor and product id; the transport is python-escpos's."""

from __future__ import annotations

from typing import Any

from lobby.state.printer import PrinterStatus
from printer.devices import DeviceError
from printer.devices.patience import Patience
from printer.devices.status import ANSWER_S, ask_status

CHUNK = 4096


class Usb:
    def __init__(self, vendor: int, product: int, timeout_s: float) -> None:
        self._ids = (vendor, product)
        self._timeout_ms = int(timeout_s * 1000)
        self._printer: Any = None

    def open(self) -> None:
        from escpos.exceptions import Error
        from escpos.printer import Usb as Transport

        try:
            self._printer = Transport(*self._ids, timeout=self._timeout_ms)
            self._printer.open()
        except (Error, OSError, ValueError, RuntimeError) as error:
            raise DeviceError(f"{self._name}: {error}") from error

    @property
    def _name(self) -> str:
        return f"usb {self._ids[0]:04x}:{self._ids[1]:04x}"

    def write(self, data: bytes) -> None:
        """Writes chunk by chunk, each within the time limit: python-escpos ignores how many bytes were taken."""
        sent = 0
        patience = Patience(len(data), self._timeout_ms / 1000)
        try:
            while sent < len(data):
                patience.still()
                sent += self._out(data[sent : sent + CHUNK], self._timeout_ms)
        except OSError as error:
            raise DeviceError(
                f"{self._name}: cut off after {sent} bytes: {error}", maybe_on_paper=True
            ) from error

    def _out(self, data: bytes, limit_ms: int) -> int:
        """Writes some of the bytes and returns their number, at least 1. Raises OSError."""
        count = int(self._printer.device.write(self._printer.out_ep, data, limit_ms))
        if not count:
            raise TimeoutError("takes nothing")
        return count

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """The printer's status. A time-out means silence; any other error means that the printer was unplugged."""
        try:
            return ask_status(self._ask, within_s)
        except OSError as error:
            raise DeviceError(f"{self._name}: {error}", maybe_on_paper=True) from error

    def _ask(self, question: bytes, within_s: float) -> int | None:
        from usb.core import USBTimeoutError

        limit_ms = int(1000 * within_s)
        try:
            self._out(question, limit_ms)
            answer = self._printer.device.read(self._printer.in_ep, 16, limit_ms)
        except USBTimeoutError:
            return None
        if len(answer):
            return int(answer[-1])
        return None

    def close(self) -> None:
        if self._printer is not None:
            self._printer.close()
            self._printer = None
