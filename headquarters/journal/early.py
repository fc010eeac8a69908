"""Events of the last days, while those before them are still to come: a branch that joins sends years of its journal,
and headquarters has its day at once. They wait beside the journal, which has no gaps; they come once more in their
turn, and are gone from here when the derived tables have them.

Of each branch there is one run without a gap, from the opening of a day on, and before it the configuration that held.
Hashes are judged when the events come in their turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Any

import psycopg

from headquarters.alarms import raise_alarms
from headquarters.archive.archived import selected
from headquarters.journal.judging import HASH, KIND, NUMBERS, Alarm, AlarmKind, fits
from headquarters.journal.writing import JOURNAL, put_aside, write
from lobby import events as ev
from lobby.events.batch import EARLY_MAX, Batch
from lobby.events.envelope import EPOCH, SEQ, Row

STATE = (
    "SELECT derived_seq, last.epoch, last.seq, last.hash FROM branch LEFT JOIN LATERAL"
    " (SELECT epoch, seq, hash FROM early WHERE branch = code ORDER BY seq DESC LIMIT 1) last ON true WHERE code = %s"
)
BEGUN = "SELECT seq FROM early WHERE branch = %(branch)s ORDER BY seq OFFSET 1 LIMIT 1"
RUN = (
    f"SELECT ({BEGUN}),"
    " (SELECT epoch FROM early WHERE branch = %(branch)s ORDER BY seq DESC LIMIT 1)"
)
LAST_DAYS = "SELECT seq FROM early WHERE branch = %(branch)s AND kind = 'DayOpened' ORDER BY seq DESC OFFSET 1 LIMIT 1"
SHORTEN = (
    "DELETE FROM early WHERE branch = %(branch)s AND seq < %(opened)s AND seq <> (SELECT max(seq) FROM early"
    " WHERE branch = %(branch)s AND kind = 'BranchConfigured' AND seq < %(opened)s)"
)
"""What is left out comes in its turn. Without a configuration that is to be had nothing is."""
PLACES = "SELECT epoch, seq, hash FROM early WHERE branch = %s AND seq >= %s ORDER BY seq LIMIT %s"
AFTER = (
    f"SELECT {selected(JOURNAL)} FROM early WHERE branch = %s AND seq > %s ORDER BY seq LIMIT %s"
)
FORGET = "DELETE FROM early WHERE branch = %s AND seq >= %s"
IS_OVER = (
    "SELECT EXISTS (SELECT FROM early WHERE branch = %(branch)s) AND NOT EXISTS"
    " (SELECT FROM early WHERE branch = %(branch)s AND epoch >= %(epoch)s AND seq > %(seq)s)"
)
"""A run ends with a number that the derived tables have passed, or is of a journal that another one has followed. Of a
clone that is not heard of again, it would be here for ever."""
NOWHERE_ELSE = (
    f"SELECT {selected(JOURNAL)} FROM early WHERE branch = %s"
    " AND NOT EXISTS (SELECT FROM journal j WHERE (j.branch, j.epoch, j.seq, j.hash)"
    "  = (early.branch, early.epoch, early.seq, early.hash))"
    " AND NOT EXISTS (SELECT FROM archived a WHERE (a.branch, a.epoch) = (early.branch, early.epoch)"
    "  AND early.seq BETWEEN a.first_seq AND a.last_seq AND a.dropped_at IS NOT NULL) ORDER BY seq"
)


def state(db: psycopg.Connection, branch: str) -> dict[str, Any]:
    """For the shipper: up to which event the derived tables are, and the last one that came early."""
    derived, *end = db.execute(STATE, [branch]).fetchone() or (0, None)
    return {"derived": derived, "end": end if end[0] else None}


def keep(db: psycopg.Connection, batch: Batch, newest: int) -> None:
    """What continues the run, or begins one. `newest` is the epoch that goes on in the journal: one before it is over.
    What is there of a journal that was restored meanwhile is put aside."""
    run = {"branch": batch.branch}
    begun, epoch = db.execute(RUN, run).fetchone() or (None, None)
    first, last = batch.rows[0], batch.rows[-1]
    if not _is_run(batch.rows) or last[EPOCH] < max(newest, epoch or 0):
        return
    before, there = _there(db, batch)
    if before == batch.previous or there[:1] == [_place(first)]:
        if last[SEQ] - begun > EARLY_MAX and last[SEQ] - _shortened(db, batch.branch) > EARLY_MAX:
            return
        if fresh := _fresh(batch.rows, there):
            _put_aside(db, batch.branch, fresh[0][SEQ], last[EPOCH])
            write(db, "early", fresh)
    elif _begins(batch):
        give_up(db, batch.branch, last[EPOCH])
        write(db, "early", [*(batch.early or ()), *batch.rows])


def _begins(batch: Batch) -> bool:
    """Whether a run may begin with it: with a day, and one event before that."""
    before, first = batch.early or (), batch.rows[0]
    is_one = len(before) == 1 and before[0][SEQ] < first[SEQ]
    return is_one and first[KIND] == ev.DayOpened.__name__ and len(batch.rows) <= EARLY_MAX


def _shortened(db: psycopg.Connection, branch: str) -> int:
    """The run goes on with its last two days, where it has more; answers its first event. Else one whose past does not
    come, since its journal has a gap or its tables do not go on, would be full for ever."""
    run = {"branch": branch}
    (opened,) = db.execute(LAST_DAYS, run).fetchone() or (0,)
    db.execute(SHORTEN, {**run, "opened": opened})
    (begun,) = db.execute(BEGUN, run).fetchone() or (0,)
    return int(begun)


def give_up(db: psycopg.Connection, branch: str, epoch: int = NUMBERS) -> None:
    """All of the run is put aside, since another one of this epoch goes on. Of any epoch, where somebody decided so:
    what comes early of that one has a lower number perhaps."""
    (begun,) = db.execute(BEGUN, {"branch": branch}).fetchone() or (None,)
    if begun:
        _put_aside(db, branch, begun, epoch)
        db.execute(FORGET, [branch, 0])


def _is_run(rows: Sequence[Row]) -> bool:
    return all(after[SEQ] == before[SEQ] + 1 for before, after in pairwise(rows))


def _place(row: Row) -> tuple[int, int, str]:
    return row[EPOCH], row[SEQ], row[HASH]


def _there(db: psycopg.Connection, batch: Batch) -> tuple[str | None, list[tuple[int, int, str]]]:
    """The hash of the event before the batch, and the run's events in the places of the batch's."""
    first = batch.rows[0][SEQ]
    found = db.execute(PLACES, [batch.branch, first - 1, len(batch.rows) + 1]).fetchall()
    before = found[0][2] if found and found[0][1] == first - 1 else None
    return before, [place for place in found if place[1] >= first][: len(batch.rows)]


def _fresh(rows: Sequence[Row], there: Sequence[tuple[int, int, str]]) -> Sequence[Row]:
    """From the first one on that is not there."""
    same = takewhile(lambda pair: _place(pair[0]) == pair[1], zip(rows, there, strict=False))
    return rows[len([*same]) :]


def _put_aside(db: psycopg.Connection, branch: str, first: int, epoch: int) -> None:
    """The run from this event on, since one of this epoch goes on."""
    _supersede(db, branch, db.execute(AFTER, [branch, first - 1, None]).fetchall(), epoch)
    db.execute(FORGET, [branch, first])


def _supersede(db: psycopg.Connection, branch: str, rows: Sequence[Row], epoch: int) -> None:
    """Of an epoch before it, they are what a restore took away: kept, and no fault. Of the same one, another computer
    wrote them."""
    put_aside(db, [(row, AlarmKind.SUPERSEDED) for row in rows])
    if rows and rows[-1][EPOCH] >= epoch:
        kind = AlarmKind.SECOND_WRITER if rows[-1][EPOCH] == epoch else AlarmKind.SUPERSEDED
        span = {"epoch": rows[0][EPOCH], "from": rows[0][SEQ], "to": rows[-1][SEQ]}
        raise_alarms(db, [Alarm(branch, kind, span)])


def rows_after(db: psycopg.Connection, branch: str, seq: int, hash: str, most: int) -> list[Row]:
    """Of the run, the events after this one, which may be the one before the run. The configuration is not of it,
    where others are between."""
    rows: list[Row] = db.execute(AFTER, [branch, seq, most]).fetchall()
    if rows and rows[0][SEQ] == seq + 1 and fits(hash, rows[0], rows[0][HASH]):
        return [row for n, row in enumerate(rows) if row[SEQ] == seq + 1 + n]
    return []


def forget(db: psycopg.Connection, branch: str, epoch: int, seq: int) -> bool:
    """The derived tables have this event and those before it. Says whether there was a run that is over now: what the
    journal does not have of it, as after a restore without it, is put aside."""
    row = db.execute(IS_OVER, {"branch": branch, "epoch": epoch, "seq": seq}).fetchone()
    if not row or not row[0]:
        return False
    _supersede(db, branch, db.execute(NOWHERE_ELSE, [branch]).fetchall(), epoch)
    db.execute(FORGET, [branch, 0])
    return True
