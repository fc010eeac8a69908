"""What was done with corrective actions, step by step: a bulletin of any day knows how they stood then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

KINDS = frozenset(
    {
        *(ev.ActionOpened, ev.ActionAssigned, ev.ActionProved, ev.ActionChecked),
        *(ev.ActionMeasured, ev.ActionReopened, ev.ActionShared, ev.ActionCancelled),
    }
)
COLUMNS = {
    "seq": "INTEGER", "action": "TEXT", "day": "TEXT", "at": "TEXT", "step": "TEXT", "owner": "TEXT", "due": "TEXT",
    "verdict": "TEXT", "value_before": "REAL", "value_after": "REAL",
}  # fmt: skip


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    return (_row(recorded, state.day) for recorded in records if type(recorded.event) in KINDS)


def _row(recorded: ev.Recorded, day: str) -> Row:
    """What the event itself says; later ones may be in the state already."""
    due = getattr(recorded.event, "due", None)
    measured = recorded.event if isinstance(recorded.event, ev.ActionMeasured) else None
    return {
        "seq": recorded.seq,
        "action": getattr(recorded.event, "action", None),
        "day": day,
        "at": instant(recorded.at),
        "step": type(recorded.event).__name__,
        "owner": getattr(recorded.event, "owner", None),
        "due": due and due.isoformat(),
        "verdict": getattr(recorded.event, "verdict", None),
        "value_before": measured.before.value if measured else None,
        "value_after": measured.after.value if measured else None,
    }


ACTION = Table("action", 2, COLUMNS, _rows, KINDS, indexes=("day",))
