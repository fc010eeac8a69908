"""The bridge between the server's loop and the native threads behind it."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar, cast

import gevent
from gevent import get_hub
from gevent.event import Event
from gevent.hub import Waiter
from gevent.threadpool import ThreadPool

from lobby.engine.writer import IDLE_S, Writer

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Alarm:
    """Wakes the greenlets of one loop whose futures are done. One wake-up serves all that are done together, since it
    costs more than to answer a request."""

    def __init__(self) -> None:
        self._loop = get_hub().loop
        self._done: deque[Any] = deque()
        self._ringing = False

    def ring(self, waiter: Any) -> None:
        """Called from any thread."""
        self._done.append(waiter)
        if not self._ringing:
            self._ringing = True
            self._loop.run_callback_threadsafe(self._wake)

    def _wake(self) -> None:
        """Runs in the loop. It lowers the flag first, so that a future that is done later rings again."""
        self._ringing = False
        while self._done:
            self._done.popleft().switch(None)


def wait(future: Future[T]) -> T:
    """The future's result; meanwhile the loop serves others."""
    if not future.done():
        waiter: Any = Waiter()
        alarm = _alarm()
        future.add_done_callback(lambda _: alarm.ring(waiter))
        waiter.get()
    return future.result()


def _alarm() -> _Alarm:
    hub: Any = get_hub()
    if not hasattr(hub, "lobby_alarm"):
        hub.lobby_alarm = _Alarm()
    alarm: _Alarm = hub.lobby_alarm
    return alarm


class Pump:
    """Runs the branch's writer in the server's loop; only its wait for the disk has a thread.

    A decision takes some 0.1 ms. A writer in a thread of its own would wait for the interpreter lock while the loop is
    busy, and the loop would wait for the writer: see benchmarks/issue.py.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._notified = Event()
        self._loop = get_hub().loop
        self._thread = threading.get_ident()
        self._stopping = False
        writer.notify = self._notify
        self._greenlet = gevent.spawn(self._run)

    def _notify(self) -> None:
        if threading.get_ident() == self._thread:
            self._notified.set()
        else:
            self._loop.run_callback_threadsafe(self._notified.set)

    def _run(self) -> None:
        while not self._stopping:
            self._notified.wait(IDLE_S)
            self._notified.clear()
            self._writer.pump(COMMIT.run)

    def stop(self) -> None:
        """Ends after the present turn."""
        self._stopping = True
        self._notified.set()
        self._greenlet.join()


NICE = 10
"""Linux has niceness by thread. Without it, forty concurrent password hashes made a ticket wait for the processor."""
_thread = threading.local()


class Full(Exception):
    """A pool has as much work as it may have; nothing was begun."""


def _result_or_error(
    function: Callable[..., T], args: tuple[Any, ...]
) -> tuple[T | None, Exception | None]:
    """The function's result or its error. gevent's thread pool would print the arguments of a failing function, such
    as a customer's card number."""
    try:
        return function(*args), None
    except Exception as error:
        return None, error


class Pool:
    """Native threads for one kind of work. No other kind waits for them, and their queue has a limit."""

    def __init__(self, name: str, threads: int, queue: int, *, yields: bool = False) -> None:
        """`queue`: so many calls may wait while all threads are busy. `yields`: the loop's thread has priority over
        these; only for work that releases the interpreter lock (password hashing), else the loop would wait."""
        self.name = name
        self.threads = threads
        self.capacity = threads + queue
        self._yields = yields
        self._in_use = 0

    def run(self, function: Callable[..., T], *args: Any) -> T:
        """The function's result from a thread; meanwhile the loop serves others. Raises Full, with nothing done."""
        self._reserve()
        return self._run(function, args)

    def start(self, function: Callable[..., object], *args: Any) -> None:
        """Runs the function in a thread without waiting for it. Raises Full."""
        self._reserve()
        gevent.spawn(self._run_and_log, function, args)

    def _reserve(self) -> None:
        if self._in_use >= self.capacity:
            raise Full(self.name)
        self._in_use += 1

    def _run_and_log(self, function: Callable[..., object], args: tuple[Any, ...]) -> None:
        try:
            self._run(function, args)
        except Exception:
            log.exception("work that nobody waits for failed")

    def _run(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        try:
            result, error = self._pool_of_loop().apply(
                self._behind_the_loop, (_result_or_error, (function, args))
            )
        finally:
            self._in_use -= 1
        if error is not None:
            raise error
        return cast(T, result)

    def _pool_of_loop(self) -> ThreadPool:
        hub: Any = get_hub()
        pools: dict[str, ThreadPool] = hub.__dict__.setdefault("lobby_pools", {})
        if self.name not in pools:
            pools[self.name] = ThreadPool(self.threads)
        return pools[self.name]

    def _behind_the_loop(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        """Lowers the priority of the pool's thread, which its own threads inherit (argon2's lanes), and runs the
        function."""
        if self._yields and not getattr(_thread, "polite", False):
            thread = threading.get_native_id()
            with suppress(OSError):
                os.setpriority(
                    os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICE
                )
            _thread.polite = True
        return function(*args)


COMMIT = Pool("commit", threads=1, queue=1)
"""The journal's wait for the disk. Nothing else may use it, since every new ticket waits for it."""
WORK = Pool("work", threads=4, queue=64)
"""Other short work that would block the loop: the access store, a look-up in the directory (at most 10 s)."""
PLANS = Pool("plans", threads=2, queue=8)
"""What a person requests of the past: staffing, a report. It takes seconds."""


def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Runs a function that would block the loop in a native thread. Raises Full."""
    return WORK.run(function, *args)


def in_background(function: Callable[..., object], *args: Any) -> None:
    """Runs the function in a native thread without waiting; it is skipped where the pool is full."""
    with suppress(Full):
        WORK.start(function, *args)
