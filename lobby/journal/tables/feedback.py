"""Feedback cards; their words are sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

COLUMNS = {
    "ticket": "TEXT", "at": "TEXT", "score": "INTEGER", "reasons": "TEXT", "text": "TEXT", "contact": "TEXT",
    "consent": "INTEGER", "visit": "TEXT",
}  # fmt: skip


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        if isinstance(recorded.event, ev.FeedbackGiven):
            yield _row(recorded, recorded.event)


def _row(recorded: ev.Recorded, card: ev.FeedbackGiven) -> Row:
    return {
        "ticket": card.ticket,
        "at": instant(recorded.at),
        "score": card.score,
        "reasons": ",".join(card.reasons),
        "text": card.text,
        "contact": card.contact,
        "consent": int(card.consent),
        "visit": card.visit,
    }


FEEDBACK = Table("feedback", 1, COLUMNS, _rows, frozenset([ev.FeedbackGiven]), indexes=("at",))
