"""Print jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState
from lobby.state.slip import Slip

COLUMNS = {
    "id": "TEXT", "ticket": "TEXT", "copy": "INTEGER", "printer": "TEXT", "state": "TEXT", "attempts": "INTEGER",
    "error": "TEXT",
}  # fmt: skip


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    touched = dict.fromkeys(getattr(recorded.event, "slip", None) for recorded in records)
    return (_row(state.slips[id]) for id in touched if id in state.slips)


def _row(slip: Slip) -> Row:
    return {column: getattr(slip, column) for column in COLUMNS}


SLIP = Table("slip", 2, COLUMNS, _rows, indexes=("ticket",))
