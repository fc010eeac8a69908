"""What came down from headquarters, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

COLUMNS = {
    "id": "INTEGER", "at": "TEXT", "kind": "TEXT", "hash": "TEXT", "outcome": "TEXT", "why": "TEXT", "detail": "TEXT",
    "case_id": "TEXT", "deadline": "TEXT",
}  # fmt: skip


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        if isinstance(recorded.event, ev.InstructionReceived):
            yield _row(recorded, recorded.event)


def _row(recorded: ev.Recorded, event: ev.InstructionReceived) -> Row:
    return {
        "id": event.instruction,
        "at": instant(recorded.at),
        "kind": event.kind,
        "hash": event.hash,
        "outcome": event.outcome.value,
        "why": event.why.value if event.why else None,
        "detail": event.detail,
        "case_id": event.case or None,
        "deadline": event.deadline,
    }


INSTRUCTION = Table("received_instruction", 1, COLUMNS, _rows, frozenset([ev.InstructionReceived]))
