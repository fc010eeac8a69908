"""A case as somebody finds it, however long ago it was closed: the branch's state holds those of a year."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from lobby.branch.model import Branch
from lobby.commands.base import Who
from lobby.commands.case_access import may_see
from lobby.errors import NotFound
from lobby.journal.case_file import past_case
from lobby.journal.history import reader
from lobby.state.case import Case
from lobby.views.case_due import Standpoint, standpoint
from web.dispatch import runtime, who
from web.loop import in_thread


def found(id: str) -> tuple[Standpoint, Case]:
    """The case, and from where it is looked at. Raises NotFound too where it is not for who asks, who learns nothing of
    it."""
    here = runtime()
    with here.writer.published() as state:
        at = standpoint(here.branch, state, here.clock(), here.lists.taking())
        at_hand = state.quality.cases.get(id)
    case = at_hand or in_thread(_past, here.database, here.branch, id)
    if case is None or not may_see(case, who()):
        raise NotFound("unknown_case", id=id)
    return at, case


def closed_long_ago(database: Path, at: Standpoint, number: str, asking: Who) -> list[Case]:
    """The one case that the state has let go of, if this is its number. Reads the disk."""
    case = _past(database, at.branch, number.strip().upper()) if number else None
    if case is None or case.is_remembered(at.now) or not may_see(case, asking):
        return []
    return [case]


def _past(database: Path, branch: Branch, case: str) -> Case | None:
    with closing(reader(database)) as db:
        return past_case(db, branch, case)
