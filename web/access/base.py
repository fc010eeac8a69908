"""What the parts of the access store share: the database, the clock, and the outbox of facts for the journal."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby.engine.keys import ACCESS, Keys, read_keys
from lobby.errors import Unavailable
from lobby.journal.journal import trouble
from web.access.schema import migrations

DEVICE_ROLES = ("kiosk", "board", "monitor")
STAFF_ROLES = ("teller", "manager", "admin", "head", "office", "inspector")
ROLES = DEVICE_ROLES + STAFF_ROLES
ACCOUNT_ROLES = STAFF_ROLES
FILE = "access.db"
BUSY_S = 2.0
"""So long a change waits for another process that holds the store, and for a thread that waits for it."""
GLANCE_S = 0.2
"""A read waits for no writer; where it meets SQLite putting its files in order, this is enough. The loop reads, too."""

Clock = Callable[[], float]
"""Seconds since 1970."""
wall_clock: Clock = time.time


@dataclass(frozen=True)
class Principal:
    """Who asks. A teller may be bound to one counter, a device to its board or kiosk; an account may be one person's,
    who has the `staff_number`."""

    name: str
    role: str
    counter: str | None = None
    board: str | None = None
    kiosk: str | None = None
    staff_number: str | None = None


class Store:
    """The database of one branch. Safe to use from several threads; each change is one transaction that also holds
    its fact for the journal, so that none is lost whoever makes it: the server drains them. What cannot be changed or
    read now is Unavailable. Reads have a connection of their own, so that the loop never waits for who changes."""

    def __init__(self, data: Path, clock: Clock, actor: str) -> None:
        path = data / FILE
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
        self._data = data
        self._db = _opened(path, BUSY_S)
        self._db.enable_wal()
        self._lock = threading.RLock()
        self._changing = 0
        self._reading = _opened(path, GLANCE_S)
        self._reading_lock = threading.Lock()
        self._keys: Keys | None = None
        self.clock = clock
        self.actor = actor
        self.demo = False
        """Whether a demo runs: everybody can be its administrator, so what is made meanwhile ends with it."""
        self._seen_version = -1
        self._own_changes = 0
        migrations.apply(self._db)

    def close(self) -> None:
        self._reading.close()
        self._db.close()

    def _sealed(self, purpose: str, secret: str) -> str:
        """How a secret is kept that is short enough to be guessed: whoever has this store alone has nothing to try a
        guess against. Only with the branch's secret.key does it come out the same."""
        return hmac.digest(self._key(), f"{purpose} {secret}".encode(), hashlib.sha256).hex()

    def _key(self) -> bytes:
        if self._keys is None:
            self._keys = read_keys(self._data)
        return self._keys.of(ACCESS)

    @contextmanager
    def _change(self) -> Iterator[Database]:
        """One transaction; `changed` is true afterwards."""
        with self._alone() as db:
            yield db
            self._own_changes += 1

    @contextmanager
    def _alone(self) -> Iterator[Database]:
        """One transaction of this thread."""
        if not self._lock.acquire(timeout=BUSY_S):
            raise Unavailable("database_busy")
        outer = self._changing
        self._changing = threading.get_ident()
        try:
            with _as_refusal(), _transaction(self._db):
                yield self._db
        finally:
            self._changing = outer
            self._lock.release()

    def _rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        if self._changing == threading.get_ident():
            return _asked(self._db, query, values)
        with self._reading_lock:
            return _asked(self._reading, query, values)

    def _row(self, query: str, *values: object) -> dict[str, Any] | None:
        found = self._rows(query, *values)
        return found[0] if found else None

    def changed(self) -> bool:
        """Whether anything was changed since this was asked last, here or by another process."""
        with self._reading_lock, _as_refusal():
            version: int = self._reading.execute("PRAGMA data_version").fetchone()[0]
        now = version * 1_000_000 + self._own_changes
        before = self._seen_version
        self._seen_version = now
        return now != before

    # -- facts for the journal ------------------------------------------------------------------------
    def _tell(self, db: Database, kind: str, by: str | None, **data: object) -> None:
        """To be called inside `_change`."""
        row = {"at": self.clock(), "actor": by or self.actor, "kind": kind, "data": json.dumps(data)}
        db.table("outbox").insert(row)

    def note(self, kind: str, by: str | None = None, **data: object) -> None:
        """A fact that changes nothing here, such as a refused sign-in."""
        with self._change() as db:
            self._tell(db, kind, by, **data)

    def outbox(self) -> list[dict[str, Any]]:
        """Facts that the journal does not have yet, oldest first."""
        rows = self._rows("SELECT * FROM outbox ORDER BY id LIMIT 200")
        return [{**row, "data": json.loads(row["data"])} for row in rows]

    def told(self, last: int) -> None:
        """Forget the facts up to this id: they are durable in the journal."""
        with self._alone() as db:
            db.execute("DELETE FROM outbox WHERE id <= ?", [last])

    # -- what the branch has ----------------------------------------------------------------------------
    def remember_branch(self, places: Mapping[str, tuple[str, ...]], settings: Mapping[str, str]) -> None:
        """The ids of counters, boards and kiosks, staff numbers and the time zone, for a process that has no
        configuration; and a digest of each section of the configuration: which of them changed is told to the
        journal."""
        before = {row["section"]: row["digest"] for row in self._rows("SELECT * FROM setting")}
        sections = sorted(s for s in {*before, *settings} if before.get(s) != settings.get(s))
        with self._change() as db:
            db.execute("DELETE FROM place")
            rows = [{"kind": kind, "id": id} for kind, ids in places.items() for id in ids]
            db.table("place").insert_all(rows)
            if sections:
                db.execute("DELETE FROM setting")
                db.table("setting").insert_all({"section": s, "digest": d} for s, d in settings.items())
            if sections and before:
                self._tell(db, "ConfigurationChanged", None, sections=sections)

    def places(self, kind: str) -> tuple[str, ...]:
        """The ids that the branch had when it was opened last; empty if it never was."""
        return tuple(row["id"] for row in self._rows("SELECT id FROM place WHERE kind = ?", kind))

    @property
    def zone(self) -> ZoneInfo | None:
        """That of the branch as it was opened last: None if it never was."""
        return next((ZoneInfo(name) for name in self.places("zone")), None)


def _opened(path: Path, patience_s: float) -> Database:
    return Database(sqlite3.connect(str(path), timeout=patience_s, check_same_thread=False))


@contextmanager
def _transaction(db: Database) -> Iterator[None]:
    """Taken for writing at once: SQLite refuses without any patience who has read and then would write."""
    if db.conn.in_transaction:
        with db.atomic():
            yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT")
    except BaseException:
        db.conn.rollback()
        raise


def _asked(db: Database, query: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
    with _as_refusal():
        return list(db.query(query, list(values)))


@contextmanager
def _as_refusal() -> Iterator[None]:
    """A store that is held, full or broken is told as the journal's is, in one sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(trouble(error)) from error


def new_secret() -> str:
    """256 bits, in signs that an address or a cookie may hold."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """How a random secret is kept: it cannot be guessed, so that a quick hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def must_be(role: str, roles: tuple[str, ...]) -> None:
    if role not in roles:
        raise ValueError(f"role {role!r} is none of {', '.join(roles)}")
