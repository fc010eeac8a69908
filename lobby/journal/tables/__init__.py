"""The derived tables of `lobby.db`, one module a noun. They are never migrated: a table of another version than this
program's is made again from the journal (lobby/journal/rebuild.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlite_utils import Database

from lobby import events as ev
from lobby.journal.tables.action import ACTION
from lobby.journal.tables.case import CASE, CASE_REFERENCE, CASE_STEP
from lobby.journal.tables.catalogue import CATALOGUE
from lobby.journal.tables.configuration import CONFIGURATION
from lobby.journal.tables.day import DAY
from lobby.journal.tables.feedback import FEEDBACK
from lobby.journal.tables.feedback_step import FEEDBACK_STEP
from lobby.journal.tables.incident import INCIDENT
from lobby.journal.tables.inspection import INSPECTION_ITEM
from lobby.journal.tables.instruction import APPLIED, INSTRUCTION
from lobby.journal.tables.loan import LOAN
from lobby.journal.tables.look import LOOK
from lobby.journal.tables.moment import MOMENT
from lobby.journal.tables.person import PERSON
from lobby.journal.tables.quality import QUALITY
from lobby.journal.tables.recording import RECORDING, RECORDING_CORRECTION
from lobby.journal.tables.slip import SLIP
from lobby.journal.tables.table import Table
from lobby.journal.tables.ticket import TICKET
from lobby.state.queue import QueueState

__all__ = [
    "TABLES",
    "Table",
    "create_missing",
    "is_current",
    "project",
    "set_version",
    "touched_tables",
]

TABLES: tuple[Table, ...] = (
    CONFIGURATION,
    CATALOGUE,
    DAY,
    TICKET,
    SLIP,
    FEEDBACK,
    FEEDBACK_STEP,
    MOMENT,
    INSPECTION_ITEM,
    CASE,
    CASE_REFERENCE,
    CASE_STEP,
    INSTRUCTION,
    APPLIED,
    LOAN,
    INCIDENT,
    RECORDING,
    RECORDING_CORRECTION,
    LOOK,
    ACTION,
    PERSON,
    QUALITY,
)
NO_VERSION = 0
"""Of a table that has nothing of the journal yet, or is of a version without versions."""


def named(table: Table) -> str:
    return table.name


def create_missing(db: Database) -> None:
    """Every derived table, empty where there is none: then it has no version, and the start fills it from the journal.
    That of a journal without an event is full."""
    db.conn.execute("CREATE TABLE IF NOT EXISTS derived (name TEXT PRIMARY KEY, version INTEGER)")
    (has_events,) = db.execute("SELECT EXISTS (SELECT 1 FROM event)").fetchone()
    known = set(db.table_names())
    for table in TABLES:
        if table.name not in known:
            _create_empty(db.conn, table)
            if not has_events:
                set_version(db.conn, table)


def _create_empty(conn: Any, table: Table) -> None:
    conn.execute("DELETE FROM derived WHERE name = ?", [table.name])
    table.create(conn, table.name)
    table.index(conn)


def is_current(db: Database, table: Table) -> bool:
    row = db.execute("SELECT version FROM derived WHERE name = ?", [table.name]).fetchone()
    return (row[0] if row else NO_VERSION) == table.version


def set_version(conn: Any, table: Table) -> None:
    conn.execute(
        "INSERT OR REPLACE INTO derived (name, version) VALUES (?, ?)", [table.name, table.version]
    )


def project(
    conn: Any,
    records: Sequence[ev.Recorded],
    state: QueueState,
    name_of: Callable[[Table], str] = named,
) -> None:
    """Write to every table what these events touched, as the state after them has it; to the tables of other names
    where `name_of` gives some."""
    for table in touched_tables(records):
        table.project(conn, records, state, name_of(table))


def touched_tables(records: Sequence[ev.Recorded]) -> list[Table]:
    """The tables that may have a row of these events."""
    kinds = {type(recorded.event) for recorded in records}
    return [table for table in TABLES if table.kinds is None or not table.kinds.isdisjoint(kinds)]
