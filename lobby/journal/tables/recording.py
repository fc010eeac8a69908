"""Services that must be recorded 双录: a row for each thing that was said of one, or one that nothing was said. The
index of the recording system: ticket, times, counter, camera, reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant, instant_or_none
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState
from lobby.state.recording import RecordedService, RecordingEntry

COLUMNS = {
    "id": "TEXT", "service_id": "INTEGER", "kind": "TEXT", "day": "TEXT", "ticket": "TEXT", "number": "TEXT",
    "service": "TEXT", "counter": "TEXT", "camera": "TEXT", "started_at": "TEXT", "ended_at": "TEXT", "person": "TEXT",
    "at": "TEXT", "product": "TEXT", "reference": "TEXT", "reason": "TEXT", "by": "TEXT", "keep_until": "TEXT",
}  # fmt: skip
OF_SERVICE = ("day", "ticket", "number", "service", "counter", "camera", "person")
OF_ENTRY = ("product", "reference", "reason", "by", "keep_until")
SAID = "said"
"""The kind of a service's own row once something was said of it: what was said has rows of its own."""


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    touched = {getattr(recorded.event, "ticket", None) for recorded in records}
    for service in state.quality.recordings.values():
        if service.ticket in touched:
            yield _own(service)
            yield from (_said(service, entry) for entry in service.entries)


def _own(service: RecordedService) -> Row:
    kind = SAID if service.entries else service.kind.value
    return {
        **_of(service),
        **dict.fromkeys(OF_ENTRY, ""),
        "id": str(service.id),
        "kind": kind,
        "at": instant(service.started_at),
    }


def _said(service: RecordedService, entry: RecordingEntry) -> Row:
    return {
        **_of(service),
        **{name: getattr(entry, name) for name in OF_ENTRY},
        "id": f"{service.id}-{entry.id}",
        "kind": entry.kind.value,
        "at": instant(entry.at),
        "person": entry.person or service.person,
    }


def _of(service: RecordedService) -> Row:
    ended_at = service.ended_at
    return {
        **{name: getattr(service, name) for name in OF_SERVICE},
        "service_id": service.id,
        "started_at": instant(service.started_at),
        "ended_at": instant_or_none(ended_at),
    }


KINDS: frozenset[type[ev.Event]] = frozenset(
    {
        ev.TicketStarted,
        ev.TicketContinued,
        ev.TicketFinished,
        ev.TicketTransferred,
        ev.TicketCancelled,
        ev.ActUndone,
        ev.RecordingMade,
        ev.RecordingRefused,
        ev.RecordingOverridden,
    }
)
RECORDING = Table("recording", 1, COLUMNS, _rows, KINDS, indexes=("day", "reference"))
