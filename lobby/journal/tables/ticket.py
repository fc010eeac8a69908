"""Tickets as they are, or were when their day ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lobby import events as ev
from lobby.journal.envelope import as_json, instant, instant_or_none
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState
from lobby.state.ticket import Step, StepKind, Ticket

COLUMNS = {
    "id": "TEXT", "day": "TEXT", "number": "TEXT", "series": "TEXT", "service": "TEXT", "tier": "TEXT",
    "tier_rule": "TEXT", "area": "TEXT", "needs": "TEXT", "lang": "TEXT", "state": "TEXT", "counter": "TEXT",
    "issued_at": "TEXT", "called_at": "TEXT", "started_at": "TEXT", "ended_at": "TEXT", "ahead": "INTEGER",
    "wait_p50_s": "INTEGER", "wait_p90_s": "INTEGER", "wait_lo_s": "INTEGER", "wait_hi_s": "INTEGER",
    "told_lo_min": "INTEGER", "told_hi_min": "INTEGER",
    "recalls": "INTEGER", "copies": "INTEGER", "call_reason": "TEXT", "target_wait_s": "INTEGER",
    "wait_s": "REAL", "called_by": "TEXT", "services": "TEXT", "first_called_at": "TEXT",
}  # fmt: skip
AS_IT_IS = (
    *("id", "number", "series", "service", "tier", "tier_rule", "area", "lang", "counter", "ahead"),
    *("recalls", "copies", "target_wait_s"),
)
INSTANTS = ("issued_at", "called_at", "started_at", "ended_at")
FORECAST = ("p50_s", "p90_s", "lo_s", "hi_s")


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    return (
        _row(state.day, state.tickets[id]) for id in _touched(records, state) if id in state.tickets
    )


def _touched(records: Sequence[ev.Recorded], state: QueueState) -> dict[str | None, None]:
    """After the clock was set all of the day moved along. That a counter closed is taken back with all whom it let
    go."""
    if any(_touches_all(recorded.event) for recorded in records):
        return dict.fromkeys(state.tickets)
    return dict.fromkeys(getattr(recorded.event, "ticket", None) for recorded in records)


def _touches_all(event: ev.Event) -> bool:
    of_counter = isinstance(event, ev.ActUndone) and event.ticket is None
    return of_counter or isinstance(event, ev.ClockStepped)


def _row(day: str, ticket: Ticket) -> Row:
    told_lo, told_hi = ticket.wait.told_min
    return {
        **{column: getattr(ticket, column) for column in AS_IT_IS},
        **{column: instant_or_none(getattr(ticket, column)) for column in INSTANTS},
        **{f"wait_{part}": getattr(ticket.wait, part) for part in FORECAST},
        "told_lo_min": told_lo,
        "told_hi_min": told_hi,
        "day": day,
        "needs": ",".join(ticket.needs),
        "state": ticket.state.value,
        "call_reason": as_json(ticket.call_reason),
        "first_called_at": instant_or_none(_first_called_at(ticket)),
        "wait_s": _wait_s(ticket),
        "called_by": ticket.called_by,
        "services": as_json(list(_services(ticket))),
    }


def _calls(ticket: Ticket) -> list[Step]:
    return [step for step in ticket.history if step.kind is StepKind.CALLED]


def _first_called_at(ticket: Ticket) -> datetime | None:
    """When the customer's wait ended. `called_at` is the latest call: a transferred customer is called again."""
    for call in _calls(ticket)[:1]:
        return call.at
    return None


def _wait_s(ticket: Ticket) -> float | None:
    """From issue to the first call; None for who was not called."""
    called_at = _first_called_at(ticket)
    if called_at is None:
        return None
    return max(0.0, _between_s(ticket.issued_at, called_at))


def _services(ticket: Ticket) -> Iterator[tuple[str, str | None, str, str]]:
    """The single services of the visit that ended: service, counter, when it began and when it ended."""
    began = None
    for step in ticket.history:
        if step.kind in ENDS_SERVICE and began:
            yield step.service, step.counter, instant(began), instant(step.at)
        if step.kind in BEGINS_SERVICE:
            began = step.at


def _between_s(since: datetime, until: datetime) -> float:
    return round((until - since).total_seconds(), 6)


ENDS_SERVICE = (StepKind.FINISHED, StepKind.CONTINUED)
BEGINS_SERVICE = (StepKind.STARTED, StepKind.CONTINUED)
"""The next service of a visit begins with the end of the one before, or, where the customer had to wait again, with a
start of its own."""


TICKET = Table("ticket", 4, COLUMNS, _rows, indexes=("day",))
