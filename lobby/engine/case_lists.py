"""Lists of cases that come from elsewhere: accepted whole, taken in pieces, and at a start what a former one left."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
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
from lobby.state.known_case import KnownCases
from lobby.views.case_due import TakingView

log = logging.getLogger(__name__)

UNREADABLE: TakingView = {"rows": 0, "here": 0, "stopped": True, "unreadable": True}
TakePiece = Callable[[Sequence[ev.CaseOpened]], object]
"""Has a piece of a list taken, and returns when it is durable."""


@dataclass(frozen=True)
class CaseLists:
    """`database` is the journal's file, in whose folder the lists lie."""

    database: Path
    commands: Commands
    writer: Writer
    subject_keys: SubjectKeys
    _taking: dict[Path, TakingView] = field(default_factory=dict)

    def taking(self) -> list[TakingView]:
        """The lists of which only a part may be in the journal. Any thread may ask."""
        return list(self._taking.values())

    def known(self, complaints: Sequence[ev.Complaint]) -> KnownCases:
        """The cases that have or had one of the references. Reads the disk."""
        with closing(reader(self.database)) as db:
            return KnownCases(Past(db).known_cases([one.reference for one in complaints]))

    def accept(
        self, now: datetime, by: By, who: Who, complaints: Sequence[ev.Complaint]
    ) -> tuple[Path, CaseList]:
        """A list of cases, and its file, which is to go once all of them are taken: none is lost any more. Waits for
        the disk. Raises LobbyError."""
        cases = self.commands.cases_of_list(now, who, complaints)
        sealed = self.subject_keys.sealed_aside(cases, now)
        given = CaseList(by.actor, by.person, tuple(sealed))
        return case_lists.keep(self.database.parent, given), given

    def take(self, path: Path, given: CaseList, take_piece: TakePiece) -> None:
        """The list piece by piece. Until all are taken, whoever looks at cases is told that a part is there, and
        whether a failure stopped the rest. Raises what `take_piece` does."""
        here = 0
        try:
            for piece in given.pieces():
                self._tell(path, given, here)
                take_piece(piece)
                here += len(piece)
        except BaseException:
            self._tell(path, given, here, stopped=True)
            raise
        self._taking.pop(path, None)

    def _tell(self, path: Path, given: CaseList, here: int, stopped: bool = False) -> None:
        rows = len(given.cases)
        self._taking[path] = {"rows": rows, "here": here, "stopped": stopped, "unreadable": False}

    def take_what_stopped(self) -> None:
        """The rest of the lists that a failure stopped half way, as those gave it who gave the list. Another failure
        leaves it as it was, and it is told still; a list whose file is damaged is a matter of the log. Waits for the
        disk and the writer."""
        for path in [path for path, told in [*self._taking.items()] if told["stopped"]]:
            given = case_lists.content_of(path)
            if given is None:
                self._taking.pop(path, None)
            else:
                self._take_up(path, given, self._submit)

    def take_what_is_left(self) -> None:
        """Before anybody asks the branch for anything. Cases that are there already are passed over, and no list keeps
        the branch from opening: one that cannot be read is told until the next list comes."""
        for path, given in case_lists.left(self.database.parent):
            if given is None:
                self._taking[path] = UNREADABLE
            else:
                self._take_up(path, given, self._submit_pumped)

    def _take_up(
        self, path: Path, given: CaseList, submit: Callable[[By, Sequence[ev.CaseOpened]], object]
    ) -> None:
        try:
            self.take(path, given, partial(submit, By(given.actor, person=given.person)))
        except Exception:
            log.exception("a list of cases waits for the next start: %s", path)
        else:
            path.unlink(missing_ok=True)

    def _submit(self, by: By, piece: Sequence[ev.CaseOpened]) -> None:
        self.writer.submit(by, self.commands.take_cases, piece).result()

    def _submit_pumped(self, by: By, piece: Sequence[ev.CaseOpened]) -> None:
        """Before the writer runs."""
        taken = self.writer.submit(by, self.commands.take_cases, piece)
        self.writer.pump()
        taken.result()
