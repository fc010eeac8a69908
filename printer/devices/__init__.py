"""The ways to a printer, one class each with open, write, status and close; and the encoder of slips."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

from lobby.branch.model import Printer
from lobby.state.printer import PrinterStatus
from printer.devices.status import ANSWER_S


class DeviceError(Exception):
    """The printer did not print the slip. `maybe_on_paper`: part of the slip may have been printed."""

    def __init__(
        self,
        text: str,
        status: PrinterStatus = PrinterStatus.OFFLINE,
        *,
        maybe_on_paper: bool = False,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.maybe_on_paper = maybe_on_paper


def as_device_error(error: BaseException, *, sent: bool) -> DeviceError:
    """Any error of a device, the encoder or a font as the one failure that the spool handles. `sent`: the device had
    taken some of the slip's bytes."""
    if isinstance(error, DeviceError):
        return error
    return DeviceError(f"{type(error).__name__}: {error}", PrinterStatus.FAULT, maybe_on_paper=sent)


class Device(Protocol):
    """One connection to a printer. Every method ends within a limited time or raises DeviceError."""

    def open(self) -> None: ...

    def write(self, data: bytes) -> None: ...

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """The printer's status; `unknown` when it does not answer within this time."""
        ...

    def close(self) -> None: ...


def open_device(printer: Printer, data: Path) -> Device:
    """The device of the printer's URL, not yet open. `data` is the branch's data folder."""
    url = urlsplit(printer.device)
    if url.scheme == "tcp":
        from printer.devices.network import Network

        return Network(url.hostname or "", url.port or 9100, printer.timeout_s)
    if url.scheme == "serial":
        from printer.devices.serial_line import SerialLine

        options = {key: values[0] for key, values in parse_qs(url.query).items()}
        return SerialLine(url.path, int(options.get("baudrate", 9600)), printer.timeout_s)
    if url.scheme == "usb":
        from printer.devices.usb import Usb

        vendor, _, product = url.netloc.partition(":")
        return Usb(int(vendor, 16), int(product, 16), printer.timeout_s)
    if url.scheme == "cups":
        from printer.devices.cups import Cups

        return Cups(url.netloc, printer.timeout_s)
    if url.scheme == "file":
        from printer.devices.file import File

        return File(Path(url.path), printer.timeout_s)
    from printer.devices.virtual import Virtual

    return Virtual(data, printer.id)
