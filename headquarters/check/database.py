"""PostgreSQL as headquarters needs it: reachable, with its tables, writing to the disk what it commits."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sized
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import psycopg

from headquarters.archive.archived import is_whole
from headquarters.check.finding import Finding, Findings, Grade, Say
from headquarters.config import Headquarters
from headquarters.journal.tables import MIGRATIONS
from lobby.redaction import redacted
from lobby.texts import Text

Found = TypeVar("Found", bound=Sized)
CONNECT_S = 5
LOOK_S = 0.5
VERSION_MIN = 150_000
ON = {
    "fsync": Text("a power cut would destroy the database: set fsync = on and restart PostgreSQL"),
    "full_page_writes": Text(
        "a power cut would leave torn pages: set full_page_writes = on and reload PostgreSQL"
    ),
}
DISK_LOW_B = 20 * 2**30
"""200 branches write some 0.4 GB a day, with indexes: weeks are left to act."""
DISK_OUT_B = 2 * 2**30
"""PostgreSQL stops where its log finds no room."""
LOCAL = ("127.0.0.1", "localhost", "::1", "")


def opened(headquarters: Headquarters) -> psycopg.Connection:
    """For other findings. Raises psycopg.Error where it does not answer, which is a finding of its own."""
    url = headquarters.engines.database
    return psycopg.connect(url, connect_timeout=CONNECT_S, autocommit=True)


def lasting(look: Callable[[], Found], seconds: float) -> Found:
    """What is still there after so long, looked for again and again; nothing at once."""
    deadline = time.monotonic() + seconds
    while (found := look()) and time.monotonic() < deadline:
        time.sleep(LOOK_S)
    return found


def findings(headquarters: Headquarters, now: datetime, say: Say) -> Findings:
    url = headquarters.engines.database
    if not url:
        unnamed = Text("no database is named: set DATABASE_URL, or database under [engines]")
        yield Finding("database", Grade.FAIL, say(unnamed))
        return
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_S) as db:
            yield from _of(db, headquarters, now, say)
    except psycopg.Error as error:
        unreachable = Text(
            "PostgreSQL does not answer ({error}): start it, or correct DATABASE_URL",
            error=redacted(" ".join(str(error).split())),
        )
        yield Finding("database", Grade.FAIL, say(unreachable))


def _of(db: psycopg.Connection, headquarters: Headquarters, now: datetime, say: Say) -> Findings:
    version = db.info.server_version
    named = f"PostgreSQL {version // 10_000}.{version % 10_000}"
    if version < VERSION_MIN:
        old = Text("{version} is too old: PostgreSQL 15 or later is needed", version=named)
        yield Finding("database", Grade.FAIL, say(old))
    else:
        yield Finding("database", Grade.OK, f"{named}, {db.info.host}:{db.info.port}")
    yield from _tables(db, say)
    yield from _settings(db, say)
    yield from _disk(db, say)
    yield from _old_months(db, headquarters.archive, say)
    yield from _clock(db, headquarters, now, say)


def _tables(db: psycopg.Connection, say: Say) -> Findings:
    there = _value(db, "SELECT to_regclass('migration')::text")
    done = int(_value(db, "SELECT max(number)::text FROM migration") or 0) if there else 0
    if done == len(MIGRATIONS):
        yield Finding("tables", Grade.OK, str(done))
    elif done > len(MIGRATIONS):
        newer = Text(
            "the tables are of a later version ({done}) than this program ({known}): install the later program here",
            done=done,
            known=len(MIGRATIONS),
        )
        yield Finding("tables", Grade.FAIL, say(newer))
    else:
        older = Text(
            "{done} of {known} steps of the tables are made: the next start of lobby hq ingest makes the rest",
            done=done,
            known=len(MIGRATIONS),
        )
        yield Finding("tables", Grade.WARN, say(older))


def _settings(db: psycopg.Connection, say: Say) -> Findings:
    for name, remedy in ON.items():
        is_on = _value(db, f"SHOW {name}") == "on"
        yield Finding(name, Grade.OK if is_on else Grade.FAIL, "on" if is_on else say(remedy))


def _disk(db: psycopg.Connection, say: Say) -> Findings:
    """What is free where the database is. What cannot be seen from here is told too."""
    size = float(_value(db, "SELECT pg_database_size(current_database())") or 0)
    try:
        free = _free(db)
    except psycopg.Error:
        unseen = Text(
            "the database has {gb} GB; what is free is not seen, since {role} may not know the folder: as postgres, "
            "psql -c 'GRANT pg_read_all_settings TO {role}'",
            gb=f"{size / 2**30:.1f}",
            role=db.info.user,
        )
        yield Finding("disk", Grade.WARN, say(unseen))
        return
    if free is None:
        elsewhere = Text(
            "the database has {gb} GB; what is free is not seen from here: watch the disk of {host}",
            gb=f"{size / 2**30:.1f}",
            host=db.info.host,
        )
        yield Finding("disk", Grade.OK, say(elsewhere))
        return
    told = Text(
        "{gb} GB are free for the database, which has {size}",
        gb=f"{free / 2**30:.1f}",
        size=f"{size / 2**30:.1f}",
    )
    low = Text(
        "only {gb} GB are free for the database: make room, or move old months away with lobby hq archive",
        gb=f"{free / 2**30:.1f}",
    )
    if free < DISK_OUT_B:
        yield Finding("disk", Grade.FAIL, say(low))
    elif free < DISK_LOW_B:
        yield Finding("disk", Grade.WARN, say(low))
    else:
        yield Finding("disk", Grade.OK, say(told))


def _old_months(db: psycopg.Connection, folder: Path | None, say: Say) -> Findings:
    """The files of what PostgreSQL has no more. None before the table is made."""
    if not _value(db, "SELECT to_regclass('archived')::text"):
        return
    counted: dict[str, int | None] = dict(db.execute(_old_files(db)).fetchall())
    files = [*counted]
    if folder and (elsewhere := [file for file in files if Path(file).parent != folder]):
        named = Text(
            "hq.toml names {folder} for old months, and {n} files are looked for elsewhere, {file} first: restart "
            "lobby hq ingest; its log says why where that does not help",
            folder=str(folder),
            n=len(elsewhere),
            file=elsewhere[0],
        )
        yield Finding("archive", Grade.WARN, say(named))
    if missing := [file for file in files if not is_whole(Path(file), counted[file])]:
        away = Text(
            "{n} files of old months are not in their place, or not whole, {file} first: mount their folder, put a "
            "copy there, or name the folder where they are by now (archive under [engines] of hq.toml)",
            n=len(missing),
            file=missing[0],
        )
        yield Finding("archive", Grade.WARN, say(away))
    elif files:
        yield Finding("archive", Grade.OK, str(len(files)))


def _old_files(db: psycopg.Connection) -> str:
    """Each with how many events it has; NULL where one of them was written before that was kept."""
    kept = "SELECT FROM information_schema.columns WHERE table_name = 'archived' AND column_name = 'events'"
    events = "CASE WHEN count(*) = count(events) THEN sum(events)::bigint END"
    known = events if db.execute(kept).fetchone() is not None else "NULL::bigint"
    return f"SELECT file, {known} FROM archived GROUP BY file HAVING count(dropped_at) > 0 ORDER BY file"


def _free(db: psycopg.Connection) -> int | None:
    """Bytes; None where the database's folder is not on this machine. Raises psycopg.Error where its user may not know
    the folder."""
    if db.info.host not in LOCAL:
        return None
    with db.transaction():
        folder = Path(_value(db, "SHOW data_directory"))
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return None


def _clock(db: psycopg.Connection, headquarters: Headquarters, now: datetime, say: Say) -> Findings:
    row = db.execute("SELECT clock_timestamp()").fetchone()
    off = abs((row[0] - now).total_seconds()) if row else 0.0
    if off <= headquarters.limits.clock_s:
        yield Finding("clock", Grade.OK, f"{off:.1f} s")
        return
    apart = Text(
        "this machine's clock and the database's are {seconds} s apart: let both follow one time server",
        seconds=f"{off:.0f}",
    )
    yield Finding("clock", Grade.WARN, say(apart))


def _value(db: psycopg.Connection, question: str) -> str:
    """The one value that it answers; nothing for none."""
    row = db.execute(question.encode()).fetchone()
    return str(row[0]) if row and row[0] is not None else ""
