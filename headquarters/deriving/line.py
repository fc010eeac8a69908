"""The line of a branch: its events without the tails that restores took away.

A branch that lost its journal begins another one, whose `seq` starts at 1 again. What the lost one told stays true: the
branch has a line for each journal, which is known by its first epoch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from headquarters.archive import archived
from lobby.events.envelope import Row

EPOCHS = (
    "SELECT epoch, first_seq, least(kept_until, last_seq), coalesce(parent_epoch, 0), announced_at FROM epoch"
    " WHERE branch = %s ORDER BY epoch"
)
DERIVED = "SELECT derived_epoch, derived_seq FROM branch WHERE code = %s"
ROWS = ("seq", "at", "kind", "ticket", "counter", "actor", "data", "v")
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
    """The events of one journal; `seq` goes on from one epoch to the next. `derived`: up to where the derived tables
    have them; `cursor`: what the database says of that, of all journals of the branch."""

    branch: str
    journal: int
    epochs: tuple[Epoch, ...]
    derived: Point
    cursor: Point

    @property
    def end(self) -> Point:
        return self.epochs[-1].number, self.epochs[-1].last

    @property
    def is_due(self) -> bool:
        return self.derived != self.end

    @property
    def is_new(self) -> bool:
        """Whether it is to be derived from its first event on."""
        return self.derived[1] == 0

    @property
    def forked(self) -> bool:
        """Whether the derived tables have something of a tail that a restore took away."""
        epoch, seq = self.derived
        return not self.is_new and self.epoch_of(seq) != epoch

    def epoch_of(self, seq: int) -> int:
        """The epoch of the event with this `seq`; 0 where the line has none."""
        return next((epoch.number for epoch in self.epochs if epoch.first <= seq <= epoch.last), 0)

    def rows(self, db: psycopg.Connection, since: int, most: int) -> list[Row]:
        """Up to so many rows after event `since`, in order. Raises archived.ArchiveFault."""
        rows: list[Row] = []
        for epoch in self.epochs:
            if epoch.last > since and len(rows) < most:
                span = max(since, epoch.first - 1), epoch.last
                more = most - len(rows)
                rows += archived.rows(db, self.branch, epoch.number, span, more, ROWS)
        return rows


def lines_of(db: psycopg.Connection, branch: str) -> list[Line]:
    """A line for each journal of the branch, the one that goes on last."""
    parents: dict[int, int] = {}
    announced: dict[int, datetime] = {}
    epochs: defaultdict[int, list[Epoch]] = defaultdict(list)
    for number, first, last, parent, at in db.execute(EPOCHS, [branch]).fetchall():
        parents[number] = parent
        announced[number] = at
        if last >= first:
            epochs[_journal(parents, number)].append(Epoch(number, first, last))
    cursor = db.execute(DERIVED, [branch]).fetchone() or NOWHERE
    ends = {journal: of_journal[-1].number for journal, of_journal in epochs.items()}
    journals = sorted(epochs, key=lambda journal: (announced[ends[journal]], ends[journal]))
    now = _place(journals, _journal(parents, cursor[0]))
    return [
        Line(
            branch,
            journal,
            tuple(epochs[journal]),
            _derived(epochs[journal], n - now, cursor),
            cursor,
        )
        for n, journal in enumerate(journals)
    ]


def _journal(parents: Mapping[int, int], epoch: int) -> int:
    """The epoch with which its journal began."""
    while parents.get(epoch, 0) in parents:
        epoch = parents[epoch]
    return epoch


def _place(journals: Sequence[int], journal: int) -> int:
    """Which of them is being derived; the first where none is yet."""
    return journals.index(journal) if journal in journals else 0


def _derived(epochs: Sequence[Epoch], later: int, cursor: Point) -> Point:
    """Of a journal before the one that is being derived all is, of one after it nothing."""
    if later < 0:
        return epochs[-1].number, epochs[-1].last
    if later > 0:
        return NOWHERE
    return cursor[0], cursor[1]


def line_of(db: psycopg.Connection, branch: str) -> Line | None:
    """The line to be derived next; None where nothing is due."""
    return next((line for line in lines_of(db, branch) if line.forked or line.is_due), None)
