"""Follows a journal beside its branch, and sends the snapshot of the lobby to headquarters."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from nats.aio.client import Client

from integrations.watchdog import Progress
from lobby.events.batch import SNAPSHOT, pack
from lobby.journal.envelope import end
from lobby.journal.history import (
    Misfit,
    Reader,
    events_since,
    known_branch,
    reader,
    replayed,
    take,
)
from lobby.state.queue import QueueState
from lobby.views.snapshot import SnapshotView, snapshot

SNAPSHOT_S = 1.0
AT_REST_S = 10.0
SHOWING = "showing"
"""Its loop, as the log names one that hangs."""


def is_open(data: Path) -> bool:
    """Whether the branch's process runs: it holds the lock of its data. Linux lists all locks with their inodes; to try
    this one would keep a branch from starting in that moment."""
    try:
        inode = (data / "lock").stat().st_ino
        locks = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return False
    return any("FLOCK" in lock and f":{inode} " in lock for lock in locks)


class Follower:
    """The state of a journal that somebody else writes. `seq` is the last event that it knows."""

    def __init__(self, db: Reader) -> None:
        self._db = db
        self._state: QueueState | None = None
        self._misfits: list[Misfit] = []

    @property
    def seq(self) -> int:
        return self._state.seq if self._state else 0

    def follow(self) -> None:
        """Take in what is new. What cannot be read is passed over, as the branch does, which tells it."""
        if self._state is None:
            branch = known_branch(self._db)
            self._state = replayed(self._db, branch, self._misfits) if branch else None
            return
        for recorded in events_since(self._db, self._state.seq, self._misfits):
            take(self._state, recorded, self._misfits)
        self._misfits.clear()

    def snapshot(self, now: datetime) -> SnapshotView | None:
        """None of a journal without a configuration, from before there were any."""
        if self._state is None:
            return None
        return snapshot(self._state, end(self._db).epoch, now)


async def show(client: Client, branch: str, database: Path, progress: Progress) -> None:
    """Send the lobby as it is: at once where it changed, else as a sign of life. Of a branch whose process ended,
    nothing: its journal would look like a lobby at rest."""
    with closing(reader(database)) as db:
        await _show(client, branch, Follower(db), database.parent, progress)


async def _show(
    client: Client, branch: str, follower: Follower, data: Path, progress: Progress
) -> None:
    shown = 0.0
    seq = -1
    while True:
        follower.follow()
        rests = follower.seq == seq and time.monotonic() - shown < AT_REST_S
        if not rests and is_open(data) and (view := follower.snapshot(datetime.now(UTC))):
            await client.publish(f"{SNAPSHOT}.{branch}", pack(dict(view)))
            shown = time.monotonic()
            seq = follower.seq
        progress.came_round(SHOWING)
        await asyncio.sleep(SNAPSHOT_S)
