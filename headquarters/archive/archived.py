"""Events that were moved to Parquet files by headquarters/archive/archiving.py: who reads the journal reads them there,
and need not know."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from os import SEEK_END
from os.path import isfile
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import psycopg

from lobby.events.envelope import Row

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

DROPPED = (
    "SELECT file, first_seq, last_seq, events FROM archived WHERE branch = %s AND epoch = %s"
    " AND last_seq > %s AND first_seq <= %s AND dropped_at IS NOT NULL ORDER BY first_seq"
)
MEMORY = "512MB"
"""Of DuckDB, which takes 80 % of the machine's unless it is told: a database and an ingest beside it need theirs, and
several read at once. A group of rows of a file has some 3 MB, and what is more to sort goes to the disk."""
SPILL = ".duckdb"
"""In the folder of the files: there is room for a month. Where the process stands, DuckDB's own choice, may be / or
a folder that nobody may write to."""
SPILL_MAX = "4GB"
"""More than a branch's whole month; DuckDB's own limit is 90 % of what is free."""

COPY = "put a sound copy in its place"
LACK = "no fault of the file: memory, or the disk of its folder, was too little"
MAY_READ = "let this user read it"
_numbers = count(1)
END = b"PAR1"
"""With which a Parquet file ends that was not cut off."""


class ArchiveFault(OSError):
    """A file of old months is not where it was written, or it cannot be read. The text says what to do."""


def selected(columns: Iterable[str]) -> str:
    """Columns of the journal as a query reads them: `data` as the text that its hash is of."""
    return ", ".join(columns).replace("data", "data::text")


def rows(
    db: psycopg.Connection,
    branch: str,
    epoch: int,
    span: tuple[int, int],
    most: int,
    columns: Sequence[str],
) -> list[Row]:
    """Of an epoch, the events after the first `seq` of `span` up to the last one, in order and wherever they are. The
    first of `columns` is `seq`. Raises ArchiveFault."""
    after, last = span
    names = selected(columns)
    query = (
        f"SELECT {names} FROM journal WHERE branch = %s AND epoch = %s AND seq > %s AND seq <= %s"
        " ORDER BY seq LIMIT %s"
    )
    here = db.execute(query, [branch, epoch, after, last, most]).fetchall()
    if here and here[0][0] == after + 1:
        return here
    files = db.execute(DROPPED, [branch, epoch, after, last]).fetchall()
    old: list[Row] = []
    for file, first, end, events in files:
        if len(old) < most:
            there = max(after, first - 1), min(last, end)
            whole = (branch, epoch, first, end), events
            old += _next(file, columns, whole, there, most - len(old))
    return [*old, *here][:most]


def event(
    db: psycopg.Connection, branch: str, epoch: int, seq: int, columns: Sequence[str]
) -> Row | None:
    """One event. Raises ArchiveFault."""
    found = rows(db, branch, epoch, (seq - 1, seq), 1, ("seq", *columns))
    return found[0][1:] if found else None


def first_of(
    db: psycopg.Connection, branch: str, epoch: int, span: tuple[int, int], kind: str
) -> str | None:
    """The data of the epoch's first event of a kind. Raises ArchiveFault."""
    first, last = span
    for file, begin, end, events in db.execute(
        DROPPED, [branch, epoch, first - 1, last]
    ).fetchall():
        where = "seq >= ? AND seq <= ? AND kind = ? ORDER BY seq LIMIT 1"
        if found := _read(file, ["data"], where, [branch, epoch, first, last, kind]):
            return str(found[0][0])
        _must_have(file, (branch, epoch, begin, end), events)
    row = db.execute(
        "SELECT data::text FROM journal WHERE branch = %s AND epoch = %s AND seq BETWEEN %s AND %s"
        " AND kind = %s ORDER BY seq LIMIT 1",
        [branch, epoch, first, last, kind],
    ).fetchone()
    return str(row[0]) if row else None


def is_whole(file: Path, events: int | None = None) -> bool:
    """Whether it is there, to its end, and with so many events where that is known."""
    with suppress(OSError):
        with file.open("rb") as parquet:
            parquet.seek(-len(END), SEEK_END)
            is_ended = parquet.read() == END
        return is_ended and (events is None or length(file) == events)
    return False


def length(file: Path, remedy: str = COPY) -> int:
    """How many events it has, of all branches. Raises ArchiveFault."""
    with faults_told(file, remedy), duck(file.parent) as connection:
        row = connection.execute("SELECT count(*) FROM read_parquet(?)", [str(file)]).fetchone()
    return int(row[0]) if row else 0


@contextmanager
def duck(folder: Path) -> Iterator[DuckDBPyConnection]:
    """DuckDB, for files in this folder. What it spills is gone with the connection. One thread: who reads old months is
    not to slow down who takes in."""
    import duckdb

    spill = folder / f"{SPILL}-{os.getpid()}-{next(_numbers)}"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "threads": 1,
        "temp_directory": str(spill),
        "max_temp_directory_size": SPILL_MAX,
    }
    with duckdb.connect(config=config) as connection:
        try:
            yield connection
        finally:
            rmtree(spill, ignore_errors=True)


def remove_spilled(folder: Path) -> None:
    """What killed processes left there."""
    try:
        for spill in folder.glob(f"{SPILL}-*-*"):
            if not _lives(spill.name.split("-")[1]):
                rmtree(spill, ignore_errors=True)
    except OSError as error:  # another user's, or a mount that is dead
        log.warning("the folder of old months cannot be looked into: %s", error)


def _lives(pid: str) -> bool:
    """On this machine."""
    return pid.isdigit() and Path("/proc", pid).exists()


@contextmanager
def faults_told(file: Path | str, remedy: str = COPY) -> Iterator[None]:
    """What DuckDB says of a file, in one line, and what to do. Raises ArchiveFault."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        why = str(error).partition("\n")[0]
        if isinstance(error, duckdb.OutOfMemoryException):
            remedy = LACK
        elif "Permission denied" in why:
            remedy = MAY_READ
        raise ArchiveFault(f"{file}: {why}: {remedy}") from error


def quoted(columns: Iterable[str]) -> str:
    """As DuckDB wants them: `at` is a word of its own there."""
    return ", ".join(f'"{name}"' for name in columns)


Whole = tuple[tuple[str, int, int, int], int | None]
"""What a file has of a branch and epoch, from a number to a number, and how many events these are where it is known."""


def _next(
    file: str, columns: Sequence[str], whole: Whole, span: tuple[int, int], most: int
) -> list[Row]:
    """Mostly there is no gap, and the next ones have the next numbers: DuckDB reads a few groups of rows then, where it
    would read and sort the rest of the month. A gap is the journal's own, or the file is another one."""
    after, last = span
    of = whole[0][:2]
    where = "seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
    near = min(last, after + most)
    found = _read(file, columns, where, [*of, after, near, most])
    if len(found) < near - after:
        _must_have(file, *whole)
        found = _read(file, columns, where, [*of, after, last, most])
    return found


def _must_have(file: str, span: tuple[str, int, int, int], events: int | None) -> None:
    """What was written there. A file of another province or of another day may have the same name. Raises
    ArchiveFault."""
    where = "seq >= ? AND seq <= ?"
    found = len(_read(file, ["seq"], where, span))
    least = 1 if events is None else events
    if found < least:
        raise ArchiveFault(
            f"{file} has {found} of the {least} events or more that it had of branch {span[0]}: {COPY}"
        )


def _read(file: str, columns: Sequence[str], where: str, values: Sequence[Any]) -> list[Row]:
    if not isfile(file):
        raise ArchiveFault(
            f"old months are in {file}, which is not here: mount its folder, where this user may read"
        )
    with faults_told(file), duck(Path(file).parent) as connection:
        query = f"SELECT {quoted(columns)} FROM read_parquet(?) WHERE branch = ? AND epoch = ? AND {where}"
        found: list[Row] = connection.execute(query, [file, *values]).fetchall()
    return found
