"""The last use of each session and token. It is kept in memory, and one writer stores it now and then: a request waits
for no disk and takes no thread that another request may need."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils.db import sqlite3

from web.access.base import BUSY_S, FILE, Clock, Store

log = logging.getLogger(__name__)

WRITE_S = 60.0
"""How often uses are stored. A killed server loses those of the last minute, which shortens a session by as much."""
WRITE = {
    "session": "UPDATE session SET seen_at = ? WHERE hash = ?",
    "token": "UPDATE token SET used_at = ? WHERE id = ?",
}
Row = tuple[str, str]
"""A table, and the key of a row in it."""


@dataclass
class _Unwritten:
    at: dict[Row, float] = field(default_factory=dict)
    written_at: float | None = None


class Uses(Store):
    def __init__(self, data: Path, clock: Clock, actor: str) -> None:
        super().__init__(data, clock, actor)
        self._unwritten = _Unwritten()

    def _use(self, table: str, row: str) -> None:
        self._unwritten.at[table, row] = self.clock()

    def _last_use(self, table: str, row: str, written: float | None) -> float | None:
        return self._unwritten.at.get((table, row), written)

    def write_uses(self, *, now: bool = False) -> None:
        """Stores the uses once WRITE_S have passed; `now`: at once. It waits for the disk, so not in the event loop."""
        unwritten = self._unwritten
        at = self.clock()
        if not unwritten.at or (
            unwritten.written_at is not None
            and 0 <= at - unwritten.written_at < WRITE_S
            and not now
        ):
            return
        unwritten.written_at = at
        uses = dict(unwritten.at)
        try:
            self._write(uses)
        except sqlite3.Error as error:
            log.warning("uses of sessions and tokens are not written down yet: %s", error)
        else:
            self._forget(uses)

    def _write(self, uses: dict[Row, float]) -> None:
        """Writes over a connection of its own, so that no reader waits while another process locks the store."""
        with closing(sqlite3.connect(self.data / FILE, timeout=BUSY_S)) as db, db:
            for (table, row), used_at in uses.items():
                db.execute(WRITE[table], [used_at, row])

    def _forget(self, written: dict[Row, float]) -> None:
        """Forgets the stored uses, except where a row was used again meanwhile."""
        for row, used_at in written.items():
            if self._unwritten.at.get(row) == used_at:
                del self._unwritten.at[row]
