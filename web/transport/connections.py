"""Limits the server's connections: their number, and the time in which each must do its next step.

A connection that stays silent, sends its head or body a byte at a time, or does not read its answer holds memory and
a file descriptor. One greenlet checks all connections once a second and drops the late ones, without a timer each.
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
PAUSE_S = 0.002
"""The pause between two drops. The end of a connection takes the loop some 0.5 ms: a thousand late connections at once
made a ticket wait for half a second."""
NEVER = float("inf")
WITHOUT_HEAD_MAX = 1024
"""The limit of connections that have not yet sent a whole head, as a browser does within milliseconds. Beyond it the
oldest is dropped, so that half-open clients shut out only each other. With 512, a thousand of them reconnected again
and again, which cost the loop more than letting them wait for their 10 s."""
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
    """One client's connection. It is dropped at `deadline`, by the server's monotonic clock."""

    __slots__ = ("address", "clock", "deadline", "last_answer", "since", "sock")

    def __init__(self, sock: Any, address: str, clock: Callable[[], float]) -> None:
        self.sock = sock
        self.address = address
        self.clock = clock
        self.since = clock()
        self.deadline = NEVER
        self.last_answer = b""

    def expect_within(self, seconds: float, last_answer: bytes = b"") -> None:
        """The client must do its next step within so many seconds; a late one receives `last_answer`."""
        self.deadline = self.clock() + seconds
        self.last_answer = last_answer

    def expect_nothing(self) -> None:
        """The client has no deadline now."""
        self.deadline = NEVER

    def drop(self) -> None:
        """Sends the last answer without waiting and ends the connection, which wakes its readers and writers."""
        self.deadline = NEVER
        with suppress(OSError):
            if self.last_answer:
                self.sock._sock.send(self.last_answer, socket.MSG_DONTWAIT)
        with suppress(OSError):
            self.sock._sock.shutdown(socket.SHUT_RDWR)


class Connections:
    """All connections of one process, of all its listeners."""

    def __init__(
        self,
        total: int,
        per_address: int,
        trusted: Networks,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connections of a `trusted` proxy are not counted by address: web.transport.clients counts their requests."""
        self._total = min(total, _files() - FILES_RESERVED)
        self._per_address = per_address
        self._trusted = trusted
        self._clock = clock
        self._all: set[Connection] = set()
        self._without_head: dict[Connection, None] = {}
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def start(self) -> None:
        """Starts the check for late connections."""
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
        if len(self._without_head) >= WITHOUT_HEAD_MAX:
            sampled.warning("too many connections that send nothing", address)
            self._forget(next(iter(self._without_head))).drop()
        connection = Connection(sock, address, self._clock)
        self._all.add(connection)
        self._without_head[connection] = None
        self._by_address[address] += 1
        return connection

    def head_received(self, connection: Connection) -> None:
        """The connection has sent a whole head."""
        self._without_head.pop(connection, None)

    def release(self, connection: Connection) -> None:
        self._without_head.pop(connection, None)
        self._all.discard(connection)
        self._by_address[connection.address] -= 1
        if self._by_address[connection.address] <= 0:
            del self._by_address[connection.address]

    def drop_late(self) -> None:
        """Drops late connections and lets the loop serve others in between."""
        now = self._clock()
        for connection in [c for c in self._all if c.deadline <= now]:
            if connection.deadline <= now:  # it may have met its deadline meanwhile
                connection.drop()
                gevent.sleep(PAUSE_S)

    def _forget(self, connection: Connection) -> Connection:
        del self._without_head[connection]
        return connection

    def _watch(self) -> None:
        while True:
            gevent.sleep(LOOK_S)
            self.drop_late()


def _files() -> int:
    """How many files this process may open; raises the limit up to FILES_WANTED where the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = FILES_WANTED if hard == resource.RLIM_INFINITY else min(hard, FILES_WANTED)
    if soft != resource.RLIM_INFINITY and soft < limit:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            return limit
    if soft != resource.RLIM_INFINITY:
        return soft
    return FILES_WANTED
