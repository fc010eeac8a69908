"""Follows a journal beside its branch, and makes the snapshot of the lobby that goes to headquarters."""

from __future__ import annotations

from datetime import datetime

from lobby.journal.envelope import end
from lobby.journal.history import Misfit, Reader, events_since, known_branch, replayed, take
from lobby.state.queue import QueueState
from lobby.views.snapshot import SnapshotView, snapshot


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
