"""Who looked at personal data: one row for each look, whichever noun it is of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.journal.tables.table import Row, Table
from lobby.state.queue import QueueState

COLUMNS = {
    "seq": "INTEGER", "day": "TEXT", "at": "TEXT", "who": "TEXT", "noun": "TEXT", "id": "TEXT", "what": "TEXT",
}  # fmt: skip
"""`what`: words, contact, or file."""


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    for recorded in records:
        seen = _seen(recorded.event)
        if seen:
            yield _row(recorded, state.day, *seen)


def _seen(event: ev.Event) -> tuple[str, str, str] | None:
    """Of which noun, which one, what."""
    match event:
        case ev.WordsOpened(noun=noun, id=id):
            return noun, id, "words"
        case ev.CaseSeen(case=case, what=what):
            return "case", case, what.partition(" ")[0]
        case ev.PanelContactRead(guest=guest):
            return "ticket", guest, "contact"
        case ev.InspectionRead(inspection=inspection):
            return "inspection", inspection, "words"
        case ev.EvidenceTaken(first=first, last=last):
            return "evidence", f"{first} – {last}", "file"
    return None


def _row(recorded: ev.Recorded, day: str, noun: str, id: str, what: str) -> Row:
    return {
        "seq": recorded.seq,
        "day": day,
        "at": instant(recorded.at),
        "who": recorded.person or recorded.actor,
        "noun": noun,
        "id": id,
        "what": what,
    }


KINDS: frozenset[type[ev.Event]] = frozenset(
    {ev.WordsOpened, ev.CaseSeen, ev.PanelContactRead, ev.InspectionRead, ev.EvidenceTaken}
)
LOOK = Table("look", 1, COLUMNS, _rows, KINDS, indexes=("day",))
