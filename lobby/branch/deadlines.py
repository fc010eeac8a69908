"""When a case is to be answered, and who hears of it: computed from what happened, never stored.

A deadline is the earliest that a rule in force asks for: the regulator's, the bank's. Each rule has its day of effect
and its source; a case is under the rules that were in force on the day it came in. The clock is the branch's wall
clock: a day that counts has 24 hours, the first one begins at the midnight after the case came in, and a pause stops
it. After a change of severity, owner, calendar or rule the same functions give the new deadline: nothing is left over.

Sources: the regulator's measures for complaints at banks and insurers (2020 No. 3,
银行业保险业消费投诉处理管理办法) want
the decision within 15 days 日, 30 if the matter is complex, and 30 more with approval and told. They say 工作日
where they mean working days, so these are calendar days, holidays among them. Days are counted from the one after
receipt (Civil Code, art. 201).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le
from pydantic import Field, Strict

from lobby.branch.calendar import DAY, Calendar
from lobby.branch.names import ALIAS, STRICT, ShortText

HOUR = timedelta(hours=1)
DAYS_MAX = 366
HOURS_MAX = 60 * 24
Days = Annotated[int, Strict(), Ge(1), Le(DAYS_MAX)]
Hours = Annotated[int, Strict(), Ge(1), Le(HOURS_MAX)]
Rise = Annotated[int, Strict(), Ge(-HOURS_MAX), Le(HOURS_MAX)]


class Severity(StrEnum):
    """How hard a case is. A major one 重大 has the time of a complex one, and rises one level earlier."""

    SIMPLE = "simple"
    COMPLEX = "complex"
    MAJOR = "major"


class Level(StrEnum):
    """Who looks after a case that runs late, level by level."""

    OWNER = "owner"
    MANAGER = "manager"
    OFFICE = "office"
    HEAD = "head"


LEVELS = tuple(Level)


@dataclass(frozen=True)
class DeadlineRule:
    """One rule of the bank, for cases that come in from the day `from` on, until a later rule begins. Days are counted
    as `counts` says; a value that is left out asks for nothing. `source` is the document that says so."""

    __pydantic_config__ = ALIAS

    from_: Annotated[date, Field(alias="from")]
    source: ShortText
    simple_days: Days | None = None
    complex_days: Days | None = None
    extension_days: Days | None = None
    first_word_h: Hours | None = None
    counts: Literal["calendar", "working"] = "calendar"

    def days(self, severity: Severity, *, extended: bool) -> int | None:
        """Within how many days such a case is to be answered; None where the rule does not say."""
        days = self.simple_days if severity is Severity.SIMPLE else self.complex_days
        if days is None or not extended:
            return days
        return days + (self.extension_days or 0)


MEASURES_OF_2020 = "2020 No. 3"
FIRST_WORD_IN_A_DAY = "first word"
"""The sources of what Lobby ships; lobby/views/case.py has their names."""


LAW = (
    DeadlineRule(
        from_=date(2020, 3, 1),
        source=MEASURES_OF_2020,
        simple_days=15,
        complex_days=30,
        extension_days=30,
    ),
)
"""The regulator's, in force from 1 March 2020. What a later one says is added here, and earlier cases keep theirs."""
HOUSE = DeadlineRule(from_=date(2020, 3, 1), source=FIRST_WORD_IN_A_DAY, first_word_h=24)
"""What Lobby ships for the bank: the first contact with the customer within a day. A rule of `[[cases.rules]]` replaces
it from its day on."""


@dataclass(frozen=True)
class Cases:
    """How cases are handled. `rules` are the bank's own deadlines, which may be earlier than the regulator's and never
    later. A case rises to the lobby manager, to the service office and to the head of the branch so many hours after
    its deadline, before it where negative: `answer_rises_h` for the answer, `first_word_rises_h` for the first contact.
    From `group_of` complainants on a case counts as a group's 群体投诉. A case takes `attachments_max` files of
    `attachment_mb` each. `codes` are
    the codes that the bank reports with, by those of lobby/state/case_codes.py where they differ."""

    __pydantic_config__ = STRICT

    rules: tuple[DeadlineRule, ...] = ()
    answer_rises_h: tuple[Rise, Rise, Rise] = (-72, -24, 0)
    first_word_rises_h: tuple[Rise, Rise, Rise] = (0, 24, 48)
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)
    group_of: Annotated[int, Strict(), Ge(2), Le(1000)] = 5
    attachments_max: Annotated[int, Strict(), Ge(0), Le(100)] = 20
    attachment_mb: Annotated[int, Strict(), Ge(1), Le(50)] = 10

    def in_force(self, day: date) -> Iterator[DeadlineRule]:
        """The regulator's and the bank's rule for a case that came in on that day."""
        for rules in (LAW, (HOUSE, *self.rules)):
            begun = [rule for rule in rules if rule.from_ <= day]
            if begun:
                yield max(begun, key=lambda rule: rule.from_)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which the clock stands; without `until` it still does."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When something is due, by which rule. `at` is None while the clock stands."""

    at: datetime | None
    rule: DeadlineRule


@dataclass(frozen=True, slots=True)
class Terms:
    """What a branch measures cases by."""

    cases: Cases
    calendar: Calendar
    zone: ZoneInfo

    def answer(
        self, came_at: datetime, severity: Severity, pauses: Sequence[Pause], *, extended: bool
    ) -> Deadline | None:
        """When a case that came in then is to be answered; None where no rule was in force."""
        deadlines = [
            Deadline(self._after(came_at, days, rule, pauses), rule)
            for rule in self._rules(came_at)
            if (days := rule.days(severity, extended=extended)) is not None
        ]
        return _earliest(deadlines)

    def first_word(self, came_at: datetime) -> Deadline | None:
        """When the customer is to hear of us for the first time. No holiday and no pause puts that off."""
        deadlines = [
            Deadline(came_at + rule.first_word_h * HOUR, rule)
            for rule in self._rules(came_at)
            if rule.first_word_h is not None
        ]
        return _earliest(deadlines)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _rules(self, came_at: datetime) -> Iterator[DeadlineRule]:
        return self.cases.in_force(self.day_of(came_at))

    def _after(
        self, came_at: datetime, days: int, rule: DeadlineRule, pauses: Sequence[Pause]
    ) -> datetime | None:
        if any(pause.until is None for pause in pauses):
            return None
        working = rule.counts == "working"
        received = self.day_of(came_at)
        if not pauses:
            last = _last_day(self.calendar, received, days, working=working)
            return self._instant(_midnight(last + DAY))
        end = self._with_pauses(received, days, [self._span(p) for p in pauses], working=working)
        return self._instant(end)

    def _with_pauses(
        self, received: date, days: int, pauses: Sequence[Span], *, working: bool
    ) -> datetime:
        """Walks the days, and spends on each what no pause takes of it."""
        left = days * DAY
        day = received
        while True:
            day += DAY
            if working and not self.calendar.is_working_day(day):
                continue
            for begin, end in _running(day, pauses):
                if end - begin >= left:
                    return begin + left
                left -= end - begin

    def _span(self, pause: Pause) -> Span:
        return self._wall(pause.since), self._wall(pause.until or pause.since)

    def _wall(self, at: datetime) -> datetime:
        return at.astimezone(self.zone).replace(tzinfo=None)

    def _instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self.zone)


Span = tuple[datetime, datetime]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


@lru_cache(4096)
def _last_day(calendar: Calendar, received: date, days: int, *, working: bool) -> date:
    if working:
        return calendar.add_working_days(received, days)
    return received + days * DAY


def _running(day: date, pauses: Sequence[Span]) -> Iterator[Span]:
    """The parts of the day in which the clock runs, in order."""
    begin = _midnight(day)
    end = begin + DAY
    for since, until in sorted(pauses):
        if until <= begin or since >= end:
            continue
        if since > begin:
            yield begin, since
        begin = max(begin, until)
    if begin < end:
        yield begin, end


def _earliest(deadlines: Sequence[Deadline]) -> Deadline | None:
    """A clock that stands stands for all rules."""

    def by_instant(deadline: Deadline) -> Any:
        return deadline.at is not None, deadline.at and deadline.at.timestamp()

    return min(deadlines, key=by_instant, default=None)


def level_at(
    now: datetime, due_at: datetime | None, rises_h: Sequence[int], severity: Severity
) -> Level:
    """Who looks after it by now. `rises_h` are the hours after `due_at` at which it rises to each level above the
    owner."""
    if due_at is None:
        return Level.OWNER
    risen = sum(now >= due_at + hours * HOUR for hours in rises_h)
    if severity is Severity.MAJOR and risen:
        risen += 1
    return LEVELS[min(risen, len(LEVELS) - 1)]
