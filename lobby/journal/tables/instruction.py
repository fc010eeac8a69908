"""What came down from headquarters, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

COLUMNS = {
    "id": "INTEGER", "at": "TEXT", "kind": "TEXT", "hash": "TEXT", "outcome": "TEXT", "why": "TEXT", "detail": "TEXT",
    "detail_zh": "TEXT", "case_id": "TEXT", "action_id": "TEXT", "deadline": "TEXT",
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
        "detail_zh": event.detail_zh,
        "case_id": event.case or None,
        "action_id": event.action or None,
        "deadline": event.deadline,
    }


INSTRUCTION = Table("received_instruction", 2, COLUMNS, _rows, frozenset([ev.InstructionReceived]))

APPLIED_COLUMNS = {
    "seq": "INTEGER", "at": "TEXT", "instruction": "INTEGER", "version": "TEXT", "hash": "TEXT", "edited": "TEXT",
    "left_out": "TEXT", "detail": "TEXT", "detail_zh": "TEXT",
}  # fmt: skip


def _applied_rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        if isinstance(recorded.event, ev.ConfigurationApplied):
            yield _applied_row(recorded, recorded.event)


def _applied_row(recorded: ev.Recorded, event: ev.ConfigurationApplied) -> Row:
    return {
        "seq": recorded.seq,
        "at": instant(recorded.at),
        "instruction": event.instruction,
        "version": event.version,
        "hash": event.hash,
        "edited": ",".join(event.edited),
        "left_out": ",".join(event.left_out),
        "detail": event.detail,
        "detail_zh": event.detail_zh,
    }


APPLIED = Table(
    "applied_configuration", 1, APPLIED_COLUMNS, _applied_rows, frozenset([ev.ConfigurationApplied])
)
