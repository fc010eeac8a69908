"""What happens to notes from shift to shift."""

from __future__ import annotations

from dataclasses import replace

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.note import SHOWN_FOR, Note
from lobby.state.queue import QueueState


@follows(ev.NoteLeft)
def _left(state: QueueState, rec: ev.Recorded, event: ev.NoteLeft) -> None:
    state.quality.notes[event.note] = Note(event.note, rec.at, event.by, event.counter, event.words)


@follows(ev.NoteRead)
def _read(state: QueueState, rec: ev.Recorded, event: ev.NoteRead) -> None:
    notes = state.quality.notes
    if note := notes.get(event.note):
        notes[note.id] = replace(note, read_by=(*note.read_by, event.by))


@follows(ev.DayOpened)
def _forget(state: QueueState, rec: ev.Recorded, event: ev.DayOpened) -> None:
    state.quality.notes = {
        id: note for id, note in state.quality.notes.items() if rec.at - note.at <= SHOWN_FOR
    }
