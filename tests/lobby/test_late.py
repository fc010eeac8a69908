"""Why a customer waited past the target: one scene for each reason, and its words in the bulletin."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Clock, Desk

from lobby.engine.runtime import BranchRuntime
from lobby.reports.bulletin import bulletin
from lobby.reports.late import WHY, Why
from lobby.reports.measures import MEASURES, measure_of, parts

PAST_TARGET_MIN = 25
Scene = Callable[[Desk, Clock], str]


def overtaken(desk: Desk, clock: Clock) -> str:
    """Three who came later are called by their numbers before."""
    desk.open_counter(counter="1")
    late: str = desk.issue()["number"]
    for _ in range(3):
        later = desk.issue()["id"]
        clock.forward(minutes=PAST_TARGET_MIN / 3)
        desk.call(counter="1", ticket=later)
        desk.start(counter="1")
        desk.finish(counter="1")
    return late


def paused(desk: Desk, clock: Clock) -> str:
    desk.open_counter(counter="1")
    late: str = desk.issue()["number"]
    desk.pause_counter(counter="1")
    clock.forward(minutes=PAST_TARGET_MIN)
    desk.resume_counter(counter="1")
    return late


def on_break(desk: Desk, clock: Clock) -> str:
    """It begins when the service that goes on has ended."""
    desk.open_counter(counter="1")
    late: str = desk.issue()["number"]
    desk.ask_break(counter="1")
    desk.answer_break(counter="1", granted=True)
    clock.forward(minutes=PAST_TARGET_MIN)
    desk.resume_counter(counter="1")
    return late


def closed(desk: Desk, clock: Clock) -> str:
    late: str = desk.issue()["number"]
    clock.forward(minutes=PAST_TARGET_MIN)
    desk.open_counter(counter="1")
    return late


def busy(desk: Desk, clock: Clock) -> str:
    desk.open_counter(counter="1")
    desk.issue()
    desk.next(counter="1")
    desk.start(counter="1")
    late: str = desk.issue()["number"]
    clock.forward(minutes=PAST_TARGET_MIN)
    desk.finish(counter="1")
    return late


SCENES: tuple[tuple[Scene, Why], ...] = (
    (overtaken, Why.OVERTAKEN),
    (paused, Why.PAUSED),
    (on_break, Why.PAUSED),
    (closed, Why.CLOSED),
    (busy, Why.BUSY),
)


@pytest.mark.parametrize(("scene", "why"), SCENES, ids=lambda one: getattr(one, "__name__", None))
def test_each_reason_is_found_in_the_journal(
    scene: Scene, why: Why, runtime: BranchRuntime, clock: Clock
) -> None:
    desk = Desk(runtime)
    number = scene(desk, clock)
    desk.next(counter="1")
    day = runtime.branch.day_of(clock())
    days = (day, day)
    made_of = parts(
        runtime.branch, runtime.database, measure_of("late"), days, {"why": why}, (0, 10)
    )
    assert [part["number"] for part in made_of["tickets"]] == [number]
    made = bulletin(runtime.branch, runtime.database, day, day, clock())
    assert made.report["measures"]["late"]["value"] == 1
    words = next(section for section in made.sections if section.title.in_("en").startswith("Late"))
    (entry,) = words.entries
    for lang in ("zh", "en"):
        assert number in str(entry.text.in_(lang))  # type: ignore[union-attr]
        assert WHY[why].in_(lang) in str(entry.text.in_(lang))  # type: ignore[union-attr]


def test_who_was_in_time_has_no_reason(runtime: BranchRuntime, clock: Clock) -> None:
    desk = Desk(runtime)
    desk.open_counter(counter="1")
    desk.issue()
    desk.next(counter="1")
    day = runtime.branch.day_of(clock())
    made = bulletin(runtime.branch, runtime.database, day, day, clock())
    assert made.report["measures"][MEASURES["late"].id]["value"] == 0
