"""The line of a branch: its events without the tails that restores took away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from lobby.events.envelope import Row

EPOCHS = (
    "SELECT epoch, first_seq, coalesce(kept_until, last_seq) FROM epoch"
    " WHERE branch = %s AND coalesce(kept_until, last_seq) >= first_seq ORDER BY epoch"
)
DERIVED = "SELECT derived_epoch, derived_seq FROM branch WHERE code = %s"
ROWS = (
    "SELECT seq, at, kind, ticket, counter, actor, data::text, v FROM journal"
    " WHERE branch = %s AND epoch = %s AND seq > %s AND seq <= %s ORDER BY seq LIMIT %s"
)
"""As lobby/journal/history.py reads them from a branch's own journal."""
Point = tuple[int, int]
"""An epoch, and an event of it."""
NOWHERE: Point = (0, 0)


@dataclass(frozen=True)
class Epoch:
    """The events of an epoch that stand, from `first` to `last`."""

    number: int
    first: int
    last: int


@dataclass(frozen=True)
class Line:
    """`seq` goes on from one epoch to the next. `derived`: up to where the derived tables are."""

    branch: str
    epochs: tuple[Epoch, ...]
    derived: Point

    @property
    def end(self) -> Point:
        if self.epochs:
            return self.epochs[-1].number, self.epochs[-1].last
        return NOWHERE

    @property
    def is_due(self) -> bool:
        return self.end != NOWHERE and self.derived != self.end

    @property
    def forked(self) -> bool:
        """Whether the derived tables have something of a tail that a restore took away."""
        epoch, seq = self.derived
        return self.derived != NOWHERE and self.epoch_of(seq) != epoch

    def epoch_of(self, seq: int) -> int:
        """The epoch of the event with this `seq`; 0 where the line has none."""
        return next((epoch.number for epoch in self.epochs if epoch.first <= seq <= epoch.last), 0)

    def rows(self, db: psycopg.Connection, since: int, most: int) -> list[Row]:
        """Up to so many rows after event `since`, in order."""
        rows: list[Row] = []
        for epoch in self.epochs:
            if epoch.last > since and len(rows) < most:
                of = [self.branch, epoch.number, since, epoch.last, most - len(rows)]
                rows += db.execute(ROWS, of).fetchall()
        return rows

    def pieces(self, db: psycopg.Connection, since: int, until: int, most: int) -> Iterator[Row]:
        """The rows after event `since` up to `until`, read in pieces of so many."""
        while since < until:
            piece = self.rows(db, since, min(most, until - since))
            if not piece:
                return
            yield from piece
            since = piece[-1][0]


def line_of(db: psycopg.Connection, branch: str) -> Line:
    epochs = tuple(Epoch(*row) for row in db.execute(EPOCHS, [branch]).fetchall())
    derived = db.execute(DERIVED, [branch]).fetchone() or NOWHERE
    return Line(branch, epochs, (derived[0], derived[1]))
