"""A ticket of any day is found by its number, and its story tells who was called before it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from conftest import CONFIG, Clock, Desk
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.config import read_branch
from lobby.commands.instruction import HEADQUARTERS
from lobby.engine.runtime import BranchRuntime
from lobby.engine.submission import By
from lobby.errors import NotFound
from lobby.reports.actors import actor
from lobby.reports.story import card_text, find, numbers_of, story
from lobby.texts import in_language

DAY = date(2026, 3, 2)


def told(runtime: BranchRuntime, id: str, lang: str = "en") -> Any:
    return story(runtime.branch, runtime.database, id, lang)


def served(desk: Desk, clock: Clock) -> Any:
    """A ticket, and a later one that the teller called by its number first."""
    first = desk.issue()
    clock.forward(minutes=2)
    later = desk.issue()
    desk.open_counter(counter="1")
    desk.call(counter="1", ticket=later["id"])
    desk.start(counter="1")
    clock.forward(minutes=5)
    desk.finish(counter="1")
    desk.next(counter="1")
    desk.start(counter="1")
    clock.forward(minutes=3)
    desk.finish(counter="1")
    desk.give_feedback(ticket=first["id"], score=2, text="等得太久")
    return first, later


def test_the_story_of_a_ticket_of_an_earlier_day(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    first, later = served(desk, clock)
    clock.forward(days=3)
    desk.issue()
    (found,) = find(runtime.branch, runtime.database, first["number"], DAY, DAY, "en")
    assert (found["id"], found["wait_s"]) == (first["id"], 7 * 60)
    whole = told(runtime, first["id"])
    said = [step["what"] for step in whole["steps"]]
    assert said[0].startswith(f"takes number {first['number']} for Cash")
    assert "quoted" in said[0]
    assert any(words.startswith("is called to Counter 1: ") for words in said)
    assert "service ends at Counter 1" in said
    assert [one["number"] for one in whole["overtaken_by"]] == [later["number"]]
    assert whole["overtaken_by"][0]["why"]
    assert (whole["card"]["score"], whole["card"]["written"]) == (2, True)
    assert "等得太久" not in str(whole)
    assert runtime.subject_keys.reveal(card_text(runtime.database, first["id"])) == "等得太久"
    assert told(runtime, later["id"], "zh")["overtaken_by"] == []


def test_a_number_is_found_however_it_is_typed_in_a_hurry(
    runtime: BranchRuntime, desk: Desk
) -> None:
    number = desk.issue("cash")["number"]
    desk.issue("non_cash")
    for typed in ("a1", "A001", " A-001 ", "Ａ００１"):
        (found,) = find(runtime.branch, runtime.database, typed, DAY, DAY, "en")
        assert found["number"] == number == "A001"
    by_digits = find(runtime.branch, runtime.database, "1", DAY, DAY, "en")
    assert {one["number"] for one in by_digits} == {"A001", "B001"}
    assert find(runtime.branch, runtime.database, "12", DAY, DAY, "en") == []


@given(st.text(max_size=8))
def test_whatever_is_typed_is_a_search(typed: str) -> None:
    numbers = numbers_of(read_branch(CONFIG), typed)
    assert all(number == number.strip() != "" for number in numbers)


def test_the_story_says_why_the_ticket_was_called(
    runtime: BranchRuntime, desk: Desk, clock: Clock
) -> None:
    first, later = served(desk, clock)
    waits = desk.issue()
    assert told(runtime, first["id"])["why"].startswith("Waited 7 of 20 min: ")
    assert "called by number" in told(runtime, later["id"])["why"]
    assert told(runtime, waits["id"])["why"] == ""


def test_the_counter_says_by_which_rule_its_ticket_was_called(
    runtime: BranchRuntime, desk: Desk
) -> None:
    id = desk.issue()["id"]
    free = desk.open_counter(counter="1")["counter"]
    desk.call(counter="1", ticket=id)
    with runtime.writer.published() as state:
        called = runtime.views.counter(state, "1")
    assert (free["why"], called["why"] and called["why"]["en"]) == (None, "called by number")


def test_an_unknown_ticket_has_no_story(runtime: BranchRuntime, desk: Desk) -> None:
    desk.issue()
    with pytest.raises(NotFound):
        told(runtime, "x")
    assert find(runtime.branch, runtime.database, "Z999", DAY, DAY, "en") == []
    assert len(find(runtime.branch, runtime.database, "", DAY, DAY, "en")) == 1


def test_who_did_it_is_said_in_words(runtime: BranchRuntime, desk: Desk) -> None:
    id = desk.issue()["id"]
    runtime.writer.submit(By("device"), runtime.commands.cancel, id, "left").result()
    assert told(runtime, id)["steps"][-1]["who"] == "a device in the lobby"
    assert told(runtime, id, "zh")["steps"][-1]["who"] == "大堂设备"
    assert in_language(actor(runtime.branch, "printer-slip"), "zh") == "打印机 slip"
    assert in_language(actor(runtime.branch, "teller3"), "zh") == "teller3"
    assert in_language(actor(runtime.branch, HEADQUARTERS.account), "zh") == "省行"
