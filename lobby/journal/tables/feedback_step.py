"""What happened beside the feedback card: what asked for it, opinions of who still waited, contacts withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

WITHDRAWN = "withdrawn"
OPINION = "opinion"
COLUMNS = {"seq": "INTEGER", "day": "TEXT", "ticket": "TEXT", "at": "TEXT", "step": "TEXT"}
"""`step`: an ev.AskedBy, OPINION or WITHDRAWN."""


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        step = _step(recorded.event)
        if step:
            yield _row(recorded, state.day, step)


def _step(event: ev.Event) -> str | None:
    match event:
        case ev.FeedbackAsked(by=by):
            return by
        case ev.OpinionVoiced():
            return OPINION
        case ev.ContactWithdrawn():
            return WITHDRAWN
    return None


def _row(recorded: ev.Recorded, day: str, step: str) -> Row:
    ticket = getattr(recorded.event, "ticket", "")
    at = instant(recorded.at)
    return {"seq": recorded.seq, "day": day, "ticket": ticket, "at": at, "step": step}


KINDS: frozenset[type[ev.Event]] = frozenset(
    {ev.FeedbackAsked, ev.OpinionVoiced, ev.ContactWithdrawn}
)
FEEDBACK_STEP = Table("feedback_step", 1, COLUMNS, _rows, KINDS, indexes=("day", "ticket"))
