"""When somebody cared for staff who were wronged. Who it was and what happened is not here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.incident import Incident
from lobby.state.queue import QueueState

COLUMNS = {
    "id": "TEXT", "day": "TEXT", "at": "TEXT", "cared_at": "TEXT", "talked_at": "TEXT", "state": "TEXT",
}  # fmt: skip
KINDS = frozenset([ev.IncidentReported, ev.IncidentCared, ev.IncidentClosed])


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    touched: list[Any] = [rec.event for rec in records if type(rec.event) in KINDS]
    incidents = state.quality.incidents
    return (
        _row(state, incidents[event.incident]) for event in touched if event.incident in incidents
    )


def _row(state: QueueState, incident: Incident) -> Row:
    talks = (caring.at for caring in incident.caring if caring.care is ev.Care.FOLLOW_UP)
    return {
        "id": incident.id,
        "day": state.branch.day_of(incident.at).isoformat(),
        "at": instant(incident.at),
        "cared_at": _first(caring.at for caring in incident.caring),
        "talked_at": _first(talks),
        "state": incident.state.value,
    }


def _first(instants: Iterable[datetime]) -> str | None:
    first = next(iter(instants), None)
    if first:
        return instant(first)
    return None


INCIDENT = Table("incident", 1, COLUMNS, _rows, KINDS, indexes=("day",))
