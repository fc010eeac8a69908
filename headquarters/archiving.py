"""Moves old months of the raw journal from PostgreSQL to Parquet files, one of all branches for each month.

A file is written, forced to the disk, and compared with PostgreSQL event by event before it counts. Removing the rows
from PostgreSQL is a step of its own, which compares again.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import zip_longest
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from headquarters.archived import MEMORY, ArchiveMissing, quoted
from headquarters.deriving.line import lines_of
from headquarters.judging import fits
from lobby.events.envelope import COLUMNS, SEQ, Row
from lobby.journal.durable import sync_folder

NAMES = (*COLUMNS, "hash")
TYPES = dict.fromkeys(NAMES, "VARCHAR") | {"epoch": "BIGINT", "seq": "BIGINT", "v": "INTEGER"}
LINE_MAX_B = 2**26
"""Of one event. A batch unpacks to no more."""
PIECE = 5000
GROUP = 8192
"""Rows of a file that are read together: who reads a branch's journal piece by piece reads little else."""
STARTS = """
    SELECT e.branch, e.epoch, coalesce(max(a.last_seq) + 1, e.first_seq), e.last_seq FROM epoch e
    LEFT JOIN archived a ON a.branch = e.branch AND a.epoch = e.epoch
    GROUP BY e.branch, e.epoch ORDER BY e.branch, e.epoch
"""
AT = "SELECT at FROM journal WHERE branch = %s AND epoch = %s AND seq >= %s ORDER BY seq LIMIT 1"
AFTER = (
    "SELECT seq FROM journal WHERE branch = %s AND epoch = %s AND seq >= %s"
    ' AND at >= %s COLLATE "C" ORDER BY seq LIMIT 1'
)
SELECTED = (
    f"SELECT {', '.join(NAMES)} FROM journal WHERE branch = %s AND epoch = %s AND seq BETWEEN %s AND %s ORDER BY seq"
).replace("data", "data::text")
EARLIEST = date(2020, 1, 1)
"""Where a clock said less, events go with the first month after."""


class NotWhole(ValueError):
    """A file does not have what PostgreSQL has: nothing is removed."""


@dataclass(frozen=True)
class Span:
    """Events of an epoch, without a gap, from `first` to `last`."""

    branch: str
    epoch: int
    first: int
    last: int


@dataclass(frozen=True)
class Written:
    """A file: the month up to whose end its events are. `altered`: so many do not fit their hash, as in PostgreSQL."""

    month: str
    file: Path
    events: int
    altered: int


@dataclass(frozen=True)
class Dropped:
    """What was removed from PostgreSQL, and the branches of which some was left: their tables are not made yet."""

    events: int
    left: Sequence[str]


def archive(db: psycopg.Connection, folder: Path, until: date, zone: ZoneInfo) -> Iterator[Written]:
    """Write the months before `until`, the first of a month, that are not written yet; each as it is ready. Raises
    NotWhole and OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    while month := _earliest(db, zone):
        if month >= until:
            return
        end = _next(month)
        spans = [*_spans(db, end, zone)]
        yield _write(db, folder, f"{month:%Y-%m}", spans)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _earliest(db: psycopg.Connection, zone: ZoneInfo) -> date | None:
    """The month of the first event that is not in a file yet."""
    found = []
    for branch, epoch, first, _ in db.execute(STARTS).fetchall():
        row = db.execute(AT, [branch, epoch, first]).fetchone()
        with suppress(ValueError):
            if row:
                found.append(datetime.fromisoformat(row[0]).astimezone(zone).date())
    return max(min(found), EARLIEST).replace(day=1) if found else None


def _spans(db: psycopg.Connection, end: date, zone: ZoneInfo) -> Iterator[Span]:
    """Of each epoch, what is not in a file yet, up to its first event of `end` or later."""
    limit = datetime.combine(end, time(), zone).astimezone(UTC).isoformat(timespec="microseconds")
    for branch, epoch, first, last in db.execute(STARTS).fetchall():
        row = db.execute(AFTER, [branch, epoch, first, limit]).fetchone()
        span = Span(branch, epoch, first, row[0] - 1 if row else last)
        if span.last >= span.first:
            yield span


# -- writing ------------------------------------------------------------------------------------------------
def _write(db: psycopg.Connection, folder: Path, month: str, spans: Sequence[Span]) -> Written:
    file = _free_name(folder, month)
    part = file.with_name(f".{file.name}.part")
    text = file.with_name(f".{file.name}.csv")
    try:
        _copy(db, spans, text)
        _convert(text, part)
        compared = [compare(db, part, span) for span in spans]
        _settle(part, file)
    finally:
        for leftover in (text, part):
            leftover.unlink(missing_ok=True)
    with db.transaction(), db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO archived (branch, epoch, first_seq, last_seq, month, file)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(s.branch, s.epoch, s.first, s.last, month, str(file)) for s in spans],
        )
    return Written(month, file, sum(n for n, _ in compared), sum(n for _, n in compared))


def _free_name(folder: Path, month: str) -> Path:
    """What came of a month later has a file of its own: none is ever written over."""
    names = [f"journal-{month}.parquet", *(f"journal-{month}-{n}.parquet" for n in range(2, 1000))]
    return next(folder / name for name in names if not (folder / name).exists())


def _copy(db: psycopg.Connection, spans: Sequence[Span], text: Path) -> None:
    with os.fdopen(os.open(text, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
        for span in spans:
            values = [span.branch, span.epoch, span.first, span.last]
            query = f"COPY ({SELECTED}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
            with db.cursor() as cursor, cursor.copy(query, values) as copy:
                for block in copy:
                    out.write(block)


def _convert(text: Path, part: Path) -> None:
    """As it stands there, in its order. Nothing unquoted is NULL; quoted and empty is a text."""
    import duckdb

    with duckdb.connect(config={"memory_limit": MEMORY}) as duck:
        rows = duck.read_csv(
            str(text),
            header=False,
            auto_detect=False,
            sep=",",
            quotechar='"',
            escapechar='"',
            na_values="",
            allow_quoted_nulls=False,
            parallel=False,
            max_line_size=LINE_MAX_B,
            buffer_size=2 * LINE_MAX_B,
            columns=TYPES,
        )
        rows.write_parquet(str(part), compression="zstd", row_group_size=GROUP)
    part.chmod(0o600)


def _settle(part: Path, file: Path) -> None:
    with part.open("rb") as whole:
        os.fsync(whole.fileno())
    part.rename(file)
    sync_folder(file.parent)


# -- comparing ----------------------------------------------------------------------------------------------
def compare(db: psycopg.Connection, file: Path, span: Span) -> tuple[int, int]:
    """Read back each event, and its hash. Answers how many there are, and how many of them do not fit their hash.
    Raises NotWhole."""
    count = altered = 0
    former = ""
    with db.transaction(), db.cursor("compared") as cursor:
        cursor.itersize = PIECE
        cursor.execute(SELECTED, [span.branch, span.epoch, span.first, span.last])
        with closing(_read(file, span)) as written:
            for row, there in zip_longest(written, cursor):
                if row != there:
                    seq = (row or there)[SEQ]
                    raise NotWhole(f"{file} differs at event {seq} of branch {span.branch}")
                altered += bool(former) and not fits(former, row, row[-1])
                former = row[-1]
                count += 1
    return count, altered


def _read(file: Path, span: Span) -> Generator[Row]:
    import duckdb

    query = (
        f"SELECT {quoted(NAMES)} FROM read_parquet(?) WHERE branch = ? AND epoch = ? AND seq BETWEEN ? AND ?"
        " ORDER BY seq"
    )
    with duckdb.connect(config={"memory_limit": MEMORY}) as duck:
        found = duck.execute(query, [str(file), span.branch, span.epoch, span.first, span.last])
        while rows := found.fetchmany(PIECE):
            yield from rows


# -- removing from PostgreSQL ---------------------------------------------------------------------------------
def drop(db: psycopg.Connection, until: date) -> Dropped:
    """Remove what is in the files of months before `until`, span by span, each compared before. What is not derived yet
    is left. Raises NotWhole and ArchiveMissing."""
    events = 0
    left = set()
    for branch, epoch, first, last, file in db.execute(
        "SELECT branch, epoch, first_seq, last_seq, file FROM archived"
        " WHERE dropped_at IS NULL AND month < %s ORDER BY branch, epoch, first_seq",
        [f"{until:%Y-%m}"],
    ).fetchall():
        span = Span(branch, epoch, first, last)
        if not _is_derived(db, span):
            left.add(branch)
            continue
        if not Path(file).is_file():
            raise ArchiveMissing(f"{file} is not here: nothing of it was removed")
        compare(db, Path(file), span)
        events += _remove(db, span)
    return Dropped(events, sorted(left))


def _is_derived(db: psycopg.Connection, span: Span) -> bool:
    """A tail that a restore took away is in no table."""
    for line in lines_of(db, span.branch):
        for epoch in line.epochs:
            if epoch.number == span.epoch and line.derived[1] < min(span.last, epoch.last):
                return False
    return True


def _remove(db: psycopg.Connection, span: Span) -> int:
    of = [span.branch, span.epoch, span.first, span.last]
    with db.transaction():
        gone = db.execute(
            "DELETE FROM journal WHERE branch = %s AND epoch = %s AND seq BETWEEN %s AND %s", of
        ).rowcount
        db.execute(
            "UPDATE archived SET dropped_at = now()"
            " WHERE branch = %s AND epoch = %s AND first_seq = %s AND last_seq = %s",
            of,
        )
    return gone
