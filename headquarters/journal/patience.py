"""A connection to PostgreSQL for a process that waits for it: made again after a fault, however long the database is
away."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import psycopg

from headquarters.journal.store import Store
from integrations.faults import Lasting
from integrations.watchdog import Progress

log = logging.getLogger(__name__)

AGAIN_S = 2.0
"""After a fault it is tried again so often."""
T = TypeVar("T")


class Occupied(Exception):
    """Another process does what this one is to do."""


class Patient:
    """One connection, for the loop `name` of `progress`. `occupy` is done with each new one, and may raise Occupied:
    then it is tried again too."""

    def __init__(
        self,
        url: str,
        occupy: Callable[[Store], None] | None = None,
        progress: Progress | None = None,
        name: str = "PostgreSQL",
    ) -> None:
        self._url = url
        self._occupy = occupy
        self._progress = progress or Progress()
        self._name = name
        self._store: Store | None = None
        self._lock = asyncio.Lock()
        self._faults = Lasting(log, "PostgreSQL")

    async def do(self, act: Callable[[Store], T], rest_s: float = 0.0) -> T:
        """What `act` answers, once the database is there. `rest_s`: it may take so much longer than others."""
        async with self._lock:
            while True:
                try:
                    with self._progress.asking(self._name, rest_s):
                        done = await _to_its_end(partial(self._do, act))
                except (psycopg.DataError, psycopg.IntegrityError):
                    raise  # of what was sent, and not of the database
                except (psycopg.Error, Occupied) as error:  # away, full, read-only, no tables
                    if not isinstance(error, psycopg.errors.LockNotAvailable):
                        self._store = None
                    self._faults.tell(f"{' '.join(str(error).split())}; trying again")
                    await asyncio.sleep(AGAIN_S)
                else:
                    self._faults.over()
                    return done

    def _do(self, act: Callable[[Store], T]) -> T:
        if self._store is None:
            self._store = self._connected()
        return act(self._store)

    def _connected(self) -> Store:
        store = Store(self._url)
        try:
            if self._occupy:
                self._occupy(store)
        except BaseException:
            store.close()
            raise
        return store


async def _to_its_end(work: Callable[[], T]) -> T:
    """In a thread. Whoever is cancelled meanwhile waits for its end: two threads on one connection would have one
    transaction, and the one that fails would take the other's rows away while the cursor stays."""
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(thread)
    except asyncio.CancelledError:
        while not thread.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([thread])
        thread.exception()  # it is told, if it lasts, by the next act
        raise
