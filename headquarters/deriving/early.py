"""Figures of days whose events came before those that they follow (headquarters/journal/early.py): of the measures that
depend on nothing of other days. The days' own turn brings the others, and proves these."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import psycopg

from headquarters.archive.archived import selected
from headquarters.deriving.figures import PAUSE_S, Piece, is_closed, write_day
from headquarters.deriving.line import ROWS
from headquarters.deriving.replay import Replay, Touched
from headquarters.reports.parts import KEPT, merged_parts, parts_of
from lobby import events as ev
from lobby.branch.model import Branch
from lobby.branch.record import from_json
from lobby.events.envelope import Row
from lobby.journal.history import Reader
from lobby.journal.in_memory import Values, tables_in_memory
from lobby.journal.tables import TABLES
from lobby.journal.tables.day import DAY
from lobby.journal.tables.moment import MOMENT
from lobby.reports.measure import Period
from lobby.reports.measures import MEASURES
from lobby.state.queue import QueueState

log = logging.getLogger(__name__)

OF_ONE_DAY = tuple(id for id in KEPT if MEASURES[id].source.daily)
ENDS = (
    "SELECT code, last.seq FROM branch, LATERAL (SELECT max(seq) AS seq FROM early WHERE branch = code) last"
    " WHERE last.seq IS NOT NULL ORDER BY code"
)
EVENTS = f"SELECT {selected(ROWS)} FROM early WHERE branch = %s ORDER BY seq"
OPENED = "SELECT day FROM day WHERE branch = %s AND day = ANY(%s)"
SEQ, AT, KIND, DATA = (ROWS.index(name) for name in ("seq", "at", "kind", "data"))


class EarlyDays:
    """Over one connection. Errors of the database are psycopg.Error."""

    def __init__(
        self,
        db: psycopg.Connection,
        is_ours: Callable[[str], bool],
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._is_ours = is_ours
        self._pause_s = pause_s
        self._clock = clock
        self._made: dict[str, tuple[float, int]] = {}
        """By branch: when, and up to which event."""

    def round(self, limit_s: float) -> int:
        """Make the figures of branches that went on, those made longest ago first, for so long. Says of how many."""
        began = self._clock()
        ends = {code: seq for code, seq in self._db.execute(ENDS) if self._is_ours(code)}
        self._made = {code: made for code, made in self._made.items() if code in ends}
        due = [code for code, seq in ends.items() if self._is_due(code, seq)]
        made = 0
        for code in sorted(due, key=lambda code: self._made.get(code, (0.0, 0))):
            if self._clock() - began > limit_s:
                break
            self._made[code] = self._clock(), ends[code]
            self._try(code)
            made += 1
        return made

    def _is_due(self, code: str, seq: int) -> bool:
        at, made = self._made.get(code, (float("-inf"), 0))
        return seq != made and self._clock() - at >= self._pause_s

    def _try(self, code: str) -> None:
        """One branch's trouble is not the others'."""
        try:
            with self._db.transaction():
                self._make(code)
        except Exception as error:
            if self._db.closed or isinstance(error, psycopg.OperationalError):
                raise
            log.exception("the day of branch %s has no figures before its turn", code)

    def _make(self, code: str) -> None:
        rows = self._db.execute(EVENTS, [code]).fetchall()
        if not rows:
            return
        run = _Run.of(rows)
        there = {day for (day,) in self._db.execute(OPENED, [code, run.days])}
        for day in run.days:
            if day not in there:
                write_day(self._db, code, day, run.piece(day), early=True)


@dataclass(frozen=True)
class _Run:
    """Some days, replayed from the opening of the first one on."""

    branch: Branch
    rows: Sequence[Row]
    opened: Mapping[int, str]
    tables: Mapping[str, Values]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> _Run:
        """The first row is the configuration."""
        replay = Replay(QueueState(from_json(json.loads(rows[0][DATA])["configuration"])))
        touched = replay.advance(rows)
        opened = {row["opened_seq"]: row["day"] for row in touched.rows[DAY.name].values()}
        return cls(replay.state.branch, rows, opened, _values(touched))

    @property
    def days(self) -> list[str]:
        return sorted({*self.opened.values()})

    def piece(self, day: str) -> Piece:
        later = [seq for seq, other in self.opened.items() if other > day]
        of_day = [row for row in self.rows if not later or row[SEQ] < min(later)]
        with closing(self._memory()) as memory:
            that = date.fromisoformat(day)
            sums, histograms = parts_of(Period(memory, self.branch, that, that), OF_ONE_DAY)
        moments = [row for row in self.tables.get(MOMENT.name, ()) if row[DAY_OF] == day]
        parts = merged_parts([sums]), merged_parts([histograms])
        return Piece(ev.instant_of(of_day[-1][AT]), bool(later) or is_closed(moments), parts)

    def _memory(self) -> Reader:
        """The measures ask for configurations by their events."""
        configured = [row for row in self.rows if row[KIND] == ev.BranchConfigured.__name__]
        events = [(row[SEQ], row[AT], row[KIND], row[DATA]) for row in configured]
        return tables_in_memory(self.tables, events)


DAY_OF = list(MOMENT.columns).index("day")


def _values(touched: Touched) -> dict[str, Values]:
    return {table.name: table.values(touched.rows[table.name].values()) for table in TABLES}
