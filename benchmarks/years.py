"""The journal of years, made in bulk: a day that the branch's own commands lived, written again for every day before it
with its own ids, dates and hashes. Derived tables too, so that nothing has to be rebuilt."""

from __future__ import annotations

from base64 import b32hexdecode, b32hexencode
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from stage import ROOT

from lobby.branch.config import read_branch
from lobby.commands.ids import ID_BYTES, RANDOM_BITS
from lobby.engine.runtime import DATABASE
from lobby.evolve.apply import apply
from lobby.journal.envelope import BEGINNING, COLUMNS, chained, insert
from lobby.journal.history import configured, events_since, reader
from lobby.journal.journal import Journal
from lobby.journal.tables import TABLES, Table, set_version
from lobby.journal.tables.quality import QUALITY
from lobby.state.queue import QueueState

Row = tuple[Any, ...]
AT = COLUMNS.index("at")
TICKET = COLUMNS.index("ticket")
DATA = COLUMNS.index("data")
SEQ = COLUMNS.index("seq")
SEQS = {"seq", "opened_seq"}
DAY_MS = 86_400_000
ID_LETTERS = 16
WEEKS_DAYS = 20
"""More than quality follows a card up for."""
OF_DAYS = [table for table in TABLES if table is not QUALITY]


def write_years(lived: Path, folder: Path, days: int) -> None:
    """In `folder` the journal of so many days, the last of which is the one day in `lived`."""
    folder.mkdir(parents=True)
    template = Day(lived / DATABASE)
    with closing(Journal(folder / DATABASE, template.events[0][0])) as journal:
        conn = journal.db.conn
        conn.execute("PRAGMA synchronous=OFF")
        former = BEGINNING.hash
        for n in range(days):
            conn.execute("BEGIN")
            rows = list(chained(template.events_of(n, days), former))
            former = rows[-1][-1]
            insert(conn, rows)
            for table in OF_DAYS:
                marks = ", ".join("?" * len(table.columns))
                command = f"INSERT INTO {table.name} ({table.column_list}) VALUES ({marks})"
                conn.executemany(command, template.rows_of(table, n, days))
            conn.execute("COMMIT")
        for table in TABLES:
            set_version(conn, table)
        conn.commit()
        _snapshot(journal.db)


def _snapshot(db: Database) -> None:
    """What of the last weeks lasts longer than a day, by the branch's own code: older cards are let go of anyway."""
    since = db.execute("SELECT opened_seq - 1 FROM day ORDER BY opened_seq DESC LIMIT 1 OFFSET ?", [WEEKS_DAYS])
    first = since.fetchone() or [0]
    state = QueueState(configured(db, read_branch(ROOT / "config.toml"), first[0]))
    for recorded in events_since(db, first[0], []):
        apply(state, recorded)
        QUALITY.project(db.conn, [recorded], state, QUALITY.name)
    db.conn.commit()


class Day:
    """The rows of a day that was lived."""

    def __init__(self, database: Path) -> None:
        with closing(reader(database)) as db:
            self.events: list[Row] = db.execute(f"SELECT {', '.join(COLUMNS)} FROM event ORDER BY seq").fetchall()
            self.tables = {
                table.name: db.execute(f"SELECT {table.column_list} FROM {table.name}").fetchall() for table in OF_DAYS
            }
            self.tickets = [row[0] for row in db.execute("SELECT id FROM ticket")]
        self.dates = {date.fromisoformat(text[:10]) for text in (self.events[0][AT], self.events[-1][AT])}

    def events_of(self, n: int, days: int) -> Iterator[Row]:
        """Those of day `n` of so many."""
        move = Move(self, n, days)
        for row in self.events:
            moved = [move.text(value) for value in row]
            moved[SEQ] = row[SEQ] + n * len(self.events)
            moved[DATA] = move.data(row[DATA], row[TICKET])
            yield tuple(moved)

    def rows_of(self, table: Table, n: int, days: int) -> Iterator[Row]:
        move = Move(self, n, days)
        offset = n * len(self.events)
        seqs = [name in SEQS for name in table.columns]
        for row in self.tables[table.name]:
            yield tuple(value + offset if is_seq else move.text(value) for value, is_seq in zip(row, seqs, strict=True))


class Move:
    """From the day that was lived to another one."""

    def __init__(self, day: Day, n: int, days: int) -> None:
        back = days - 1 - n
        self.dates = {one.isoformat(): (one - timedelta(days=back)).isoformat() for one in day.dates}
        self.ids = {id: earlier(id, back) for id in day.tickets}

    def text(self, value: Any) -> Any:
        """An id, an instant or a date of that day; whatever else as it is."""
        if not isinstance(value, str):
            return value
        if value[:10] in self.dates:
            return self.dates[value[:10]] + value[10:]
        return self.ids.get(value[:ID_LETTERS], value[:ID_LETTERS]) + value[ID_LETTERS:]

    def data(self, data: str, ticket: str | None) -> str:
        if ticket:
            return data.replace(ticket, self.ids[ticket])
        for former, moved in self.dates.items():
            data = data.replace(former, moved)
        return data


def earlier(id: str, days: int) -> str:
    """The id as it would have been given so many days before."""
    number = int.from_bytes(b32hexdecode(id.upper())) - (days * DAY_MS << RANDOM_BITS)
    return b32hexencode(number.to_bytes(ID_BYTES)).decode().lower()
