"""gevent's WSGI server with limits of time and size for heads, idle connections and slow readers, which it lacks."""

from __future__ import annotations

import errno
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import gevent
from gevent import pywsgi

from web.transport.answers import Sampled, unread
from web.transport.connections import TOO_LATE, Connection, Connections

log = logging.getLogger(__name__)
wsgi: Any = pywsgi
"""Its type stubs lack the methods that subclasses override."""
sampled = Sampled(log)

HEAD_S = 10.0
"""The limit for a whole head, and for the first byte of a new connection."""
BODY_S = 20.0
"""The limit for a whole body of at most 64 KB: a phone on a poor network needs a second or two."""
IDLE_S = 75.0
"""The limit until the next request of a connection. The proxies of deploy/ keep connections for less, so that none of
them sends a request into a connection that is being closed."""
SEND_S = 20.0
"""The limit for each piece of an answer: no phone reads slower than 3 KB/s."""
PIECE = 64 * 1024
HEAD_MAX = 32 * 1024
"""The limit of all header lines in bytes: Python's parser alone would accept 100 lines of 64 KB."""
LINGER_S = 0.5
"""A refused client may send for so long, so that it reads the refusal instead of a reset connection."""
LINGERING_MAX = 32
DISCONNECTED = (
    errno.EPIPE,
    errno.ECONNRESET,
    errno.ENOTCONN,
    errno.EBADF,
    errno.ETIMEDOUT,
    errno.ESHUTDOWN,
)
CONNECTION = "lobby.connection"
"""In the environ: the request's Connection."""
HANDLER = "lobby.handler"


class BadHead(ValueError):
    """The head is no HTTP/1.1 that a proxy in front would surely read in the same way."""


class Body(wsgi.Input):  # type: ignore[misc]
    """A request's body, which must arrive within BODY_S."""

    __slots__ = ("_connection", "_until")

    def __init__(self, connection: Connection, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connection = connection
        self._until = connection.clock() + BODY_S

    def _do_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        with self._in_time():
            data: bytes = super()._do_read(length, use_readline)
        return data

    def _chunked_read(self, length: int | None = None, use_readline: bool = False) -> bytes:
        with self._in_time():
            data: bytes = super()._chunked_read(length, use_readline)
        return data

    def _in_time(self) -> _InTime:
        return _InTime(self._connection, self._until)


class _InTime:
    """Drops the connection at `until`, unless the block ends before."""

    __slots__ = ("_connection", "_until")

    def __init__(self, connection: Connection, until: float) -> None:
        self._connection = connection
        self._until = until

    def __enter__(self) -> None:
        self._connection.deadline = self._until
        self._connection.last_answer = TOO_LATE

    def __exit__(self, *error: object) -> None:
        self._connection.expect_nothing()


class _Lines:
    """The header lines, up to HEAD_MAX bytes."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._bytes_left = HEAD_MAX

    def readline(self, limit: int = -1) -> bytes:
        line: bytes = self._file.readline(
            min(limit, self._bytes_left) if limit >= 0 else self._bytes_left
        )
        self._bytes_left -= len(line)
        if self._bytes_left <= 0:
            raise BadHead("the head is too large")
        return line


class Handler(wsgi.WSGIHandler):  # type: ignore[misc]
    """The requests of one connection in their order."""

    ignored_socket_errors = DISCONNECTED

    def __init__(self, sock: Any, address: Any, server: Server, connection: Connection) -> None:
        super().__init__(sock, address, server)
        self.connection = connection
        self._wait_s = HEAD_S

    def handle_one_request(self) -> Any:
        self.connection.expect_within(self._wait_s)
        with suppress(OSError):
            self.rfile.peek(1)
        self.connection.expect_within(HEAD_S, TOO_LATE)
        next_request = super().handle_one_request()
        self._wait_s = IDLE_S
        gevent.sleep(0)  # pipelined requests must not keep the loop from other clients
        if isinstance(next_request, tuple) and next_request[0] == "414":
            return "414", unread(414)
        return next_request

    def MessageClass(self, *args: Any) -> Any:  # noqa: N802 - pywsgi's name
        return wsgi.headers_factory(_Lines(args[0]))

    def read_request(self, raw_requestline: str) -> bool:
        super().read_request(raw_requestline)
        _must_be_unambiguous(self)
        self.server.connections.head_received(self.connection)
        self.connection.expect_nothing()
        return True

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        environ[CONNECTION] = self.connection
        environ[HANDLER] = self
        wsgi_input = environ["wsgi.input"]
        if isinstance(wsgi_input, wsgi.Input):
            body = Body(
                self.connection,
                self.rfile,
                wsgi_input.content_length,
                wsgi_input.socket,
                wsgi_input.chunked_input,
            )
            self.wsgi_input: Any = body
            environ["wsgi.input"] = body
        return environ

    def _sendall(self, data: bytes) -> None:
        for piece in _pieces(data):
            self.connection.expect_within(SEND_S)
            super()._sendall(piece)
        self.connection.expect_nothing()

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        sampled.warning("a request that is no HTTP", _reason(ex))
        return "400", unread(400)

    def _log_error(self, t: type[BaseException], v: BaseException, tb: Any) -> None:
        """Logs the error without the environ, which holds cookies and bearer tokens."""
        if not issubclass(t, gevent.GreenletExit):
            log.error("a request was not answered", exc_info=(t, v, tb))


def _reason(error: Exception) -> str:
    """The reason in our words or pywsgi's, never in the client's: the first line of a request may be the end of a form
    of wrong length, with a password in it."""
    our_words = isinstance(error, BadHead | wsgi._InvalidClientRequest)
    if our_words:
        return re.split("[:;]", str(error))[0]
    return type(error).__name__


def _pieces(data: bytes) -> Iterator[Any]:
    if len(data) <= PIECE:
        yield data
        return
    view = memoryview(data)
    for start in range(0, len(view), PIECE):
        yield view[start : start + PIECE]


def _must_be_unambiguous(handler: Any) -> None:
    """Refuses a head that two servers in a row could read differently, which allows request smuggling."""
    headers = handler.headers
    coding = headers.get_all("transfer-encoding") or []
    lengths = headers.get_all("content-length") or []
    if handler.request_version not in ("HTTP/1.0", "HTTP/1.1"):
        raise BadHead("no such version of HTTP")
    if coding and [c.lower() for c in coding] != ["chunked"]:
        raise BadHead("a transfer coding that is not chunked")
    if len(lengths) > 1 or any(not (n.isascii() and n.isdigit()) for n in lengths):
        raise BadHead("a length that is none")
    if coding:
        handler.close_connection = True


class Server(wsgi.WSGIServer):  # type: ignore[misc]
    """One listener; several may share their `connections`."""

    def __init__(
        self,
        listener: Any,
        app: Any,
        connections: Connections,
        environ: dict[str, Any] | None = None,
    ) -> None:
        """`environ`: what is added to the environ of every request of this listener."""
        super().__init__(listener, app, log=None, error_log=log, environ=environ)
        self.connections = connections
        self._lingering = 0

    def handle(self, sock: Any, address: Any) -> None:
        admitted = self.connections.admit(sock, address[0])
        if isinstance(admitted, bytes):
            self._refuse(sock, admitted)
            return
        try:
            with suppress(OSError):  # the client is gone, or was dropped
                Handler(sock, address, self, admitted).handle()
        finally:
            self.connections.release(admitted)

    def _refuse(self, sock: Any, answer: bytes) -> None:
        with suppress(OSError):
            sock._sock.send(answer, socket.MSG_DONTWAIT)
            sock.shutdown(socket.SHUT_WR)
            if self._lingering < LINGERING_MAX:
                self._linger(sock)

    def _linger(self, sock: Any) -> None:
        self._lingering += 1
        try:
            with gevent.Timeout(LINGER_S, cast(Any, False)):
                while sock.recv(4096):
                    pass
        finally:
            self._lingering -= 1
