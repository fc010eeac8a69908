"""A journal put together again from rows that somebody kept: those of a backup, and what headquarters has after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby.events.envelope import End, Row
from lobby.journal.envelope import end, insert
from lobby.journal.schema import migrate


class Assembly:
    """The file of it. It has no derived tables that are current: the branch makes them when it opens."""

    def __init__(self, file: Path) -> None:
        self._db = Database(sqlite3.connect(str(file)))
        migrate(self._db)

    def end(self) -> End:
        return end(self._db)

    def add(self, rows: Sequence[Row]) -> None:
        """Rows as they were written, COLUMNS and `hash` each, in their order."""
        with self._db.atomic():
            insert(self._db.conn, rows)

    def close(self) -> None:
        with self._db.atomic():
            self._db.execute("DELETE FROM derived")
        self._db.conn.execute("PRAGMA journal_mode = DELETE")
        self._db.close()
