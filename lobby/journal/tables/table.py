"""A derived table: its columns by name, and which rows some events touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lobby import events as ev
from lobby.state.queue import QueueState

Row = dict[str, Any]
"""By column."""
Rows = Callable[[Sequence[ev.Recorded], QueueState], Iterator[Row]]
"""(events, the state after them) -> the rows that they touched, as they are now."""


@dataclass(frozen=True)
class Table:
    """`columns` have SQLite's types; the first is the primary key. Whoever changes the columns, or what stands in them,
    raises `version` by one: a branch with another version makes the table again from the journal."""

    name: str
    version: int
    columns: Mapping[str, str]
    rows: Rows
    kinds: frozenset[type[ev.Event]] | None = None
    """The events that touch a row; None: any may."""
    indexes: tuple[str, ...] = ()

    @property
    def column_list(self) -> str:
        return ", ".join(self.columns)

    @cached_property
    def _values(self) -> str:
        marks = ", ".join("?" * len(self.columns))
        return f"({self.column_list}) VALUES ({marks})"

    def create(self, conn: Any, name: str) -> None:
        """Empty, under this name."""
        key, *others = self.columns
        columns = [
            f"{key} {self.columns[key]} PRIMARY KEY",
            *(f"{name} {self.columns[name]}" for name in others),
        ]
        conn.execute(f"CREATE TABLE {name} ({', '.join(columns)}) WITHOUT ROWID")

    def index(self, conn: Any) -> None:
        for column in self.indexes:
            conn.execute(f"CREATE INDEX idx_{self.name}_{column} ON {self.name} ({column})")

    def insert(self, conn: Any, values: Iterable[tuple[Any, ...]], into: str = "") -> None:
        """Write rows, each in the order of the columns; a former one with the same key goes."""
        conn.executemany(f"INSERT OR REPLACE INTO {into or self.name} {self._values}", values)

    def values(self, rows: Iterable[Row]) -> list[tuple[Any, ...]]:
        """Rows by name as `insert` takes them."""
        return [tuple(map(row.__getitem__, self.columns)) for row in rows]

    def project(
        self, conn: Any, records: Sequence[ev.Recorded], state: QueueState, into: str
    ) -> None:
        """Write the rows that these events touched."""
        values = self.values(self.rows(records, state))
        if values:
            self.insert(conn, values, into)
