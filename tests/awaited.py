"""What cannot be done where a browser was tried before: the loop of its driver runs in that thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def apart(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """In a thread of its own, for which nobody waits once the test's time is over."""
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work(*args, **named))
        except BaseException as error:
            done.set_exception(error)

    Thread(target=run, daemon=True).start()
    return done.result()


def awaited(work: Coroutine[Any, Any, T]) -> T:
    return apart(asyncio.run, work)
