"""Backups: a copy is made beside its name and put there whole; a restore is verified, shown and asked for.

What is refused raises `Refused` with a sentence; nothing was changed then.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.events.envelope import End
from lobby.journal.durable import sync_folder
from lobby.journal.envelope import is_enveloped
from lobby.journal.fence import FILE as FENCE
from lobby.journal.fence import Fence
from lobby.journal.history import reader
from lobby.journal.journal import Journal, engine, trouble
from lobby.journal.loss import Loss, Refused, careful, given_out, loss_of
from lobby.journal.schema import migrate
from lobby.journal.subject_keys import FILE as KEYS_FILE

KEY_FILES = tuple(f"{KEYS_FILE}{end}" for end in ("", "-wal", "-shm", "-journal"))
DATABASE_FILES = ("lobby.db", "lobby.db-wal", "lobby.db-shm", "lobby.db-journal")
OURS = (*DATABASE_FILES, "access.db", "secret.key", "lock", FENCE, *KEY_FILES)
"""The files of a branch's folder that no copy may replace."""
PAGES = 500
"""Without WAL a copy makes writers wait: it lets go after so many pages."""
PAUSE_S = 0.02
ACTOR = "restore"
RUNS = ("trigger", "view")
"""What of a schema does something by itself when tables are written or read."""


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
            raise _refusal(f"{source} cannot be copied", target, error) from error
        if wrong:
            raise Refused(f"the copy is not sound: {wrong[0]}")
        _settle(part, target)


def _refusal(sentence: str, target: Path, error: sqlite3.Error) -> Refused:
    """What SQLite's error means; a full disk says nothing of the file."""
    if trouble(error) == "disk_full":
        return Refused(f"the disk is full: make room in {target.parent} and try again")
    return Refused(f"{sentence}: {error}")


def _refuse_target(source: Path, target: Path) -> None:
    folder = source.resolve().parent
    ours = [folder / name for name in OURS]
    if target in ours or any(_same_file(target, file) for file in ours):
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


def _same_file(file: Path, other: Path) -> bool:
    """Also through links."""
    try:
        return file.samefile(other)
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
    pages = PAGES
    if engine().sound:
        pages = -1
    with closing(reader(source)) as db, closing(sqlite3.connect(str(part))) as out:
        db.conn.backup(out, pages=pages, sleep=PAUSE_S)
        # One file, that can be read where nothing can be written.
        out.execute("PRAGMA journal_mode = DELETE")


def _settle(part: Path, target: Path) -> None:
    """Put the whole file under its name, durably."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def _beside_wal(database: Path) -> list[Path]:
    return [database.with_name(f"{database.name}-{end}") for end in ("wal", "shm")]


def integrity(path: Path) -> list[str]:
    """What SQLite finds wrong with the file; empty when sound."""
    with closing(careful(path)) as db:
        messages = [str(row[0]) for row in db.execute("PRAGMA integrity_check").fetchall()]
    if messages == ["ok"]:
        return []
    return messages


# -- restore --------------------------------------------------------------------------------------------------
@contextmanager
def restoring(file: Path, target: Path, code: Callable[[], str]) -> Iterator[tuple[Loss, Path]]:
    """What a restore of the file would take away, and the verified copy that `put` puts in place. `code` is asked for
    the branch's code where the file has none. The caller holds the branch's lock."""
    if not file.exists():
        raise FileNotFoundError(file)
    _must_be_regular(file)
    if _same_file(file, target):
        raise Refused(f"{file} is the branch's own database")
    with _beside(target) as part:
        try:
            _copy(file, part)
            _verify(file, part, code)
        except sqlite3.Error as error:
            raise _refusal(f"{file} is not a sound backup", target, error) from error
        yield loss_of(file, part, target), part


def _verify(file: Path, part: Path, code: Callable[[], str]) -> None:
    if wrong := integrity(part):
        raise Refused(f"{file} is not sound: {wrong[0]}")
    _bring_up_to_date(file, part, code)
    with closing(careful(part)) as db:
        if strange := _strange(db):
            raise Refused(f"{file} is no journal of a branch: {strange}")
        first, last, count = db.execute("SELECT min(seq), max(seq), count(*) FROM event").fetchone()
        if not count:
            raise Refused(f"{file} is empty: it has no event")
        if (first, last) != (1, count):
            raise Refused(
                f"{file} is no whole journal: it has {count} events, from {first} to {last}"
            )


def _bring_up_to_date(file: Path, part: Path, code: Callable[[], str]) -> None:
    """A backup of an older version is judged as what it becomes. Nothing of a stranger runs meanwhile."""
    ours = _schema_of_today()
    with closing(careful(part)) as db:
        runs = {one for one, sql in _schema(db).items() if one[0] in RUNS and sql != ours.get(one)}
    if runs:
        kind, name = min(runs)
        raise Refused(
            f"{file} is no journal of a branch: it has a {kind} {name} that is none of ours"
        )
    with closing(Database(sqlite3.connect(str(part)))) as db:
        db.conn.execute("PRAGMA trusted_schema = OFF")
        if is_enveloped(db):
            migrate(db)
        elif db.table("event").exists():
            migrate(db, code())


def _strange(db: Database) -> str:
    """What a branch's database never has, or the table that it lacks; empty when all is ours."""
    ours = _schema_of_today()
    schema = _schema(db)
    if ("table", "event") not in schema:
        return "there is no table event"
    for (kind, name), sql in schema.items():
        if (kind, name) not in ours:
            return f"it has a {kind} {name}"
        if (kind == "trigger" or name == "event") and sql != ours[kind, name]:
            return f"its {kind} {name} is another"
    missing = [name for kind, name in ours if kind == "trigger" and (kind, name) not in schema]
    if missing:
        return f"it lacks the trigger {missing[0]}"
    return ""


def _schema(db: Database) -> dict[tuple[str, str], str]:
    rows = db.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    ).fetchall()
    return {(kind, name): " ".join(str(sql).split()) for kind, name, sql in rows}


def _schema_of_today() -> dict[tuple[str, str], str]:
    with closing(Database(memory=True)) as fresh:
        migrate(fresh)
        return _schema(fresh)


def put(part: Path, target: Path, loss: Loss) -> Path | None:
    """Put the verified copy in the database's place; the old one is kept beside it, and its name answered."""
    journal_end = _fork(part, target, loss)
    old = _keep(target)
    _settle(part, target)
    with closing(Fence(target.parent)) as fence:
        fence.remember(journal_end)
    return old


def _fork(part: Path, target: Path, loss: Loss) -> End:
    """The restored journal goes on in a new epoch. Answers where it ends."""
    now = datetime.now(UTC)
    with closing(Journal(part)) as journal:
        journal.fork(ev.ForkReason.RESTORED, now)
        if given := given_out(target, loss, Fence(target.parent).memory()):
            journal.note(ACTOR, now, given)
        journal.db.conn.execute("PRAGMA journal_mode = DELETE")
        return journal.end


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
