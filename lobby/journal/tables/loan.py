"""Things on loan as they are, or were when they came back. Who borrowed is not here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lobby import events as ev
from lobby.journal.envelope import instant, instant_or_none
from lobby.journal.tables.table import Row, Table
from lobby.state.loan import Loan
from lobby.state.queue import QueueState

COLUMNS = {
    "id": "TEXT", "day": "TEXT", "thing": "TEXT", "lent_at": "TEXT", "due": "TEXT", "ended_at": "TEXT",
    "state": "TEXT",
}  # fmt: skip
KINDS = frozenset([ev.ThingLent, ev.ThingReturned, ev.ThingLost])


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    touched: list[Any] = [rec.event for rec in records if type(rec.event) in KINDS]
    loans = state.quality.loans
    return (_row(state, loans[event.loan]) for event in touched if event.loan in loans)


def _row(state: QueueState, loan: Loan) -> Row:
    return {
        "id": loan.id,
        "day": state.branch.day_of(loan.lent_at).isoformat(),
        "thing": loan.thing,
        "lent_at": instant(loan.lent_at),
        "due": instant(loan.due),
        "ended_at": instant_or_none(loan.ended_at),
        "state": loan.state.value,
    }


LOAN = Table("loan", 2, COLUMNS, _rows, KINDS, indexes=("day",))
