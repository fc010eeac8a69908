"""A printer on the network, port 9100."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
import termios
import time

from lobby.state.printer import PrinterStatus
from printer.devices import DeviceError
from printer.devices.patience import Patience
from printer.devices.status import ANSWER_S, ask_status

CHUNK = 512
LOOK_AGAIN_S = 0.02


class Network:
    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        self._address = (host, port)
        self._timeout_s = timeout_s
        self._socket: socket.socket | None = None

    def open(self) -> None:
        try:
            self._socket = socket.create_connection(self._address, self._timeout_s)
        except OSError as error:
            raise DeviceError(f"{self._address[0]}:{self._address[1]}: {error}") from error

    def write(self, data: bytes) -> None:
        """Writes chunk by chunk. A slow printer is no failure while it takes bytes and the patience lasts."""
        sent = 0
        patience = Patience(len(data), self._timeout_s)
        self._live.settimeout(self._timeout_s)
        try:
            while sent < len(data):
                patience.still()
                sent += self._live.send(data[sent : sent + CHUNK])
            self._await_acknowledgement(patience)
        except OSError as error:
            raise DeviceError(
                f"cut off after {sent} bytes: {error}", maybe_on_paper=sent > 0
            ) from error

    def _await_acknowledgement(self, patience: Patience) -> None:
        """Waits until the printer has acknowledged every byte: bytes in this machine's buffer are not yet printed."""
        before = self._unacknowledged()
        since = time.monotonic()
        while unacknowledged := self._unacknowledged():
            patience.still()
            if code := self._live.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(code, os.strerror(code))
            if unacknowledged < before:
                before = unacknowledged
                since = time.monotonic()
            elif time.monotonic() - since > self._timeout_s:
                raise TimeoutError(
                    errno.ETIMEDOUT,
                    f"{unacknowledged} bytes were not taken within {self._timeout_s:g} s",
                )
            time.sleep(LOOK_AGAIN_S)

    def _unacknowledged(self) -> int:
        return int(struct.unpack("i", fcntl.ioctl(self._live, termios.TIOCOUTQ, b"\0" * 4))[0])

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """The printer's status. A reset raises DeviceError, since sent bytes may be lost; a silent or closed connection
        is `unknown`."""
        try:
            return ask_status(self._ask, within_s)
        except (ConnectionResetError, BrokenPipeError) as error:
            raise DeviceError(f"line reset: {error}", maybe_on_paper=True) from error
        except OSError:
            return PrinterStatus.UNKNOWN

    def _ask(self, question: bytes, within_s: float) -> int | None:
        self._drain()
        self._live.sendall(question)
        self._live.settimeout(within_s)
        try:
            answer = self._live.recv(1)
        except TimeoutError:
            return None
        if answer:
            return answer[0]
        return None

    def _drain(self) -> None:
        """Discards late answers to earlier questions."""
        self._live.setblocking(False)
        deadline = time.monotonic() + ANSWER_S
        try:
            while self._live.recv(64) and time.monotonic() < deadline:
                pass
        except BlockingIOError:
            pass
        finally:
            self._live.settimeout(self._timeout_s)

    @property
    def _live(self) -> socket.socket:
        if self._socket is None:
            raise DeviceError("not open")
        return self._socket

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None
