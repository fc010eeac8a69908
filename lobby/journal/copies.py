"""Backups: a copy is made beside its name and put there whole; a restore is verified, shown and asked for.

What is refused raises `Refused` with a sentence; nothing was changed then.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.journal.history import reader
from lobby.journal.journal import Journal, engine
from lobby.journal.schema import migrations

OURS = ("lobby.db", "lobby.db-wal", "lobby.db-shm", "lobby.db-journal", "access.db", "secret.key", "lock")
"""The files of a branch's folder that no copy may replace."""
PAGES = 500
"""Without WAL a copy makes writers wait: it lets go after so many pages."""
PAUSE_S = 0.02
ACTOR = "restore"
RUNS = ("trigger", "view")
"""What of a schema does something by itself when tables are written or read."""


class Refused(ValueError):
    """It was not done, and why."""


@dataclass(frozen=True)
class End:
    """How far a journal goes."""

    seq: int
    at: str


@dataclass(frozen=True)
class Loss:
    """What a restore takes away: `present` is the journal that is there now (None: none that can be read), `shared`
    the last event that both have."""

    backup: End
    present: End | None
    shared: int
    tickets: int

    @property
    def events(self) -> int:
        return self.present.seq - self.shared if self.present else 0

    def text(self, zone: tzinfo | None) -> str:
        """For who is asked, in the time of `zone`; None: the machine's."""
        lines = [f"the backup ends with event {self.backup.seq} at {_local(self.backup.at, zone)}"]
        if self.present is None:
            lines.append("the present journal is missing or cannot be read: nothing to compare with")
        else:
            lines.append(f"the present journal ends with event {self.present.seq} at {_local(self.present.at, zone)}")
            lines.append(f"lost would be {self.events} events, {self.tickets} tickets among them")
        return "\n".join(lines)


def _local(at: str, zone: tzinfo | None) -> str:
    with suppress(ValueError):
        return datetime.fromisoformat(at).astimezone(zone).isoformat(" ", "seconds")
    return at


# -- backup ---------------------------------------------------------------------------------------------------
def backup(source: Path, target: Path) -> None:
    """An online copy of the database, consistent while the branch runs."""
    target = target.resolve()
    _refuse_target(source, target)
    with _beside(target) as part:
        try:
            _copy(source, part)
            wrong = integrity(part)
        except sqlite3.Error as error:
            raise Refused(f"{source} cannot be copied: {error}") from error
        if wrong:
            raise Refused(f"the copy is not sound: {wrong[0]}")
        _settle(part, target)


def _refuse_target(source: Path, target: Path) -> None:
    folder = source.resolve().parent
    ours = [folder / name for name in OURS]
    if target in ours or any(_same_file(target, one) for one in ours):
        raise Refused(f"{target} is a file of the running branch: name another file")
    if not target.parent.is_dir():
        raise Refused(f"there is no folder {target.parent}")
    _must_be_regular(target)
    if target.with_name(f"{target.name}-wal").exists():
        raise Refused(f"{target} is a database in use: name another file")


def _must_be_regular(path: Path) -> None:
    """Nothing there, or a file; no folder, pipe or device."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refused(f"{path} is no regular file")


def _same_file(one: Path, other: Path) -> bool:
    """Also through links."""
    try:
        return one.samefile(other)
    except OSError:
        return False


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A fresh file beside the target, readable by its user only, gone afterwards."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield part
    finally:
        for leftover in (part, *_beside_wal(part)):
            leftover.unlink(missing_ok=True)


def _copy(source: Path, part: Path) -> None:
    pages = -1 if engine().sound else PAGES
    with closing(reader(source)) as db, closing(sqlite3.connect(str(part))) as out:
        db.conn.backup(out, pages=pages, sleep=PAUSE_S)
        out.execute("PRAGMA journal_mode = DELETE")  # one file, that can be read where nothing can be written


def _settle(part: Path, target: Path) -> None:
    """Put the whole file under its name, durably."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _beside_wal(database: Path) -> list[Path]:
    return [database.with_name(f"{database.name}-{end}") for end in ("wal", "shm")]


def integrity(path: Path) -> list[str]:
    """What SQLite finds wrong with the file; empty when sound."""
    with closing(_careful(path)) as db:
        found = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    return [] if found == ["ok"] else found


def _careful(path: Path) -> Database:
    """For reading what a stranger may have made: nothing in its schema is run."""
    db = reader(path)
    db.conn.execute("PRAGMA trusted_schema = OFF")
    db.conn.execute("PRAGMA cell_size_check = ON")
    return db


# -- restore --------------------------------------------------------------------------------------------------
@contextmanager
def restoring(file: Path, target: Path) -> Iterator[tuple[Loss, Path]]:
    """What a restore of the file would take away, and the verified copy that `put` puts in place. The caller
    holds the branch's lock."""
    if not file.exists():
        raise FileNotFoundError(file)
    _must_be_regular(file)
    if _same_file(file, target):
        raise Refused(f"{file} is the branch's own database")
    with _beside(target) as part:
        try:
            _copy(file, part)
            _verify(file, part)
        except sqlite3.Error as error:
            raise Refused(f"{file} is not a sound backup: {error}") from error
        yield _loss(file, part, target), part


def _verify(file: Path, part: Path) -> None:
    if wrong := integrity(part):
        raise Refused(f"{file} is not sound: {wrong[0]}")
    _bring_up_to_date(file, part)
    with closing(_careful(part)) as db:
        if strange := _strange(db):
            raise Refused(f"{file} is no journal of a branch: {strange}")
        first, last, count = db.execute("SELECT min(seq), max(seq), count(*) FROM event").fetchone()
        if not count:
            raise Refused(f"{file} is empty: it has no event")
        if (first, last) != (1, count):
            raise Refused(f"{file} is no whole journal: it has {count} events, from {first} to {last}")


def _bring_up_to_date(file: Path, part: Path) -> None:
    """A backup of an older version is judged as what it becomes. Nothing of a stranger runs meanwhile."""
    ours = _schema_of_today()
    with closing(_careful(part)) as db:
        runs = {one for one, sql in _schema(db).items() if one[0] in RUNS and sql != ours.get(one)}
    if runs:
        kind, name = min(runs)
        raise Refused(f"{file} is no journal of a branch: it has a {kind} {name} that is none of ours")
    with closing(Database(sqlite3.connect(str(part)))) as db:
        db.conn.execute("PRAGMA trusted_schema = OFF")
        if db.table("event").exists():
            migrations.apply(db)


def _strange(db: Database) -> str:
    """What a branch's database never has, or the table that it lacks; empty when all is ours."""
    ours = _schema_of_today()
    found = _schema(db)
    if ("table", "event") not in found:
        return "there is no table event"
    for (kind, name), sql in found.items():
        if (kind, name) not in ours:
            return f"it has a {kind} {name}"
        if (kind == "trigger" or name == "event") and sql != ours[kind, name]:
            return f"its {kind} {name} is another"
    missing = [name for kind, name in ours if kind == "trigger" and (kind, name) not in found]
    return f"it lacks the trigger {missing[0]}" if missing else ""


def _schema(db: Database) -> dict[tuple[str, str], str]:
    rows = db.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    return {(kind, name): " ".join(str(sql).split()) for kind, name, sql in rows}


def _schema_of_today() -> dict[tuple[str, str], str]:
    with closing(Database(memory=True)) as fresh:
        migrations.apply(fresh)
        return _schema(fresh)


def _loss(file: Path, part: Path, target: Path) -> Loss:
    with closing(_careful(part)) as theirs:
        backup_end = _end(theirs)
        try:
            ours = _careful(target)
            present = _end(ours)
        except (OSError, sqlite3.Error, TypeError):
            return Loss(backup_end, None, 0, 0)
        with closing(ours):
            shared = _shared(theirs, ours, min(backup_end.seq, present.seq))
            if not shared:
                raise Refused(f"{file} is the journal of another branch")
            lost = "SELECT count(*) FROM event WHERE seq > ? AND kind = 'TicketIssued'"
            tickets = ours.execute(lost, [shared]).fetchone()[0]
    return Loss(backup_end, present, shared, tickets)


def _end(db: Database) -> End:
    seq, at = db.execute("SELECT seq, at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return End(int(seq), str(at))


def _shared(one: Database, other: Database, most: int) -> int:
    """The last event that both have. Journals only grow, so what is alike is their beginning."""
    low = 0
    high = most
    while low < high:
        middle = (low + high + 1) // 2
        if _row(one, middle) == _row(other, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _row(db: Database, seq: int) -> Any:
    return db.execute("SELECT at, kind, actor, data FROM event WHERE seq = ?", [seq]).fetchone()


def put(part: Path, target: Path, loss: Loss) -> Path | None:
    """Put the verified copy in the database's place; the old one is kept beside it, and its name answered."""
    if loss.present:
        _note(part, target, loss)
    kept = _keep(target)
    _settle(part, target)
    return kept


LAST_NUMBERS = (
    "SELECT t.day, t.series, max(CAST(substr(t.number, length(t.series) + 1) AS INTEGER))"
    " FROM event e JOIN ticket t ON t.id = e.ticket WHERE e.kind = 'TicketIssued' AND e.seq > ? GROUP BY 1, 2"
)
RESTORED = "SELECT seq, json_extract(data, '$.lost'), json_extract(data, '$.numbers') FROM event WHERE kind = ?"


def _note(part: Path, target: Path, loss: Loss) -> None:
    """The restored journal learns what was given out after it, so that no number and no id comes twice."""
    with closing(reader(target)) as present:
        numbers: dict[str, dict[str, int]] = {}
        for day, series, last in present.execute(LAST_NUMBERS, [loss.shared]).fetchall():
            numbers.setdefault(day, {})[series] = last
        lost = _end(present).seq + _skipped(present)
        for _, _, earlier in present.execute(RESTORED, ["JournalRestored"]).fetchall():
            for day, given in json.loads(earlier).items():
                known = numbers.setdefault(day, {})
                known.update({series: max(last, known.get(series, 0)) for series, last in given.items()})
    with closing(Journal(part)) as journal:
        at = max(datetime.now(UTC), datetime.fromisoformat(loss.backup.at))
        event = ev.JournalRestored(lost, numbers)
        journal.note(ev.Recorded(loss.backup.seq + 1, at, ACTOR, event))
        journal.db.conn.execute("PRAGMA journal_mode = DELETE")


def _skipped(db: Database) -> int:
    """How far the ids of this journal are ahead of its events."""
    opened = "SELECT max(coalesce(json_extract(data, '$.skipped'), 0)) FROM event WHERE kind = 'DayOpened'"
    restored: list[int] = [lost - seq for seq, lost, _ in db.execute(RESTORED, ["JournalRestored"]).fetchall()]
    known = int(db.execute(opened).fetchone()[0] or 0)
    return max(known, *restored, 0)


def _keep(target: Path) -> Path | None:
    """Another name for the old database, all of it in one file where it can still be read."""
    if not target.exists():
        return None
    with suppress(sqlite3.Error), closing(sqlite3.connect(str(target))) as old:
        old.execute("PRAGMA journal_mode = DELETE")
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    kept = target.with_suffix(f".{stamp}.old")
    for leftover, end in zip(_beside_wal(target), ("wal", "shm"), strict=True):
        with suppress(FileNotFoundError):
            leftover.replace(kept.with_name(f"{kept.name}-{end}"))
    kept.unlink(missing_ok=True)
    os.link(target, kept)
    return kept
