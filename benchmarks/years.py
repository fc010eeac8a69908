"""Makes a journal of years from a day of the branch's own commands: it copies that day for every day before it, with
new ids, dates and hashes. It copies the derived tables too, so that nothing has to be rebuilt."""

from __future__ import annotations

import re
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
from lobby.events.envelope import BEGINNING, COLUMNS, chained
from lobby.evolve.apply import apply
from lobby.journal.envelope import insert
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
ID = re.compile(r"\b[0-9a-v]{16}\b")
OF_CASE = '"case"'
"""Few events have a case's id; the others are copied without a search."""
IDS = "SELECT id FROM ticket UNION ALL SELECT id FROM complaint"
FOLLOWED_DAYS = 20
"""More days than quality follows a card."""
DAY_TABLES = [table for table in TABLES if table is not QUALITY]


def write_years(lived: Path, folder: Path, days: int) -> None:
    """Writes into `folder` a journal of so many days, the last of which is the day in `lived`."""
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
            for table in DAY_TABLES:
                marks = ", ".join("?" * len(table.columns))
                command = f"INSERT INTO {table.name} ({table.column_list}) VALUES ({marks})"
                conn.executemany(command, template.rows_of(table, n, days))
            conn.execute("COMMIT")
        for table in TABLES:
            set_version(conn, table)
        conn.commit()
        _snapshot(journal.db)


def _snapshot(db: Database) -> None:
    """Writes the quality snapshot of the last weeks with the branch's own code; it no longer follows older cards."""
    since = db.execute(
        "SELECT opened_seq - 1 FROM day ORDER BY opened_seq DESC LIMIT 1 OFFSET ?", [FOLLOWED_DAYS]
    )
    first = since.fetchone() or [0]
    state = QueueState(configured(db, read_branch(ROOT / "config.toml"), first[0]))
    for recorded in events_since(db, first[0], []):
        apply(state, recorded)
        QUALITY.project(db.conn, [recorded], state, QUALITY.name)
    db.conn.commit()


class Day:
    """The rows of the day that is copied."""

    def __init__(self, database: Path) -> None:
        with closing(reader(database)) as db:
            self.events: list[Row] = db.execute(
                f"SELECT {', '.join(COLUMNS)} FROM event ORDER BY seq"
            ).fetchall()
            self.tables = {
                table.name: db.execute(f"SELECT {table.column_list} FROM {table.name}").fetchall()
                for table in DAY_TABLES
            }
            self.ids = [row[0] for row in db.execute(IDS)]
        self.dates = {
            date.fromisoformat(text[:10]) for text in (self.events[0][AT], self.events[-1][AT])
        }

    def events_of(self, n: int, days: int) -> Iterator[Row]:
        """The events of day `n` of so many."""
        copy = DayCopy(self, n, days)
        for row in self.events:
            copied = [copy.text(value) for value in row]
            copied[SEQ] = row[SEQ] + n * len(self.events)
            copied[DATA] = copy.data(row[DATA], row[TICKET])
            yield tuple(copied)

    def rows_of(self, table: Table, n: int, days: int) -> Iterator[Row]:
        copy = DayCopy(self, n, days)
        offset = n * len(self.events)
        seqs = [name in SEQS for name in table.columns]
        for row in self.tables[table.name]:
            yield tuple(
                value + offset if is_seq else copy.text(value)
                for value, is_seq in zip(row, seqs, strict=True)
            )


class DayCopy:
    """Turns the rows of the copied day into those of another day."""

    def __init__(self, day: Day, n: int, days: int) -> None:
        back = days - 1 - n
        self.dates = {
            former.isoformat(): (former - timedelta(days=back)).isoformat() for former in day.dates
        }
        self.ids = {id: earlier(id, back) for id in day.ids}

    def text(self, value: Any) -> Any:
        """An id, an instant or a date of the new day; any other value stays."""
        if not isinstance(value, str):
            return value
        if value[:10] in self.dates:
            return self.dates[value[:10]] + value[10:]
        return self.ids.get(value[:ID_LETTERS], value[:ID_LETTERS]) + value[ID_LETTERS:]

    def data(self, data: str, ticket: str | None) -> str:
        if ticket and OF_CASE not in data:
            return data.replace(ticket, self.ids[ticket])
        data = ID.sub(lambda id: self.ids.get(id[0], id[0]), data)
        for former, copied in self.dates.items():
            data = data.replace(former, copied)
        return data


def earlier(id: str, days: int) -> str:
    """The id as it would have been so many days before."""
    number = int.from_bytes(b32hexdecode(id.upper())) - (days * DAY_MS << RANDOM_BITS)
    return b32hexencode(number.to_bytes(ID_BYTES)).decode().lower()
