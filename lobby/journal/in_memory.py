"""The derived tables of a branch in memory, without its journal: headquarters puts in what it has of a day, and the
branch's own measures read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlite_utils.db import sqlite3

from lobby.journal.history import Reader, tolerant
from lobby.journal.tables import TABLES

Values = Iterable[tuple[Any, ...]]
Event = tuple[int, str, str, str]
"""Of an event what figures ask the journal for: seq, at, kind, data."""


def tables_in_memory(rows: Mapping[str, Values], events: Iterable[Event]) -> Reader:
    """`rows` by table, each in the order of the table's columns; a table that is not named is empty."""
    conn = sqlite3.connect(":memory:")
    conn.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, at TEXT, kind TEXT, data TEXT)")
    conn.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", events)
    for table in TABLES:
        table.create(conn, table.name)
        if table.name in rows:
            table.insert(conn, rows[table.name])
        table.index(conn)
    conn.commit()
    return tolerant(conn)
