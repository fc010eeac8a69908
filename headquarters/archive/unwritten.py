"""What of the journal is in no Parquet file yet, by months. An epoch is cut where its first event of a later month is:
events stay in their order, and what a clock said wrong is of no consequence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import psycopg

from lobby.journal.envelope import instant

MISSING = """
    WITH written AS (
        SELECT branch, epoch, first_seq, last_seq FROM archived
        UNION ALL SELECT branch, epoch, first_seq - 1, first_seq - 1 FROM epoch
    ), missing AS (
        SELECT branch, epoch, w.last_seq + 1 AS first, e.last_seq AS newest,
            lead(w.first_seq) OVER (PARTITION BY branch, epoch ORDER BY w.first_seq) - 1 AS last
        FROM written w JOIN epoch e USING (branch, epoch)
    )
    SELECT branch, epoch, first, coalesce(last, newest) FROM missing WHERE coalesce(last, newest) >= first
    ORDER BY branch, epoch, first
"""
"""The events that no file has yet, without a gap each."""
TOLD = (
    r"at ~ '^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$'"
    ' AND at <= %s COLLATE "C"'
)
"""An instant as the journal writes it, and not of the future: an event with another one, as of a damaged row or a clock
that was far ahead, goes with those around it."""
OF_SPAN = "FROM journal WHERE branch = %s AND epoch = %s AND seq BETWEEN %s AND %s"
AT = f"SELECT at {OF_SPAN} AND {TOLD} ORDER BY seq LIMIT 1"
AFTER = f'SELECT seq {OF_SPAN} AND at >= %s COLLATE "C" AND {TOLD} ORDER BY seq LIMIT 1'
EARLIEST = date(2020, 1, 1)
"""Where a clock said less, events go with the first month after."""


@dataclass(frozen=True)
class Span:
    """Events of an epoch, without a gap, from `first` to `last`."""

    branch: str
    epoch: int
    first: int
    last: int


def earliest_month(db: psycopg.Connection, zone: ZoneInfo) -> date | None:
    """The month of the first event that is not in a file yet."""
    found = []
    now = instant(datetime.now(UTC))
    for span in _missing(db):
        row = db.execute(AT, [*astuple(span), now]).fetchone()
        with suppress(ValueError):  # such as a 31st of February
            if row:
                found.append(datetime.fromisoformat(row[0]).astimezone(zone).date())
    return max(min(found), EARLIEST).replace(day=1) if found else None


def spans_until(db: psycopg.Connection, end: date, zone: ZoneInfo) -> Iterator[Span]:
    """What is not in a file yet, up to each epoch's first event of `end` or later."""
    limits = instant(datetime.combine(end, time(), zone)), instant(datetime.now(UTC))
    for span in _missing(db):
        row = db.execute(AFTER, [*astuple(span), *limits]).fetchone()
        last = row[0] - 1 if row else span.last
        if last >= span.first:
            yield replace(span, last=last)


def _missing(db: psycopg.Connection) -> list[Span]:
    return [Span(*row) for row in db.execute(MISSING).fetchall()]
