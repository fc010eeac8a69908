"""Days of branches that can be played again: the branch's own tables of the day in memory, from PostgreSQL, as its
configuration was then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import psycopg

from headquarters.config import Headquarters
from headquarters.deriving import nouns
from headquarters.deriving.line import Line, lines_of
from headquarters.deriving.replay import configured, is_unknown
from lobby.branch.model import Branch
from lobby.journal.history import Reader
from lobby.journal.in_memory import tables_in_memory
from lobby.journal.tables.moment import MOMENT
from lobby.journal.tables.ticket import TICKET
from lobby.simulation.exchange import Outlook, outlook
from lobby.simulation.recorded import RecordedDay, day_in
from lobby.simulation.staffing import WEEKS

OPENED = (
    "SELECT day, max(opened_seq) FROM day WHERE branch = %s AND journal = %s AND day >= %s AND day < %s"
    " GROUP BY day ORDER BY day"
)
NEXT_OPENED = "SELECT min(opened_seq) FROM day WHERE branch = %s AND journal = %s AND day > %s"
STATUS = "SELECT until, closed, made_at FROM figures WHERE branch = %s AND day = %s"
LAST = "SELECT max(day) FROM figures WHERE branch = %s AND day <= %s AND (closed OR day < %s)"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Status:
    """Up to when a branch's day is here, whether that is all of it, and when its figures were made."""

    until: datetime
    whole: bool
    made_at: datetime


def status_of(db: psycopg.Connection, hq: Headquarters, code: str, day: date) -> Status | None:
    """None where nothing of the day is here. A day is whole once the branch closed it or opened another: of one whose
    line was cut the rest may still come. Where a journal was lost in the day and another began, the last one is read
    alone."""
    row = db.execute(STATUS, [code, day.isoformat()]).fetchone()
    if row is None:
        return None
    until, closed, made_at = row
    whole = closed and len(_lines(db, code, (day, day))) == 1
    return Status(until.astimezone(hq.zone), whole, made_at)


def last_day(db: psycopg.Connection, hq: Headquarters, code: str, today: date) -> date:
    """The last day of the branch that is over; today where there is none."""
    (found,) = db.execute(LAST, [code, today.isoformat(), today.isoformat()]).fetchone() or (None,)
    return date.fromisoformat(found) if found else today


def last_day_of_all(db: psycopg.Connection, hq: Headquarters, today: date) -> date:
    """The last day before today of which something is here; today where there is none."""
    query = "SELECT max(day) FROM figures WHERE day < %s"
    (found,) = db.execute(query, [today.isoformat()]).fetchone() or (None,)
    return date.fromisoformat(found) if found else today


def configured_on(db: psycopg.Connection, hq: Headquarters, code: str, day: date) -> Branch | None:
    """The branch as its configuration was at the end of the day; None where nothing of the day is here."""
    return configured_in(db, hq, code, (day, day))


def configured_in(
    db: psycopg.Connection, hq: Headquarters, code: str, days: tuple[date, date]
) -> Branch | None:
    """As `configured_on`, at the end of the last of these days."""
    line = _line(db, code, days)
    return _configured(db, hq, line, days[1]) if line else None


def recorded_on(
    db: psycopg.Connection, hq: Headquarters, code: str, day: date
) -> tuple[Branch, RecordedDay] | None:
    """As `configured_on`, with the day's customers and shifts."""
    line = _line(db, code, (day, day))
    if line is None:
        return None
    branch = _configured(db, hq, line, day)
    with _in_memory(db, line, [day.isoformat()]) as memory:
        return branch, day_in(branch, memory, day)


def outlook_of(
    db: psycopg.Connection, hq: Headquarters, code: str, day: date, today: date
) -> Outlook | None:
    """What the branch needs and has on a day to come, by the same weekday of the last weeks; None where nothing is
    here, its configuration cannot be read, or the branch is closed on that day. Today is not over: it counts where
    there is nothing else."""
    first = day - timedelta(weeks=WEEKS)
    line = _line(db, code, (first, day - DAY))
    if line is None:
        return None
    opened = db.execute(OPENED, [code, line.journal, first.isoformat(), day.isoformat()]).fetchall()
    days = [date.fromisoformat(text) for text, _ in opened]
    past = [each for each in days if each < today] or days
    chosen = [each for each in past if each.weekday() == day.weekday()] or past
    branch = configured(db, line, line.derived[1], hq.zone)
    if is_unknown(branch):
        return None
    outlet = hq.outlet(code, day)
    unit = outlet.unit if outlet else ""
    with _in_memory(db, line, [each.isoformat() for each in chosen]) as memory:
        return outlook(code, unit, branch, memory, day, chosen)


def _line(db: psycopg.Connection, code: str, days: tuple[date, date]) -> Line | None:
    """Of several journals the last one that has some of these days."""
    return next(reversed(_lines(db, code, days)), None)


def _lines(db: psycopg.Connection, code: str, days: tuple[date, date]) -> list[Line]:
    """The journals that have some of these days."""
    first, last = days
    period = [first.isoformat(), (last + DAY).isoformat()]
    try:
        with db.transaction():
            return [
                line
                for line in lines_of(db, code)
                if db.execute(OPENED, [code, line.journal, *period]).fetchone()
            ]
    except psycopg.errors.UndefinedTable:  # the deriver has not run yet
        return []


def _configured(db: psycopg.Connection, hq: Headquarters, line: Line, day: date) -> Branch:
    row = db.execute(NEXT_OPENED, [line.branch, line.journal, day.isoformat()]).fetchone()
    last = row[0] - 1 if row and row[0] else line.derived[1]
    return configured(db, line, last, hq.zone)


@contextmanager
def _in_memory(db: psycopg.Connection, line: Line, days: Sequence[str]) -> Iterator[Reader]:
    where = "noun.branch = %s AND noun.journal = %s AND noun.day = ANY(%s)"
    wanted = [line.branch, line.journal, list(days)]
    rows = {table.name: nouns.read(db, table, where, wanted) for table in (TICKET, MOMENT)}
    memory = tables_in_memory(rows, [])
    try:
        yield memory
    finally:
        memory.close()
