"""The words of what is sealed, in memory: views show them under the writer's lock, where no file may be read.

Only what the state may show is held: what customers gave with their tickets since the day was opened, and what the
snapshot has of it. The words of months, of cases and incidents, are read from the keys when somebody looks at one.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from lobby import events as ev
from lobby.events.personal import TOKEN, Missing, subjects_of
from lobby.journal.history import sealed_texts
from lobby.journal.journal import Journal
from lobby.journal.subject_keys import SubjectKeys

SHOWN = "ticket"
"""The subjects of the day's words."""


class OpenedWords:
    """Seals for the writer, and remembers what it sealed. Reads files in `begin`, `commit` and `refresh` alone; these
    wait for one another, so that an older reading of the keys never stays over a newer one."""

    def __init__(self, keys: SubjectKeys, journal: Journal) -> None:
        self._keys = keys
        self._journal = journal
        self._reading = threading.Lock()
        self._words: dict[str, str | Missing] = {}
        self._uncommitted: set[str] = set()
        """What is sealed with keys that the file may not have yet."""
        self._version: int | None = None
        """That of the keys which the words were opened with; None: some of them are to be opened again."""

    def __len__(self) -> int:
        return len(self._words)

    def reveal(self, text: str) -> str | Missing:
        """See lobby.events.personal.Reveal."""
        if TOKEN.fullmatch(text) is None:
            return text
        return self._words.get(text, Missing.LOST)

    # -- where the journal is -----------------------------------------------------------------------------
    def begin(self) -> None:
        """A day was opened, or the branch: what its state may show is opened, all else forgotten."""
        with self._reading:
            texts = set(sealed_texts(self._journal.db, SHOWN))
            for text in set(self._words) - texts:
                del self._words[text]
            for text in texts - set(self._words):
                self._words[text] = Missing.LOST
            self._version = None
        self.refresh()

    def follow(self, records: Sequence[ev.Recorded]) -> None:
        if any(isinstance(recorded.event, ev.DayOpened) for recorded in records):
            self.begin()

    def sealed(self, event: ev.Event, now: datetime) -> ev.Event:
        """See SubjectKeys.sealed."""
        sealed = self._keys.sealed(event, now)
        if sealed is not event and event.SUBJECT == SHOWN:
            shown = (name for name, id in subjects_of(event).items() if id.startswith(f"{SHOWN}:"))
            for name in shown:
                text = getattr(sealed, name)
                self._uncommitted.add(text)
                self._words[text] = getattr(event, name)
        return sealed

    def commit(self) -> None:
        """See SubjectKeys.commit."""
        self._keys.commit()
        self._uncommitted.clear()
        self.refresh()

    # -- from any thread ----------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Open everything again where keys changed: some may be erased. While another program holds them, all stays as
        it was, until the next call. Waits for the disk."""
        with self._reading:
            try:
                version = self._keys.version()
                if version != self._version:
                    self._open_all()
                    self._version = version
            except Journal.Error:
                self._version = None

    def _open_all(self) -> None:
        for text in list(self._words):
            if text not in self._uncommitted:
                self._words[text] = self._keys.opened(text)
