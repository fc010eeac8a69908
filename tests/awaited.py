"""What cannot be done where a browser was tried before: the loop of its driver runs in that thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def apart(work: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
    """In a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work, *args, **named).result()


def awaited(work: Coroutine[Any, Any, T]) -> T:
    return apart(asyncio.run, work)
