"""Which events continue what headquarters has of a branch. What is there already is a repetition; what comes too early
is a gap; what nobody may write any more is put aside.

Epochs are handled as PostgreSQL handles its timelines: only the newest one that was announced may go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from operator import itemgetter
from typing import Any

from lobby import events as ev
from lobby.events.batch import Batch
from lobby.events.envelope import BEGINNING, COLUMNS, EPOCH, SEQ, End, Row, link

KIND = COLUMNS.index("kind")
DATA = COLUMNS.index("data")
HASH = len(COLUMNS)
"""In a row of a batch the hash follows COLUMNS."""
NUMBERS = 2**63
"""PostgreSQL's numbers are below it."""
REASON_MAX = 200
Ends = dict[int, End]
"""By epoch, the last event of it; the newest epoch last."""
HashAt = Callable[[str, int, int], str | None]
"""(branch, epoch, seq) -> the hash of the event that the database has there."""
hash_of = itemgetter(HASH)


class AlarmKind(StrEnum):
    """What somebody at headquarters has to see of a branch."""

    GAP = "gap"
    """Events came that do not follow the last one here: the shipper sends those between when it asks."""
    SECOND_WRITER = "second_writer"
    """Two computers write the same epoch."""
    SUPERSEDED = "superseded"
    """Events came of an epoch that another one has followed, or of a journal that a slow clock gave too low a number:
    `lobby hq journal adopt` lets that one go on."""
    ALTERED = "altered"
    """An event does not fit its hash."""
    UNREADABLE = "unreadable"
    """A message is no batch of events."""
    UNKNOWN_BRANCH = "unknown_branch"
    """hq.toml does not have this branch."""
    RESTARTED = "restarted"
    """The branch began a new journal and has nothing of its former one."""
    ORDER_LATE = "order_late"
    """A work order is not answered by the day that headquarters set."""
    NOT_DERIVED = "not_derived"
    """Its events are here, and its tables do not go on: a fault of this program, which the log describes."""


@dataclass(frozen=True)
class Alarm:
    """Something of a branch that somebody has to see."""

    branch: str
    kind: AlarmKind
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Begun:
    """A new epoch, by its first event; `parent` is the event that it follows, None at the beginning of a journal."""

    first: Row
    parent: End | None

    @property
    def reason(self) -> str:
        """As PostgreSQL can hold it."""
        with suppress(ValueError, LookupError, TypeError, RecursionError):
            reason = str(json.loads(self.first[DATA])["reason"])[:REASON_MAX]
            return reason.encode(errors="replace").decode().replace("\0", "?")
        return "begun"


@dataclass
class Judge:
    """Looks at batches one after the other. `ends` is what the database has of each branch, by its code, the newest
    epoch last; it goes on with each batch. `adopted` are epochs, each after its branch, that somebody at headquarters
    lets begin although their numbers are too low. `rows` continue the journal, in order."""

    ends: dict[str, Ends]
    hash_at: HashAt
    adopted: Collection[tuple[str, int]] = ()
    rows: list[Row] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    aside: list[tuple[Row, AlarmKind]] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    repeated: int = 0

    def judge(self, batch: Batch) -> None:
        for former, segment in _segments(batch):
            self._judge(former, segment)

    def _judge(self, former: str, rows: Sequence[Row]) -> None:
        """Events of one epoch in one piece. `former` is the hash before the first."""
        ends = self._of(rows[0])
        end = ends.get(rows[0][EPOCH])
        if end is None:
            self._begin(former, rows)
            return
        if rows[0][SEQ] <= end.seq:
            there = [row for row in rows if row[SEQ] <= end.seq]
            if self._hash_at(there[-1][:3]) != there[-1][HASH]:
                self._put_aside(rows, AlarmKind.SECOND_WRITER)
                return
            self.repeated += len(there)
            rows, former = rows[len(there) :], there[-1][HASH]
        if rows:
            self._go_on(former, rows, end)

    def _go_on(self, former: str, rows: Sequence[Row], end: End) -> None:
        """What the journal itself has not, between the end here and these rows, is no gap: a damaged one lacks some."""
        followed = end.epoch != _newest(self._of(rows[0]))
        if rows[0][SEQ] > end.seq + 1 and former != end.hash and not followed:
            self._tell_gap(rows[0], end.seq)
        elif followed:
            self._put_aside(rows, AlarmKind.SUPERSEDED)
        elif former != end.hash:
            self._put_aside(rows, AlarmKind.SECOND_WRITER)
        else:
            self._append(former, rows)

    def _begin(self, former: str, rows: Sequence[Row]) -> None:
        """A new epoch: it forks from an event that is here, or it is the beginning of a journal."""
        first = rows[0]
        ends = self._of(first)
        parent = parent_of(first) or self._preceding(former, first)
        if ends and not self._may_begin(first, parent):
            self._put_aside(rows, AlarmKind.SUPERSEDED)
            return
        if not self._has(former, first, parent):
            self._tell_gap(first, ends[_newest(ends)].seq if ends else 0)
            return
        if ends and parent is None and first[:2] not in self.adopted:  # who adopted it knows
            self._tell(first, AlarmKind.RESTARTED, {"epoch": first[EPOCH]})
        self.begun.append(Begun(first, parent))
        self._append(former, rows)

    def _may_begin(self, first: Row, parent: End | None) -> bool:
        """Above all others, or after the newest one where that was adopted, or adopted itself."""
        ends = self._of(first)
        follows = parent is not None and parent.epoch == _newest(ends)
        return first[EPOCH] > max(ends) or follows or first[:2] in self.adopted

    def _preceding(self, former: str, first: Row) -> End | None:
        """The end here that a damaged journal goes on after: it lost the event with which this epoch began."""
        ends = self._of(first).values()
        return next((end for end in ends if end.hash == former and end.seq < first[SEQ]), None)

    def _has(self, former: str, first: Row, parent: End | None) -> bool:
        """Whether what comes before the epoch is here. A damaged journal may lack its first events: nothing is before
        those that it has."""
        if parent is None:
            forked = first[KIND] == ev.JournalForked.__name__
            return bool(first[SEQ] == 1) or (former == BEGINNING.hash and not forked)
        if parent.hash == former and self._of(first).get(parent.epoch) == parent:
            return True
        if first[SEQ] != parent.seq + 1:
            return False
        if parent.seq == 0 or self._of(first).get(parent.epoch) == parent:
            return True
        return self._hash_at((first[0], parent.epoch, parent.seq)) == parent.hash

    def _hash_at(self, place: Row) -> str | None:
        """The hash that the database has there, or will have: of branch, epoch and seq."""
        for row in self.rows:
            if row[:3] == place:
                return str(row[HASH])
        return self.hash_at(*place)

    def _append(self, former: str, rows: Sequence[Row]) -> None:
        """An event that does not fit its hash is taken and told: those after it are true all the same."""
        hashes = [former, *map(hash_of, rows)]
        for row, (before, hash) in zip(rows, pairwise(hashes), strict=True):
            if not fits(before, row, hash):
                self._tell(row, AlarmKind.ALTERED, {"epoch": row[EPOCH], "seq": row[SEQ]})
        self.rows += rows
        last = rows[-1]
        self._of(last)[last[EPOCH]] = End(last[EPOCH], last[SEQ], last[HASH])

    def _put_aside(self, rows: Sequence[Row], why: AlarmKind) -> None:
        self.aside += [(row, why) for row in rows]
        span = {"epoch": rows[0][EPOCH], "from": rows[0][SEQ], "to": rows[-1][SEQ]}
        self._tell(rows[0], why, span)

    def _tell_gap(self, first: Row, after: int) -> None:
        gap = {"epoch": first[EPOCH], "seq": first[SEQ], "after": after}
        self._tell(first, AlarmKind.GAP, gap)

    def _tell(self, row: Row, kind: AlarmKind, detail: Mapping[str, Any]) -> None:
        self.alarms.append(Alarm(row[0], kind, detail))

    def _of(self, row: Row) -> Ends:
        return self.ends.setdefault(row[0], {})


def _segments(batch: Batch) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each epoch without a gap between them, with the hash before the first."""
    former = batch.previous
    segment: list[Row] = []
    for row in batch.rows:
        if segment and (row[EPOCH], row[SEQ]) != (segment[-1][EPOCH], segment[-1][SEQ] + 1):
            yield former, segment
            former = segment[-1][HASH]
            segment = []
        segment.append(row)
    yield former, segment


def _newest(ends: Ends) -> int:
    """The epoch that may go on."""
    return next(reversed(ends))


def fits(former: str, row: Row, hash: str) -> bool:
    """Whether the row (COLUMNS and more) has this hash after the former one."""
    try:
        return link(former, row[:HASH]) == hash
    except ValueError:
        return False  # a lone surrogate is no text


def parent_of(first: Row) -> End | None:
    """The event that a new epoch follows; None at the beginning of a journal."""
    if first[KIND] != ev.JournalForked.__name__:
        return None
    with suppress(ValueError, LookupError, TypeError, OverflowError, RecursionError):
        data = json.loads(first[DATA])
        epoch, seq = int(data["parent_epoch"]), int(data["parent_seq"])
        if min(epoch, seq) >= 0 and max(epoch, seq) < NUMBERS:
            return End(epoch, seq, str(data["parent_hash"]))
    return None
