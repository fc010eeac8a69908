"""Writes events into PostgreSQL as they came, whatever is in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Json
from pydantic_core import from_json

from lobby.events.envelope import COLUMNS, EPOCH, SEQ, Row

JOURNAL = (*COLUMNS, "hash")


def write(db: psycopg.Connection, table: LiteralString, rows: Sequence[Row]) -> None:
    """By COPY. Where the database refuses a value, with that value as it can hold it."""
    with suppress(psycopg.DataError, psycopg.errors.StatementTooComplex):
        with db.transaction():
            _copy(db, table, rows)
        return
    _copy(db, table, [_storable(row) for row in rows])


def _copy(db: psycopg.Connection, table: LiteralString, rows: Sequence[Row]) -> None:
    into = f"COPY {table} ({', '.join(JOURNAL)}) FROM STDIN"
    with db.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


def put_aside(db: psycopg.Connection, rows: Iterable[tuple[Row, str]]) -> None:
    """Into the quarantine, each for its reason."""
    with db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO quarantine (branch, epoch, seq, hash, why, event)"
            " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                (row[0], row[EPOCH], row[SEQ], row[-1], why, Json(_document(row)))
                for row, why in rows
            ],
        )


def _document(row: Row) -> dict[str, Any]:
    return dict(zip(JOURNAL, row, strict=True))


def _storable(row: Row) -> Row:
    """The row as PostgreSQL can hold it: no NUL in a text, and `data` that is no JSON, or is nested too
    deep, as a text."""
    *envelope, data, hash = (_without_nul(value) for value in row)
    return (*envelope, _as_json(data), hash)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return value


def _as_json(data: str) -> str:
    try:
        from_json(data, allow_inf_nan=False)
    except ValueError:
        return json.dumps(data)
    return data
