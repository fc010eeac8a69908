"""What a restore takes away: the events that a backup does not have, and what they gave out."""

from __future__ import annotations

from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.db import sqlite3

from lobby import events as ev
from lobby.journal.envelope import first_misfit
from lobby.journal.fence import Memory, Numbers
from lobby.journal.history import readable, reader


class Refused(ValueError):
    """It was not done, and why."""


@dataclass(frozen=True)
class Reach:
    """How far a journal goes."""

    seq: int
    at: str


@dataclass(frozen=True)
class Loss:
    """What a restore takes away: `present` is the journal that is there now (None: none that can be read), `shared`
    the last event that both have."""

    backup: Reach
    present: Reach | None
    shared: int
    tickets: int
    misfit: int | None = None
    """The first event of the backup that does not fit the chain of hashes."""

    @property
    def events(self) -> int:
        if self.present:
            return self.present.seq - self.shared
        return 0

    @property
    def warning(self) -> str:
        """What is to be said even where nobody is asked; empty where there is nothing."""
        if not self.misfit:
            return ""
        return f"the backup was altered: event {self.misfit} does not fit the chain of hashes"

    def text(self, zone: tzinfo | None) -> str:
        """For who is asked, in the time of `zone`; None: the machine's."""
        lines = [f"the backup ends with event {self.backup.seq} at {_local(self.backup.at, zone)}"]
        if self.misfit:
            lines.append(self.warning)
        if self.present is None:
            lines.append(
                "the present journal is missing or cannot be read: nothing to compare with"
            )
        else:
            lines.append(
                f"the present journal ends with event {self.present.seq} at {_local(self.present.at, zone)}"
            )
            lines.append(f"lost would be {self.events} events, {self.tickets} tickets among them")
        return "\n".join(lines)


def _local(at: str, zone: tzinfo | None) -> str:
    with suppress(ValueError):
        return datetime.fromisoformat(at).astimezone(zone).isoformat(" ", "seconds")
    return at


def careful(path: Path) -> Database:
    """For reading what a stranger may have made: nothing in its schema is run."""
    db = reader(path)
    db.conn.execute("PRAGMA trusted_schema = OFF")
    db.conn.execute("PRAGMA cell_size_check = ON")
    return db


def loss_of(file: Path, part: Path, target: Path) -> Loss:
    with closing(careful(part)) as theirs:
        backup_end = _end(theirs)
        misfit = first_misfit(theirs)
        try:
            ours = careful(target)
            present = _end(ours)
        except (OSError, sqlite3.Error, TypeError):
            return Loss(backup_end, None, 0, 0, misfit)
        with closing(ours):
            shared = _shared(theirs, ours, min(backup_end.seq, present.seq))
            if not shared:
                raise Refused(f"{file} is the journal of another branch")
            lost = "SELECT count(*) FROM event WHERE seq > ? AND kind = 'TicketIssued'"
            tickets = ours.execute(lost, [shared]).fetchone()[0]
    return Loss(backup_end, present, shared, tickets, misfit)


def _end(db: Database) -> Reach:
    seq, at = db.execute("SELECT seq, at FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return Reach(int(seq), str(at))


def _shared(one: Database, other: Database, most: int) -> int:
    """The last event that both have. Journals only grow, so what is alike is their beginning."""
    low = 0
    high = most
    while low < high:
        middle = (low + high + 1) // 2
        if _row(one, middle) == _row(other, middle):
            low = middle
        else:
            high = middle - 1
    return low


def _row(db: Database, seq: int) -> Any:
    return db.execute("SELECT at, kind, actor, data FROM event WHERE seq = ?", [seq]).fetchone()


LAST_NUMBERS = (
    "WITH fact AS (SELECT seq, kind,"
    "  json_extract(data, '$.series') AS series, json_extract(data, '$.number') AS number,"
    "  max(seq) FILTER (WHERE kind = 'DayOpened') OVER (ORDER BY seq) AS opened"
    "  FROM event WHERE kind IN ('DayOpened', 'TicketIssued') AND json_valid(data))"
    " SELECT json_extract(opening.data, '$.day'), series, max(CAST(substr(number, length(series) + 1) AS INTEGER))"
    " FROM fact JOIN event opening ON opening.seq = opened"
    " WHERE fact.kind = 'TicketIssued' AND fact.seq > ? AND number IS NOT NULL GROUP BY 1, 2"
)
"""Of the events: a journal is restored, too, when its derived tables are gone."""


def given_out(target: Path, loss: Loss, memory: Memory | None) -> ev.JournalRestored | None:
    """What was given out after the backup, so that no number comes twice, as the present journal and the fence know it;
    None where neither can be read."""
    if loss.present:
        return _given_in_journal(target, loss, memory)
    if memory:
        return ev.JournalRestored(memory.end.seq, memory.numbers)
    return None


def _given_in_journal(target: Path, loss: Loss, memory: Memory | None) -> ev.JournalRestored:
    with closing(reader(target)) as present:
        numbers: Numbers = {}
        for day, series, last in present.execute(LAST_NUMBERS, [loss.shared]).fetchall():
            numbers.setdefault(day, {})[series] = last
        for earlier in readable(present, ev.JournalRestored):
            _raise(numbers, earlier.numbers)
        if memory:
            _raise(numbers, memory.numbers)
        return ev.JournalRestored(_end(present).seq, numbers)


def _raise(numbers: Numbers, others: Numbers) -> None:
    """The higher of both, by day and series."""
    for day, given in others.items():
        known = numbers.setdefault(day, {})
        known.update({series: max(last, known.get(series, 0)) for series, last in given.items()})
