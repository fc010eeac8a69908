"""What cards say at small numbers: too few are not told, groups are drawn to the whole, single answers stay hidden."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from conftest import Clock, Desk

from lobby.engine.runtime import BranchRuntime
from lobby.reports.opinions import Group, OwnCardsView, opinions, own_cards, weeks_before
from lobby.reports.statistics import wilson


def judged(desk: Desk, counter: str, scores: Sequence[int]) -> None:
    """So many customers served at the counter, each with a card."""
    desk.open_counter(counter=counter)
    for score in scores:
        ticket = desk.issue("cash")["id"]
        desk.call(counter=counter, ticket=ticket)
        desk.start(counter=counter)
        desk.finish(counter=counter)
        desk.give_feedback(ticket, score=score)


def own(runtime: BranchRuntime, counter: str) -> OwnCardsView:
    today = runtime.branch.day_of(runtime.clock())
    return own_cards(runtime.branch, runtime.database, today, counter)


def by_counter(runtime: BranchRuntime) -> dict[str, Group]:
    today = runtime.branch.day_of(runtime.clock())
    said = opinions(runtime.branch, runtime.database, today - timedelta(days=7), today)
    return {group.key: group for group in said.by["counter"]}


def test_a_teller_sees_shares_of_whole_weeks_alone(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    judged(desk, "1", [5] * 8 + [1] * 4)
    assert own(runtime, "1")["cards"] is None, "this week is not over"
    clock.forward(days=7)
    summary = own(runtime, "1")
    assert summary["cards"] == 12
    interval = wilson(4, 12)
    assert interval
    assert summary["low"] == {"value": interval.value, "lo": interval.lo, "hi": interval.hi}
    judged(desk, "1", [1])
    assert own(runtime, "1") == summary, "today's card changes nothing"


def test_a_late_card_changes_no_week_that_was_told(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    judged(desk, "1", [5] * 10)
    ticket = desk.issue("cash")["id"]
    for verb in ("call", "start", "finish"):
        more = {"ticket": ticket} if verb == "call" else {}
        getattr(desk, verb)(counter="1", **more)
    clock.forward(days=7)
    summary = own(runtime, "1")
    assert summary["cards"] == 10
    desk.give_feedback(ticket, score=1)
    assert own(runtime, "1") == summary
    clock.forward(days=7)
    assert own(runtime, "1")["cards"] == 11


def test_a_teller_with_few_cards_sees_none(
    desk: Desk, runtime: BranchRuntime, clock: Clock
) -> None:
    judged(desk, "1", [1] * (runtime.branch.rules.cards_min - 1))
    clock.forward(days=7)
    summary = own(runtime, "1")
    assert (summary["cards"], summary["glad"], summary["low"]) == (None, None, None)
    assert own(runtime, "2")["cards"] is None


@pytest.mark.parametrize("today", [date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 4)])
def test_the_weeks_are_whole_and_past(today: date) -> None:
    first, last = weeks_before(today)
    assert first.weekday() == 0
    assert last.weekday() == 6
    assert last < today
    assert (today - last).days <= 7
    assert (last - first).days == 7 * 12 - 1


def test_groups_are_told_when_they_have_enough_and_drawn_to_the_whole(
    desk: Desk, runtime: BranchRuntime
) -> None:
    judged(desk, "1", [5] * 18 + [4] * 2)
    judged(desk, "2", [1] * 15 + [2] * 5)
    judged(desk, "3", [1] * 3)
    groups = by_counter(runtime)
    assert list(groups) == ["1", "2", "3"]
    assert groups["3"].cards == 3
    assert (groups["3"].mean, groups["3"].drawn, groups["3"].low) == (None, None, None)
    assert groups["1"].mean == 4.9
    assert groups["1"].drawn is not None
    assert groups["1"].drawn < 4.9
    assert not groups["1"].ordinary
    assert not groups["2"].ordinary


def test_what_chance_explains_is_ordinary(desk: Desk, runtime: BranchRuntime) -> None:
    judged(desk, "1", [5] * 9 + [1])
    judged(desk, "2", [5] * 8 + [1] * 2)
    groups = by_counter(runtime)
    assert groups["1"].ordinary
    assert groups["2"].ordinary
    assert groups["1"].drawn == pytest.approx(groups["2"].drawn)


def test_one_of_many_groups_is_not_named_for_what_happens_in_twenty(
    desk: Desk, runtime: BranchRuntime
) -> None:
    judged(desk, "1", [5] * 27 + [1] * 3)
    judged(desk, "2", [5] * 7 + [1] * 5)
    desk.issue("cash")
    desk.next(counter="2")
    desk.start(counter="2")
    desk.finish(counter="2")
    group = by_counter(runtime)["2"]
    assert group.low
    assert group.low.lo > 8 / 42, "an interval of 95 % leaves the share of all out"
    assert group.ordinary
    assert group.response == wilson(12, 13)
