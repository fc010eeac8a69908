"""Who worked in the branch at any time, and whether the person does so now: a bulletin names who is to do something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    """Everybody: who has left follows from all accounts and all registers together."""
    quality = state.quality
    for name in quality.registered_ever | quality.accounts.keys():
        yield {"name": name, "left": int(name in quality.left)}


PERSON = Table(
    "person",
    1,
    {"name": "TEXT", "left": "INTEGER"},
    _rows,
    frozenset([ev.AccountChanged, ev.BranchConfigured]),
)
