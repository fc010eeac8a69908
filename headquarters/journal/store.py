"""Takes events into PostgreSQL: the rows and the cursors of their branches in one transaction, however many branches
they are of. So nothing is lost or stored twice, whatever is killed between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from headquarters.alarms import raise_alarms
from headquarters.archive import archived
from headquarters.deriving.line import Epoch, lines_of
from headquarters.journal import early
from headquarters.journal.judging import HASH, Alarm, AlarmKind, Begun, Ends, Judge
from headquarters.journal.lasting import LINE, faults_told
from headquarters.journal.timelines import Timeline, stands_until
from headquarters.journal.writing import JOURNAL, put_aside, write
from lobby.events.batch import Batch
from lobby.events.envelope import EPOCH, SEQ, End, Row

MOVES = (
    "unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::boolean[])"
    " AS m (code, epoch, seq, hash, is_newest)"
)
"""The cursors that moved, as rows."""
SHOW = """
    INSERT INTO snapshot (branch, received_at, at, clock_off_s, document) VALUES (%s, now(), %s, %s, %s)
    ON CONFLICT (branch) DO UPDATE SET received_at = excluded.received_at, at = excluded.at,
        clock_off_s = excluded.clock_off_s, document = excluded.document
    WHERE snapshot.received_at < now() - interval '30 s' OR NOT EXISTS (
        SELECT FROM branch WHERE code = excluded.branch
        AND epoch = (snapshot.document ->> 'epoch')::bigint AND epoch <> (excluded.document ->> 'epoch')::bigint
        AND ((excluded.document ->> 'epoch')::bigint < epoch OR EXISTS (
            SELECT FROM epoch AS known WHERE known.branch = excluded.branch
            AND known.epoch = (excluded.document ->> 'epoch')::bigint)))
"""
ASIDE = "SELECT epoch, min(seq) + count(DISTINCT seq) - 1 FROM quarantine WHERE branch = %s GROUP BY epoch"
OVER = (AlarmKind.GAP,)
"""What is over once events continue."""


@dataclass(frozen=True)
class Taken:
    """What became of the events of some batches."""

    stored: int
    repeated: int
    aside: int


@dataclass(frozen=True)
class Word:
    """The last word of a branch about its lobby: the instant of its clock, by how much that is off (None: not known),
    and the snapshot as JSON."""

    branch: str
    at: datetime
    clock_off_s: float | None
    document: str


class Store:
    """One connection, used by one thread at a time. Raises psycopg.Error; then nothing was taken."""

    def __init__(self, database_url: str) -> None:
        self.db = psycopg.connect(database_url, autocommit=True, **LINE)

    def close(self) -> None:
        self.db.close()

    def ping(self) -> None:
        """Whether the connection lasts."""
        self.db.execute("SELECT 1")

    def branches(self) -> list[str]:
        """The codes of those that ever sent something."""
        return [code for (code,) in self.db.execute("SELECT code FROM branch").fetchall()]

    def known(self, branch: str) -> dict[str, Any]:
        """What its shipper asks for: the ends, what was put aside, and what came early."""
        ends, aside = self.ends(branch), self.aside(branch)
        return {"ends": ends, "aside": aside, "early": early.state(self.db, branch)}

    def ends(self, branch: str) -> list[End]:
        """How far each epoch of the branch is here, the newest last."""
        return [*self._ends([branch]).get(branch, {}).values()]

    def aside(self, branch: str) -> list[tuple[int, int]]:
        """By epoch, up to where the events without a gap are that were put aside."""
        return self.db.execute(ASIDE, [branch]).fetchall()

    def rows_after(self, branch: str, seq: int, hash: str, most: int) -> list[Row] | None:
        """Of the journal that goes on, the branch's events after this one, at most so many; None where it has another
        there."""
        lines = lines_of(self.db, branch)
        epochs = lines[-1].epochs if lines else ()
        if epochs and 0 < seq <= epochs[-1].last and not self._on(branch, epochs, seq, hash):
            return None
        for epoch in epochs:
            if epoch.last > seq:
                return self._rows(branch, epoch, seq, most)
        return early.rows_after(self.db, branch, seq, hash, most)

    def _on(self, branch: str, epochs: Sequence[Epoch], seq: int, hash: str) -> bool:
        there = [epoch.number for epoch in epochs if epoch.first <= seq <= epoch.last]
        return any(self._hash_at(branch, epoch, seq) == hash for epoch in there)

    def _rows(self, branch: str, epoch: Epoch, seq: int, most: int) -> list[Row]:
        span = max(seq, epoch.first - 1), epoch.last
        found = archived.rows(self.db, branch, epoch.number, span, most, ("seq", *JOURNAL))
        return [row[1:] for row in found]

    def take(self, batches: Sequence[Batch], alarms: Sequence[Alarm] = ()) -> Taken:
        """All of them in one transaction: one wait for the disk. Branches are held in one order, so that two processes
        do not wait for each other for ever."""
        codes = sorted({batch.branch for batch in batches})
        with self.db.transaction():
            self._hold(codes)
            before = self._ends(codes)
            ends = {code: dict(ends) for code, ends in before.items()}
            judge = Judge(ends, self._hash_at, self._adopted(codes))
            for batch in batches:
                if batch.early is None:
                    judge.judge(batch)
            write(self.db, "journal", judge.rows)
            for begun in judge.begun:
                self._announce(begun)
            self._move(judge.ends, before)
            put_aside(self.db, judge.aside)
            for batch in batches:
                if batch.early is not None:
                    early.keep(self.db, batch, _newest(judge.ends, batch.branch))
            raise_alarms(self.db, [*alarms, *judge.alarms])
        return Taken(len(judge.rows), judge.repeated, len(judge.aside))

    def _hold(self, codes: list[str]) -> None:
        insert = "INSERT INTO branch (code) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING"
        self.db.execute(insert, [codes])
        hold = "SELECT code FROM branch WHERE code = ANY(%s) ORDER BY code FOR UPDATE"
        self.db.execute(hold, [codes])

    def _ends(self, codes: list[str]) -> dict[str, Ends]:
        query = (
            "SELECT epoch.branch, epoch.epoch, last_seq, last_hash FROM epoch"
            " JOIN branch ON branch.code = epoch.branch WHERE epoch.branch = ANY(%s)"
            " ORDER BY epoch.branch, epoch.epoch = branch.epoch, epoch.epoch"
        )
        ends: dict[str, Ends] = {}
        for branch, epoch, seq, hash in self.db.execute(query, [codes]).fetchall():
            ends.setdefault(branch, {})[epoch] = End(epoch, seq, hash)
        return ends

    def _adopted(self, codes: list[str]) -> list[tuple[str, int]]:
        query = "SELECT branch, epoch FROM adopted WHERE branch = ANY(%s)"
        return self.db.execute(query, [codes]).fetchall()

    def _hash_at(self, branch: str, epoch: int, seq: int) -> str | None:
        row = archived.event(self.db, branch, epoch, seq, ["hash"])
        return row[0] if row else None

    def _announce(self, begun: Begun) -> None:
        """Write the new epoch down. What a lost journal told stays true."""
        first = begun.first
        parent_epoch, parent_seq = begun.parent[:2] if begun.parent else (None, 0)
        self.db.execute(
            "INSERT INTO epoch"
            " (branch, epoch, first_seq, last_seq, last_hash, parent_epoch, parent_seq, reason)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [first[0], first[EPOCH], first[SEQ], first[SEQ], first[HASH],
             parent_epoch, parent_seq, begun.reason],
        )  # fmt: skip
        self._note_newest(first[0], first[EPOCH])

    def _note_newest(self, branch: str, newest: int) -> None:
        """Until where each epoch holds, now that this one goes on."""
        query = "SELECT epoch, first_seq, parent_epoch, parent_seq FROM epoch WHERE branch = %s"
        epochs = [Timeline(*row) for row in self.db.execute(query, [branch]).fetchall()]
        with self.db.cursor() as cursor:
            cursor.executemany(
                "UPDATE epoch SET kept_until = %s WHERE branch = %s AND epoch = %s",
                [(seq, branch, epoch) for epoch, seq in stands_until(epochs, newest).items()],
            )

    def resume(self, branch: str, end: End) -> None:
        """Let an epoch that another one has followed be the newest again, after this event. Its tables are derived
        again."""
        with self.db.transaction():
            self._hold([branch])
            self.db.execute(
                "UPDATE branch SET epoch = %s, seq = %s, hash = %s, derived_epoch = 0, derived_seq = 0 WHERE code = %s",
                [*end, branch],
            )
            self.db.execute(
                "UPDATE epoch SET announced_at = now() WHERE branch = %s AND epoch = %s",
                [branch, end.epoch],
            )
            self._note_newest(branch, end.epoch)

    def _move(self, ends: dict[str, Ends], before: dict[str, Ends]) -> None:
        """The cursors of the epochs that went on, and those of their branches."""
        moved = [
            (code, end)
            for code, of_branch in ends.items()
            for end in of_branch.values()
            if before.get(code, {}).get(end.epoch) != end
        ]
        columns = [
            [code for code, _ in moved],
            [end.epoch for _, end in moved],
            [end.seq for _, end in moved],
            [end.hash for _, end in moved],
            [end.epoch == next(reversed(ends[code])) for code, end in moved],
        ]
        self.db.execute(
            f"UPDATE epoch SET last_seq = m.seq, last_hash = m.hash FROM {MOVES}"
            " WHERE epoch.branch = m.code AND epoch.epoch = m.epoch",
            columns,
        )
        self.db.execute(
            "UPDATE branch SET epoch = m.epoch, seq = m.seq, hash = m.hash, taken_at = now()"
            f" FROM {MOVES} WHERE branch.code = m.code AND m.is_newest",
            columns,
        )
        self.db.execute(
            "UPDATE alarm SET cleared_at = now()"
            " WHERE branch = ANY(%s) AND kind = ANY(%s) AND cleared_at IS NULL",
            [columns[0], [*OVER]],
        )

    def show(self, words: Sequence[Word]) -> None:
        """The last word of each branch, in the place of the one before. That of a journal which another one has
        followed, as on a clone, is heard only where the newest one is silent."""
        with self.db.transaction(), self.db.cursor() as cursor:
            cursor.executemany(
                SHOW,
                [(word.branch, word.at, word.clock_off_s, word.document) for word in words],
            )


@contextmanager
def opened(database_url: str) -> Iterator[Store]:
    """One for a command. Raises ConnectionError where the database is away or has no tables."""
    with faults_told(), closing(Store(database_url)) as store:
        yield store


def _newest(ends: dict[str, Ends], branch: str) -> int:
    """The epoch that goes on; 0 where nothing of the branch is here."""
    return next(reversed(ends.get(branch, {})), 0)
