"""The branch's days: the event that opened each, and its time zone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        event = recorded.event
        if isinstance(event, ev.DayOpened):
            yield {"opened_seq": recorded.seq, "day": event.day, "zone": event.zone or None}


DAY = Table(
    "day",
    1,
    {"opened_seq": "INTEGER", "day": "TEXT", "zone": "TEXT"},
    _rows,
    frozenset([ev.DayOpened]),
)
