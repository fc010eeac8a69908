"""Every connection of the server: how many there may be, and until when each must have done what is expected of it.

A connection that stays silent, sends its head or body a byte at a time, or does not read its answer holds memory and
a file descriptor. One greenlet looks at all of them once a second and drops who is late: no timer per connection.
"""

from __future__ import annotations

import logging
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent

from web.transport.addresses import Networks, bucket, plain
from web.transport.answers import RETRY_S, Sampled

sampled = Sampled(logging.getLogger(__name__))

LOOK_S = 1.0
BREATH_S = 0.002
"""Between two drops. The end of a connection takes the loop some 0.5 ms: a thousand that came together and are late
together kept a ticket waiting for half a second."""
NEVER = float("inf")
STRANGERS = 1024
"""Connections that have not yet sent one whole head. A browser does so within milliseconds; when there are more, the
oldest is dropped, so that half-open clients shut each other out and nobody else. With 512 a thousand of them came
again and again, which cost the loop more than letting them wait for their 10 s."""
FILES_RESERVED = 256
"""File descriptors for the database, printers, clips, look-ups and the log."""
FILES_WANTED = 16_384


def _answer(status: str, retry: bool) -> bytes:
    again = f"Retry-After: {RETRY_S}\r\n" if retry else ""
    return f"HTTP/1.1 {status}\r\n{again}Connection: close\r\nContent-Length: 0\r\n\r\n".encode()


TOO_LATE = _answer("408 Request Timeout", retry=False)
TOO_MANY = _answer("429 Too Many Requests", retry=True)
FULL = _answer("503 Service Unavailable", retry=True)


class Connection:
    """One client's line. `deadline`: when it is dropped, by the server's monotonic clock."""

    __slots__ = ("address", "clock", "deadline", "farewell", "since", "sock")

    def __init__(self, sock: Any, address: str, clock: Callable[[], float]) -> None:
        self.sock = sock
        self.address = address
        self.clock = clock
        self.since = clock()
        self.deadline = NEVER
        self.farewell = b""

    def expect(self, seconds: float, farewell: bytes = b"") -> None:
        """Something must be done within so many seconds; `farewell` is sent to who is late."""
        self.deadline = self.clock() + seconds
        self.farewell = farewell

    def calm(self) -> None:
        """Nothing is expected of the client now."""
        self.deadline = NEVER

    def drop(self) -> None:
        """Say farewell without waiting, and end it: whoever reads or writes here is woken."""
        self.deadline = NEVER
        with suppress(OSError):
            if self.farewell:
                self.sock._sock.send(self.farewell, socket.MSG_DONTWAIT)
        with suppress(OSError):
            self.sock._sock.shutdown(socket.SHUT_RDWR)


class Connections:
    """All connections of one process, of all its listeners."""

    def __init__(
        self, total: int, per_address: int, trusted: Networks, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Who comes from a `trusted` proxy is counted there, request by request: see web.transport.clients."""
        self._total = min(total, _files() - FILES_RESERVED)
        self._per_address = per_address
        self._trusted = trusted
        self._clock = clock
        self._all: set[Connection] = set()
        self._strangers: dict[Connection, None] = {}
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def start(self) -> None:
        """Begin to look for who is late."""
        gevent.spawn(self._watch)

    def admit(self, sock: Any, peer: str) -> Connection | bytes:
        """A new connection, or the answer that refuses it."""
        address = "" if plain(peer) in self._trusted else bucket(peer)
        if len(self._all) >= self._total:
            sampled.warning("too many connections in all", str(self._total))
            return FULL
        if address and self._by_address[address] >= self._per_address:
            sampled.warning("too many connections of one address", address)
            return TOO_MANY
        if len(self._strangers) >= STRANGERS:
            sampled.warning("too many connections that send nothing", address)
            self._forget(next(iter(self._strangers))).drop()
        connection = Connection(sock, address, self._clock)
        self._all.add(connection)
        self._strangers[connection] = None
        self._by_address[address] += 1
        return connection

    def known(self, connection: Connection) -> None:
        """It has sent a whole head."""
        self._strangers.pop(connection, None)

    def release(self, connection: Connection) -> None:
        self._strangers.pop(connection, None)
        self._all.discard(connection)
        self._by_address[connection.address] -= 1
        if self._by_address[connection.address] <= 0:
            del self._by_address[connection.address]

    def look(self) -> None:
        """Drop who is late, and serve others meanwhile."""
        now = self._clock()
        for connection in [c for c in self._all if c.deadline <= now]:
            if connection.deadline <= now:  # it may have gone on since
                connection.drop()
                gevent.sleep(BREATH_S)

    def _forget(self, stranger: Connection) -> Connection:
        del self._strangers[stranger]
        return stranger

    def _watch(self) -> None:
        while True:
            gevent.sleep(LOOK_S)
            self.look()


def _files() -> int:
    """How many files this process may have open, raised as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return most
    return soft if soft != resource.RLIM_INFINITY else FILES_WANTED
