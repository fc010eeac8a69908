"""What a noun says in a bulletin beside its measures: sentences at the top (`says`), and a list (`lists`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from lobby.reports.measure import Period
from lobby.texts import Readable, Text


class Grade(StrEnum):
    """How much a sentence asks of its reader."""

    BAD = "bad"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What went wrong, and `doing`: who did what about it. `measure` is the figure that shows it, which an action is to
    move. The list of `listed`, or of the measure where that is empty, with the rows of `group` has what the sentence
    counts and nothing else. `href` leads to the page where something is done about it. `actions` are those that are to
    move the measure."""

    grade: Grade
    text: Readable
    doing: Readable | str | None = None
    measure: str = ""
    listed: str = ""
    group: Mapping[str, str] = field(default_factory=dict)
    href: str = ""
    actions: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of a list: `who` answers for it, `due` by when. `left`: that person works here no more."""

    text: Readable | str
    who: str = ""
    due: str = ""
    href: str = ""
    late: bool = False
    left: bool = False


@dataclass(frozen=True)
class Section:
    """A list of the bulletin. `empty` is what it says without an entry."""

    title: Text
    entries: tuple[Entry, ...]
    empty: Text


Finder = Callable[[Period, datetime], Iterable[Finding]]
Lister = Callable[[Period, datetime], Section]
FINDERS: list[Finder] = []
"""In the order in which their modules are imported by lobby/reports/bulletin.py."""
LISTERS: list[Lister] = []


def says(finder: Finder) -> Finder:
    """Registers what says sentences at the bulletin's top."""
    FINDERS.append(finder)
    return finder


def lists(lister: Lister) -> Lister:
    """Registers what fills a list of the bulletin."""
    LISTERS.append(lister)
    return lister
