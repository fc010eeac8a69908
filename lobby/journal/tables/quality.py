"""A snapshot of what lasts longer than a day, as it was when the last day was opened: one row. A start reads it and the
events since; a snapshot of another version is thrown away and made again, like every derived table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from pydantic import TypeAdapter
from sqlite_utils import Database

from lobby import events as ev
from lobby.journal.tables.table import Row, Table
from lobby.state.quality import Quality
from lobby.state.queue import QueueState

ONLY = "quality"


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    """The opening of a day is projected by itself, so that the state is as it was then. What has its default is left
    out: a start reads half as much."""
    if any(isinstance(recorded.event, ev.DayOpened) for recorded in records):
        yield {
            "name": ONLY,
            "seq": state.quality.seq,
            "data": _adapter().dump_json(state.quality, exclude_defaults=True).decode(),
        }


QUALITY = Table(
    "quality",
    15,
    {"name": "TEXT", "seq": "INTEGER", "data": "TEXT"},
    _rows,
    frozenset([ev.DayOpened]),
)


def snapshot(db: Database) -> Quality | None:
    """None where no day was opened yet, and for one that cannot be read."""
    row = db.execute("SELECT data FROM quality WHERE name = ?", [ONLY]).fetchone()
    if row is None:
        return None
    return quality_of(row[0])


def quality_of(data: str) -> Quality | None:
    """What a row of the table says; None where it cannot be read."""
    try:
        return _adapter().validate_json(data)
    except ValueError:
        return None


@cache
def _adapter() -> TypeAdapter[Quality]:
    return TypeAdapter(Quality)
