"""The base of the access store: the database, the clock, and the outbox of events for the journal."""

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

from lobby.engine.keys import ACCESS, COOKIES, Keys, read_keys
from lobby.errors import Unavailable
from lobby.journal.journal import trouble
from web.access.schema import migrations

DEVICE_ROLES = ("kiosk", "board", "monitor")
STAFF_ROLES = ("teller", "manager", "admin", "head", "office", "inspector")
ROLES = DEVICE_ROLES + STAFF_ROLES
ACCOUNT_ROLES = STAFF_ROLES
FILE = "access.db"
BUSY_S = 2.0
"""A change waits so long for another process that locks the store, and for another thread."""
READ_BUSY_S = 0.2
"""A read waits so long. In WAL it waits for no writer, only for SQLite's own recovery; the event loop reads too."""

Clock = Callable[[], float]
"""Seconds since 1970."""
wall_clock: Clock = time.time


@dataclass(frozen=True)
class Principal:
    """The author of a request. A teller may be bound to one counter, a device to its board or kiosk. `staff_number`
    belongs to an account of one person; `unit` is the part of a province that it is bound to; `session` is the id of
    who is signed in, empty for a token."""

    name: str
    role: str
    counter: str | None = None
    board: str | None = None
    kiosk: str | None = None
    staff_number: str | None = None
    session: str = ""
    unit: str | None = None


class Store:
    """The database of one branch, safe for several threads.

    Each change is one transaction that also stores its event for the journal in the outbox, so that no event of any
    process is lost; the server delivers them. Every method raises Unavailable when the store is locked, full or broken.
    Reads have a connection of their own, so that the event loop never waits for a change."""

    def __init__(self, data: Path, clock: Clock, actor: str) -> None:
        path = data / FILE
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
        self.data = data
        self._db = _connect(path, BUSY_S)
        self._db.enable_wal()
        self._lock = threading.RLock()
        self._changing = 0
        self._reading = _connect(path, READ_BUSY_S)
        self._reading_lock = threading.Lock()
        self._keys: Keys | None = None
        self.clock = clock
        self.actor = actor
        self.demo = False
        """Whether a demo runs. Everybody can be its administrator, so its tokens and codes end with it."""
        self._last_version = -1
        self._own_changes = 0
        migrations.apply(self._db)

    def close(self) -> None:
        self._reading.close()
        self._db.close()

    def _keyed_hash(self, purpose: str, secret: str) -> str:
        """The stored form of a secret that is short enough to be guessed: an HMAC under the branch's secret.key. The
        store alone does not suffice to check a guess."""
        return hmac.digest(self._key(), f"{purpose} {secret}".encode(), hashlib.sha256).hex()

    def _key(self) -> bytes:
        return self._own_keys().of(ACCESS)

    def _own_keys(self) -> Keys:
        if self._keys is None:
            self._keys = read_keys(self.data)
        return self._keys

    def cookie_key(self) -> bytes:
        """The key that cookies are signed with."""
        return self._own_keys().of(COOKIES)

    @contextmanager
    def _change(self) -> Iterator[Database]:
        """One transaction, after which `changed` is true."""
        with self._transaction_here() as db:
            yield db
            self._own_changes += 1

    @contextmanager
    def _transaction_here(self) -> Iterator[Database]:
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
            return _query(self._db, query, values)
        with self._reading_lock:
            return _query(self._reading, query, values)

    def _row(self, query: str, *values: object) -> dict[str, Any] | None:
        rows = self._rows(query, *values)
        if rows:
            return rows[0]
        return None

    def changed(self) -> bool:
        """Whether this or another process has changed anything since the last call."""
        with self._reading_lock, _as_refusal():
            data_version: int = self._reading.execute("PRAGMA data_version").fetchone()[0]
        version = data_version * 1_000_000 + self._own_changes
        last_version = self._last_version
        self._last_version = version
        return version != last_version

    # -- events for the journal -----------------------------------------------------------------------
    def _record(self, db: Database, kind: str, by: str | None, **data: object) -> None:
        """Adds an event to the outbox; called within `_change`."""
        row = {
            "at": self.clock(),
            "actor": by or self.actor,
            "kind": kind,
            "data": json.dumps(data),
        }
        db.table("outbox").insert(row)

    def _record_account(self, db: Database, by: str | None, name: str, change: str) -> None:
        """Adds an account's change to the outbox, with all that the account has; called within `_change`, before a
        removal and after any other change. Raises ValueError where there is no such account."""
        row = next(db.query("SELECT * FROM account WHERE name = ?", [name]), None)
        if row is None:
            raise ValueError(f"there is no account {name!r}")
        self._record(
            db,
            "AccountChanged",
            by,
            account=name,
            change=change,
            role=row["role"],
            bound=row["counter"] or row["unit"] or "",
            staff_number=row["staff_number"] or "",
        )

    def note(self, kind: str, by: str | None = None, **data: object) -> None:
        """Records an event that changes nothing in the store, such as a refused sign-in."""
        with self._change() as db:
            self._record(db, kind, by, **data)

    def outbox(self) -> list[dict[str, Any]]:
        """Events that the journal does not have yet, oldest first."""
        rows = self._rows("SELECT * FROM outbox ORDER BY id LIMIT 200")
        return [{**row, "data": json.loads(row["data"])} for row in rows]

    def delivered(self, last: int) -> None:
        """Deletes the events up to this id, which are durable in the journal."""
        with self._transaction_here() as db:
            db.execute("DELETE FROM outbox WHERE id <= ?", [last])

    # -- the branch -------------------------------------------------------------------------------------
    def remember_branch(
        self, places: Mapping[str, tuple[str, ...]], settings: Mapping[str, str]
    ) -> None:
        """Stores the ids of counters, boards and kiosks, staff numbers and the time zone, for a process without the
        configuration; and a digest of each section of the configuration. The sections that changed become an event."""
        before = {row["section"]: row["digest"] for row in self._rows("SELECT * FROM setting")}
        sections = sorted(s for s in {*before, *settings} if before.get(s) != settings.get(s))
        with self._change() as db:
            db.execute("DELETE FROM place")
            rows = [{"kind": kind, "id": id} for kind, ids in places.items() for id in ids]
            db.table("place").insert_all(rows)
            if sections:
                db.execute("DELETE FROM setting")
                db.table("setting").insert_all(
                    {"section": s, "digest": d} for s, d in settings.items()
                )
            if sections and before:
                self._record(db, "ConfigurationChanged", None, sections=sections)

    def places(self, kind: str) -> tuple[str, ...]:
        """The ids that the branch had when it was last opened; empty if it never was."""
        return tuple(row["id"] for row in self._rows("SELECT id FROM place WHERE kind = ?", kind))

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of the branch when it was last opened; None if it never was."""
        return next((ZoneInfo(name) for name in self.places("zone")), None)


def _connect(path: Path, busy_s: float) -> Database:
    return Database(sqlite3.connect(str(path), timeout=busy_s, check_same_thread=False))


@contextmanager
def _transaction(db: Database) -> Iterator[None]:
    """A transaction that locks for writing at its begin: SQLite refuses at once a reader that starts to write."""
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


def _query(db: Database, query: str, values: tuple[object, ...]) -> list[dict[str, Any]]:
    with _as_refusal():
        return list(db.query(query, list(values)))


@contextmanager
def _as_refusal() -> Iterator[None]:
    """Raises a store's lock, full disk or damage as Unavailable, with the journal's sentences."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unavailable(trouble(error)) from error


def new_secret() -> str:
    """256 random bits, in characters that a URL or a cookie may hold."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """The stored form of a random secret. Nobody can guess it, so a fast hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def must_be(role: str, roles: tuple[str, ...]) -> None:
    if role not in roles:
        raise ValueError(f"role {role!r} is none of {', '.join(roles)}")
