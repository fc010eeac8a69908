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
from gevent.event import AsyncResult, Event
from gevent.hub import Waiter
from gevent.threadpool import ThreadPool

from lobby.engine.writer import IDLE_S, Writer

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Alarm:
    """Wakes the greenlets of one loop whose futures are done: once for all that are done together, since
    waking a loop from another thread costs more than answering a request."""

    def __init__(self) -> None:
        self._loop = get_hub().loop
        self._done: deque[Any] = deque()
        self._ringing = False

    def ring(self, waiter: Any) -> None:
        """From any thread."""
        self._done.append(waiter)
        if not self._ringing:
            self._ringing = True
            self._loop.run_callback_threadsafe(self._wake)

    def _wake(self) -> None:
        """In the loop. The flag falls first: who is done from here on rings again."""
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
    """Runs the branch's writer in the server's loop; only its waiting for the disk is done in a thread.

    Deciding takes some 0.1 ms. In a thread of its own it would wait for its turn among Python's threads
    while the loop is busy, and the loop for it: see benchmarks/issue.py.
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
        """Finish the turn at hand."""
        self._stopping = True
        self._notified.set()
        self._greenlet.join()


NICE = 10
"""Linux knows niceness by thread. Forty passwords hashed beside it made a ticket wait for the processor."""
_thread = threading.local()


class Full(Exception):
    """A pool has as much to do as it may have: nothing was begun, ask again later."""


def _caught(function: Callable[..., T], args: tuple[Any, ...]) -> tuple[T | None, Exception | None]:
    """gevent's own thread pool prints what a failing function was given, such as a customer's card number."""
    try:
        return function(*args), None
    except Exception as error:
        return None, error


class Pool:
    """Native threads for one kind of work: it can keep no other kind waiting, and what waits for them is bounded."""

    def __init__(self, name: str, threads: int, queue: int, *, yields: bool = False) -> None:
        """`queue`: so many may wait while all the threads are at work. `yields`: the loop's thread has the processor
        before these; for work that holds no interpreter lock (password hashing), or the loop would wait for it."""
        self.name = name
        self.threads = threads
        self.places = threads + queue
        self._yields = yields
        self._taken = 0

    def run(self, function: Callable[..., T], *args: Any) -> T:
        """The function's result from a thread; meanwhile the loop serves others. Raises Full, with nothing done."""
        self._take()
        return self._run(function, args)

    def start(self, function: Callable[..., object], *args: Any) -> None:
        """Have it run in a thread, and wait for nothing. Raises Full."""
        self._take()
        gevent.spawn(self._unwatched, function, args)

    def _take(self) -> None:
        if self._taken >= self.places:
            raise Full(self.name)
        self._taken += 1

    def _unwatched(self, function: Callable[..., object], args: tuple[Any, ...]) -> None:
        try:
            self._run(function, args)
        except Exception:
            log.exception("work that nobody waits for failed")

    def _run(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        try:
            result, error = self._of_this_loop().apply(self._polite, (_caught, (function, args)))
        finally:
            self._taken -= 1
        if error is not None:
            raise error
        return cast(T, result)

    def _of_this_loop(self) -> ThreadPool:
        hub: Any = get_hub()
        made: dict[str, ThreadPool] = hub.__dict__.setdefault("lobby_pools", {})
        if self.name not in made:
            made[self.name] = ThreadPool(self.threads)
        return made[self.name]

    def _polite(self, function: Callable[..., T], args: tuple[Any, ...]) -> T:
        """In the thread: once it stands behind the loop's, so do those that it starts (argon2's lanes)."""
        if self._yields and not getattr(_thread, "polite", False):
            thread = threading.get_native_id()
            with suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICE)
            _thread.polite = True
        return function(*args)


class Shared:
    """What several ask for at once is done once, and whoever asks for the same again is given the same."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._key: object = None
        self._result: Any = None

    def run(self, key: object, function: Callable[..., T], *args: Any) -> T:
        """The function's result; `key` says what it depends on. Raises Full."""
        result = self._result
        if key != self._key:
            result = self._begin(key)
            self._fill(result, key, function, args)
        return cast(T, result.get())

    def _begin(self, key: object) -> Any:
        self._key = key
        self._result = AsyncResult()
        return self._result

    def _fill(self, result: Any, key: object, function: Callable[..., object], args: tuple[Any, ...]) -> None:
        try:
            result.set(self._pool.run(function, *args))
        except BaseException as error:  # whoever waits for it must be told, whatever ended it
            result.set_exception(error)
            self._forget(key)

    def _forget(self, key: object) -> None:
        """What failed is tried again by the next who asks."""
        if self._key == key:
            self._key = None


COMMIT = Pool("commit", threads=1, queue=1)
"""The journal's wait for the disk. Nothing else may use it: whoever takes a number waits for it."""
WORK = Pool("work", threads=4, queue=64)
"""What else would block the loop for a moment: the access store, a look-up in the directory (at most 10 s)."""
ADVICE = Shared(Pool("advice", threads=2, queue=8))
"""What each tablet asks for by itself: it takes a second or more, and nobody else waits for it."""
PLANS = Pool("plans", threads=2, queue=8)
"""What somebody asks for: a day played otherwise, staffing, a report. It takes seconds."""


def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run what would block the loop in a native thread. Raises Full."""
    return WORK.run(function, *args)


def in_background(function: Callable[..., object], *args: Any) -> None:
    """Run it in a native thread, and wait for nothing; it is left out where there is too much to do."""
    with suppress(Full):
        WORK.start(function, *args)
