"""A printer on the network, port 9100."""

from __future__ import annotations

import socket
import time

from lobby.now import Status
from printer.devices import DeviceError
from printer.devices.status import ask_status

CHUNK = 512
ANSWER_S = 0.4


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
        """Chunk by chunk: a slow printer may take its time as long as it takes something."""
        sent = 0
        self._live.settimeout(self._timeout_s)
        try:
            while sent < len(data):
                sent += self._live.send(data[sent : sent + CHUNK])
        except OSError as error:
            raise DeviceError(f"cut off after {sent} bytes: {error}", maybe_on_paper=sent > 0) from error

    def status(self) -> Status:
        """A reset is an error: what was sent may be lost. A silent or closed line is unknown."""
        try:
            return ask_status(self._ask)
        except (ConnectionResetError, BrokenPipeError) as error:
            raise DeviceError(f"line reset: {error}", maybe_on_paper=True) from error
        except OSError:
            return Status.UNKNOWN

    def _ask(self, question: bytes) -> int | None:
        self._drain()
        self._live.sendall(question)
        self._live.settimeout(ANSWER_S)
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
