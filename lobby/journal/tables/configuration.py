"""Where in the journal the configurations stand, so that the one of a time is found without reading all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    return (
        {"seq": recorded.seq}
        for recorded in records
        if isinstance(recorded.event, ev.BranchConfigured)
    )


CONFIGURATION = Table(
    "configuration", 1, {"seq": "INTEGER"}, _rows, frozenset([ev.BranchConfigured])
)
