"""The bridge between the server's loop and the native threads behind it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from gevent import get_hub
from gevent.event import Event

T = TypeVar("T")


def wait(future: Future[T]) -> T:
    """The future's result; meanwhile the loop serves others."""
    if not future.done():
        done, loop = Event(), get_hub().loop
        future.add_done_callback(lambda _: loop.run_callback_threadsafe(done.set))
        done.wait()
    return future.result()


def in_thread(function: Callable[..., T], *args: Any) -> T:
    """Run what would block the loop (password hashing, making a clip) in a native thread."""
    result: T = get_hub().threadpool.apply(function, args)
    return result
