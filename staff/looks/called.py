"""What people call the things by that somebody looked at: an id says nothing to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from lobby.state.loan import Loan
from lobby.state.note import Note
from lobby.state.panel import Panel
from lobby.state.quality import Quality
from lobby.state.queue import QueueState
from lobby.texts import Text
from lobby.views.base import branch_time
from web.languages import name_of

GONE = Text("no longer on the list")


def called(state: QueueState, noun: str, id: str) -> str:
    """In the reader's language. Evidence has its days for an id; what the state has let go of is said to be gone."""
    if noun not in CALLED:
        return id
    kept, words = CALLED[noun]
    thing = kept(state.quality).get(id)
    return " · ".join(filter(None, words(state, thing))) if thing else name_of(GONE)


def _loan(state: QueueState, loan: Loan) -> Iterable[str]:
    thing = state.branch.thing.get(loan.thing)
    return name_of(thing.name) if thing else loan.thing, _moment(state, loan.lent_at)


def _note(state: QueueState, note: Note) -> Iterable[str]:
    counter = state.branch.counter.get(note.counter or "")
    return _moment(state, note.at), name_of(counter.name) if counter else ""


def _panel(state: QueueState, panel: Panel) -> Iterable[str]:
    return panel.title, panel.on.isoformat()


def _moment(state: QueueState, at: datetime) -> str:
    return branch_time(state.branch, at)[:16].replace("T", " ")


Kept = Callable[[Quality], Mapping[str, Any]]
Words = Callable[[QueueState, Any], Iterable[str]]
CALLED: Mapping[str, tuple[Kept, Words]] = {
    "action": (lambda quality: quality.actions, lambda _, action: [action.title]),
    "incident": (lambda quality: quality.incidents, lambda _, incident: [incident.day]),
    "inspection": (lambda quality: quality.inspections, lambda _, inspection: [inspection.day]),
    "loan": (lambda quality: quality.loans, _loan),
    "note": (lambda quality: quality.notes, _note),
    "panel": (lambda quality: quality.panels, _panel),
    "visit": (lambda quality: quality.visits, lambda state, visit: [_moment(state, visit.at)]),
}
