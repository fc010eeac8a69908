"""The program of the process beside the server: runs what it is asked to, within its share of processor and memory."""

from __future__ import annotations

import os
import pickle
import resource
import sys
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, BinaryIO

from lobby.engine.aside import Job, Outcome
from lobby.engine.pace import Pace

NICE = 10
"""The server goes first wherever both want the processor."""
MEMORY_B = 256 * 2**20
"""A look ahead at 300 who wait takes some 50 MB."""


class Lane:
    """Jobs that are done one after the other, in a thread."""

    def __init__(self, answers: Answers, pace: Pace) -> None:
        self._answers = answers
        self._pace = pace
        self.jobs: SimpleQueue[Job] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while True:
            self._answers.put(_outcome(self.jobs.get(), self._pace))


class Answers:
    """The way back to the server. It ends the process where nobody reads any more, and after a lack of memory, of which
    no thread can be sure to have recovered."""

    def __init__(self, pipe: BinaryIO) -> None:
        self._pipe = pipe
        self._lock = Lock()

    def put(self, outcome: Outcome) -> None:
        try:
            with self._lock:
                self._pipe.write(pickle.dumps(outcome))
                self._pipe.flush()
        except OSError:
            os._exit(1)
        if isinstance(outcome[2], MemoryError):
            os._exit(1)


def _outcome(job: Job, pace: Pace) -> Outcome:
    number, _, function, args = job
    try:
        return number, function(*args, pace.breathe), None
    except MemoryError:
        return number, None, MemoryError()
    except Exception as error:
        return number, None, RuntimeError(f"{function.__name__}: {error!r}")


def main() -> None:
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_B, MEMORY_B))
    answers = Answers(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    _serve(sys.stdin.buffer, answers, Pace())


def _serve(requests: BinaryIO, answers: Answers, pace: Pace) -> None:
    lanes: dict[str, Lane] = {}
    while job := _next(requests):
        if job[1] not in lanes:
            lanes[job[1]] = Lane(answers, pace)
        lanes[job[1]].jobs.put(job)
    os._exit(0)


def _next(requests: BinaryIO) -> Any:
    """The next job; None once the server is gone, also in the middle of one."""
    try:
        return pickle.load(requests)
    except (EOFError, pickle.UnpicklingError):
        return None


if __name__ == "__main__":
    main()
