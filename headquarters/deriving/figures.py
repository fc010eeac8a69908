"""Makes the figures of each branch's days and months: the branch's own measures read the day's rows, and what can be
added up of each figure is kept (lobby/reports/parts.py)."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.types.json import Json

from headquarters.archive import archived
from headquarters.deriving.line import Line, lines_of
from headquarters.deriving.nouns import read
from headquarters.deriving.replay import configured
from headquarters.reports.parts import Parts, days_merged, merged_parts, parts_of, sums_of_all
from lobby import events as ev
from lobby.journal.in_memory import Event, Values, tables_in_memory
from lobby.journal.tables.action import ACTION
from lobby.journal.tables.case import CASE
from lobby.journal.tables.configuration import CONFIGURATION
from lobby.journal.tables.day import DAY
from lobby.journal.tables.feedback import FEEDBACK
from lobby.journal.tables.feedback_step import FEEDBACK_STEP
from lobby.journal.tables.incident import INCIDENT
from lobby.journal.tables.inspection import INSPECTION_ITEM
from lobby.journal.tables.loan import LOAN
from lobby.journal.tables.moment import MOMENT
from lobby.journal.tables.recording import RECORDING
from lobby.journal.tables.slip import SLIP
from lobby.journal.tables.ticket import TICKET
from lobby.reports.measure import Period

log = logging.getLogger(__name__)

VERSION = 1
"""Raised by whoever changes a measure or what is kept of it: all figures are made again."""
PAUSE_S = 60
"""A day that goes on has its figures made again so often."""
AGAIN_S = 600
"""After a fault of this program."""
AT_ONCE = 50
BY_DAY = (TICKET, FEEDBACK_STEP, MOMENT, INSPECTION_ITEM, LOAN, INCIDENT, RECORDING)
OF_TICKETS = (SLIP, FEEDBACK)
DUE = (
    "SELECT due.branch, due.period FROM figures_due due"
    " LEFT JOIN figures f ON (f.branch, f.day) = (due.branch, due.period)"
    " LEFT JOIN figures_month m ON (m.branch, m.month) = (due.branch, due.period)"
    " WHERE due.since <= now() AND coalesce(f.made_at, m.made_at, '-infinity') < now() - make_interval(secs => %s)"
    " ORDER BY due.since LIMIT %s"
)
WRITE = (
    "INSERT INTO figures (branch, day, until, closed, document, histograms)"
    " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (branch, day) DO UPDATE SET made_at = now(),"
    " until = excluded.until, closed = excluded.closed, document = excluded.document,"
    " histograms = excluded.histograms"
)
OF_OTHERS = " WHERE figures.until <> excluded.until"
"""Whole figures of the same events stay, where those of a day that came before its turn are made beside them."""
DELETE_DAY = (
    "DELETE FROM figures WHERE branch = %s AND day = %s"
    " AND NOT EXISTS (SELECT FROM early WHERE early.branch = figures.branch)"
)
"""Those of a day that came before its turn stay: headquarters/deriving/early.py makes them."""
UNFOUNDED = (
    "INSERT INTO figures_due (branch, period) SELECT branch, day FROM figures WHERE branch = %s AND NOT EXISTS"
    " (SELECT FROM day WHERE (day.branch, day.day) = (figures.branch, figures.day)) ON CONFLICT DO NOTHING"
)
DOUBT_DAYS = (
    "UPDATE figures SET closed = false, until = least(until, day::timestamp AT TIME ZONE 'UTC') FROM figures_due due"
    " WHERE figures.branch = %s AND (due.branch, due.period) = (figures.branch, figures.day)"
)
"""They reach no further than the day's beginning, which is in no zone after its end."""
DOUBT_MONTHS = (
    "UPDATE figures_month SET closed = false, until = least(until, (month || '-01')::timestamp AT TIME ZONE 'UTC')"
    " WHERE branch = %s AND EXISTS (SELECT FROM figures_due due"
    "  WHERE due.branch = figures_month.branch AND left(due.period, 7) = figures_month.month)"
)
NOTE = "INSERT INTO figures_due (branch, period) VALUES (%s, %s) ON CONFLICT DO NOTHING"


@dataclass(frozen=True)
class Piece:
    """What a journal has of a day: `parts` up to the instant `until`; whether the day was `closed` by then."""

    until: datetime
    closed: bool
    parts: tuple[Parts, Parts]


class FigureMaker:
    def __init__(self, db: psycopg.Connection, zone: ZoneInfo, pause_s: float = PAUSE_S) -> None:
        self.db = db
        self.zone = zone
        self.pause_s = pause_s

    def bring_up_to_date(self) -> None:
        """Where the figures are of another version, all are due."""
        row = self.db.execute("SELECT version FROM derived WHERE name = 'figures'").fetchone()
        if row and row[0] == VERSION:
            return
        self.db.execute(
            "INSERT INTO figures_due (branch, period) SELECT branch, day FROM figures ON CONFLICT DO NOTHING"
        )
        self.db.execute(
            "INSERT INTO derived (name, version) VALUES ('figures', %s)"
            " ON CONFLICT (name) DO UPDATE SET version = excluded.version",
            [VERSION],
        )

    # -- what is due --------------------------------------------------------------------------------------
    def note(self, branch: str, days: Iterable[str], tickets: Iterable[str]) -> None:
        """The figures of these days, and of the days of these tickets, are others now."""
        query = "SELECT DISTINCT day FROM ticket WHERE branch = %s AND id = ANY(%s)"
        ids = list(tickets)
        of_tickets = self.db.execute(query, [branch, ids]).fetchall() if ids else []
        periods = sorted(filter(_is_day, {*days, *(day for (day,) in of_tickets)}))
        with self.db.cursor() as cursor:
            cursor.executemany(NOTE, [(branch, period) for period in periods])

    def note_all(self, branch: str) -> None:
        """All days that have figures: some may be no days of the branch any more."""
        self.db.execute(
            "INSERT INTO figures_due (branch, period) SELECT branch, day FROM figures WHERE branch = %s"
            " ON CONFLICT DO NOTHING",
            [branch],
        )

    def note_proven(self, branch: str) -> None:
        """Nothing of the branch is here before its turn any more. Days that its journals do not have go. Figures
        made before their turn have not all of a day: until they are made again, nobody takes them as whole."""
        for query in (UNFOUNDED, DOUBT_DAYS, DOUBT_MONTHS):
            self.db.execute(query, [branch])

    def round(self, limit_s: float) -> int:
        """Make figures that are due, for so long. Says of how many days and months."""
        until = time.monotonic() + limit_s
        made = 0
        while due := self.db.execute(DUE, [self.pause_s, AT_ONCE]).fetchall():
            for branch, period in due:
                if time.monotonic() > until:
                    return made
                self._try(branch, period)
                made += 1
        return made

    def _try(self, branch: str, period: str) -> None:
        """What cannot be made is told, and tried again later; until then the report says that it is missing."""
        try:
            with self.db.transaction():
                self._make(branch, period)
        except Exception as error:
            if self.db.closed or isinstance(error, psycopg.OperationalError):
                raise
            log.exception("the figures of branch %s of %s cannot be made", branch, period)
            self._postpone(branch, period)

    def _postpone(self, branch: str, period: str) -> None:
        """It stays due: what a report has of it is not whole."""
        self.db.execute(
            "UPDATE figures_due SET since = now() + make_interval(secs => %s)"
            " WHERE branch = %s AND period = %s",
            [AGAIN_S, branch, period],
        )

    def _settle(self, branch: str, period: str) -> bool:
        """From here on it is due when something changes again. False where another process has done so."""
        query = "DELETE FROM figures_due WHERE branch = %s AND period = %s"
        return bool(self.db.execute(query, [branch, period]).rowcount)

    def _make(self, branch: str, period: str) -> None:
        if not self._settle(branch, period):
            return
        if len(period) == len("2026-03"):
            self._make_month(branch, period)
        else:
            self._make_day(branch, date.fromisoformat(period))

    # -- a day --------------------------------------------------------------------------------------------
    def _make_day(self, branch: str, day: date) -> None:
        """Of all journals that have something of the day."""
        text = day.isoformat()
        days = [(line, self._days(line)) for line in lines_of(self.db, branch)]
        of_day = [(line, opened) for line, opened in days if text in opened.values()]
        if not of_day:
            self.db.execute(DELETE_DAY, [branch, text])
            self.db.execute(NOTE, [branch, text[: len("2026-03")]])
            return
        pieces = [self._piece(line, opened, day) for line, opened in of_day]
        later = any(other > text for _, opened in days for other in opened.values())
        sums, histograms = zip(*(piece.parts for piece in pieces), strict=True)
        parts = merged_parts(sums), merged_parts(histograms)
        last = pieces[-1]
        write_day(self.db, branch, text, Piece(last.until, later or last.closed, parts))

    def _days(self, line: Line) -> dict[int, str]:
        """The journal's days by the event that opened each."""
        where = "noun.branch = %s AND noun.journal = %s ORDER BY opened_seq"
        rows = read(self.db, DAY, where, [line.branch, line.journal])
        return {opened: day for opened, day, _ in rows}

    def _piece(self, line: Line, opened: dict[int, str], day: date) -> Piece:
        text = day.isoformat()
        first_after = max(seq for seq, of in opened.items() if of == text) + 1
        after = next((seq for seq in opened if seq >= first_after), None)
        last = after - 1 if after else line.derived[1]
        rows = self._rows(line, day)
        closed = after is not None or is_closed(rows[MOMENT.name])
        return Piece(self._instant_of(line, last), closed, self._parts(line, day, rows, last))

    def _parts(self, line: Line, day: date, rows: dict[str, Any], last: int) -> tuple[Parts, Parts]:
        """By the configuration that held when the day ended. The last event of the journal is now's: what is lent and
        not back may be overdue by it."""
        of_journal = [line.branch, line.journal]
        where = "noun.branch = %s AND noun.journal = %s"
        rows[DAY.name] = read(self.db, DAY, where, of_journal)
        until = f"{where} AND seq <= %s ORDER BY seq"
        rows[CONFIGURATION.name] = read(self.db, CONFIGURATION, until, [*of_journal, last])
        seqs = {line.derived[1], *(seq for (seq,) in rows[CONFIGURATION.name][-1:])}
        branch = configured(self.db, line, last, self.zone)
        events = [self._event(line, seq) for seq in sorted(seqs)]
        with closing(tables_in_memory(rows, events)) as memory:
            return parts_of(Period(memory, branch, day, day))

    def _event(self, line: Line, seq: int) -> Event:
        columns = ("seq", "at", "kind", "data")
        row = archived.event(self.db, line.branch, line.epoch_of(seq), seq, columns)
        return row or (seq, "", "", "{}")

    def _instant_of(self, line: Line, seq: int) -> datetime:
        """Of an event; where its row is damaged, of the last one that could be read."""
        with suppress(ValueError):
            return ev.instant_of(self._event(line, seq)[1])
        query = "SELECT coalesce(derived_until, derived_at, now()) FROM branch WHERE code = %s"
        (until,) = self.db.execute(query, [line.branch]).fetchone() or (
            datetime.now().astimezone(),
        )
        return until  # type: ignore[no-any-return]

    def _rows(self, line: Line, day: date) -> dict[str, Values]:
        """What figures of the day read: its own rows, those of its tickets, and what lasts longer."""
        where = "noun.branch = %s AND noun.journal = %s AND noun."
        of_journal = [line.branch, line.journal]
        text = day.isoformat()
        rows: dict[str, Values] = {
            table.name: read(self.db, table, f"{where}day = %s", [*of_journal, text])
            for table in BY_DAY
        }
        ids = [row[0] for row in rows[TICKET.name]]
        for table in OF_TICKETS:
            rows[table.name] = read(self.db, table, f"{where}ticket = ANY(%s)", [*of_journal, ids])
        rows[ACTION.name] = read(self.db, ACTION, f"{where}day <= %s", [*of_journal, text])
        around = [*of_journal, _text(day, -1), _text(day, 2)]
        rows[CASE.name] = read(self.db, CASE, f"{where}came_at BETWEEN %s AND %s", around)
        return rows

    # -- a month ------------------------------------------------------------------------------------------
    def _make_month(self, branch: str, month: str) -> None:
        days = self.db.execute(
            "SELECT day, until, closed, document, histograms FROM figures"
            " WHERE branch = %s AND day >= %s AND day < %s ORDER BY day",
            [branch, month, f"{month}~"],
        ).fetchall()
        if not days:
            self.db.execute(
                "DELETE FROM figures_month WHERE branch = %s AND month = %s", [branch, month]
            )
            return
        last = days[-1]
        self.db.execute(
            "INSERT INTO figures_month (branch, month, until, closed, days, document, histograms)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (branch, month) DO UPDATE SET made_at = now(),"
            " until = excluded.until, closed = excluded.closed, days = excluded.days,"
            " document = excluded.document, histograms = excluded.histograms",
            [
                branch,
                month,
                last[1],
                last[2],
                Json({day: sums_of_all(document) for day, _, _, document, _ in days}),
                Json(days_merged([document for *_, document, _ in days])),
                Json(days_merged([histograms for *_, histograms in days])),
            ],
        )


def write_day(
    db: psycopg.Connection, branch: str, day: str, piece: Piece, *, early: bool = False
) -> None:
    sums, histograms = piece.parts
    query = WRITE + OF_OTHERS if early else WRITE
    db.execute(query, [branch, day, piece.until, piece.closed, Json(sums), Json(histograms)])
    db.execute(NOTE, [branch, day[: len("2026-03")]])


def _is_day(text: str) -> bool:
    """Whether it names a day: a damaged event may have opened another."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _text(day: date, more: int) -> str:
    return (day + timedelta(days=more)).isoformat()


KIND = list(MOMENT.columns).index("kind")


def is_closed(moments: Values) -> bool:
    """Whether the last word on the day's opening was its close."""
    words = [
        row[KIND]
        for row in moments
        if row[KIND] in (ev.DayClosed.__name__, ev.DayReopened.__name__)
    ]
    return words[-1:] == [ev.DayClosed.__name__]
