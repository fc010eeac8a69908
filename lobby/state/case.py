"""A case as the events so far have made it, without a word that somebody said: those are read from the journal when
somebody looks at the one case."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from lobby.branch.deadlines import LEVELS, Deadline, Level, Pause, Severity, level_at
from lobby.branch.model import Branch
from lobby.events import Channel, ReplyBy, Result
from lobby.state.level import at_least, to_another

REMEMBERED = timedelta(days=365)
"""A closed case can be reopened for so long, and a repeated complaint joined to it."""

NEXT_STEP = timedelta(days=3)
"""An answer is reviewed, and a case closed after its review, within so long: then it rises."""
NEVER = datetime.max.replace(tzinfo=UTC)


class CaseStatus(StrEnum):
    """How far a case has come."""

    OPEN = "open"
    PAUSED = "paused"
    ANSWERED = "answered"
    REVIEWED = "reviewed"
    CLOSED = "closed"
    JOINED = "joined"


class CaseMove(StrEnum):
    """What may be done with a case. The values are the words that a refusal has for them."""

    ASSIGN = "assign"
    PAUSE = "pause_case"
    RESUME = "resume_case"
    EXTEND = "extend_case"
    CONTACT = "contact"
    PROMISE = "promise"
    ANSWER = "answer"
    REVIEW = "review"
    CLOSE = "close_case"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    JOIN = "join"
    SEPARATE = "separate"
    CORRECT = "correct"


RUNNING = (CaseStatus.OPEN, CaseStatus.PAUSED)
LIVE = (*RUNNING, CaseStatus.ANSWERED, CaseStatus.REVIEWED)
CASE_MOVES: dict[CaseMove, tuple[CaseStatus, ...]] = {
    CaseMove.ASSIGN: LIVE,
    CaseMove.PAUSE: (CaseStatus.OPEN,),
    CaseMove.RESUME: (CaseStatus.PAUSED,),
    CaseMove.EXTEND: RUNNING,
    CaseMove.CONTACT: LIVE,
    CaseMove.PROMISE: LIVE,
    CaseMove.ANSWER: RUNNING,
    CaseMove.REVIEW: (CaseStatus.ANSWERED,),
    CaseMove.CLOSE: (CaseStatus.REVIEWED,),
    CaseMove.WITHDRAW: LIVE,
    CaseMove.REOPEN: (CaseStatus.CLOSED,),
    CaseMove.JOIN: RUNNING,
    CaseMove.SEPARATE: (CaseStatus.JOINED,),
    CaseMove.CORRECT: tuple(CaseStatus),
}
"""From which states each move is legal. Any other is refused with 409 and the reason."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a customer was promised for a day. `of` is the joined complaint that it comes from; `at` is when it was
    noted, which earlier journals do not tell of promises in a snapshot."""

    id: int
    due: str
    kept: bool = False
    of: str = ""
    withdrawn: bool = False
    at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it is still to be kept."""
        return not (self.kept or self.withdrawn)


@dataclass(frozen=True, slots=True)
class CaseClock:
    """What the deadlines of one complaint follow from."""

    began_at: datetime
    severity: Severity
    pauses: tuple[Pause, ...]
    extended: bool
    first_word_at: datetime | None

    def answer_due(self, branch: Branch) -> Deadline | None:
        return branch.terms.answer(
            self.began_at, self.severity, self.pauses, extended=self.extended
        )


def first_word_due(branch: Branch, unheard: Iterable[datetime]) -> Deadline | None:
    """When the first of those customers is to hear of us whose clocks began then, and who have not."""
    return soonest(branch.terms.first_word(began_at) for began_at in unheard)


def soonest(deadlines: Iterable[Deadline | None]) -> Deadline | None:
    """The first that comes; one whose clock stands only where no other runs."""
    there = [deadline for deadline in deadlines if deadline]
    running = [deadline for deadline in there if deadline.at]
    return min(running or there, key=lambda deadline: deadline.at or NEVER, default=None)


@dataclass(frozen=True, slots=True)
class Case:
    """`clock_from` is when the clock began: the case came in, or was opened again. `owners` are all who ever answered
    for it. `barred` are those who served the visit, who handle nothing of it, as are those it is `against`. `joined`
    are the complaints of the same matter that are handled here; `joined_to` is where this one is. `heard_at` is
    whenever the customer heard of us since the clock began. What they bring along
    stands in the other fields that begin with `joined_`, made anew with each change of one of them. `wanted_by` is the
    day until which headquarters wants a work order 工单 answered, ISO 8601; empty: none."""

    id: str
    number: str
    status: CaseStatus
    channel: Channel
    severity: Severity
    opened_at: datetime
    came_at: datetime
    clock_from: datetime
    opened_by: str
    happened_on: str | None = None
    reference: str = ""
    place: str = ""
    business: str = ""
    cause: str = ""
    people: int = 1
    reply_by: ReplyBy = ReplyBy.TELEPHONE
    owner: str = ""
    owners: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    confidential: bool = False
    readers: tuple[str, ...] = ()
    ticket: str | None = None
    visit_number: str | None = None
    pauses: tuple[Pause, ...] = ()
    extended: bool = False
    heard_at: tuple[datetime, ...] = ()
    promises: tuple[Promise, ...] = ()
    answered_at: datetime | None = None
    answered_by: str = ""
    answered_role: str = ""
    reviewed_at: datetime | None = None
    closed_at: datetime | None = None
    result: Result | None = None
    joined_to: str | None = None
    joined: tuple[str, ...] = ()
    joined_barred: tuple[str, ...] = ()
    joined_people: int = 0
    joined_strict: bool = False
    joined_clocks: tuple[CaseClock, ...] = ()
    files: int = 0
    wanted_by: str = ""

    # -- who -----------------------------------------------------------------------------------------------
    def concerns(self, names: Iterable[str]) -> bool:
        """Whether somebody under one of these names served the visit or is complained about."""
        return not self.concerned.isdisjoint(names)

    @property
    def concerned(self) -> set[str]:
        """All who handle nothing of it, by number or account."""
        return {*self.against, *self.barred, *self.joined_barred}

    @property
    def is_unowned(self) -> bool:
        """Whether nobody who may answers for it: nobody was named, or the owner is concerned by now."""
        return not self.owner or self.concerns([self.owner])

    @property
    def needs_approval(self) -> bool:
        """Whether nobody stops its clock, or ends it unanswered, alone."""
        major = self.severity is Severity.MAJOR
        return major or self.channel is Channel.REGULATOR or self.joined_strict

    @property
    def pause_needs_approval(self) -> bool:
        """Whether nobody stops its clock alone: a second time in the life of the clock never."""
        return self.needs_approval or bool(self.pauses)

    def is_remembered(self, now: datetime) -> bool:
        """Not for ever, once it is closed."""
        return self.closed_at is None or now - self.closed_at <= REMEMBERED

    @property
    def first_word_at(self) -> datetime | None:
        """When the customer heard of us for the first time."""
        return self.heard_at[0] if self.heard_at else None

    @property
    def paused_until(self) -> datetime | None:
        """When the clock that stands runs again by itself; None where it runs, or nobody said until when."""
        if self.status is not CaseStatus.PAUSED or not self.pauses:
            return None
        return self.pauses[-1].until

    # -- deadlines: computed, never stored -------------------------------------------------------------------
    @property
    def clock(self) -> CaseClock:
        """Its own clock, without those of the complaints that were joined to it."""
        return CaseClock(
            self.clock_from, self.severity, self.pauses, self.extended, self.first_word_at
        )

    def answer_due(self, branch: Branch) -> Deadline | None:
        """When the answer is due; None once it was given."""
        if self.status not in RUNNING:
            return None
        return soonest(clock.answer_due(branch) for clock in (self.clock, *self.joined_clocks))

    def first_word_due(self, branch: Branch) -> Deadline | None:
        """When the customer is to hear of us; None once that happened."""
        return first_word_due(branch, self.unheard)

    @property
    def unheard(self) -> list[datetime]:
        """When the clocks began of the complaints here whose customer has not heard of us, the first one first; none
        once there is an answer."""
        if self.status not in RUNNING:
            return []
        clocks = (self.clock, *self.joined_clocks)
        return sorted(clock.began_at for clock in clocks if not clock.first_word_at)

    def promises_due(self) -> list[date]:
        """The days of what was promised and is not done."""
        if self.status in (CaseStatus.CLOSED, CaseStatus.JOINED):
            return []
        return [date.fromisoformat(promise.due) for promise in self.promises if promise.open]

    def is_late(self, branch: Branch, now: datetime) -> bool:
        """Whether anything that was to be done is not."""
        dues = [self.answer_due(branch), self.first_word_due(branch)]
        today = branch.day_of(now)
        return any(due and due.at and now >= due.at for due in dues) or any(
            day < today for day in self.promises_due()
        )

    def level(self, branch: Branch, now: datetime, left: Collection[str] = ()) -> Level:
        """Who looks after the case by now: whoever the most urgent of its deadlines says, and another person than the
        one who was late. A promise, a review and the end rise as the first contact does. `left` are those who work here
        no more: an open case of theirs rises at once."""
        answer_at = _at(self.answer_due(branch))
        word_at = _at(self.first_word_due(branch))
        levels = [
            level_at(now, answer_at, branch.cases.answer_rises_h, self.severity),
            *(
                level_at(now, due_at, branch.cases.first_word_rises_h, self.severity)
                for due_at in (word_at, self._promise_due(branch), self._step_due())
            ),
        ]
        level = max(levels, key=LEVELS.index)
        if self.status in LIVE:
            level = at_least(level, self.owner, left)
        return to_another(branch, level, {self.owner, *self.concerned, *left})

    def _promise_due(self, branch: Branch) -> datetime | None:
        """The end of the day of the first promise that is not kept."""
        first = min(self.promises_due(), default=None)
        if first is None:
            return None
        return datetime.combine(first + timedelta(days=1), time(), branch.zone)

    def _step_due(self) -> datetime | None:
        """When an answer is to be reviewed, or a case closed whose answer was."""
        since = {
            CaseStatus.ANSWERED: self.answered_at,
            CaseStatus.REVIEWED: self.reviewed_at,
        }.get(self.status)
        return since and since + NEXT_STEP


def _at(deadline: Deadline | None) -> datetime | None:
    return deadline.at if deadline else None


def next_number(number: str | None, year: int) -> str:
    """The number after the year's last one: `2026-0001`, counted from 1 each year."""
    last = 0
    if number and number.startswith(f"{year}-"):
        last = int(number.partition("-")[2])
    return f"{year}-{last + 1:04}"
