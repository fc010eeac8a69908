"""All branches as they stand, in memory. What changed has the revision in which it did, so that a page is sent only
that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from headquarters.config import Headquarters
from headquarters.live.state import BranchState, Heat, Word, heat_of, state_of
from headquarters.tree import Tree
from lobby.texts import LANGS, by_language
from lobby.views.base import ByLang

OLD_S = 5.0
"""A picture that was not read anew for so long is told to be old: the database is asked every half second."""


@dataclass(frozen=True)
class Alarm:
    """Something of a branch that somebody at headquarters has to see."""

    kind: str
    since: datetime


@dataclass(frozen=True)
class Cursor:
    """How far headquarters' journal of a branch is."""

    epoch: int
    seq: int
    hash: str


@dataclass(frozen=True)
class News:
    """What one look at the database found. `now` is the database's clock; `cursors` and `alarms` are of all branches,
    `words` are those that are new."""

    now: datetime
    words: Mapping[str, Word]
    cursors: Mapping[str, Cursor]
    alarms: Mapping[str, Sequence[Alarm]]


@dataclass(frozen=True)
class Entry:
    """One branch. `revision` is that in which it changed last."""

    code: str
    revision: int
    word: Word | None = None
    cursor: Cursor | None = None
    alarms: tuple[Alarm, ...] = ()
    state: BranchState = BranchState.NEVER
    heat: Heat = Heat.CALM


@dataclass
class Picture:
    """`steady` counts seconds whatever the clock is set to; `start` is the first revision, higher than any that a
    process before this one gave."""

    headquarters: Headquarters
    steady: Callable[[], float] = time.monotonic
    start: int = field(default_factory=lambda: int(time.time() * 1000))
    entries: dict[str, Entry] = field(default_factory=dict)
    revision: int = 0
    read_at: datetime | None = None
    _read_s: float = 0.0
    _tree: tuple[str, Tree] | None = None
    _tree_shown: Tree | None = None

    def __post_init__(self) -> None:
        self.revision = self.start

    # -- what is read -----------------------------------------------------------------------------------
    def take(self, news: News) -> None:
        """One look at the database. All that it changed has one revision."""
        self.read_at, self._read_s = news.now, self.steady()
        fresh = self.revision + 1
        if self._tree_shown is not self.tree:  # another day: branches may have moved
            self._tree_shown = self.tree
            self.start = self.revision = fresh
        codes = {*self.entries, *news.words, *news.cursors, *self.tree.outlets}
        for code in codes:
            if self.tree.has(code):
                self._take_branch(code, news, fresh)
        for code in [code for code in self.entries if not self.tree.has(code)]:
            del self.entries[code]  # it left the province
            self.start = self.revision = fresh

    def _take_branch(self, code: str, news: News, fresh: int) -> None:
        before = self.entries.get(code)
        word = news.words.get(code) or (before.word if before else None)
        alarms = tuple(news.alarms.get(code, ()))
        silent_s = self.headquarters.limits.silent_s
        cursor = news.cursors.get(code) or (before.cursor if before else None)
        kinds = [alarm.kind for alarm in alarms]
        state = state_of(word, news.now, kinds, silent_s, has_events=cursor is not None)
        entry = Entry(code, fresh, word, cursor, alarms, state, heat_of(word, state, kinds))
        if before is None or replace(entry, revision=before.revision) != before:
            self.entries[code] = entry
            self.revision = fresh

    # -- what is asked ----------------------------------------------------------------------------------
    @property
    def now(self) -> datetime:
        """The database's clock, which goes on while the database does not answer."""
        if self.read_at is None:
            return datetime.now(UTC)
        return self.read_at + timedelta(seconds=self.picture_age_s)

    @property
    def picture_age_s(self) -> float:
        """How long ago the database was read, seconds."""
        return self.steady() - self._read_s

    @property
    def is_fresh(self) -> bool:
        return self.read_at is not None and self.picture_age_s < OLD_S

    @property
    def tree(self) -> Tree:
        """As it is today, by the province's own day."""
        day = self.now.astimezone(self.headquarters.zone).date()
        if self._tree is None or self._tree[0] != day.isoformat():
            self._tree = day.isoformat(), Tree(self.headquarters, day)
        return self._tree[1]

    def knows(self, revision: int) -> bool:
        """Whether this process gave the revision since the tree is as it is."""
        return self.start <= revision <= self.revision

    def changed(self, since: int, entries: Iterable[Entry]) -> list[Entry]:
        """Those that changed after this revision; all of them for one that is not known."""
        if not self.knows(since):
            return [*entries]
        return [entry for entry in entries if entry.revision > since]

    def name(self, entry: Entry) -> ByLang:
        """As hq.toml has it, else as the branch calls itself."""
        outlet = self.tree.outlets.get(entry.code)
        if outlet:
            return by_language(outlet.name)
        if entry.word and entry.word.name:
            return dict(entry.word.name)
        return dict.fromkeys(LANGS, entry.code)

    def age_s(self, entry: Entry) -> float | None:
        """Of the branch's last word; None where there is none."""
        if entry.word is None:
            return None
        return max(0.0, (self.now - entry.word.received).total_seconds())
