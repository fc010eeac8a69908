"""Notes from shift to shift 交接班. The words are opened one note at a time."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.state.note import Note
from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang, local
from lobby.views.views import SHOWN


class NoteView(TypedDict):
    id: str
    at: str
    by: str
    by_name: str
    counter: str | None
    counter_name: Annotated[ByLang | None, "null for a note to the whole branch"]
    read_by: list[str]


class ReaderNoteView(NoteView):
    """A note as one person has it."""

    unread: bool


def note_view(state: QueueState, id: str) -> NoteView:
    note = state.quality.notes[id]
    name = by_language(state.branch.counter[note.counter].name) if note.counter else None
    return {
        "id": note.id,
        "at": local(state, note.at),
        "by": note.by,
        "by_name": state.branch.staff.name_of(note.by),
        "counter": note.counter,
        "counter_name": name,
        "read_by": [state.branch.staff.name_of(id) for id in note.read_by],
    }


def notes_view(state: QueueState, id: str, counter: str | None = None) -> list[ReaderNoteView]:
    """The latest first: all of them, or those for who works at the counter."""
    notes = [note for note in state.quality.notes.values() if _is_for(note, counter)]
    return [{**note_view(state, note.id), "unread": note.waits_for(id)} for note in reversed(notes)]


def _is_for(note: Note, counter: str | None) -> bool:
    return counter is None or note.counter in (None, counter)


SHOWN["note"] = note_view
