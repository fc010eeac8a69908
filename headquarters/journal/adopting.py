"""Journals that were put aside, and how one of them goes on: that of a computer whose clock was slow when the branch
began on it has too low an epoch, and is the branch's own all the same. Somebody at headquarters decides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from headquarters.alarms import clear
from headquarters.journal import early
from headquarters.journal.judging import AlarmKind, fits, parent_of
from headquarters.journal.store import Store
from headquarters.journal.writing import JOURNAL
from lobby.events.batch import Batch
from lobby.events.envelope import BEGINNING, SEQ, End, Row

PIECE = 2000
PUT_ASIDE = """
    SELECT q.branch, q.epoch, min(q.seq), max(q.seq), count(*), min(q.event ->> 'at'), max(q.event ->> 'at'),
        max(q.why), bool_or(e.epoch IS NOT NULL)
    FROM quarantine q LEFT JOIN epoch e ON e.branch = q.branch AND e.epoch = q.epoch
    WHERE q.branch = %(branch)s OR %(branch)s::text IS NULL GROUP BY q.branch, q.epoch ORDER BY q.branch, q.epoch
"""
ROWS = """
    SELECT event FROM quarantine WHERE branch = %(branch)s AND epoch = %(epoch)s AND seq IN (
        SELECT DISTINCT seq FROM quarantine WHERE branch = %(branch)s AND epoch = %(epoch)s AND seq > %(after)s
        ORDER BY seq LIMIT %(most)s)
    ORDER BY seq, id
"""
"""Several where several computers wrote the same one."""
DONE = """
    DELETE FROM quarantine q USING journal j
    WHERE q.branch = %s AND j.branch = q.branch AND j.epoch = q.epoch AND j.seq = q.seq AND j.hash = q.hash
"""


@dataclass(frozen=True)
class Aside:
    """Events of an epoch that were put aside: from `first` to `last`, written between two instants of the branch's
    clock. `is_known`: headquarters has other events of this epoch."""

    branch: str
    epoch: int
    first: int
    last: int
    count: int
    since: str
    until: str
    why: str
    is_known: bool


class NotAdopted(ValueError):
    """It cannot go on; the text says why."""


def put_aside(store: Store, branch: str | None = None) -> list[Aside]:
    return [Aside(*row) for row in store.db.execute(PUT_ASIDE, {"branch": branch}).fetchall()]


def adopt(store: Store, branch: str, epoch: int) -> int:
    """Let the journal with this epoch go on as the branch's own, with all that was put aside of it; how many events
    that were. What went on before stays as it is, and may be adopted again. Raises NotAdopted."""
    aside = {one.epoch: one for one in put_aside(store, branch)}
    if epoch not in aside:
        raise NotAdopted(f"nothing of epoch {epoch} was put aside: lobby hq journal list {branch}")
    with store.db.transaction():
        early.give_up(store.db, branch)
        stored = (
            _back(store, branch, epoch) if aside[epoch].is_known else _new(store, branch, epoch)
        )
        store.db.execute(DONE, [branch])
        clear(store.db, branch, AlarmKind.SUPERSEDED)
    return stored


def _new(store: Store, branch: str, epoch: int) -> int:
    way = [*_way(store, branch, epoch)][::-1]
    for number in way:
        store.db.execute(
            "INSERT INTO adopted (branch, epoch) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [branch, number],
        )
    stored = sum(_take(store, branch, number) for number in way)
    if not stored:
        raise NotAdopted(f"the first events of epoch {epoch} are missing: they cannot go on")
    return stored


def _back(store: Store, branch: str, epoch: int) -> int:
    """One that had gone on until another was adopted, by mistake perhaps: after what headquarters has of it."""
    *followed, _ = store.ends(branch)
    end = next((end for end in followed if end.epoch == epoch), None)
    if end is None or not _following(end, _rows(store, branch, epoch, end.seq, 1)):
        raise NotAdopted(
            f"headquarters has other events of epoch {epoch}, and they cannot be joined: lobby restore at the branch"
            " opens a new epoch"
        )
    store.resume(branch, end)
    clear(store.db, branch, AlarmKind.RESTARTED)
    return _take_after(store, branch, end)


def _way(store: Store, branch: str, epoch: int) -> Iterator[int]:
    """The epoch and those put aside that it follows."""
    while rows := _rows(store, branch, epoch, 0, 1):
        yield epoch
        parent = parent_of(rows[0])
        if parent is None or parent.epoch >= epoch:
            return
        epoch = parent.epoch


def _take(store: Store, branch: str, epoch: int) -> int:
    first, *_ = _rows(store, branch, epoch, 0, 1)
    parent = parent_of(first)
    if parent is None and first[SEQ] > 1:
        return 0
    before = End(epoch, first[SEQ] - 1, parent.hash if parent else BEGINNING.hash)
    return _take_after(store, branch, before)


def _take_after(store: Store, branch: str, end: End) -> int:
    """Up to the first one that does not follow: the branch's shipper sends on from there."""
    stored = 0
    while rows := _following(end, _rows(store, branch, end.epoch, end.seq, PIECE)):
        stored += store.take([Batch(branch, end.hash, rows)]).stored
        end = End(end.epoch, rows[-1][SEQ], rows[-1][-1])
    return stored


def _following(end: End, rows: Iterable[Row]) -> list[Row]:
    """Those that follow one another by their hashes. Raises NotAdopted where two computers wrote what comes next."""
    way: list[Row] = []
    former = end.hash
    for seq, candidates in groupby(rows, itemgetter(SEQ)):
        fitting = [row for row in candidates if fits(former, row, row[-1])]
        if len(fitting) > 1:
            raise NotAdopted(
                f"two computers wrote event {seq} of epoch {end.epoch}: end lobby on the one that is not the branch;"
                " lobby restore at the branch, of a backup from before, opens a new epoch"
            )
        if not fitting:
            break
        way += fitting
        former = fitting[0][-1]
    return way


def _rows(store: Store, branch: str, epoch: int, after: int, most: int) -> list[Row]:
    of = {"branch": branch, "epoch": epoch, "after": after, "most": most}
    found = store.db.execute(ROWS, of).fetchall()
    return [_row(event) for (event,) in found]


def _row(event: dict[str, Any]) -> Row:
    return tuple(event[name] for name in JOURNAL)
