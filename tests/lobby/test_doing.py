"""The top of a bulletin: what went wrong, and who does what about it."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from conftest import Clock, Desk, examples
from hypothesis import example, given
from hypothesis import strategies as st

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.commands.access import record
from lobby.commands.action import ActionPlan, ProofGiven
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime, open_branch
from lobby.errors import LobbyError
from lobby.journal.history import reader
from lobby.reports.bulletin import Bulletin, bulletin
from lobby.reports.doing import is_unheard, still_open
from lobby.reports.measure import Period
from lobby.reports.measures import MEASURES, parts
from lobby.reports.sections import Finding, Grade
from lobby.state.action import Aim, Direction, Effect, Verdict, Window
from lobby.state.case import LIVE
from staff.bulletin import document
from staff.bulletin.pages import GROUPED
from staff.bulletin.words import completeness_words


@pytest.fixture
def day(runtime: BranchRuntime) -> date:
    with runtime.writer.published() as state:
        return date.fromisoformat(state.day)


def made(runtime: BranchRuntime, day: date) -> Bulletin:
    return bulletin(runtime.branch, runtime.database, day, day, runtime.clock())


def sentences(runtime: BranchRuntime, day: date) -> dict[str, str]:
    """What was said, each with what is done about it."""
    bulletin = made(runtime, day)
    page = document.Document(bulletin, "en", leads=False)
    return {finding.text.in_("en"): page.doing(finding) for finding in bulletin.findings}


def test_a_good_day_says_so(runtime: BranchRuntime, desk: Desk, day: date) -> None:
    desk.issue()
    assert sentences(runtime, day) == {"one slip did not come out of a printer": ""}
    assert not any(section.entries for section in made(runtime, day).sections)


def test_a_late_customer_is_said_with_the_hour_and_who_did_something(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    desk.issue()
    desk.open_counter(counter="1")
    clock.forward(minutes=59)
    desk.next(counter="1")
    late = next(text for text in sentences(runtime, day) if "past the target" in text)
    assert late.startswith("Waited past the target: 1 of 1; the worst hour was 9:00")
    assert sentences(runtime, day)[late] == (
        "nobody diverted, moved or opened anything; for one of them a counter was closed or paused"
    )


def test_a_counter_is_missed_only_where_one_would_have_helped(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    first, second = desk.issue()["id"], desk.issue()["id"]
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=first), desk.start(counter="1")
    clock.forward(minutes=50)
    desk.finish(counter="1")
    desk.call(counter="1", ticket=second)
    late = next(text for text in sentences(runtime, day) if "past the target" in text)
    assert sentences(runtime, day)[late] == ("nobody was diverted or moved")


def test_a_low_card_is_said_until_somebody_takes_it_on(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    ticket = desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1"), desk.start(counter="1")
    desk.give_feedback(ticket=ticket["id"], score=1)
    assert sentences(runtime, day)["Ticket A001 gave 1 of 5"] == "nobody has taken it on yet"
    assert made(runtime, day).findings[0].grade is Grade.BAD
    with runtime.writer.published() as state:
        (alert,) = state.quality.low_cards
    clock.forward(minutes=7)
    desk.acknowledge(alert=alert)
    assert sentences(runtime, day)["one low score was given"].startswith("test took on 1 of them")


def test_overtime_is_what_lies_after_the_close(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1")
    clock.now = clock.now.replace(hour=8, minute=40)
    desk.start(counter="1")
    clock.now = clock.now.replace(hour=9, minute=12)  # 17:12 in the branch, which closes at 17:00
    desk.finish(counter="1")
    said = "Service after the close: 12 min, most at Counter 1: 12 min"
    assert sentences(runtime, day)[said] == ""


def test_a_service_that_nobody_ended_is_no_work_of_many_hours(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1"), desk.start(counter="1")
    clock.now = clock.now.replace(hour=12)
    desk.finish(counter="1")
    said = "Service after the close: 180 min, most at Counter 1: 180 min"
    (doing,) = {doing for text, doing in sentences(runtime, day).items() if text == said}
    assert doing.endswith("perhaps nobody finished it")


def test_complaints_of_earlier_days_are_said_while_they_are_open(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    who = Who("manager", "manager")
    old = [
        desk.open_case(
            who=who, complaint=ev.Complaint(ev.Channel.TELEPHONE, came_at=clock.now.isoformat())
        )["case"]["id"]
        for _ in range(2)
    ]
    clock.forward(days=2)
    desk.issue()
    later = day + timedelta(days=2)
    assert any(text.endswith("first contact overdue: 2") for text in sentences(runtime, later))
    for case in old:
        desk.contact_customer(who=who, case=case, by=ev.ReplyBy.TELEPHONE, text="已致歉")
    said = f"Open complaints of earlier days: 2, the oldest of {day}"
    assert sentences(runtime, later)[said] == "without an owner: 2"
    assert said not in sentences(runtime, day)


HEAD = Who("head", "head")
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "contact": ("contact_customer", {"by": ev.ReplyBy.TELEPHONE}),
    "answer": ("answer_case", {"by": ev.ReplyBy.TELEPHONE, "text": "x"}),
    "withdraw": ("close_case", {"result": ev.Result.WITHDRAWN, "text": "误记"}),
    "reopen": ("reopen_case", {"reason": "误记"}),
    "separate": ("separate_case", {"reason": "误记"}),
    "earlier": (
        "correct_case",
        {"reason": "误记", "changes": {"came_at": "2026-02-26T10:00:00+08:00"}},
    ),
}
NTH = st.integers(0, 3)


@examples(6)
@example(ages=[1, 1, 1, 1], steps=[("join", 0, 1), ("earlier", 0, 0)], days=0)
@example(ages=[40, 1, 1, 1], steps=[("join", 0, 1), ("contact", 1, 0), ("separate", 0, 0)], days=0)
@example(ages=[40, 1, 1, 1], steps=[("join", 0, 1), ("separate", 0, 0)], days=0)
@given(
    ages=st.lists(st.integers(0, 40), min_size=4, max_size=4),
    steps=st.lists(
        st.tuples(st.just("join"), NTH, NTH) | st.tuples(st.sampled_from([*STEPS]), NTH, NTH),
        max_size=9,
    ),
    days=st.sampled_from([0, 1, 70]),
)
def test_a_bulletin_has_the_overdue_first_contacts_that_the_cases_have(
    branch: Branch, ages: list[int], steps: list[tuple[str, int, int]], days: int
) -> None:
    """Joined, separated, corrected, opened again: one rule for a case and for the rows of the tables."""
    clock = Clock()
    with TemporaryDirectory() as folder:
        runtime = open_branch(branch, Path(folder), "http://x", clock)
        desk = Desk(runtime)
        ids = []
        for hours in ages:
            came_at = (clock() - timedelta(hours=hours)).isoformat()
            complaint = ev.Complaint(ev.Channel.TELEPHONE, came_at=came_at)
            ids.append(desk.open_case(who=HEAD, complaint=complaint)["case"]["id"])
        for step, n, other in steps:
            verb, args = STEPS.get(step, ("join_case", {"into": ids[other]}))
            with suppress(LobbyError):
                getattr(desk, verb)(who=HEAD, case=ids[n], **args)
        clock.forward(days=days)
        with runtime.writer.published() as state:
            open_ = [case for case in state.quality.cases.values() if case.status in LIVE]
        dues = [case.first_word_due(branch) for case in open_]
        later = branch.day_of(clock()) + timedelta(days=1)
        with closing(reader(runtime.database)) as db:
            period = Period(db, branch, later, later)
            rows = still_open(period)
            told = sum(row["n"] for row in rows if is_unheard(period, row, clock()))
        assert sum(row["n"] for row in rows) == len(open_)
        assert told == sum(1 for due in dues if due and due.at and due.at <= clock())
        runtime.close()


def leaves(runtime: BranchRuntime, account: str) -> None:
    event = ev.AccountChanged(account, "removed", "manager")
    runtime.writer.do("admin", record, event=event)


def test_complaints_are_said_by_owner_and_those_that_nobody_owns_too(
    runtime: BranchRuntime, desk: Desk, day: date
) -> None:
    desk.issue()
    who = Who("manager", "manager")
    for owner in ("teller1", "", ""):
        came_at = runtime.clock().isoformat()
        complaint = ev.Complaint(ev.Channel.TELEPHONE, came_at=came_at)
        desk.open_case(who=who, complaint=complaint, owner=owner)
    said = sentences(runtime, day)["3 complaints came in, still open: 3"]
    assert said == "teller1 1; without an owner: 2"
    leaves(runtime, "teller1")
    said = sentences(runtime, day)["3 complaints came in, still open: 3"]
    assert said == "teller1 (has left) 1; without an owner: 2"


def test_missing_days_in_a_row_are_told_by_the_first_and_the_last(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    """The days before the branch's first one are not missing."""
    desk.issue()
    clock.forward(days=4)
    desk.issue()
    last = day + timedelta(days=4)
    month = bulletin(
        runtime.branch, runtime.database, day - timedelta(days=11), last, runtime.clock()
    )
    said = [text for text in completeness_words(month, "en") if text.startswith("Working days")]
    assert said == ["Working days without a journal: 2026-03-03 – 2026-03-05."]


# -- corrective actions ---------------------------------------------------------------------------------------
def opened(runtime: BranchRuntime, title: str, due: date) -> str:
    plan = ActionPlan(title, "ann", due, aim=Aim("late_share", Direction.LESS))
    done = runtime.writer.do("test", runtime.commands.open_action, Who("dana", "head"), plan)
    return str(done.data["action"]["id"])


def told(runtime: BranchRuntime, id: str, verdict: Verdict) -> None:
    """The action was done by its owner, checked by another, and its effect is this."""
    day = runtime.branch.day_of(runtime.clock())
    window = Window(day, day, 10, 100, 0.2)
    commands = runtime.commands
    proof = ProofGiven(day, "done")
    runtime.writer.do("test", commands.prove_action, Who("ann", "manager"), id, proof)
    runtime.writer.do("test", commands.check_action, Who("chen", "head"), id)
    effect = Effect(verdict, window, window, 0.0, -0.1, 0.1)
    runtime.writer.do("test", commands.measure_action, id, effect)


def lists(runtime: BranchRuntime, day: date) -> list[list[str]]:
    """The lines of the lists of actions: late or without effect, further open ones, best practice."""
    bulletin = made(runtime, day)
    page = document.Document(bulletin, "en", leads=False)
    return [[page.entry(entry) for entry in section.entries] for section in bulletin.sections[-3:]]


def test_an_action_answers_what_went_wrong_though_it_was_opened_the_morning_after(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    desk.issue()
    desk.open_counter(counter="1")
    clock.forward(minutes=59)
    desk.next(counter="1")
    late = next(f for f in made(runtime, day).findings if f.measure == "late_share")
    assert late.actions == ()
    clock.forward(days=1)
    desk.open_counter(counter="2")
    opened(runtime, "Open counter 4 at noon", day + timedelta(days=9))
    bulletin = made(runtime, day)
    late = next(f for f in bulletin.findings if f.measure == "late_share")
    page = document.Document(bulletin, "en", leads=False)
    assert page.answers(late).endswith("; Open counter 4 at noon · ann · 2026-03-11")
    (answer,) = document.as_json(bulletin)["findings"][0]["actions"]
    assert (answer["who"], answer["due"], answer["late"]) == ("ann", "2026-03-11", False)
    assert "Open counter 4 at noon · ann · 2026-03-11" in document.text(bulletin, "en")


def test_actions_that_do_not_get_on_stand_apart_with_who_and_until_when(
    runtime: BranchRuntime, clock: Clock, desk: Desk, day: date
) -> None:
    opened(runtime, "late", day)
    opened(runtime, "gets on", day + timedelta(days=30))
    in_vain = opened(runtime, "in vain", day)
    told(runtime, in_vain, Verdict.NO_EFFECT)
    clock.forward(days=1)
    desk.open_counter(counter="1")
    assert lists(runtime, day + timedelta(days=1))[:2] == [
        ["late · ann · 2026-03-02", "in vain (no effect: to be done again) · ann · 2026-03-16"],
        ["gets on · ann · 2026-04-01"],
    ]
    leaves(runtime, "ann")
    told_now = [line for section in lists(runtime, day + timedelta(days=1))[:2] for line in section]
    assert all("ann (has left) · 2026" in line for line in told_now), told_now


def test_what_helped_is_proposed_as_practice_until_it_is_shared(
    runtime: BranchRuntime, clock: Clock, day: date
) -> None:
    id = opened(runtime, "Greet at the door", day)
    told(runtime, id, Verdict.HELPED)
    assert lists(runtime, day)[2] == ["Greet at the door (it helped: proposed as practice) · ann"]
    assert lists(runtime, day + timedelta(days=6))[2] != [], "of the week"
    assert lists(runtime, day + timedelta(days=7))[2] == []
    runtime.writer.do("test", runtime.commands.share_action, Who("dana", "head"), id)
    assert lists(runtime, day)[2] == ["Greet at the door · ann"]


def busy_day(desk: Desk, clock: Clock) -> None:
    """Two late customers, seven low cards of which one is taken on, a break that nobody grants, a call for help, slips
    that no printer takes, and service after the close."""
    tickets = [desk.issue() for _ in range(7)]
    clock.forward(minutes=59)
    desk.open_counter(counter="1")
    for ticket in tickets:
        desk.next(counter="1"), desk.start(counter="1")
        clock.forward(minutes=1)
        desk.finish(counter="1")
        desk.give_feedback(ticket=ticket["id"], score=1)
    desk.ask_break(counter="1")
    desk.request_help(kiosk="")


def numbers(text: str) -> int:
    """How many things a sentence speaks of: its first number; a single thing is "one" or a ticket."""
    if text.startswith(("one ", "Ticket ")):
        return 1
    return int(next(word for word in text.split() if word.isdecimal()))


def test_the_list_behind_a_sentence_has_what_it_counts(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    busy_day(desk, clock)
    with runtime.writer.published() as state:
        first = min(state.quality.low_cards)
    desk.acknowledge(alert=first)
    said = [one for one in made(runtime, day).findings if one.listed or one.measure]
    listed = {one.text.in_("en"): rows_of(runtime, day, one) for one in said}
    assert listed == {text: numbers(text) for text in listed}
    assert any(text.startswith("6 low scores were taken on by nobody") for text in listed)
    assert len(listed) >= 10


def rows_of(runtime: BranchRuntime, day: date, finding: Finding) -> int:
    """How many rows the page behind the sentence lists."""
    assert set(finding.group) <= set(GROUPED)
    measure = MEASURES[finding.listed or finding.measure]
    here = runtime.branch, runtime.database
    return parts(*here, measure, (day, day), finding.group, (0, 200))["total"]
