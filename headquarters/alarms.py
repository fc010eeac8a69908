"""The alarms of branches: how they are raised, which stand, and the word of somebody that one was looked into."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Json

from headquarters.journal.judging import Alarm
from headquarters.journal.lasting import faults_told


@dataclass(frozen=True)
class StandingAlarm:
    """What somebody has to see of a branch, since `first_at` and so many `times`."""

    branch: str
    kind: str
    first_at: datetime
    last_at: datetime
    times: int
    detail: dict[str, Any]


@contextmanager
def opened(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection for a command. Raises ConnectionError where the database is away or has no tables."""
    with faults_told(), psycopg.connect(database_url) as db:
        yield db


def raise_alarms(db: psycopg.Connection[Any], alarms: Sequence[Alarm]) -> None:
    """An alarm stands until it is cleared; raised again, it tells how often."""
    with db.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO alarm (branch, kind, detail) VALUES (%s, %s, %s)"
            " ON CONFLICT (branch, kind) DO UPDATE SET"
            " detail = excluded.detail, last_at = now(), cleared_at = NULL,"
            " times = CASE WHEN alarm.cleared_at IS NULL THEN alarm.times + 1 ELSE 1 END,"
            " first_at = CASE WHEN alarm.cleared_at IS NULL THEN alarm.first_at ELSE now() END",
            [(alarm.branch, alarm.kind, Json(alarm.detail)) for alarm in alarms],
        )


def standing(db: psycopg.Connection[Any]) -> list[StandingAlarm]:
    """Those that nobody cleared yet, the oldest first."""
    query = (
        "SELECT branch, kind, first_at, last_at, times, detail FROM alarm"
        " WHERE cleared_at IS NULL ORDER BY first_at"
    )
    return [StandingAlarm(*row) for row in db.execute(query).fetchall()]


def clear(db: psycopg.Connection[Any], branch: str, kind: str = "") -> int:
    """Somebody looked into it. It stands again when it happens again. Answers how many were cleared."""
    done = db.execute(
        "UPDATE alarm SET cleared_at = now()"
        " WHERE branch = %s AND (kind = %s OR %s = '') AND cleared_at IS NULL",
        [branch, kind, kind],
    )
    return done.rowcount
