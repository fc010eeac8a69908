"""A branch's journal in headquarters' raw table, as the ingest puts it there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlite_utils.db import sqlite3

from lobby.events.envelope import COLUMNS, EPOCH, SEQ

HASH = len(COLUMNS)


def journal_of(data: Path) -> list[tuple[Any, ...]]:
    """COLUMNS and `hash` of all events in a branch's folder."""
    with closing(sqlite3.connect(str(data / "lobby.db"))) as db:
        query = f"SELECT {', '.join(COLUMNS)}, hash FROM event ORDER BY seq"
        rows: list[tuple[Any, ...]] = db.execute(query).fetchall()
        return rows


def take_in(db: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows of one branch that are not there yet. An epoch that begins ends those before it."""
    code = rows[0][0]
    with db.transaction():
        db.execute("INSERT INTO branch (code) VALUES (%s) ON CONFLICT DO NOTHING", [code])
        for epoch, of_epoch in groupby(rows, key=itemgetter(EPOCH)):
            _take_epoch(db, code, epoch, list(of_epoch))
        end = rows[-1]
        db.execute(
            "UPDATE branch SET epoch = %s, seq = %s, hash = %s, taken_at = now() WHERE code = %s",
            [end[EPOCH], end[SEQ], end[HASH], code],
        )


def _take_epoch(db: Any, code: str, epoch: int, rows: list[tuple[Any, ...]]) -> None:
    first, last = rows[0][SEQ], rows[-1]
    db.execute(
        "UPDATE epoch SET kept_until = least(coalesce(kept_until, last_seq), %s) WHERE branch = %s AND epoch < %s",
        [first - 1, code, epoch],
    )
    db.execute(
        "INSERT INTO epoch (branch, epoch, first_seq, last_seq, last_hash, reason) VALUES (%s, %s, %s, %s, %s, 'test')"
        " ON CONFLICT (branch, epoch) DO UPDATE SET last_seq = greatest(epoch.last_seq, excluded.last_seq)",
        [code, epoch, first, last[SEQ], last[HASH]],
    )
    with db.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO journal ({', '.join(COLUMNS)}, hash) VALUES ({', '.join(['%s'] * (HASH + 1))})"
            " ON CONFLICT DO NOTHING",
            rows,
        )
