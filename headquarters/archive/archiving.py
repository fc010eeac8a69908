"""Moves old months of the raw journal from PostgreSQL to Parquet files, one of all branches for each month.

A file is written, forced to the disk, and compared with PostgreSQL event by event before it counts. Removing the rows
from PostgreSQL is a step of its own, which compares again.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import astuple, dataclass
from datetime import date
from itertools import count, takewhile, zip_longest
from os.path import isfile
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg

from headquarters.archive.archived import (
    ArchiveFault,
    duck,
    faults_told,
    length,
    quoted,
    remove_spilled,
    selected,
)
from headquarters.archive.unwritten import Span, earliest_month, spans_until
from headquarters.deriving.line import lines_of
from headquarters.journal.judging import fits
from lobby.events.envelope import COLUMNS, SEQ, Row
from lobby.journal.durable import sync_folder

NAMES = (*COLUMNS, "hash")
TYPES = dict.fromkeys(NAMES, "VARCHAR") | {"epoch": "BIGINT", "seq": "BIGINT", "v": "INTEGER"}
LINE_MAX_B = 2**26
"""Of one event. A batch unpacks to no more."""
PART, TEXT = ".journal.parquet", ".journal.csv"
"""On the way. What a killed process left is written over, and removed."""
PIECE = 5000
GROUP = 8192
"""Rows of a file that are read together: who reads a branch's journal piece by piece reads little else."""
SELECTED = (
    f"SELECT {selected(NAMES)} FROM journal"
    " WHERE branch = %s AND epoch = %s AND seq BETWEEN %s AND %s ORDER BY seq"
)
AGAIN = "move it away and begin again, since PostgreSQL has all of it"
ROOM = "see its disk"
LOCK = 0x4172636869
"""Two processes do not archive at once ("Archi")."""


class NotWhole(ValueError):
    """A file does not have what PostgreSQL has: nothing is removed."""


class AtWork(ValueError):
    """Another process archives."""


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


Compared = Sequence[tuple[int, int]]
"""For each span, how many events there are, and how many of them do not fit their hash."""


def archive(db: psycopg.Connection, folder: Path, until: date, zone: ZoneInfo) -> Iterator[Written]:
    """Write the months before `until`, the first of a month, that are not written yet; each as it is ready. Raises
    AtWork, NotWhole and OSError."""
    _alone(db)
    _must_be_mounted(db, folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    remove_spilled(folder)
    _forget_lost(db)
    while month := earliest_month(db, zone):
        if month >= until:
            return
        end = _next(month)
        spans = [*spans_until(db, end, zone)]
        yield _write(db, folder, f"{month:%Y-%m}", spans)


def _alone(db: psycopg.Connection) -> None:
    """As long as the connection lasts. Raises AtWork."""
    row = db.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    if not row or not row[0]:
        raise AtWork("another lobby hq archive is at work: wait until it ends")


def _must_be_mounted(db: psycopg.Connection, folder: Path) -> None:
    """Where none of its old months is there the folder is the empty one below a mount that is away: what is written now
    would be below it when it is back. Raises ArchiveFault."""
    query = "SELECT DISTINCT file FROM archived WHERE dropped_at IS NOT NULL ORDER BY file"
    old = [file for (file,) in db.execute(query).fetchall() if Path(file).parent == folder]
    if old and not any(map(isfile, old)):
        raise ArchiveFault(
            f"old months are in {old[0]}, which is not here, nor another: mount {folder}, or put a sound copy there"
        )


def _forget_lost(db: psycopg.Connection) -> None:
    """What PostgreSQL has, and a file that is gone had: it is written again."""
    query = "SELECT DISTINCT file FROM archived WHERE dropped_at IS NULL"
    lost = [file for (file,) in db.execute(query).fetchall() if not isfile(file)]
    db.execute("DELETE FROM archived WHERE dropped_at IS NULL AND file = ANY(%s)", [lost])


def look_in(db: psycopg.Connection, folder: Path) -> int:
    """Have the files looked for in this folder, wherever they were written; how many moved. Raises ValueError where two
    have one name: nothing moves."""
    query = "SELECT DISTINCT file FROM archived ORDER BY file"
    names: dict[str, str] = {}
    for (file,) in db.execute(query).fetchall():
        former = names.setdefault(Path(file).name, file)
        if former != file:
            raise ValueError(f"{former} and {file} have one name: they cannot be in one folder")
    moved = {file: str(folder / name) for name, file in names.items()}
    away = {file: there for file, there in moved.items() if file != there}
    with db.transaction(), db.cursor() as cursor:
        cursor.executemany(
            "UPDATE archived SET file = %s WHERE file = %s",
            [(there, file) for file, there in away.items()],
        )
    return len(away)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


# -- writing ------------------------------------------------------------------------------------------------
def _write(db: psycopg.Connection, folder: Path, month: str, spans: Sequence[Span]) -> Written:
    file, compared = _left(db, folder, month, spans) or _made(db, folder, month, spans)
    with db.transaction(), db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO archived (branch, epoch, first_seq, last_seq, month, file, events)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [
                (*astuple(span), month, str(file), events)
                for span, (events, _) in zip(spans, compared, strict=True)
            ],
        )
    return Written(month, file, sum(n for n, _ in compared), sum(n for _, n in compared))


def _left(
    db: psycopg.Connection, folder: Path, month: str, spans: Sequence[Span]
) -> tuple[Path, Compared] | None:
    """A file with just these events that the database does not know: what wrote it was killed, or the database was
    restored since. A second one would have them counted twice by who reads the folder."""
    known = _known(db)
    for file in takewhile(Path.exists, _names(folder, month)):
        if str(file) not in known:
            with suppress(NotWhole, ArchiveFault):
                return file, _compared(db, file, spans)
    return None


def _made(
    db: psycopg.Connection, folder: Path, month: str, spans: Sequence[Span]
) -> tuple[Path, Compared]:
    """What came of a month later has a file of its own: none is ever written over, and none has the name of one that is
    elsewhere, since all may come into one folder."""
    known = _known(db)
    names = {Path(file).name for file in known}
    file = next(f for f in _names(folder, month) if not f.exists() and f.name not in names)
    part, text = folder / PART, folder / TEXT
    try:
        _copy(db, spans, text)
        _convert(text, part)
        compared = _compared(db, part, spans)
        _settle(part, file)
    finally:
        for leftover in (text, part):
            leftover.unlink(missing_ok=True)
    return file, compared


def _known(db: psycopg.Connection) -> set[str]:
    """The files that the database knows, as whole paths."""
    return {file for (file,) in db.execute("SELECT DISTINCT file FROM archived").fetchall()}


def _names(folder: Path, month: str) -> Iterator[Path]:
    yield folder / f"journal-{month}.parquet"
    for n in count(2):
        yield folder / f"journal-{month}-{n}.parquet"


def _copy(db: psycopg.Connection, spans: Sequence[Span], text: Path) -> None:
    with os.fdopen(os.open(text, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as out:
        for span in spans:
            query = f"COPY ({SELECTED}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
            with db.cursor() as cursor, cursor.copy(query, astuple(span)) as copy:
                for block in copy:
                    out.write(block)


def _convert(text: Path, part: Path) -> None:
    """As it stands there, in its order. Nothing unquoted is NULL; quoted and empty is a text."""
    with faults_told(part, ROOM), duck(part.parent) as connection:
        rows = connection.read_csv(
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
def _compared(db: psycopg.Connection, file: Path, spans: Sequence[Span]) -> Compared:
    """Raises NotWhole, also where the file has more."""
    compared = [compare(db, file, span) for span in spans]
    if length(file, AGAIN) != sum(events for events, _ in compared):
        raise NotWhole(f"{file} has other events too: {AGAIN}")
    return compared


def compare(db: psycopg.Connection, file: Path, span: Span) -> tuple[int, int]:
    """Read back each event, and its hash. Answers how many there are, and how many of them do not fit their hash.
    Raises NotWhole and ArchiveFault."""
    events = altered = 0
    former = ""
    with db.transaction(), db.cursor("compared") as cursor:
        cursor.itersize = PIECE
        cursor.execute(SELECTED, astuple(span))
        with closing(_read(file, span)) as written:
            for row, there in zip_longest(written, cursor):
                if row != there:
                    seq = (row or there)[SEQ]
                    raise NotWhole(
                        f"{file} differs at event {seq} of branch {span.branch}: {AGAIN}"
                    )
                altered += bool(former) and not fits(former, row, row[-1])
                former = row[-1]
                events += 1
    return events, altered


def _read(file: Path, span: Span) -> Generator[Row]:
    query = (
        f"SELECT {quoted(NAMES)} FROM read_parquet(?) WHERE branch = ? AND epoch = ? AND seq BETWEEN ? AND ?"
        " ORDER BY seq"
    )
    with faults_told(file, AGAIN), duck(file.parent) as connection:
        found = connection.execute(query, [str(file), *astuple(span)])
        while rows := found.fetchmany(PIECE):
            yield from rows


# -- removing from PostgreSQL ---------------------------------------------------------------------------------
def drop(db: psycopg.Connection, until: date) -> Dropped:
    """Remove what is in the files of months before `until`, span by span, each compared before. What is not derived yet
    is left. Raises NotWhole and ArchiveFault."""
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
        if not isfile(file):
            raise ArchiveFault(f"{file} is not here: nothing of it was removed")
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
    with db.transaction():
        gone = db.execute(
            "DELETE FROM journal WHERE branch = %s AND epoch = %s AND seq BETWEEN %s AND %s",
            astuple(span),
        ).rowcount
        db.execute(
            "UPDATE archived SET dropped_at = now()"
            " WHERE branch = %s AND epoch = %s AND first_seq = %s AND last_seq = %s",
            astuple(span),
        )
    return gone
