"""A process of its own for work that would keep the branch's own from its customers.

It reads requests as pickles from its standard input and answers in the same way. Each lane of requests has a thread, so
that what a person asked for does not wait for what tablets ask for. It ends when the input ends: with the server,
however that ends.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

ROOT = Path(__file__).parent.parent.parent
END_S = 2.0
"""After its input ended, the process has so long to end by itself."""

Job = tuple[int, str, Callable[..., Any], tuple[Any, ...]]
"""Its number, its lane, the function and its arguments."""
Outcome = tuple[int, Any, Exception | None]
"""The job's number, its result or its error."""


class Ended(Exception):
    """The process ended before it answered."""


class Aside:
    """The process, as the server holds it. `submit` may be called from one thread."""

    def __init__(self, program: str = "lobby.engine.aside_main") -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C in the server's terminal is the server's to answer
        )
        self.pid = self._child.pid
        self._numbers = count(1)
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._futures: dict[int, Future[Any]] = {}
        self._silent = False
        self._threads = [Thread(target=self._send, daemon=True)]
        self._threads.append(Thread(target=self._receive, daemon=True))
        for thread in self._threads:
            thread.start()

    @property
    def ended(self) -> bool:
        """Whether nothing will be answered any more."""
        return self._silent

    def submit(self, lane: str, function: Callable[..., Any], args: tuple[Any, ...]) -> Future[Any]:
        """The result of the function, which is called with `args` and, last, what it calls at each of its steps
        (Pace.breathe). The future fails with Ended where the process ends before."""
        number = next(self._numbers)
        future: Future[Any] = Future()
        self._futures[number] = future
        self._jobs.put((number, lane, function, args))
        if self.ended:
            self._fail()
        return future

    def kill(self) -> None:
        """Ends it at once."""
        self._child.kill()
        self.close()

    def close(self) -> None:
        """Ends it and waits until it has ended."""
        self._jobs.put(None)
        try:
            self._child.wait(END_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        assert self._child.stdin
        with suppress(OSError), self._child.stdin as pipe:
            while job := self._jobs.get():
                self._put(pipe, job)

    def _put(self, pipe: Any, job: Job) -> None:
        try:
            request = pickle.dumps(job)
        except Exception as error:
            self._settle((job[0], None, error))
            return
        pipe.write(request)
        pipe.flush()

    def _receive(self) -> None:
        assert self._child.stdout
        with self._child.stdout as pipe, suppress(EOFError, pickle.UnpicklingError):
            while True:
                self._settle(pickle.load(pipe))
        self._silent = True
        self._jobs.put(None)
        self._fail()

    def _settle(self, outcome: Outcome) -> None:
        number, result, error = outcome
        future = self._futures.pop(number)
        if error:
            future.set_exception(error)
        else:
            future.set_result(result)

    def _fail(self) -> None:
        while self._futures:
            with suppress(KeyError):
                self._futures.popitem()[1].set_exception(Ended())
