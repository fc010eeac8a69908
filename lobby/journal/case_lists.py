"""Lists of cases that were accepted and are not in the journal whole yet: one file each, in a folder of its own.

A list is taken in pieces, between which other commands run. Its file is on the disk before the first piece and goes
after the last one; a start takes what a former one left. The words in it are sealed as the journal has them.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from lobby import events as ev
from lobby.journal.durable import PART, write_whole

log = logging.getLogger(__name__)

FOLDER = "lists"
NAME_BYTES = 16
PIECE = 100
"""So many cases take some 30 ms of the writer's time: a ticket waits no longer for them."""


@dataclass(frozen=True)
class CaseList:
    """Who gave the list, and its cases: sealed, and without their numbers."""

    actor: str
    person: str | None
    cases: tuple[ev.CaseOpened, ...]

    def pieces(self) -> Iterator[Sequence[ev.CaseOpened]]:
        return (self.cases[n : n + PIECE] for n in range(0, len(self.cases), PIECE))


def keep(data: Path, given: CaseList) -> Path:
    """The file of the list, on the disk. Raises Unavailable."""
    path = data / FOLDER / secrets.token_hex(NAME_BYTES)
    write_whole(path, _form().dump_json(given))
    return path


def left(data: Path) -> Iterator[tuple[Path, CaseList | None]]:
    """The lists of which a former start left something, for the start of a branch: none is being kept then. One that
    cannot be read (None) stays, and stops no opening."""
    for path in sorted((data / FOLDER).glob("*")):
        if path.suffix == PART:
            path.unlink()
        else:
            yield path, content_of(path)


def content_of(path: Path) -> CaseList | None:
    """The list in that file; None of one that cannot be read, which is left where it is."""
    try:
        return _form().validate_json(path.read_bytes())
    except (OSError, ValueError):
        log.exception("a list of cases cannot be read, and is left where it is: %s", path)
        return None


@cache
def _form() -> TypeAdapter[CaseList]:
    return TypeAdapter(CaseList)
