"""The process that derives, beside those that take events in. PostgreSQL may go and come back: it waits.

It writes a byte on its standard output with each question to PostgreSQL: who started it (keeping.py) hears that it goes
on. A rebuild of years asks some questions a second.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol

import psycopg

from headquarters.config import Headquarters
from headquarters.deriving.deriver import Deriver
from integrations.faults import Lasting

log = logging.getLogger(__name__)

ROUND_S = 5.0
IDLE_S = 1.0
AGAIN_S = 2.0
WORD = b"."
WORD_S = 1.0
"""More words than one in so long say nothing more."""


class Stop(Protocol):
    """As threading.Event and multiprocessing.Event are."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float | None = None, /) -> bool: ...


class ParentEnds:
    """The process that started this one holds the other end of its standard input, and ends however it ends."""

    def is_set(self) -> bool:
        return self.wait(0)

    def wait(self, timeout: float | None = None, /) -> bool:
        return bool(select.select([sys.stdin], [], [], timeout)[0])


class Telling:
    """Writes a word on the standard output, for who started this process."""

    def __init__(self) -> None:
        self._told = 0.0
        os.set_blocking(sys.stdout.fileno(), False)

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self._told > WORD_S:
            self._told = now
            # who hears it may be frozen, or have ended, by which this process ends too
            with suppress(OSError):
                os.write(sys.stdout.fileno(), WORD)


def nobody() -> None:
    """Who is told nothing."""


def telling(tell: Callable[[], None]) -> type[psycopg.Cursor[Any]]:
    """Cursors that tell of each question."""

    class TellingCursor(psycopg.Cursor[Any]):
        def execute(self, *args: Any, **kwargs: Any) -> TellingCursor:
            tell()
            super().execute(*args, **kwargs)
            return self

        def executemany(self, *args: Any, **kwargs: Any) -> None:
            tell()
            super().executemany(*args, **kwargs)

    return TellingCursor


def run(
    config: Headquarters,
    until: Stop,
    part: int = 1,
    parts: int = 1,
    tell: Callable[[], None] = nobody,
) -> None:
    """Derive until it is told to stop: it does within a round. Several processes share the branches, each with its
    part, counted from 1. `tell` is called while it goes on, a wait for PostgreSQL included."""
    faults = Lasting(log, "PostgreSQL")
    while not until.is_set():
        tell()
        try:
            _derive(Deriver(config, part, parts), until, faults, tell)
        except psycopg.Error as error:
            faults.tell(f"{' '.join(str(error).split())}; trying again")
            until.wait(AGAIN_S)


def _derive(deriver: Deriver, until: Stop, faults: Lasting, tell: Callable[[], None]) -> None:
    deriver.db.cursor_factory = telling(tell)
    faults.over()
    try:
        while not until.is_set():
            if not deriver.round(ROUND_S):
                until.wait(IDLE_S)
    finally:
        deriver.close()
