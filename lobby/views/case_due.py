"""What is due today, for each person: the own cases, what rose to the role, what waits for a review or an owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypedDict

from lobby.branch.deadlines import LEVELS, Deadline, Level
from lobby.branch.model import Branch
from lobby.branch.person import spelled
from lobby.commands.base import Who
from lobby.commands.case_access import HANDLERS, TOP, is_superior, may_see, moves_of
from lobby.state.case import LIVE, Case, CaseStatus
from lobby.state.queue import QueueState
from lobby.views.case import TICK, ComplaintView, case_view


class Why(StrEnum):
    """Why somebody is to look at a case today; the most urgent first."""

    ANSWER_LATE = "answer_late"
    WORD_LATE = "word_late"
    PROMISE_LATE = "promise_late"
    ANSWER_TODAY = "answer_today"
    WORD_TODAY = "word_today"
    PROMISE_TODAY = "promise_today"
    RISEN = "risen"
    PAUSED = "paused"
    OWNER_LEFT = "owner_left"
    REVIEW = "review"
    CLOSE = "close"
    UNOWNED = "unowned"


ORDER = tuple(Why)
RUN_OUT = frozenset({Why.ANSWER_LATE, Why.WORD_LATE, Why.PROMISE_LATE})
"""What is overdue."""
LEVEL_OF = {
    "manager": Level.MANAGER,
    "admin": Level.MANAGER,
    "inspector": Level.MANAGER,
    "office": Level.OFFICE,
    "head": Level.HEAD,
}
"""From which level on what is late is before the eyes of the role."""
GIVES_OWNERS = frozenset({"manager", "admin"})


DUE_MAX = 200


class DueView(TypedDict):
    """`mine`: whoever asks owns it."""

    case: ComplaintView
    mine: bool
    why: Annotated[list[str], "the most urgent first"]


class TakingView(TypedDict):
    """A list that comes from elsewhere is being taken in: how many cases it has, and how many are here."""

    rows: int
    here: int
    stopped: Annotated[bool, "a failure stopped it: the next list or the next start takes the rest"]
    unreadable: Annotated[
        bool, "its file is damaged, and how many cases it has is unknown: it is sent again"
    ]


class DueListView(TypedDict):
    """`total` is how many are to be looked at; `entries` are the own ones and then the others', the most urgent
    first."""

    total: int
    entries: list[DueView]
    unseen: Annotated[
        int,
        "confidential cases that are late and that nobody but the owner can act on: the head's alone",
    ]
    taking: Annotated[list[TakingView], "lists of which only a part may be among the cases"]


@dataclass(frozen=True)
class Standpoint:
    """From where cases are looked at: who works here no more (`left`), the time, and the lists of which only a part
    may be there (`taking`)."""

    branch: Branch
    left: frozenset[str]
    now: datetime
    taking: Sequence[TakingView] = ()

    def level(self, case: Case) -> Level:
        return case.level(self.branch, self.now, self.left)


def standpoint(
    branch: Branch, state: QueueState, now: datetime, taking: Sequence[TakingView] = ()
) -> Standpoint:
    """From where who asks now looks."""
    return Standpoint(branch, state.quality.left, now, taking)


def concerning(
    at: Standpoint, cases: Iterable[Case], who: Who
) -> tuple[list[tuple[Case, list[Why]]], int]:
    """The cases that somebody is to look at today, each with why, the most urgent first; and how many there are of
    which that person learns no more."""
    there = list(cases)
    concerned = [
        (case, why) for case in there if (why := sorted(_reasons(at, case, who), key=ORDER.index))
    ]
    concerned.sort(key=lambda entry: (ORDER.index(entry[1][0]), entry[0].clock_from))
    return concerned, sum(_is_unseen(at, case, who) for case in there)


def due(at: Standpoint, cases: Iterable[Case], who: Who) -> DueListView:
    """The most urgent ones, so many as a person can look at: of these the own ones first."""
    concerned, unseen = concerning(at, cases, who)
    shown = sorted(concerned[:DUE_MAX], key=lambda entry: entry[0].owner not in who.names)
    entries: list[DueView] = [
        {
            "case": case_view(at.branch, case, at.now, at.left, moves_of(case, who)),
            "mine": case.owner in who.names,
            "why": list(why),
        }
        for case, why in shown
    ]
    return {
        "total": len(concerned),
        "entries": entries,
        "unseen": unseen,
        "taking": list(at.taking),
    }


def _is_unseen(at: Standpoint, case: Case, who: Who) -> bool:
    """Whether the head of the branch is told that the case is there, and nothing else of it."""
    if who.role != TOP or not case.confidential or case.status not in LIVE:
        return False
    if may_see(case, who) or at.level(case) is Level.OWNER:
        return False
    others = set(case.readers) - {case.owner, *case.concerned, *at.left}
    return not any(_acts(at.branch, reader) for reader in others)


def _acts(branch: Branch, reader: str) -> bool:
    """Whether the register gives the reader of a confidential case a role that handles cases. Of whom it does not know
    nothing else is known here."""
    person = branch.person.get(spelled(reader))
    return person is None or not HANDLERS.isdisjoint(person.roles)


def _reasons(at: Standpoint, case: Case, who: Who) -> Iterator[Why]:
    if case.status not in LIVE or not may_see(case, who) or case.concerns(who.names):
        return
    branch, now = at.branch, at.now
    owns = case.owner in who.names
    risen = _rose_to(at.level(case), case, who)
    if owns or risen:
        yield from _run_out(branch, case, now)
    if risen and not owns:
        yield Why.RISEN
    if risen and case.owner in at.left:
        yield Why.OWNER_LEFT
    if case.status is CaseStatus.PAUSED and (owns or who.role in GIVES_OWNERS):
        yield Why.PAUSED
    if (owns or risen) and case.status is CaseStatus.REVIEWED:
        yield Why.CLOSE
    if case.status is CaseStatus.ANSWERED and is_superior(who, case):
        yield Why.REVIEW
    if (who.role in GIVES_OWNERS or case.confidential) and case.is_unowned:
        if not risen:
            yield from _run_out(branch, case, now)
        yield Why.UNOWNED


def _rose_to(level: Level, case: Case, who: Who) -> bool:
    """Whether the case is before the eyes of this person, who may see it. One that is confidential rises to all whom
    it names: a role would not do, since whoever has it may be kept from it."""
    if case.confidential:
        return level is not Level.OWNER
    return has_risen(level, who)


def has_risen(level: Level, who: Who) -> bool:
    """Whether what has come to this level is before the eyes of the person by now."""
    own_level = LEVEL_OF.get(who.role)
    return own_level is not None and LEVELS.index(level) >= LEVELS.index(own_level)


def _run_out(branch: Branch, case: Case, now: datetime) -> Iterator[Why]:
    """What of the case is late, or ends today."""
    today = branch.day_of(now)
    answer = _when(branch, case.answer_due(branch), now, today)
    word = _when(branch, case.first_word_due(branch), now, today)
    late = {"late": Why.ANSWER_LATE, "today": Why.ANSWER_TODAY}
    if answer:
        yield late[answer]
    if word:
        yield {"late": Why.WORD_LATE, "today": Why.WORD_TODAY}[word]
    days = case.promises_due()
    if any(day < today for day in days):
        yield Why.PROMISE_LATE
    if today in days:
        yield Why.PROMISE_TODAY


def _when(branch: Branch, deadline: Deadline | None, now: datetime, today: date) -> str:
    if deadline is None or deadline.at is None:
        return ""
    if now >= deadline.at:
        return "late"
    if branch.day_of(deadline.at - TICK) == today:
        return "today"
    return ""
