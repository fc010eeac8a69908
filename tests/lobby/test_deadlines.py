"""Deadlines of cases and who hears of them, beside a naive model that looks at every minute of a year."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from conftest import CONFIG, examples
from hypothesis import given
from hypothesis import strategies as st

from lobby import events as ev
from lobby.branch.calendar import Calendar
from lobby.branch.config import read_branch
from lobby.branch.deadlines import Cases, DeadlineRule, Level, Severity
from lobby.branch.model import Branch
from lobby.branch.person import Person, Staff
from lobby.evolve.apply import apply
from lobby.state.case import Case
from lobby.state.queue import QueueState

PEOPLE = (
    Person("t1", "甲", ("teller",)),
    Person("m1", "乙", ("manager",)),
    Person("m2", "丙", ("manager",)),
    Person("o1", "丁", ("office",)),
    Person("h1", "戊", ("head",)),
)
NAMES = [person.number for person in PEOPLE]
BRANCH = replace(read_branch(CONFIG), staff=Staff(people=PEOPLE))
ZONE = BRANCH.zone
BEGIN = datetime(2026, 1, 1, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)
YEAR = 365 * 24 * 60
"""Minutes."""


def opened(**fields: Any) -> ev.CaseOpened:
    given_: dict[str, Any] = {"channel": ev.Channel.TELEPHONE, "case": "c", "number": "2026-0001"}
    return ev.CaseOpened(**{**given_, **fields})


class Told:
    """A state that events are told to one after another."""

    def __init__(self, branch: Branch = BRANCH) -> None:
        self.state = QueueState(branch)

    def tell(self, at: datetime, event: ev.Event) -> None:
        apply(self.state, ev.Recorded(self.state.seq + 1, at.astimezone(UTC), "test", event))

    @property
    def case(self) -> Case:
        return self.state.quality.cases["c"]


def due_of(
    came: str, *events: tuple[str, ev.Event], branch: Branch = BRANCH, **fields: Any
) -> str | None:
    """When the answer is due, in the branch's time."""
    told = Told(branch)
    told.tell(instant(came), opened(came_at=instant(came).isoformat(), **fields))
    for at, event in events:
        told.tell(instant(at), event)
    deadline = told.case.answer_due(branch)
    assert deadline
    return deadline.at and f"{deadline.at.astimezone(ZONE):%Y-%m-%d %H:%M}"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


PAUSED = ev.CasePaused("c", reason="材料")
"""As earlier journals have it, without a last day."""
RESUMED = ev.CaseResumed("c")


def test_a_simple_case_has_fifteen_days_after_the_one_it_came_in() -> None:
    assert due_of("2026-03-02 09:30") == "2026-03-18 00:00"
    assert due_of("2026-03-02 23:59") == "2026-03-18 00:00"


def test_a_complex_one_thirty_and_thirty_more_once_that_was_approved() -> None:
    complex_ = {"severity": Severity.COMPLEX}
    assert due_of("2026-03-02 09:30", **complex_) == "2026-04-02 00:00"
    extended = ev.CaseExtended("c", ev.ReplyBy.TELEPHONE, reason="鉴定")
    assert due_of("2026-03-02 09:30", ("2026-03-20 10:00", extended), **complex_) == (
        "2026-05-02 00:00"
    )


def test_a_pause_stops_the_clock_to_the_minute() -> None:
    pause = (("2026-03-05 10:00", PAUSED), ("2026-03-07 11:30", RESUMED))
    assert due_of("2026-03-02 09:30", *pause) == "2026-03-20 01:30"
    assert due_of("2026-03-02 09:30", pause[0]) is None


def test_a_pause_ends_by_itself_with_its_last_day() -> None:
    paused = ev.CasePaused("c", reason="材料", until="2026-03-06")
    assert due_of("2026-03-02 09:30", ("2026-03-05 10:00", paused)) == "2026-03-19 14:00"
    late = (("2026-03-05 10:00", paused), ("2026-03-09 08:00", RESUMED))
    assert due_of("2026-03-02 09:30", *late) == "2026-03-19 14:00", "whenever that was noted"
    early = (("2026-03-05 10:00", paused), ("2026-03-05 22:00", RESUMED))
    assert due_of("2026-03-02 09:30", *early) == "2026-03-18 12:00"


def test_a_correction_of_the_severity_takes_the_pauses_along() -> None:
    """GLPI's clocks forgot them: #6902, #15605."""
    pause = (("2026-03-05 10:00", PAUSED), ("2026-03-07 10:00", RESUMED))
    corrected = ev.CaseCorrected(case="c", reason="复杂", severity=Severity.COMPLEX)
    assert due_of("2026-03-02 09:30", *pause, ("2026-03-09 09:00", corrected)) == "2026-04-04 00:00"


BANK = DeadlineRule(
    from_=date(2026, 1, 1), source="总行办法", simple_days=5, first_word_h=4, counts="working"
)


def test_the_banks_own_rule_counts_where_it_is_earlier_and_never_later() -> None:
    branch = replace(BRANCH, cases=Cases(rules=(BANK,)))
    assert due_of("2026-02-13 09:30", branch=branch) == "2026-02-28 00:00"
    # The Spring Festival would put five working days off beyond fifteen days: the regulator's count.
    long = replace(branch, cases=Cases(rules=(replace(BANK, simple_days=15),)))
    assert due_of("2026-02-13 09:30", branch=long) == "2026-03-01 00:00"
    assert due_of("2025-12-31 09:30", branch=branch) == "2026-01-16 00:00", "before its day"


def test_before_there_was_a_rule_there_is_no_deadline() -> None:
    told = Told()
    told.tell(BEGIN, opened(came_at="2019-12-01T09:00:00+08:00"))
    assert told.case.answer_due(BRANCH) is None


def test_a_level_without_another_person_is_passed_over() -> None:
    told = Told()
    visit = ev.VisitFacts(
        "A001", "2026-03-02", "standard", "cash", "hall", "", None, None, None, "1", 1200, None, "",
        served_by=("m1",),
    )  # fmt: skip
    came_at = instant("2026-03-02 09:30")
    told.tell(came_at, opened(came_at=came_at.isoformat(), owner="m2", visit=visit))
    late = came_at + timedelta(hours=25)
    assert told.case.level(BRANCH, late) is Level.OFFICE
    told.tell(late, ev.CaseAssigned("c", "t1"))
    assert told.case.level(BRANCH, late) is Level.MANAGER, "m2 is another person again"


# -- the naive model -----------------------------------------------------------------------------------
class Naive:
    """Knows what happened as plain values, and looks at each minute of the year."""

    def __init__(self, came: int) -> None:
        self.came = came
        self.severity = Severity.SIMPLE
        self.extended = False
        self.paused = np.zeros(YEAR, bool)
        self.pause_ends = 0
        self.word: int | None = None

    def limits(self, branch: Branch) -> list[tuple[int, bool]]:
        """Minutes allowed, and whether working days count."""
        days = 15 if self.severity is Severity.SIMPLE else 30
        found = [(days + 30 * self.extended, False)]
        begun = [r for r in branch.cases.rules if minute(instant(f"{r.from_}")) <= self.came]
        if begun:
            rule = max(begun, key=lambda one: one.from_)
            own = rule.simple_days if self.severity is Severity.SIMPLE else rule.complex_days
            if own:
                more = (rule.extension_days or 0) * self.extended
                found.append((own + more, rule.counts == "working"))
        return [(days * 1440, working) for days, working in found]

    def due(self, branch: Branch) -> int:
        return min(self._due(branch.calendar, *limit) for limit in self.limits(branch))

    def _due(self, calendar: Calendar, allowed: int, working: bool) -> int:
        counts = ~self.paused
        counts[: (self.came // 1440 + 1) * 1440] = False
        if working:
            days = [BEGIN.date() + timedelta(days=n) for n in range(365)]
            counts &= np.repeat([calendar.is_working_day(day) for day in days], 1440)
        return int(np.searchsorted(np.cumsum(counts), allowed)) + 1

    def word_due(self, branch: Branch) -> int | None:
        if self.word is not None:
            return None
        hours: int | None = 24
        begun = [r for r in branch.cases.rules if minute(instant(f"{r.from_}")) <= self.came]
        if begun:
            hours = max(begun, key=lambda one: one.from_).first_word_h
        return hours and self.came + hours * 60

    def level(self, branch: Branch, owner: str, now: int) -> str:
        risen = 0
        for due, hours in (
            (self.due(branch), branch.cases.answer_rises_h),
            (self.word_due(branch), branch.cases.first_word_rises_h),
        ):
            if due is not None:
                past = [h for h in hours if now >= due + h * 60]
                risen = max(risen, len(past) + bool(past and self.severity is Severity.MAJOR))
        level = ["owner", "manager", "office", "head", "head"][risen]
        others = {"manager": {"m1", "m2"}, "office": {"o1"}}
        if level == "manager" and not others["manager"] - {owner, "m1"}:
            level = "office"
        if level == "office" and not others["office"] - {owner}:
            level = "head"
        return level


def minute(at: datetime) -> int:
    return (at - BEGIN) // MINUTE


def at_minute(n: int) -> datetime:
    return BEGIN + n * MINUTE


days_off = st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=8, unique=True)
rules = st.lists(
    st.builds(
        DeadlineRule,
        from_=st.dates(date(2025, 12, 1), date(2026, 3, 1)),
        source=st.just("行内"),
        simple_days=st.none() | st.integers(1, 20),
        complex_days=st.none() | st.integers(1, 40),
        extension_days=st.none() | st.integers(1, 20),
        first_word_h=st.none() | st.integers(1, 72),
        counts=st.sampled_from(["calendar", "working"]),
    ),
    max_size=3,
    unique_by=lambda rule: rule.from_,
)
branches = st.builds(
    lambda rules, closed, answer, word: replace(
        BRANCH,
        cases=Cases(tuple(rules), tuple(sorted(answer)), tuple(sorted(word))),
        calendar=Calendar(closed=tuple(closed)),
    ),
    rules,
    days_off,
    st.tuples(*[st.integers(-100, 48)] * 3),
    st.tuples(*[st.integers(-4, 48)] * 3),
)
facts = st.one_of(
    st.sampled_from(["extend", "contact"]).map(lambda name: (name, None)),
    st.tuples(st.just("pause"), st.integers(0, 30)),
    st.tuples(st.just("severity"), st.sampled_from(list(Severity))),
    st.tuples(st.just("owner"), st.sampled_from(["", *NAMES])),
    st.tuples(st.just("rules"), branches),
)


@examples(60)
@given(
    st.integers(0, 60 * 1440),
    branches,
    st.lists(st.tuples(st.integers(1, 12 * 1440), facts), max_size=12),
    st.lists(st.integers(0, YEAR - 1), max_size=20),
)
def test_every_minute_of_a_year_is_as_the_naive_model_has_it(
    came: int, branch: Branch, happens: list[tuple[int, tuple[str, Any]]], looks: list[int]
) -> None:
    told = Told(branch)
    naive = Naive(came)
    visit = ev.VisitFacts(
        "A001", "2026-01-01", "standard", "cash", "hall", "", None, None, None, "1", 1200, None, "",
        served_by=("m1",),
    )  # fmt: skip
    told.tell(at_minute(came), opened(came_at=at_minute(came).isoformat(), visit=visit))
    owner = ""
    now = came
    for after, (fact, value) in happens:
        now += after
        event: ev.Event | None = None
        if fact == "pause" and now >= naive.pause_ends:
            naive.pause_ends = (now // 1440 + value + 1) * 1440
            naive.paused[now : naive.pause_ends] = True
            last = at_minute(now).date() + timedelta(days=value)
            event = ev.CasePaused("c", reason="材料", until=last.isoformat())
        elif fact == "pause":
            naive.paused[now:] = False
            naive.pause_ends = now
            event = RESUMED
        elif fact == "extend":
            naive.extended = True
            event = ev.CaseExtended("c", ev.ReplyBy.TELEPHONE, reason="误记")
        elif fact == "contact":
            naive.word = now
            event = ev.CaseContacted("c", ev.ReplyBy.TELEPHONE)
        elif fact == "severity":
            naive.severity = value
            event = ev.CaseCorrected(case="c", reason="误记", severity=value)
        elif fact == "owner":
            owner = value
            event = ev.CaseAssigned("c", value)
        else:
            branch = value
        if event:
            told.tell(at_minute(now), event)
        as_the_model(told.case, naive, branch, owner, looks)


def as_the_model(case: Case, naive: Naive, branch: Branch, owner: str, looks: list[int]) -> None:
    due = naive.due(branch)
    answer = case.answer_due(branch)
    assert answer
    assert (answer.at and minute(answer.at)) == due
    word_due = naive.word_due(branch)
    word = case.first_word_due(branch)
    assert (word and word.at and minute(word.at)) == word_due
    edges = [
        (base or 0) + hours * 60 + step
        for base, rises in (
            (due, branch.cases.answer_rises_h),
            (word_due, branch.cases.first_word_rises_h),
        )
        for hours in rises
        for step in (-1, 0)
    ]
    for now in (*edges, *looks):
        assert case.level(branch, at_minute(now)) == naive.level(branch, owner, now), now
