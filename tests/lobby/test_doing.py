"""The top of a bulletin: what went wrong, and who does what about it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from conftest import Clock, Desk

from lobby import events as ev
from lobby.commands.base import Who
from lobby.engine.runtime import BranchRuntime
from lobby.reports.bulletin import Bulletin, bulletin
from lobby.reports.sections import Grade
from staff.bulletin import document
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
    assert sentences(runtime, day) == {"1 slips did not come out of a printer": ""}
    assert [section.entries for section in made(runtime, day).sections] == [(), ()]


def test_a_late_customer_is_said_with_the_hour_and_who_did_something(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    desk.issue()
    desk.open_counter(counter="1")
    clock.forward(minutes=59)
    desk.next(counter="1")
    late = next(text for text in sentences(runtime, day) if "past the target" in text)
    assert late.startswith("1 of 1 customers waited past the target; the worst hour was 9:00")


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
    assert sentences(runtime, day)["1 low scores were given"].startswith("test took on 1 of them")


def test_overtime_is_what_lies_after_the_close(
    runtime: BranchRuntime, desk: Desk, clock: Clock, day: date
) -> None:
    desk.issue()
    desk.open_counter(counter="1"), desk.next(counter="1"), desk.start(counter="1")
    desk.close_day()
    clock.now += timedelta(minutes=12)
    desk.finish(counter="1")
    assert "12 minutes of service lay after the close, at counters 1" in sentences(runtime, day)


def test_complaints_are_said_by_owner_and_those_that_nobody_owns_too(
    runtime: BranchRuntime, desk: Desk, day: date
) -> None:
    desk.issue()
    who = Who("manager", "manager")
    for owner in ("teller1", "", ""):
        came_at = runtime.clock().isoformat()
        complaint = ev.Complaint(ev.Channel.TELEPHONE, came_at=came_at)
        desk.open_case(who=who, complaint=complaint, owner=owner)
    said = sentences(runtime, day)["3 complaints came in, 3 of them are open"]
    assert said == "teller1 1; nobody answers for 2"


def test_missing_days_in_a_row_are_told_by_the_first_and_the_last(
    runtime: BranchRuntime, desk: Desk, day: date
) -> None:
    desk.issue()
    month = bulletin(
        runtime.branch, runtime.database, day - timedelta(days=11), day, runtime.clock()
    )
    assert "Working days without a journal: 2026-02-24 – 2026-02-28." in completeness_words(
        month, "en"
    )
