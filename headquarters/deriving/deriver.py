"""Derives the branches' tables: what came of each branch is replayed on its state and written, with how far it is, in
one transaction. Whatever stands in a journal, it goes on: what is not understood is parked."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import LiteralString
from zoneinfo import ZoneInfo

import psycopg
from cachetools import LRUCache

from headquarters.alarms import clear, raise_alarms, standing
from headquarters.config import Headquarters
from headquarters.deriving import nouns
from headquarters.deriving.early import EarlyDays
from headquarters.deriving.figures import FigureMaker
from headquarters.deriving.line import NOWHERE, Line, Point, line_of, lines_of
from headquarters.deriving.replay import PIECE, Replay, Touched, configured, restored
from headquarters.journal import early
from headquarters.journal.judging import Alarm, AlarmKind
from headquarters.journal.lasting import LINE
from lobby import events as ev
from lobby.events.batch import PARTITIONS, partition
from lobby.events.envelope import Row
from lobby.journal.history import UNKNOWN_KIND, Misfit
from lobby.journal.tables import TABLES
from lobby.state.queue import QueueState

log = logging.getLogger(__name__)

STATES_KEPT = 300
"""A branch's day of 1,200 tickets is 4.4 MB. Without its state the day is replayed: 0.1 to 0.3 s."""
DUE = (
    "SELECT code FROM branch WHERE seq > 0 AND (derived_epoch, derived_seq) <> (epoch, seq)"
    " ORDER BY derived_at NULLS FIRST, code"
)
MOVE = (
    "UPDATE branch SET derived_epoch = %s, derived_seq = %s, derived_until = coalesce(%s, derived_until),"
    " derived_at = now() WHERE code = %s AND derived_epoch = %s AND derived_seq = %s"
)
LOCK = 0x446572697665
"""Two processes do not make the tables at once ("Derive")."""
BRANCH_LOCK = 0x44657269
WHY_MAX = 200
FIGURES_SHARE = 0.3
"""So much of a round is for figures, however much there is to derive."""


class Outrun(Exception):
    """Another process derived this branch meanwhile: nothing was written."""


class Deriver:
    """One connection, for one process: `part` of `parts`, counted from 1, as those of the ingest. Errors of the
    database are psycopg.Error."""

    def __init__(self, config: Headquarters, part: int = 1, parts: int = 1) -> None:
        self._ours = frozenset(range(part - 1, PARTITIONS, parts))
        self.db = psycopg.connect(config.engines.database, autocommit=True, **LINE)
        self.zone: ZoneInfo = config.zone
        self.figures = FigureMaker(self.db, config.zone)
        self._early = EarlyDays(self.db, self._is_ours)
        self._partitions = nouns.Partitions()
        self._replays: LRUCache[str, tuple[Point, Replay]] = LRUCache(STATES_KEPT)
        with self.db.transaction():
            self.db.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            self._bring_up_to_date()
        stuck = [alarm for alarm in standing(self.db) if alarm.kind == AlarmKind.NOT_DERIVED]
        self._stuck = {alarm.branch: str(alarm.detail.get("why")) for alarm in stuck}

    def close(self) -> None:
        self.db.close()

    def _bring_up_to_date(self) -> None:
        """Where tables are of another version, or events were parked that this version knows, branches are derived
        again from their beginning."""
        known = [*ev.KINDS]
        if nouns.create_tables(self.db):
            self.db.execute("UPDATE branch SET derived_epoch = 0, derived_seq = 0")
        self.db.execute(
            "UPDATE branch SET derived_epoch = 0, derived_seq = 0 WHERE code IN"
            " (SELECT branch FROM parked WHERE why = %s AND kind = ANY(%s))",
            [UNKNOWN_KIND, known],
        )
        self.figures.bring_up_to_date()

    # -- what is due --------------------------------------------------------------------------------------
    def round(self, limit_s: float) -> int:
        """Let the branches go on that have something new, the one that waited longest first, and make figures. Says how
        many did."""
        began = time.monotonic()
        advanced = 0
        for (code,) in self.db.execute(DUE).fetchall():
            if time.monotonic() - began > limit_s:
                break
            if self._is_ours(code):
                advanced += self._try(code)
        self._early.round(FIGURES_SHARE * limit_s)
        self.figures.round(max(FIGURES_SHARE * limit_s, began + limit_s - time.monotonic()))
        return advanced

    def _is_ours(self, code: str) -> bool:
        return partition(code) in self._ours

    def _try(self, code: str) -> bool:
        """One branch's trouble is not the others'."""
        try:
            went_on = self.advance(code)
        except Outrun:
            return False
        except Exception as error:
            if self.db.closed or isinstance(error, psycopg.OperationalError):
                raise
            self._tell(code, error)
            return False
        if self._stuck.pop(code, None):
            clear(self.db, code, AlarmKind.NOT_DERIVED)
        return went_on

    def _tell(self, code: str, error: Exception) -> None:
        """The log has each fault once, the alarm stands until the branch goes on."""
        why = _brief(f"{type(error).__name__}: {error}")
        if self._stuck.get(code) != why:
            log.exception("the tables of branch %s do not go on", code)
        self._stuck[code] = why
        self.db.execute("UPDATE branch SET derived_at = now() WHERE code = %s", [code])
        raise_alarms(self.db, [Alarm(code, AlarmKind.NOT_DERIVED, {"why": why})])

    def advance(self, code: str) -> bool:
        """Derive up to PIECE events of the branch. False where there is nothing new."""
        line = line_of(self.db, code)
        if line is None:
            return False
        if line.forked:
            self.rebuild(code)
            return True
        replay = self._replay(line)
        rows = line.rows(self.db, line.derived[1], PIECE)
        if not rows:
            return False
        touched = replay.advance(rows)
        self._partitions.ensure(self.db, touched.rows)
        with self.db.transaction():
            self._hold(code, "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))")
            if line.is_new:
                self._clear(line)
            self._write(line, rows, touched)
            point = self._move(line, rows[-1])
        self._replays[code] = point, replay
        return True

    def _replay(self, line: Line) -> Replay:
        """Taken out of the memory while it goes on: what fails half-way is no state."""
        point, replay = self._replays.pop(line.branch, (NOWHERE, None))
        if replay is None or point != line.derived:
            return restored(self.db, line, self.zone)
        return replay

    # -- writing ------------------------------------------------------------------------------------------
    def _write(self, line: Line, rows: Sequence[Row], touched: Touched) -> None:
        misfits = list(touched.misfits)
        for table in TABLES:
            of_table = list(touched.rows[table.name].values())
            if of_table:
                refused = nouns.write(self.db, line, table, of_table)
                misfits += [Misfit(rows[-1][0], table.name, why) for why in refused]
        self._park(line, rows, misfits)
        self.figures.note(line.branch, touched.days, touched.tickets)

    def _park(self, line: Line, rows: Sequence[Row], misfits: Sequence[Misfit]) -> None:
        versions = {row[0]: row[-1] for row in rows}
        values = [
            (
                line.branch,
                line.epoch_of(m.seq),
                m.seq,
                m.kind,
                versions.get(m.seq, 0),
                _brief(m.why),
            )
            for m in misfits
        ]
        with self.db.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO parked (branch, epoch, seq, kind, v, why) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                values,
            )

    def _move(self, line: Line, last: Row) -> Point:
        """Last of all, so that the ingest waits for the branch's row no longer than the commit takes. Raises Outrun."""
        point = line.epoch_of(last[0]), last[0]
        moved = self.db.execute(MOVE, [*point, _instant(last[1]), line.branch, *line.cursor])
        if not moved.rowcount:
            raise Outrun(line.branch)
        if early.forget(self.db, line.branch, *point):
            self.figures.note_proven(line.branch)
        return point

    def _hold(self, code: str, query: LiteralString) -> None:
        """Nobody else derives the branch until the transaction ends. Raises Outrun."""
        row = self.db.execute(query, [BRANCH_LOCK, code]).fetchone()
        if not row or not row[0]:
            raise Outrun(code)

    def _clear(self, line: Line) -> None:
        nouns.clear(self.db, line)
        self.db.execute(
            "DELETE FROM parked WHERE branch = %s AND epoch = ANY(%s)",
            [line.branch, [epoch.number for epoch in line.epochs]],
        )

    # -- all of it again ----------------------------------------------------------------------------------
    def rebuild(self, code: str) -> dict[str, int]:
        """Derive all of the branch again, in one transaction: who reads has the former rows until then. Says how many
        rows of each table differ. After a restore the orphaned tail's rows go by this: it may have touched any case of
        any month."""
        self._replays.pop(code, None)
        with self.db.transaction():
            self._hold(code, "SELECT pg_advisory_xact_lock(%s, hashtext(%s)) IS NOT NULL")
            nouns.set_aside(self.db, code)
            self.db.execute("DELETE FROM parked WHERE branch = %s", [code])
            self.figures.note_all(code)
            lines = lines_of(self.db, code)
            ends = [(line, self._derive_all(line)) for line in lines]
            differing = nouns.differing(self.db, code)
            for line, last in ends[-1:]:
                self._move(line, last)
        return differing

    def _derive_all(self, line: Line) -> Row:
        """From its first event to its last, which is the answer."""
        replay = Replay(QueueState(configured(self.db, line, 0, self.zone)))
        rows = line.rows(self.db, 0, PIECE)
        last: Row = ()
        while rows:
            touched = replay.advance(rows)
            self._partitions.ensure(self.db, touched.rows)
            self._write(line, rows, touched)
            last = rows[-1]
            rows = line.rows(self.db, last[0], PIECE)
        return last


def _brief(why: str) -> str:
    """The first line: those after it repeat values, and a value may be what a customer wrote."""
    return why.partition("\n")[0][:WHY_MAX]


def _instant(text: str) -> datetime | None:
    with suppress(ValueError):
        return ev.instant_of(text)
    return None
