"""WebSocket for python-engineio on gevent. The library `websockets` reads the frames: it checks a frame's length before
it reads the frame, and unmasks in C.

simple-websocket, which python-engineio uses without gevent-websocket, was tried. It accepts permessage-deflate from
every browser (each message is compressed once per board, a connection takes 256 KB, and a small frame may unpack to a
large one), starts one more greenlet per connection and copies its file descriptor.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from websockets.datastructures import Headers
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from web.transport.answers import Environ, Sampled, StartResponse, refuse
from web.transport.connections import Connection
from web.transport.rates import Rate
from web.transport.server import CONNECTION, HANDLER

logging.getLogger("websockets.server").setLevel(logging.WARNING)
sampled = Sampled(logging.getLogger(__name__))

MESSAGE_MAX = 16 * 1024
"""The limit of a client's message in bytes; our pages' largest one is a join of some 60."""
READ = 4096
"""Bytes read at once: so many bytes of empty frames are unpacked in 5 ms before they are counted."""
FRAMES = Rate(burst=64, per_s=4)
"""A page sends a few frames at its start, then a pong every 25 s."""
SEND_S = 10.0
"""A board that does not read for so long is disconnected; if it still runs, it connects again."""
TEXT_HEAD = 0x81
BINARY_HEAD = 0x82
POLICY_VIOLATION = 1008
KINDS = "0123456"
"""The first sign of an Engine.IO packet."""


class WebSocket:
    """One client, in the form of python-engineio's `websocket` class: a WSGI application with wait, send and close."""

    def __init__(self, handler: Any, server: Any) -> None:
        self._serve = handler
        self._protocol = ServerProtocol(state=OPEN, max_size=MESSAGE_MAX)
        self._allowance = FRAMES.allowance()
        self._waiting: list[bytes | str] = []
        self._message = bytearray()
        self._text = True
        self._open = False
        self._sending = False

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        try:
            accept, _, _ = self._protocol.process_request(_request(environ))
        except InvalidHandshake:
            return refuse(environ, start, 400)
        handler = environ[HANDLER]
        handler.close_connection = True
        self._connection: Connection = environ[CONNECTION]
        self._sock = self._connection.sock
        self._rfile = handler.rfile
        self._open = True
        try:
            self._send(_switching(accept))
            self._serve(self)
        except OSError:
            pass  # the client is gone
        finally:
            self.close()
        return []

    # -- what python-engineio calls -------------------------------------------------------------------
    def wait(self) -> bytes | str | None:
        """The next message; None when there will be none."""
        while not self._waiting and self._open:
            self._read()
        if not self._waiting:
            return None
        data = self._waiting.pop(0)
        if _is_packet(data):
            return data
        return None

    def send(self, message: bytes | str) -> None:
        if not self._open:
            raise OSError("closed")
        self._send(_frames.of(message))

    def close(self) -> None:
        if not self._open:
            return
        self._open = False
        with suppress(OSError):
            self._protocol.send_close(1000)
            self._flush()
        self._shut_down()

    # -- frames -----------------------------------------------------------------------------------------
    def _read(self) -> None:
        try:
            data = self._rfile.read1(READ)
        except (OSError, ValueError):
            data = b""
        if not data:
            self._open = False
            return
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._receive(event)
        self._send_answers()

    def _receive(self, frame: Frame) -> None:
        if not self._allowance.take():
            sampled.warning("too many frames of one socket", self._connection.address)
            self._fail(POLICY_VIOLATION)
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT) and self._open:
            self._collect(frame)

    def _collect(self, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            self._text = frame.opcode is Opcode.TEXT
        self._message += frame.data
        if not frame.fin:
            return
        message = bytes(self._message)
        self._message.clear()
        try:
            self._waiting.append(message.decode() if self._text else message)
        except UnicodeDecodeError:
            self._fail(1007)

    def _send_answers(self) -> None:
        """Sends the protocol's own answers: a pong or a close frame."""
        if self._protocol.parser_exc is not None:
            sampled.warning("a frame that is refused", str(self._protocol.parser_exc))
        if not self._open:
            return
        try:
            self._flush()
        except OSError:
            self._open = False
        if self._protocol.close_expected():
            self._open = False
            self._shut_down()

    def _fail(self, code: int) -> None:
        if self._open:
            self._open = False
            self._waiting.clear()
            with suppress(OSError):
                self._protocol.fail(code)
                self._flush()
            self._shut_down()

    def _flush(self) -> None:
        """Sends the protocol's own frames, except during the sending of a message, which they would break."""
        for data in self._protocol.data_to_send():
            if data and not self._sending:
                self._send(data)

    def _send(self, data: bytes) -> None:
        self._connection.expect_within(SEND_S)
        self._sending = True
        try:
            self._sock.sendall(data)
        finally:
            self._sending = False
            self._connection.expect_nothing()

    def _shut_down(self) -> None:
        """Ends the connection, which also wakes the greenlet that reads."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)


class _Frames:
    """The frame of a message. It keeps the last frame, since all boards receive the same message in a row."""

    def __init__(self) -> None:
        self._message: bytes | str = ""
        self._frame = b""

    def of(self, message: bytes | str) -> bytes:
        if message is not self._message:
            self._message = message
            self._frame = _frame(message)
        return self._frame


_frames = _Frames()


def _frame(message: bytes | str) -> bytes:
    """The message in one unmasked frame, as servers send it (RFC 6455, 5.2)."""
    head = TEXT_HEAD if isinstance(message, str) else BINARY_HEAD
    data = message.encode() if isinstance(message, str) else message
    if len(data) < 126:
        return struct.pack("!BB", head, len(data)) + data
    if len(data) < 65536:
        return struct.pack("!BBH", head, 126, len(data)) + data
    return struct.pack("!BBQ", head, 127, len(data)) + data


def _is_packet(message: bytes | str) -> bool:
    """Whether python-engineio can read the message; it does not check this itself."""
    return isinstance(message, bytes) or (message[:1] in KINDS and message != "")


def _request(environ: Environ) -> Request:
    headers = Headers()
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            headers[name[5:].replace("_", "-")] = value
    return Request("/", headers, environ["REQUEST_METHOD"], environ["SERVER_PROTOCOL"])


def _switching(accept: str) -> bytes:
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept}\r\n\r\n"
    ).encode()
