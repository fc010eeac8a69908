"""A key for each person whose data the journal has, in a database of their own beside it: `subject-keys.db`. Backups
leave it out and a restore leaves it alone, so that an erased key is erased for every copy of the journal.

Texts are sealed with AES-256-GCM (NIST SP 800-38D) under a random nonce; the subject is authenticated with them.
"""

from __future__ import annotations

import base64
import dataclasses
import os
import secrets
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.errors import Unavailable
from lobby.events.personal import TOKEN, Missing, sealed, subjects_of
from lobby.journal.envelope import instant
from lobby.journal.journal import engine, trouble

E = TypeVar("E", bound=ev.Event)
FILE = "subject-keys.db"
KEY_BYTES = 32
NONCE_BYTES = 12
"""What GCM is made for: no other length is as quick or as safe."""
PATIENCE_S = 2.0
"""So long a commit waits for another process that erases."""
PART = 1000
"""So many keys are kept at once beside the writer's."""
READ_PATIENCE_S = 0.05
"""Without WAL a reader waits for a commit; who seals waits with it, in the server's loop."""
TABLE = "CREATE TABLE IF NOT EXISTS subject (subject TEXT PRIMARY KEY, key BLOB, made_at TEXT NOT NULL, erased_at TEXT)"
KEEP = (
    "INSERT INTO subject (subject, key, made_at) VALUES (?, ?, ?)"
    " ON CONFLICT (subject) DO UPDATE SET key = excluded.key, made_at = excluded.made_at WHERE key IS NULL"
)
"""A key that is there is never replaced. Who was erased and gives something anew gets another key."""


@dataclass(frozen=True)
class Subject:
    """A person whose data is kept, or was until `erased_at`. `made_at` is when the first of it came."""

    id: str
    key: bytes | None = dataclasses.field(repr=False)
    made_at: str
    erased_at: str | None


class Held(OSError):
    """Another program reads the keys: what was erased may still stand in the log beside them."""


class SubjectKeys:
    """The keys of one branch. One thread at a time seals and commits, another one erases; any may reveal. Each has a
    connection of its own, since a transaction is its connection's. Raises sqlite3.Error."""

    def __init__(self, data: Path) -> None:
        self._path = path = data / FILE
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._writing = _writable(path)
        self._writing.execute(TABLE)
        self._reading = _connection(path, READ_PATIENCE_S)
        self._erasing = _writable(path)
        # VACUUM copies all keys to where temporary files are.
        self._erasing.execute("PRAGMA temp_store = MEMORY")
        self._fresh: dict[str, tuple[bytes, str]] = {}

    def close(self) -> None:
        self._reading.close()
        self._erasing.close()
        self._writing.close()

    # -- sealing ----------------------------------------------------------------------------------------
    def sealed(self, event: ev.Event, now: datetime) -> ev.Event:
        """The event as it may stand in the journal. A key that is new is kept with the next `commit`."""
        words = _words_of(event)
        if not words:
            return event
        subjects = subjects_of(event)
        return dataclasses.replace(
            event, **{name: self._seal(subjects[name], text, now) for name, text in words.items()}
        )

    def _seal(self, subject: str, text: str, now: datetime) -> str:
        return seal(self._key(subject, now), subject, text)

    def _key(self, subject: str, now: datetime) -> bytes:
        if subject in self._fresh:
            return self._fresh[subject][0]
        known = self.of(subject)
        if known and known.key:
            return known.key
        key = secrets.token_bytes(KEY_BYTES)
        self._fresh[subject] = key, instant(now)
        return key

    def sealed_aside(self, events: Sequence[E], now: datetime) -> list[E]:
        """The events as they may stand in the journal, with their keys durable already: for many of subjects that are
        new, from any thread. The writer's own keys wait for a part of them at most. Raises Unavailable."""
        fresh: dict[str, bytes] = {}
        given = []
        for event in events:
            words = _words_of(event)
            subjects = subjects_of(event)
            for name in words:
                fresh.setdefault(subjects[name], secrets.token_bytes(KEY_BYTES))
            boxes = {
                name: seal(fresh[subjects[name]], subjects[name], text)
                for name, text in words.items()
            }
            given.append(dataclasses.replace(event, **boxes))
        self._keep_aside([(subject, key, instant(now)) for subject, key in fresh.items()])
        return given

    def _keep_aside(self, rows: Sequence[tuple[str, bytes, str]]) -> None:
        try:
            with closing(_writable(self._path)) as connection:
                for first in range(0, len(rows), PART):
                    with connection:
                        connection.executemany(KEEP, rows[first : first + PART])
        except sqlite3.OperationalError as error:
            raise Unavailable(trouble(error)) from error

    def commit(self) -> None:
        """Make the new keys durable: to be called before the events that need them are."""
        if not self._fresh:
            return
        rows = [(subject, key, made_at) for subject, (key, made_at) in self._fresh.items()]
        with self._writing:
            self._writing.executemany(KEEP, rows)
        self._fresh.clear()

    # -- reading ----------------------------------------------------------------------------------------
    def reveal(self, text: str) -> str | Missing:
        """See lobby.events.personal.Reveal. Reads the disk, and never raises."""
        try:
            return self.opened(text)
        except sqlite3.Error:
            return Missing.LOST

    def opened(self, text: str) -> str | Missing:
        """As `reveal`. Raises sqlite3.Error while the keys cannot be read."""
        token = TOKEN.fullmatch(text)
        if token is None:
            return text
        return _words(token["subject"], token["box"], self.of(token["subject"]))

    def version(self) -> int:
        """Another one whenever keys were made or erased, by this program or another. Raises sqlite3.Error."""
        return int(self._reading.execute("PRAGMA data_version").fetchone()[0])

    def of(self, subject: str) -> Subject | None:
        rows = self._subjects("subject = ?", subject)
        if rows:
            return rows[0]
        return None

    def older_than(self, before: datetime) -> list[Subject]:
        """Those who gave something before then and are not erased; the first first."""
        return self._subjects("key IS NOT NULL AND made_at < ? ORDER BY made_at", instant(before))

    def _subjects(self, where: str, value: str) -> list[Subject]:
        query = f"SELECT subject, key, made_at, erased_at FROM subject WHERE {where}"
        return [Subject(*row) for row in self._reading.execute(query, [value]).fetchall()]

    # -- erasing ----------------------------------------------------------------------------------------
    def erase(self, subjects: Sequence[Subject], now: datetime) -> None:
        """Their keys are gone from every page of the file; from its log, too, after `settle`."""
        rows = [(instant(now), subject.id) for subject in subjects]
        with self._erasing:
            self._erasing.executemany(
                "UPDATE subject SET key = NULL, erased_at = ? WHERE subject = ?", rows
            )
        self._erasing.execute("VACUUM")

    def settle(self) -> None:
        """Empty the log beside the file, where pages stand as they were. Raises Held."""
        busy = self._erasing.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()[0][0]
        if busy:
            raise Held(f"another program reads {FILE}: erase again when it has ended")


def _words_of(event: ev.Event) -> dict[str, str]:
    """By field, what is to be sealed."""
    given = {name: getattr(event, name) for name in ev.PERSONAL_FIELDS.get(type(event), ())}
    return {name: text for name, text in given.items() if text}


def seal(key: bytes, subject: str, text: str) -> str:
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = nonce + AESGCM(key).encrypt(nonce, text.encode(), subject.encode())
    return sealed(subject, base64.urlsafe_b64encode(box).decode().rstrip("="))


def seal_bytes(key: bytes, name: str, content: bytes) -> bytes:
    """Nonce and ciphertext; the name is authenticated with them."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, name.encode())


def open_bytes(key: bytes, name: str, box: bytes) -> bytes:
    """What was sealed under this name. Raises ValueError where the key is another one."""
    try:
        return AESGCM(key).decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], name.encode())
    except InvalidTag as error:
        raise ValueError(f"{name} cannot be opened with this key") from error


def _words(subject: str, box: str, known: Subject | None) -> str | Missing:
    """What was sealed; a text of before its subject was erased is erased, whatever key there is now."""
    missing = Missing.ERASED if known and known.erased_at else Missing.LOST
    if known is None or known.key is None:
        return missing
    try:
        raw = base64.urlsafe_b64decode(box + "=" * (-len(box) % 4))
        return (
            AESGCM(known.key)
            .decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], subject.encode())
            .decode()
        )
    except (InvalidTag, ValueError):
        return missing


def _writable(path: Path) -> Any:
    connection = _connection(path, PATIENCE_S)
    connection.execute(f"PRAGMA journal_mode = {engine().journal_mode}")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def _connection(path: Path, patience_s: float) -> Any:
    return sqlite3.connect(str(path), timeout=patience_s, check_same_thread=False)
