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

from lobby.journal.envelope import instant

COLUMNS = "(actor, key, at, fingerprint, answer)"
KEPT = timedelta(hours=48)
"""A kiosk or console that was switched off over a day still gets the answer that it missed."""


@dataclass(frozen=True)
class Done:
    """A request that did something. A key is its actor's: two who chose the same one know nothing of each other.
    `fingerprint` is a keyed hash of who asked what, so that nothing of the body is kept."""

    actor: str
    key: str
    at: datetime
    fingerprint: str
    answer: dict[str, Any]


def keep(conn: Any, requests: Sequence[Done]) -> None:
    """Keep these, and forget those of more than KEPT ago; within the transaction that is open."""
    rows = [
        (done.actor, done.key, instant(done.at), done.fingerprint, to_json(done.answer).decode())
        for done in requests
    ]
    if rows:
        conn.execute(
            "DELETE FROM request WHERE at < ?", [instant(max(done.at for done in requests) - KEPT)]
        )
        conn.executemany(f"INSERT OR REPLACE INTO request {COLUMNS} VALUES (?, ?, ?, ?, ?)", rows)


def find(conn: Any, actor: str, key: str, now: datetime) -> Done | None:
    """What was done under the actor's key within KEPT. Of rows of earlier versions the actor is not known."""
    query = (
        "SELECT at, fingerprint, answer FROM request WHERE actor IN (?, '') AND key = ? AND at >= ?"
        " ORDER BY actor DESC LIMIT 1"
    )
    row = conn.execute(query, [actor, key, instant(now - KEPT)]).fetchone()
    if row:
        return Done(actor, key, datetime.fromisoformat(row[0]), row[1], json.loads(row[2]))
    return None
