"""The branches' derived tables in PostgreSQL: the same nouns and columns, with `branch` and `journal` before them. They
are made from the branch's own definition, and are made again when its version changes.

Tables with a `day` are partitioned by its month. Days are texts, as in the branch: `2026-03-02`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal
from pydantic_core import to_json

from headquarters.deriving.line import Line
from lobby.journal.tables import TABLES, Table
from lobby.journal.tables.table import Row

TYPES = {"TEXT": SQL('text COLLATE "C"'), "INTEGER": SQL("bigint"), "REAL": SQL("double precision")}
"""By SQLite's. Texts sort by their bytes, as there."""
DAY = "day"
MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
"""Of a day; whatever else stands there goes into the partition of all others."""
OTHERS = "others"
Rows = Mapping[str, Mapping[Any, Row]]
"""By table and key, what stands there now."""
LOCK = 0x4E6F756E73
"""Two processes do not make the same partition at once ("Nouns")."""


def is_dated(table: Table) -> bool:
    return DAY in table.columns


def create_tables(db: psycopg.Connection) -> bool:
    """Make those that are missing or of another version, empty. Whether there were such: then everything is to be
    derived again."""
    done: dict[str, int] = dict(db.execute("SELECT name, version FROM derived").fetchall())
    stale = [table for table in TABLES if done.get(table.name) != table.version]
    for table in stale:
        db.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(table.name)))
        _create(db, table)
        db.execute(
            "INSERT INTO derived (name, version) VALUES (%s, %s)"
            " ON CONFLICT (name) DO UPDATE SET version = excluded.version",
            [table.name, table.version],
        )
    return bool(stale)


def _create(db: psycopg.Connection, table: Table) -> None:
    key = _key(table)
    columns = [
        SQL("{} {} {}").format(
            Identifier(name), TYPES[type_], SQL("NOT NULL" if name in key else "")
        )
        for name, type_ in table.columns.items()
    ]
    db.execute(
        SQL(
            "CREATE TABLE {} (branch text NOT NULL, journal bigint NOT NULL, {},"
            " PRIMARY KEY (branch, {}, journal)) {}"
        ).format(
            Identifier(table.name),
            SQL(", ").join(columns),
            _names(key),
            SQL("PARTITION BY RANGE (day)" if is_dated(table) else ""),
        )
    )
    for column in _indexed(table):
        db.execute(
            SQL("CREATE INDEX ON {} (branch, {})").format(
                Identifier(table.name), Identifier(column)
            )
        )
    if is_dated(table):
        db.execute(
            SQL("CREATE TABLE {} PARTITION OF {} DEFAULT").format(
                Identifier(f"{table.name}_{OTHERS}"), Identifier(table.name)
            )
        )


def _key(table: Table) -> list[str]:
    """A partition's key is part of the table's."""
    own = next(iter(table.columns))
    return [DAY, own] if is_dated(table) else [own]


def _indexed(table: Table) -> list[str]:
    """What is looked up by: where the day is in the key, the branch's key too."""
    columns = dict.fromkeys(column for column in table.indexes if column != DAY)
    if is_dated(table):
        columns[next(iter(table.columns))] = None
    return list(columns)


def _names(columns: Iterable[str]) -> Composed:
    return SQL(", ").join(map(Identifier, columns))


# -- partitions -----------------------------------------------------------------------------------------
class Partitions:
    """Makes the partitions of months when they are first needed."""

    def __init__(self) -> None:
        self._there: set[tuple[str, str]] = set()

    def ensure(self, db: psycopg.Connection, rows: Rows) -> None:
        for table in filter(is_dated, TABLES):
            days = (str(row[DAY]) for row in rows.get(table.name, {}).values())
            months = {found[0] for day in days if (found := MONTH.match(day))}
            for month in sorted(months):
                if (table.name, month) not in self._there:
                    _create_partition(db, table, month)
                    self._there.add((table.name, month))


def _create_partition(db: psycopg.Connection, table: Table, month: str) -> None:
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    name = f"{table.name}_{month.replace('-', '_')}"
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        db.execute(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})"
            ).format(
                Identifier(name),
                Identifier(table.name),
                Literal(first.isoformat()),
                Literal(after.isoformat()),
            )
        )


# -- rows -----------------------------------------------------------------------------------------------
def write(db: psycopg.Connection, line: Line, table: Table, rows: Sequence[Row]) -> list[str]:
    """Put the rows in the place of former ones with the same key. Says why some could not be stored; the others
    are."""
    try:
        with db.transaction():
            _upsert(db, line, table, rows)
    except (psycopg.DataError, psycopg.IntegrityError, ValueError) as error:
        return _write_rest(db, line, table, rows, error)
    return []


def _write_rest(
    db: psycopg.Connection, line: Line, table: Table, rows: Sequence[Row], error: Exception
) -> list[str]:
    """By halves, until the row that is refused stands alone."""
    middle = len(rows) // 2
    if middle:
        halves = rows[:middle], rows[middle:]
        return [why for half in halves for why in write(db, line, table, half)]
    cleaned = clean(rows[0])
    if cleaned != rows[0]:
        return write(db, line, table, [cleaned])
    return [f"{type(error).__name__}: {str(error).splitlines()[0]}"]


def clean(row: Row) -> Row:
    """Without what PostgreSQL cannot hold."""
    return {
        column: value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        if isinstance(value, str)
        else value
        for column, value in row.items()
    }


def _upsert(db: psycopg.Connection, line: Line, table: Table, rows: Sequence[Row]) -> None:
    """One statement, however many rows."""
    typed = [
        SQL("{} {}").format(Identifier(name), TYPES[type_]) for name, type_ in table.columns.items()
    ]
    set_ = [
        SQL("{0} = excluded.{0}").format(Identifier(name))
        for name in table.columns
        if name not in _key(table)
    ]
    nothing = SQL("NOTHING")
    db.execute(
        SQL(
            "INSERT INTO {} (branch, journal, {})"
            " SELECT %s, %s, * FROM json_to_recordset(%s::json) AS rows ({})"
            " ON CONFLICT (branch, {}, journal) DO {}"
        ).format(
            Identifier(table.name),
            _names(table.columns),
            SQL(", ").join(typed),
            _names(_key(table)),
            SQL("UPDATE SET {}").format(SQL(", ").join(set_)) if set_ else nothing,
        ),
        [line.branch, line.journal, to_json([_numbered(row) for row in rows]).decode()],
    )


def _numbered(row: Row) -> Row:
    """Truth is a number, as in SQLite."""
    return {
        column: int(value) if isinstance(value, bool) else value for column, value in row.items()
    }


def clear(db: psycopg.Connection, line: Line) -> None:
    """Every row of the journal goes."""
    for table in TABLES:
        db.execute(
            SQL("DELETE FROM {} WHERE branch = %s AND journal = %s").format(Identifier(table.name)),
            [line.branch, line.journal],
        )


FORMER = "former_"


def set_aside(db: psycopg.Connection, branch: str) -> None:
    """Take the rows of the branch out, and keep them until the transaction ends, to compare them with new ones."""
    for table in TABLES:
        names = {"former": Identifier(FORMER + table.name), "table": Identifier(table.name)}
        of_branch = SQL(" {table} WHERE branch = {branch}").format(**names, branch=Literal(branch))
        db.execute(
            SQL("CREATE TEMP TABLE {former} ON COMMIT DROP AS SELECT * FROM").format(**names)
            + of_branch
        )
        db.execute(SQL("DELETE FROM") + of_branch)


def differing(db: psycopg.Connection, branch: str) -> dict[str, int]:
    """By table, how many rows are not as those set aside."""
    return {table.name: _differing(db, branch, table) for table in TABLES}


def _differing(db: psycopg.Connection, branch: str, table: Table) -> int:
    now = SQL("SELECT * FROM {} WHERE branch = {}").format(Identifier(table.name), Literal(branch))
    former = SQL("SELECT * FROM {}").format(Identifier(FORMER + table.name))
    row = db.execute(
        SQL(
            "SELECT (SELECT count(*) FROM ({now} EXCEPT ({former})) a) +"
            " (SELECT count(*) FROM ({former} EXCEPT ({now})) b)"
        ).format(now=now, former=former)
    ).fetchone()
    return int(row[0]) if row else 0


def read(
    db: psycopg.Connection, table: Table, where: str, values: Sequence[object]
) -> list[tuple[Any, ...]]:
    """The rows of a noun, in the order of its columns; `where` is a condition on the table as `noun`."""
    columns = SQL(", ").join(Identifier("noun", column) for column in table.columns)
    query = SQL("SELECT {} FROM {} noun WHERE " + where).format(columns, Identifier(table.name))
    return db.execute(query, values).fetchall()
