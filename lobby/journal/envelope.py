"""The rows of the table `event` in SQLite: how they are made, written and read."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from sqlite_utils import Database

from lobby import events as ev
from lobby.branch.rules import NO_CODE
from lobby.events.codec import recorded_data
from lobby.events.envelope import BEGINNING, COLUMNS, SEQ, End, Row, chained, link

SPREAD = 10**6
"""So many epochs can be opened within the same second: two machines that restore the same backup at once draw the
same one once in a million times. Seconds times this stay below 2**53, which JSON readers hold exactly, until 2255."""


def draw_epoch(now: datetime, parent: int) -> int:
    """A new epoch: the second in its upper digits, chance in the lower six. It is above its parent's even where the
    clock is behind."""
    second = max(int(now.timestamp()), parent // SPREAD + 1)
    return second * SPREAD + secrets.randbelow(SPREAD)


def instant(at: datetime) -> str:
    """As the database has it: in UTC and with six decimals always, so that texts sort as instants do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def instant_or_none(at: datetime | None) -> str | None:
    if at:
        return instant(at)
    return None


def as_json(value: object) -> str:
    """Compact JSON, several times quicker than the standard library's; dataclasses become objects."""
    return to_json(value).decode()


def insert(conn: Any, rows: Iterable[Row]) -> None:
    """Write rows with their hashes, within the transaction that is open."""
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    conn.executemany(f"INSERT INTO event ({', '.join(COLUMNS)}, hash) VALUES ({marks})", rows)


def rows_of(records: Iterable[ev.Recorded], branch: str, epoch: int, former: str) -> Iterator[Row]:
    """The rows of the events, chained to the row with the hash `former`."""
    return chained((_row(recorded, branch, epoch) for recorded in records), former)


def _row(recorded: ev.Recorded, branch: str, epoch: int) -> Row:
    event = recorded.event
    return (
        branch,
        epoch,
        recorded.seq,
        instant(recorded.at),
        type(event).__name__,
        event.V,
        getattr(event, "ticket", None),
        getattr(event, "counter", None),
        recorded.actor,
        as_json(recorded_data(recorded)),
    )


# -- reading ----------------------------------------------------------------------------------------------
def is_enveloped(db: Database) -> bool:
    """Whether the table is of this version; a former one is brought up to date when the branch opens."""
    return db.table("event").exists() and "hash" in db.table("event").columns_dict


def rows_after(db: Database, seq: int) -> Iterator[Row]:
    """COLUMNS and `hash` of the events after `seq`, in order."""
    return iter(
        db.execute(
            f"SELECT {', '.join(COLUMNS)}, hash FROM event WHERE seq > ? ORDER BY seq", [seq]
        )
    )


def line(row: Row) -> str:
    """A row of `rows_after` as a line of JSON. `data` stands there as it is stored, as the hash has it; data that is
    no JSON as a text."""
    *envelope, data, hash = row
    head = json.dumps(dict(zip(COLUMNS, envelope, strict=False)), ensure_ascii=False)
    return f'{head[:-1]}, "data": {_document(data)}, "hash": {json.dumps(hash)}}}'


def _document(data: str) -> str:
    try:
        json.loads(data)
    except ValueError:
        return json.dumps(data)
    return data


def end(db: Database) -> End:
    row = db.execute("SELECT epoch, seq, hash FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    if row:
        return End(*row)
    return BEGINNING


def before(db: Database, known: End) -> End:
    """Where the journal ended before the event of the known end."""
    query = "SELECT epoch, seq, hash FROM event WHERE seq = ?"
    row = db.execute(query, [known.seq - 1]).fetchone()
    if row:
        return End(*row)
    return BEGINNING


def last_branch(db: Database) -> str:
    """The branch code of the last event."""
    row = db.execute("SELECT branch FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    branch: str = row[0] if row else NO_CODE
    return branch


def last_instant(db: Database) -> datetime | None:
    """When the last event happened; None where there is none, or its instant cannot be read."""
    row = db.execute("SELECT at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    with suppress(ValueError, TypeError):
        return ev.instant_of(row[0])
    return None


def has(db: Database, known: End) -> bool:
    """Whether this end is the journal's, or was once."""
    row = db.execute("SELECT hash FROM event WHERE seq = ?", [known.seq]).fetchone()
    return known.seq == 0 or (row is not None and row[0] == known.hash)


def first_lost(db: Database, known: End) -> int | None:
    """The first `seq` that the journal lacks or has otherwise, where it does not have the end that is known."""
    if has(db, known):
        return None
    return min(end(db).seq + 1, known.seq)


def altered(db: Database) -> list[int]:
    """The events that opened an epoch since the journal's end was not the one that was written."""
    query = "SELECT seq FROM event WHERE kind = ? AND data LIKE ?"
    rows = db.execute(query, [ev.JournalForked.__name__, f'%"reason":"{ev.ForkReason.ALTERED}"%'])
    return [row[0] for row in rows.fetchall()]


def first_misfit(db: Database, since: End = BEGINNING) -> int | None:
    """The first `seq` after `since` whose row is missing or does not fit its hash."""
    seq = since.seq
    former = since.hash
    for *row, hash in rows_after(db, seq):
        seq += 1
        if row[SEQ] != seq or not _fits(former, tuple(row), hash):
            return seq
        former = hash
    return None


def _fits(former: str, row: Row, hash: object) -> bool:
    try:
        return link(former, row) == hash
    except ValueError:
        return False  # bytes that are no text
