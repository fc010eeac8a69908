"""Makes the derived tables again from the journal: one transaction, so that a crash leaves what was before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlite_utils import Database

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.journal.history import Misfit, configured, events_since, take
from lobby.journal.tables import TABLES, Table, is_current, project, set_version
from lobby.state.queue import QueueState

CHUNK = 5000
"""Events of a day that are projected at once: few enough for any memory."""


def rebuild(db: Database, branch: Branch, misfits: list[Misfit]) -> dict[str, int]:
    """Every table by the configurations of its time (`branch` where the journal has none). Says how many rows of each
    differed from the replay; of a table that had other columns, all of them."""
    with db.atomic():
        for table in TABLES:
            table.create(db.conn, _fresh(table))
        _replay_into_fresh(db, QueueState(configured(db, branch, 0)), misfits)
        return {table.name: _take_over(db, table) for table in TABLES}


def _fresh(table: Table) -> str:
    return f"fresh_{table.name}"


def _replay_into_fresh(db: Database, state: QueueState, misfits: list[Misfit]) -> None:
    for chunk in chunks(events_since(db, 0, misfits)):
        for recorded in chunk:
            take(state, recorded, misfits)
        project(db.conn, chunk, state, _fresh)


def chunks(events: Iterator[ev.Recorded]) -> Iterator[list[ev.Recorded]]:
    """The opening of a day is one by itself, as it was committed: the state after it has no ticket of before."""
    chunk: list[ev.Recorded] = []
    for recorded in events:
        if isinstance(recorded.event, ev.DayOpened):
            yield chunk
            yield [recorded]
            chunk = []
            continue
        chunk.append(recorded)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _take_over(db: Database, table: Table) -> int:
    """The fresh table in the place of the former one, where they differ."""
    differing = _differing(db, table)
    current = is_current(db, table)
    if current and not differing:
        db.conn.execute(f"DROP TABLE {_fresh(table)}")
        return 0
    db.conn.execute(f"DROP TABLE {table.name}")
    db.conn.execute(f"ALTER TABLE {_fresh(table)} RENAME TO {table.name}")
    table.index(db.conn)
    set_version(db.conn, table)
    return differing


def _differing(db: Database, table: Table) -> int:
    if set(db.table(table.name).columns_dict) != set(table.columns):
        return _count(db, f"SELECT 1 FROM {_fresh(table)}")
    both = [f"SELECT {table.column_list} FROM {name}" for name in (table.name, _fresh(table))]
    return _count(db, " EXCEPT ".join(both)) + _count(db, " EXCEPT ".join(reversed(both)))


def _count(db: Database, query: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM ({query})").fetchone()[0])
