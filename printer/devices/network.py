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
        """Chunk by chunk: a slow printer may take its time as long as it takes something, within patience."""
        sent = 0
        patience = Patience(len(data), self._timeout_s)
        self._live.settimeout(self._timeout_s)
        try:
            while sent < len(data):
                patience.still()
                sent += self._live.send(data[sent : sent + CHUNK])
            self._arrived(patience)
        except OSError as error:
            raise DeviceError(f"cut off after {sent} bytes: {error}", maybe_on_paper=sent > 0) from error

    def _arrived(self, patience: Patience) -> None:
        """Until the printer has acknowledged every byte: what lies in this machine's buffer is on no paper."""
        before = self._on_the_way()
        since = time.monotonic()
        while left := self._on_the_way():
            patience.still()
            if code := self._live.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(code, os.strerror(code))
            if left < before:
                before = left
                since = time.monotonic()
            elif time.monotonic() - since > self._timeout_s:
                raise TimeoutError(errno.ETIMEDOUT, f"{left} bytes were not taken within {self._timeout_s:g} s")
            time.sleep(LOOK_AGAIN_S)

    def _on_the_way(self) -> int:
        return int(struct.unpack("i", fcntl.ioctl(self._live, termios.TIOCOUTQ, b"\0" * 4))[0])

    def status(self, within_s: float = ANSWER_S) -> PrinterStatus:
        """A reset is an error: what was sent may be lost. A silent or closed line is unknown."""
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
        return answer[0] if answer else None

    def _drain(self) -> None:
        """Late answers to earlier questions are no answer to this one."""
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
