"""A printer on a serial line (RS-232 or a USB adapter). pyserial sets up the line; Node carries the bytes."""

from __future__ import annotations

import termios

import serial

from lobby.state.printer import PrinterStatus
from printer.devices import DeviceError
from printer.devices.node import Node, write_slip
from printer.devices.status import ANSWER_S, ask_status


class SerialLine:
    def __init__(self, path: str, baudrate: int, timeout_s: float) -> None:
        self._path = path
        self._baudrate = baudrate
        self._timeout_s = timeout_s
        self._port: serial.Serial | None = None

    def open(self) -> None:
        try:
            self._port = serial.Serial(self._path, self._baudrate)
        except (OSError, ValueError, termios.error) as error:
            raise DeviceError(f"{self._path}: {error}") from error

    def write(self, data: bytes) -> None:
        write_slip(self._node, self._path, data)

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        try:
            return ask_status(self._node.ask, within_s)
        except OSError as error:
            raise DeviceError(
                f"{self._path}: unplugged ({error.strerror})", maybe_on_paper=True
            ) from error

    @property
    def _node(self) -> Node:
        if self._port is None:
            raise DeviceError("not open")
        return Node(self._port.fileno(), self._timeout_s)

    def close(self) -> None:
        if self._port:
            port = self._port
            self._port = None
            Node(port.fileno(), self._timeout_s).drop()
            port.close()
