"""The event log in SQLite and its derived tables, written in one transaction; replay.

An acknowledged event survives a power cut: WAL with synchronous=FULL where the engine is sound, else
TRUNCATE with FULL (https://www.sqlite.org/wal.html, "WAL-reset bug", fixed in 3.51.3).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.rules import NO_CODE
from lobby.events.envelope import BEGINNING, SEQ, End
from lobby.journal import idempotency
from lobby.journal.catalogues import recatalogued
from lobby.journal.envelope import draw_epoch, end, insert, last_branch, last_instant, rows_of
from lobby.journal.fence import Fence, Memory
from lobby.journal.history import Misfit, configured, events_since, reconfigured, replayed, tolerant
from lobby.journal.idempotency import Done
from lobby.journal.past import Past
from lobby.journal.rebuild import rebuild
from lobby.journal.schema import migrate
from lobby.journal.tables import TABLES, is_current, project
from lobby.standards.reading import catalogue_of
from lobby.state.queue import QueueState

log = logging.getLogger(__name__)

SOUND_SINCE = (3, 51, 3)
SOUND_BACKPORTS = ((3, 44, 6), (3, 50, 7))

OPEN_PATIENCE_S = 5.0
STATEMENTS_KEPT = 512
"""More than a start and all days after it have between them. Once the cache is full, the module gives up the statement
that came last: those of each commit would be prepared each time, at twice their price."""
PATIENCE_S = 2.0
"""So long a write waits for another process that holds the database: longer than a reader of the day's figures
takes, shorter than a customer stands before the kiosk."""
TROUBLES = (
    ("locked", "database_busy"),
    ("busy", "database_busy"),
    ("malformed", "database_damaged"),
    ("not a database", "database_damaged"),
    ("full", "disk_full"),
    ("replaced", "database_replaced"),
)
"""What SQLite's messages mean. Its codes are not in every build of the module."""


@dataclass(frozen=True)
class Engine:
    """The SQLite engine in use."""

    version: str
    sound: bool

    @property
    def journal_mode(self) -> str:
        return "WAL" if self.sound else "TRUNCATE"


def engine() -> Engine:
    version = tuple(int(part) for part in sqlite3.sqlite_version.split("."))
    return Engine(sqlite3.sqlite_version, version >= SOUND_SINCE or version in SOUND_BACKPORTS)


class Replaced(sqlite3.OperationalError):
    """The name of the open database is another file's by now, or nobody's: what is written is lost when it closes."""


class Journal:
    """The branch's `lobby.db`, open for its one writer; once that runs, used from its thread only. New events are
    those of the branch `code`; None: of the branch that the last event is of. `past` is what it knows of earlier days,
    once the derived tables are current (`refresh`)."""

    Error = sqlite3.Error

    def __init__(self, path: Path, code: str | None = None) -> None:
        self.misfits: list[Misfit] = []
        self.db = tolerant(
            sqlite3.connect(
                str(path),
                timeout=OPEN_PATIENCE_S,
                check_same_thread=False,
                cached_statements=STATEMENTS_KEPT,
            )
        )
        self.db.conn.execute(f"PRAGMA journal_mode={engine().journal_mode}")
        self.db.conn.execute("PRAGMA synchronous=FULL")
        migrate(self.db, code or NO_CODE)
        self._wait_for_others(0.0)
        self.code = code or last_branch(self.db)
        self.end = end(self.db)
        self.epoch = self.end.epoch
        self.past = Past(self.db)
        self._path = path
        self._file = _identity(path)
        self._fence: Fence | None = None
        self._numbers: tuple[str, dict[str, int]] = ("", {})

    def close(self) -> None:
        if self._fence:
            self._fence.close()
        self.db.close()

    def settle(self, fence: Fence, now: datetime) -> None:
        """Be at home in the fence's folder: in a new epoch where the journal is new there or another than was written
        there. From here on the fence knows how it ends."""
        reason = fence.reason(self.db)
        if self.end == BEGINNING and reason is not ev.ForkReason.ALTERED:
            self.epoch = draw_epoch(now, 0)
        elif reason:
            self._fork_here(reason, now, fence.memory())
        fence.remember(self.end)
        self._fence = fence

    def _fork_here(self, reason: ev.ForkReason, now: datetime, memory: Memory | None) -> None:
        """Go on in a new epoch, with no number that was given here in a journal that is lost."""
        self.fork(reason, now, memory)
        if memory and memory.numbers and reason is ev.ForkReason.ALTERED:
            self.note("journal", now, ev.JournalRestored(memory.end.seq, memory.numbers))

    def fork(self, reason: ev.ForkReason, now: datetime, memory: Memory | None = None) -> None:
        """Go on in a new epoch."""
        parent = self.end
        self.epoch = draw_epoch(now, parent.epoch)
        written = memory.end.seq if memory else None
        self.note("journal", now, ev.JournalForked(*parent, reason, written))

    def must_be_in_place(self) -> None:
        """Raises `Replaced`. SQLite itself goes on writing to a file that was moved."""
        if _identity(self._path) != self._file:
            raise Replaced("the database file was replaced or moved away")

    def begin(self) -> bool:
        """Take the database for writing; False while another process holds it. Waits for nothing, so that it may
        be called in a server's loop: from here on nobody else can make a write wait."""
        try:
            self.db.conn.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if trouble(error) != "database_busy":
                raise
            return False
        return True

    def begin_patiently(self) -> None:
        """Take it as soon as it is free; another process that holds it for long is an error."""
        self._wait_for_others(PATIENCE_S)
        try:
            self.db.conn.execute("BEGIN IMMEDIATE")
        finally:
            self._wait_for_others(0.0)

    def _wait_for_others(self, seconds: float) -> None:
        self.db.conn.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")

    def append(
        self, records: Sequence[ev.Recorded], state: QueueState, done: Sequence[Done] = ()
    ) -> None:
        """Write the events, the derived tables as the state after them has it, and which requests they did; durable
        after `commit`."""
        conn = self.db.conn
        self._numbers = (state.day, state.numbers)
        self._chain(records)
        project(conn, records, state)
        idempotency.keep(conn, done)

    def _chain(self, records: Iterable[ev.Recorded]) -> None:
        """Write the events after those that the database has; a commit that failed left nothing in between."""
        rows = list(rows_of(records, self.code, self.epoch, end(self.db).hash))
        insert(self.db.conn, rows)
        self.end = End(self.epoch, rows[-1][SEQ], rows[-1][-1])

    def commit(self) -> None:
        """Make what was appended durable: waits for the disk, and without WAL for those who read."""
        self._commit()
        if self._fence:
            self._fence.remember(self.end, *self._numbers)

    def _commit(self) -> None:
        if engine().sound:
            self.db.conn.execute("COMMIT")
            return
        self._wait_for_others(PATIENCE_S)
        try:
            self.db.conn.execute("COMMIT")
        finally:
            self._wait_for_others(0.0)

    def note(self, actor: str, now: datetime, event: ev.Event) -> None:
        """One durable event that no derived table has anything of, not before the last one."""
        at = max(now, last_instant(self.db) or now)
        self.begin_patiently()
        self._chain([ev.Recorded(self.end.seq + 1, at, actor, event)])
        self.commit()

    def rollback(self) -> None:
        """Forget what was appended, if anything."""
        self.db.conn.rollback()

    def done(self, actor: str, key: str, now: datetime) -> Done | None:
        """What was done lately under an actor's idempotency key."""
        return idempotency.find(self.db.conn, actor, key, now)

    # -- replay ---------------------------------------------------------------------------------------
    def configured(self, branch: Branch) -> Branch:
        """The last configuration that the journal has; `branch` where it has none."""
        return configured(self.db, branch)

    def changed(self, branch: Branch) -> list[ev.Event]:
        """What the journal does not know yet of the branch as it starts: its configuration, its standards."""
        news = reconfigured(self.db, branch), recatalogued(self.db, catalogue_of(branch.standards))
        return [event for event in news if event]

    def replay(self, branch: Branch) -> QueueState:
        """The state as the journal has it, by the configurations of its time; `branch` where the journal has none.
        What of the journal did not fit is in `misfits`."""
        return replayed(self.db, branch, self.misfits)

    def events(self, since: int = 0) -> Iterator[ev.Recorded]:
        """The events after `since`, in order."""
        return events_since(self.db, since, self.misfits)

    def refresh(self, branch: Branch) -> None:
        """Make the derived tables again where one of them is of another version than this program's."""
        if all(is_current(self.db, table) for table in TABLES):
            return
        if self.end.seq:
            log.info("the derived tables are made again from %d events", self.end.seq)
        rebuild(self.db, branch, self.misfits)

    def rebuild(self, branch: Branch) -> dict[str, int]:
        """Make every derived table again from the journal, and say how many rows of each differed."""
        return rebuild(self.db, branch, self.misfits)


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name: device and inode; None where there is none."""
    with suppress(FileNotFoundError):
        file = path.stat()
        return file.st_dev, file.st_ino
    return None


def trouble(error: BaseException) -> str:
    """What a failed write means to who asked: a code of lobby.errors."""
    words = str(error).lower()
    if not isinstance(error, sqlite3.Error):
        return "not_saved"
    return next((code for word, code in TROUBLES if word in words), "not_saved")
