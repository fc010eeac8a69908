"""Notes from shift to shift 交接班."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.commands.base import Decider, Decision, Who
from lobby.errors import NotFound
from lobby.state.queue import QueueState


class NoteCommands(Decider):
    def leave_note(
        self, state: QueueState, now: datetime, who: Who, words: str, counter: str | None = None
    ) -> Decision:
        """For who works next at the counter, or in the branch."""
        if counter is not None:
            self._offered(state, counter)
        id = self._ids.next(now)
        left = ev.NoteLeft(note=id, by=who.id, counter=counter, words=words.strip())
        return Decision([left], shows=("note", id))

    def read_note(self, state: QueueState, now: datetime, who: Who, note: str) -> Decision:
        """Each look at the words is in the journal; the first one of a person ends the reminder."""
        if note not in state.quality.notes:
            raise NotFound("unknown_note", id=note)
        if state.quality.notes[note].waits_for(who.id):
            return Decision([ev.NoteRead(note, who.id)], shows=("note", note))
        return Decision([ev.WordsOpened("note", note)], shows=("note", note))
