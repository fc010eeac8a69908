"""A branch's journal in headquarters' raw table, by the ingest's own store."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlite_utils.db import sqlite3

from headquarters.journal.store import Store
from lobby.events.batch import Batch
from lobby.events.envelope import BEGINNING, COLUMNS

PIECE = 500
HASH = len(COLUMNS)
Row = tuple[Any, ...]


def journal_of(data: Path) -> list[Row]:
    """COLUMNS and `hash` of all events in a branch's folder."""
    with closing(sqlite3.connect(str(data / "lobby.db"))) as db:
        query = f"SELECT {', '.join(COLUMNS)}, hash FROM event ORDER BY seq"
        rows: list[Row] = db.execute(query).fetchall()
        return rows


def take_in(database_url: str, rows: Sequence[Row]) -> None:
    """All rows of a branch's journal; those that are there already are dropped."""
    with closing(Store(database_url)) as store:
        previous = BEGINNING.hash
        for first in range(0, len(rows), PIECE):
            piece = rows[first : first + PIECE]
            store.take([Batch(piece[0][0], previous, piece)])
            previous = piece[-1][HASH]
