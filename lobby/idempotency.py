"""What requests with an idempotency key were answered: a row each in `lobby.db`, written in the transaction of the
events that they made. It is no part of the journal, since it is nothing that happened in the branch, and it goes after
KEPT: whoever repeats a request does so within minutes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import to_json

KEPT = timedelta(hours=48)
"""A kiosk or console that was switched off over a day still gets the answer that it missed."""


@dataclass(frozen=True)
class Done:
    """A request that did something. `fingerprint` is a keyed hash of who asked what, so that nothing of the body is
    kept."""

    key: str
    at: datetime
    fingerprint: str
    answer: dict[str, Any]


def keep(conn: Any, requests: Sequence[Done]) -> None:
    """Keep these, and forget those of more than KEPT ago; within the transaction that is open."""
    rows = [(one.key, _at(one.at), one.fingerprint, to_json(one.answer).decode()) for one in requests]
    if rows:
        conn.execute("DELETE FROM request WHERE at < ?", [_at(max(one.at for one in requests) - KEPT)])
        conn.executemany("INSERT OR REPLACE INTO request VALUES (?, ?, ?, ?)", rows)


def find(conn: Any, key: str, now: datetime) -> Done | None:
    """What was done under the key within KEPT."""
    query = "SELECT key, at, fingerprint, answer FROM request WHERE key = ? AND at >= ?"
    row = conn.execute(query, [key, _at(now - KEPT)]).fetchone()
    return Done(row[0], datetime.fromisoformat(row[1]), row[2], json.loads(row[3])) if row else None


def _at(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
