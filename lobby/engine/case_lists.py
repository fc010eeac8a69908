"""Lists of cases that come from elsewhere: accepted whole, taken in pieces, and at a start what a former one left."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from lobby import events as ev
from lobby.commands.base import Who
from lobby.commands.commands import Commands
from lobby.engine.submission import By
from lobby.engine.writer import Writer
from lobby.journal import case_lists
from lobby.journal.case_lists import CaseList
from lobby.journal.history import reader
from lobby.journal.past import Past
from lobby.journal.subject_keys import SubjectKeys

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CaseLists:
    """`database` is the journal's file, in whose folder the lists lie."""

    database: Path
    commands: Commands
    writer: Writer
    subject_keys: SubjectKeys

    def known_references(self, references: Sequence[str]) -> set[tuple[str, str]]:
        """See lobby.commands.base.Archive. Reads the disk."""
        with closing(reader(self.database)) as db:
            return Past(db).known_references(references)

    def accept(
        self, now: datetime, by: By, who: Who, complaints: Sequence[ev.Complaint]
    ) -> tuple[Path, CaseList]:
        """A list of cases, and its file, which is to go once all of them are taken: none is lost any more. Waits for
        the disk. Raises LobbyError."""
        cases = self.commands.cases_of_list(now, who, complaints)
        sealed = self.subject_keys.sealed_aside(cases, now)
        given = CaseList(by.actor, by.person, tuple(sealed))
        return case_lists.keep(self.database.parent, given), given

    def take_what_is_left(self) -> None:
        """Before anybody asks the branch for anything. Cases that are there already are passed over, and no list keeps
        the branch from opening."""
        for path, given in case_lists.left(self.database.parent):
            try:
                self._take(given)
            except Exception:
                log.exception("a list of cases waits for the next start: %s", path)
            else:
                path.unlink()

    def _take(self, given: CaseList) -> None:
        by = By(given.actor, person=given.person)
        for piece in given.pieces():
            taken = self.writer.submit(by, self.commands.take_cases, piece)
            self.writer.pump()
            taken.result()
