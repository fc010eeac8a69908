"""A file that the slips are appended to, or a device node such as /dev/usb/lp0."""

from __future__ import annotations

import os
import stat
import termios
import tty
from pathlib import Path

from lobby.state.printer import PrinterStatus
from printer.devices import DeviceError
from printer.devices.node import Node, write_slip
from printer.devices.status import ANSWER_S, ask_status

ALONE = os.O_NONBLOCK | os.O_NOCTTY
"""Opening does not wait for the other end, and the device does not become the server's terminal."""
NODES = Path("/dev")
PRIVATE = 0o600
"""Slips have links that only their customers may know, so nobody else may read the file."""


class File:
    def __init__(self, path: Path, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._fd: int | None = None
        self._mode = 0
        self._asks = False

    def open(self) -> None:
        try:
            self._fd = self._opened()
            self._mode = os.fstat(self._fd).st_mode
            if os.isatty(self._fd):
                tty.setraw(self._fd)
        except (OSError, termios.error) as error:
            raise DeviceError(f"{self._path}: {error.args[-1]}") from error

    def _opened(self) -> int:
        """Opens the path. A node of /dev is never created: a plain file there would take the slips while the printer is
        unplugged. A node that can also be read can be asked for its status."""
        if not self._path.is_relative_to(NODES):
            return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | ALONE, PRIVATE)
        try:
            descriptor = os.open(self._path, os.O_RDWR | ALONE)
            self._asks = True
        except PermissionError:
            descriptor = os.open(self._path, os.O_WRONLY | ALONE)
        return descriptor

    def write(self, data: bytes) -> None:
        write_slip(self._node, self._path, data)

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """A plain file is always ok; a node is asked, where it can be read."""
        if stat.S_ISREG(self._mode):
            return PrinterStatus.OK
        if not self._asks:
            return PrinterStatus.UNKNOWN
        try:
            return ask_status(self._node.ask, within_s)
        except OSError as error:
            raise DeviceError(f"{self._path}: {error.strerror}", maybe_on_paper=True) from error

    @property
    def _node(self) -> Node:
        if self._fd is None:
            raise DeviceError("not open")
        return Node(self._fd, self._timeout_s)

    def close(self) -> None:
        if self._fd is not None:
            descriptor = self._fd
            self._fd = None
            Node(descriptor, self._timeout_s).drop()
            os.close(descriptor)
