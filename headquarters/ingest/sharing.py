"""Several processes share the branches by their partitions: who has one has it alone, as long as it is connected to
PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from headquarters.journal.patience import Occupied
from lobby.events.batch import PARTITIONS

LOCK = 0x496E6765
""" "Inge"; the second key is the partition."""
TRY = "SELECT n FROM unnest(%s::int[]) AS n WHERE NOT pg_try_advisory_lock(%s, n)"
HELD = (
    "SELECT DISTINCT objid::int FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


def occupy(db: psycopg.Connection, partitions: Sequence[int]) -> None:
    """Until the connection ends. Raises Occupied where another process has one of them."""
    others = db.execute(TRY, [list(partitions), LOCK]).fetchall()
    if others:
        db.execute("SELECT pg_advisory_unlock_all()")
        raise Occupied(
            f"another lobby hq ingest takes in {len(others)} of the {len(partitions)} partitions of this one,"
            " which goes on when that one ends"
        )


def vacant(db: psycopg.Connection) -> list[int]:
    """The partitions that no process takes in."""
    held = {partition for (partition,) in db.execute(HELD, [LOCK]).fetchall()}
    return [partition for partition in range(PARTITIONS) if partition not in held]
