"""Services that must be recorded 双录: a row for each thing that was said of one, or one that nothing was said. The
index of the recording system: ticket, times, counter, camera, reference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant, instant_or_none
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState
from lobby.state.recording import RecordedService, RecordingEntry, sale_id

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
    for service in _touched(records, state):
        yield _own(service)
        yield from (_said(service, entry) for entry in service.entries)


def _touched(records: Sequence[ev.Recorded], state: QueueState) -> list[RecordedService]:
    """After the clock was set all of the day moved along."""
    services = state.quality.recordings.values()
    if any(isinstance(recorded.event, ev.ClockStepped) for recorded in records):
        return list(services)
    tickets = {getattr(recorded.event, "ticket", None) for recorded in records}
    return [service for service in services if service.ticket in tickets]


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
        "id": sale_id(service.id, entry.id),
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
        ev.ClockStepped,
        ev.RecordingMade,
        ev.RecordingRefused,
        ev.RecordingOverridden,
    }
)
RECORDING = Table("recording", 2, COLUMNS, _rows, KINDS, indexes=("day", "reference"))


CORRECTION_COLUMNS = {
    "seq": "INTEGER", "sale": "TEXT", "ticket": "TEXT", "at": "TEXT", "was": "TEXT", "reference": "TEXT",
    "reason": "TEXT", "by": "TEXT",
}  # fmt: skip
OF_CORRECTION = ("sale", "ticket", "was", "reference", "reason", "by")


def _corrections(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        if isinstance(recorded.event, ev.RecordingCorrected):
            of_event = {name: getattr(recorded.event, name) for name in OF_CORRECTION}
            yield {**of_event, "seq": recorded.seq, "at": instant(recorded.at)}


RECORDING_CORRECTION = Table(
    "recording_correction",
    1,
    CORRECTION_COLUMNS,
    _corrections,
    frozenset([ev.RecordingCorrected]),
    indexes=("sale", "reference"),
)
"""Each time that the reference of a sale was put right: its row in `recording` keeps what was said first."""

RIGHT_REFERENCES = (
    "SELECT id AS sale, ticket, reference FROM recording r WHERE kind = 'made'"
    " AND NOT EXISTS (SELECT 1 FROM recording_correction WHERE sale = r.id)"
    " UNION ALL SELECT sale, ticket, reference FROM recording_correction c"
    " WHERE seq = (SELECT max(seq) FROM recording_correction WHERE sale = c.sale)"
)
"""The recorded sales, each with the reference that is right as far as is known."""
