"""Tickets as they are, or were when their day ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lobby import events as ev
from lobby.journal.envelope import as_json, instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket

COLUMNS = {
    "id": "TEXT", "day": "TEXT", "number": "TEXT", "series": "TEXT", "service": "TEXT", "tier": "TEXT",
    "tier_rule": "TEXT", "area": "TEXT", "needs": "TEXT", "lang": "TEXT", "state": "TEXT", "counter": "TEXT",
    "issued_at": "TEXT", "called_at": "TEXT", "started_at": "TEXT", "ended_at": "TEXT", "ahead": "INTEGER",
    "wait_p50_s": "INTEGER", "wait_p90_s": "INTEGER", "wait_lo_s": "INTEGER", "wait_hi_s": "INTEGER",
    "recalls": "INTEGER", "copies": "INTEGER", "call_reason": "TEXT", "target_wait_s": "INTEGER",
}  # fmt: skip
AS_IT_IS = (
    *("id", "number", "series", "service", "tier", "tier_rule", "area", "lang", "counter", "ahead"),
    *("recalls", "copies", "target_wait_s"),
)
INSTANTS = ("issued_at", "called_at", "started_at", "ended_at")
FORECAST = ("p50_s", "p90_s", "lo_s", "hi_s")


def _instant(at: datetime | None) -> str | None:
    if at:
        return instant(at)
    return None


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    return (
        _row(state.day, state.tickets[id]) for id in _touched(records, state) if id in state.tickets
    )


def _touched(records: Sequence[ev.Recorded], state: QueueState) -> dict[str | None, None]:
    """After the clock was set all of the day moved along."""
    if any(isinstance(recorded.event, ev.ClockStepped) for recorded in records):
        return dict.fromkeys(state.tickets)
    return dict.fromkeys(getattr(recorded.event, "ticket", None) for recorded in records)


def _row(day: str, ticket: Ticket) -> Row:
    return {
        **{column: getattr(ticket, column) for column in AS_IT_IS},
        **{column: _instant(getattr(ticket, column)) for column in INSTANTS},
        **{f"wait_{part}": getattr(ticket.wait, part) for part in FORECAST},
        "day": day,
        "needs": ",".join(ticket.needs),
        "state": ticket.state.value,
        "call_reason": as_json(ticket.call_reason),
    }


TICKET = Table("ticket", 1, COLUMNS, _rows, indexes=("day",))
