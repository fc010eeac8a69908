"""The state of a branch, replayed from its line with the branch's own code, and the rows and days that its events
touch."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

from headquarters.archive import archived
from headquarters.deriving import nouns
from headquarters.deriving.line import Line
from lobby import events as ev
from lobby.branch.model import Area, Branch, Counter, Service, Tier
from lobby.branch.names import Name
from lobby.branch.record import from_json
from lobby.events.envelope import Row
from lobby.journal.history import Misfit, events_of, take
from lobby.journal.rebuild import chunks
from lobby.journal.tables import Table, touched_tables
from lobby.journal.tables.quality import quality_of
from lobby.journal.tables.table import Row as TableRow
from lobby.state.quality import Quality
from lobby.state.queue import QueueState

PIECE = 5000
UNKNOWN = "–"
HOUR_S = 3600
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What reading a damaged configuration raises; the last is of JSON that is nested too deep."""


@dataclass
class Touched:
    """What some events touched: rows by table and key, and the days whose figures are others now."""

    rows: defaultdict[str, dict[Any, TableRow]] = field(default_factory=lambda: defaultdict(dict))
    days: set[str] = field(default_factory=set)
    tickets: set[str] = field(default_factory=set)
    """Tickets of other days: the figures of those are others now."""
    misfits: list[Misfit] = field(default_factory=list)


@dataclass
class Replay:
    """A branch's state, which goes on as its line does."""

    state: QueueState

    def advance(self, rows: Sequence[Row]) -> Touched:
        """Take these rows of the line in."""
        touched = Touched()
        for chunk in chunks(events_of(rows, touched.misfits)):
            for recorded in chunk:
                take(self.state, recorded, touched.misfits)
            _project(chunk, self.state, touched)
        return touched

    def pass_over(self, rows: Sequence[Row]) -> None:
        """Take in what is in the tables already."""
        misfits: list[Misfit] = []
        for recorded in events_of(rows, misfits):
            take(self.state, recorded, misfits)


def _project(chunk: Sequence[ev.Recorded], state: QueueState, touched: Touched) -> None:
    for table in touched_tables(chunk):
        key = next(iter(table.columns))
        rows = _rows(table, chunk, state, touched)
        touched.rows[table.name].update({row[key]: row for row in rows})
        _note_days(table, rows, state, touched)
    if state.day:
        touched.days.add(state.day)
    if any(isinstance(recorded.event, ev.DayOpened) for recorded in chunk):
        touched.days |= _days_of_loans(state)


def _rows(
    table: Table, chunk: Sequence[ev.Recorded], state: QueueState, touched: Touched
) -> list[TableRow]:
    """An event whose rows cannot be made is left out, and the others are not."""
    try:
        return list(table.rows(chunk, state))
    except Exception as error:
        if len(chunk) == 1:
            why = f"{table.name}: {type(error).__name__}: {error}"
            touched.misfits.append(Misfit(chunk[0].seq, type(chunk[0].event).__name__, why))
            return []
        return [row for recorded in chunk for row in _rows(table, [recorded], state, touched)]


def _note_days(table: Table, rows: Sequence[TableRow], state: QueueState, touched: Touched) -> None:
    """A card may come days after its ticket, an answer weeks after its case."""
    if nouns.is_dated(table):
        touched.days.update(str(row[nouns.DAY]) for row in rows)
    elif "came_at" in table.columns:
        days = (state.branch.day_of(datetime.fromisoformat(row["came_at"])) for row in rows)
        touched.days.update(day.isoformat() for day in days)
    elif table.name == "feedback":
        touched.tickets.update(row["ticket"] for row in rows if row["ticket"] not in state.tickets)


def _days_of_loans(state: QueueState) -> set[str]:
    """What is still away becomes overdue with the days."""
    away = [loan for loan in state.quality.loans.values() if not loan.ended_at]
    return {state.branch.day_of(loan.lent_at).isoformat() for loan in away}


# -- where a replay begins --------------------------------------------------------------------------------
def restored(db: psycopg.Connection, line: Line, zone: ZoneInfo) -> Replay:
    """The state where the derived tables are: from the opening of its day on, as a branch starts. From the beginning,
    where they are to be derived again: what they have then is of no use."""
    _, seq = line.derived
    quality = _snapshot(db, line) if seq else None
    begins = _day_begins(db, line, seq) if quality else 0
    state = QueueState(configured(db, line, begins, zone))
    state.quality = quality or Quality()
    replay = Replay(state)
    while begins < seq:
        rows = line.rows(db, begins, min(PIECE, seq - begins))
        if not rows:
            break
        replay.pass_over(rows)
        begins = rows[-1][0]
    return replay


def _snapshot(db: psycopg.Connection, line: Line) -> Quality | None:
    query = "SELECT data FROM quality WHERE branch = %s AND journal = %s"
    row = db.execute(query, [line.branch, line.journal]).fetchone()
    return quality_of(row[0]) if row else None


def _day_begins(db: psycopg.Connection, line: Line, seq: int) -> int:
    """The event before the one that opened the last day."""
    query = (
        "SELECT max(opened_seq) FROM day WHERE branch = %s AND journal = %s AND opened_seq <= %s"
    )
    (opened,) = db.execute(query, [line.branch, line.journal, seq]).fetchone() or (None,)
    return (opened or 1) - 1


def configured(db: psycopg.Connection, line: Line, until: int, zone: ZoneInfo) -> Branch:
    """The configuration that held after event `until`; of the time before the first one, that one is the best known."""
    for choice in ("max(seq) FILTER (WHERE seq <= %(until)s)", "min(seq)"):
        query = f"SELECT {choice} FROM configuration WHERE branch = %(branch)s AND journal = %(journal)s"
        wanted = {"branch": line.branch, "journal": line.journal, "until": until}
        row = db.execute(query, wanted).fetchone()
        with suppress(*UNREADABLE):
            if row and row[0]:
                return from_json(json.loads(data_of(db, line, row[0]))["configuration"])
    return first_configured(db, line) or unknown_branch(zone)


def first_configured(db: psycopg.Connection, line: Line) -> Branch | None:
    """The first configuration in the journal: the derived tables may not be there yet."""
    for epoch in line.epochs:
        span = epoch.first, epoch.last
        data = archived.first_of(db, line.branch, epoch.number, span, "BranchConfigured")
        with suppress(*UNREADABLE):
            if data:
                return from_json(json.loads(data)["configuration"])
    return None


def data_of(db: psycopg.Connection, line: Line, seq: int) -> str:
    row = archived.event(db, line.branch, line.epoch_of(seq), seq, ["data"])
    return str(row[0]) if row else "{}"


def is_unknown(branch: Branch) -> bool:
    """Whether it stands for a configuration that could not be read."""
    return branch.name == Name(UNKNOWN, UNKNOWN)


def unknown_branch(zone: ZoneInfo) -> Branch:
    """Where a journal has no configuration that can be read: things keep their ids, and have no names."""
    name = Name(UNKNOWN, UNKNOWN)
    return Branch(
        bank=name,
        name=name,
        zone=zone,
        areas=(Area(UNKNOWN, name, name),),
        tiers=(Tier(UNKNOWN, name, HOUR_S),),
        services=(Service(UNKNOWN, name, "A", UNKNOWN, HOUR_S),),
        counters=(Counter(UNKNOWN, name, UNKNOWN, (UNKNOWN,)),),
    )
