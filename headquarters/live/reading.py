"""Reads from PostgreSQL what the picture is made of. One connection, asked again and again; after a fault a new one."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from headquarters.live.picture import Alarm, Cursor, News
from headquarters.live.state import Word, word_of

OVERLAP = timedelta(seconds=5)
"""A row may be committed later than one with a younger `received_at`: what is so young is looked at again."""
LINE: dict[str, Any] = {
    "autocommit": True,
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8000,
    "application_name": "lobby hq serve",
    "options": "-c statement_timeout=8000",
}
"""A line that was cut without a word is given up within seconds."""


class Reading:
    """What is new in the database since the last look. For one thread at a time."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._db: psycopg.Connection | None = None
        self._received: dict[str, datetime] = {}

    def look(self) -> News:
        """Raises psycopg.Error; the next look connects anew."""
        try:
            return self._look(self._connected())
        except psycopg.Error:
            self.close()
            raise

    def close(self) -> None:
        if self._db is not None:
            with suppress(psycopg.Error):
                self._db.close()
        self._db = None

    def _connected(self) -> psycopg.Connection:
        if self._db is None:
            self._db = psycopg.connect(self._url, **LINE)
        return self._db

    def _look(self, db: psycopg.Connection) -> News:
        (now,) = db.execute("SELECT now()").fetchone() or (datetime.now(UTC),)
        return News(now, self._words(db, now), _cursors(db), _alarms(db))

    def _words(self, db: psycopg.Connection, now: datetime) -> dict[str, Word]:
        """The rows alone are looked at first: their documents are large, and few of them are new."""
        since = max(self._received.values(), default=datetime.min.replace(tzinfo=UTC))
        after = min(since, now) - OVERLAP if self._received else since  # a clock may be set back
        rows = db.execute(
            "SELECT branch, received_at FROM snapshot WHERE received_at > %s", [after]
        ).fetchall()
        changed = [code for code, received in rows if self._received.get(code) != received]
        if not changed:
            return {}
        found = db.execute(
            "SELECT branch, received_at, at, clock_off_s, document::text FROM snapshot WHERE branch = ANY(%s)",
            [changed],
        ).fetchall()
        self._received |= {row[0]: row[1] for row in found}
        words = {}
        for code, *word in found:
            with suppress(ValueError):
                words[code] = word_of(*word)
        return words


def _cursors(db: psycopg.Connection) -> dict[str, Cursor]:
    rows = db.execute("SELECT code, epoch, seq, hash FROM branch WHERE epoch > 0").fetchall()
    return {code: Cursor(*at) for code, *at in rows}


def _alarms(db: psycopg.Connection) -> dict[str, list[Alarm]]:
    rows = db.execute(
        "SELECT branch, kind, first_at FROM alarm WHERE cleared_at IS NULL ORDER BY first_at"
    ).fetchall()
    found: dict[str, list[Alarm]] = {}
    for branch, kind, since in rows:
        found.setdefault(branch, []).append(Alarm(kind, since))
    return found
