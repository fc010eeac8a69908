"""The days of many branches, played one after the other: how far it is, what fails, and a database that is away."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from conftest import CONFIG

import headquarters.planning.sweep
from headquarters.config import ZONE, Headquarters
from headquarters.deriving.replay import unknown_branch
from headquarters.planning.sweep import CHOSEN_MAX, Ranking, Sweep, ranking
from lobby.branch.config import read_branch
from lobby.errors import Unavailable
from lobby.simulation.one_more import Gain
from lobby.simulation.recorded import RecordedDay
from web.ahead import Told, Work

NOON = datetime(2026, 3, 3, 12, tzinfo=ZONE)
YESTERDAY = date(2026, 3, 2)
TODAY = date(2026, 3, 3)
GAIN = Gain("1", 36_000.0, 43_200.0, 60.0, 2.0, 100.0)


class Beside:
    """Plays the process beside the server: it answers at the second question."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken: set[str] = set()

    def ask(
        self, question: str, _lane: str, key: Hashable, at: datetime, work: Callable[[], Work]
    ) -> Told | None:
        self.asked.append(question)
        work()
        code = question.split()[1]
        if code in self.broken:
            raise RuntimeError(code)
        return Told(key, at, GAIN) if self.asked.count(question) % 2 == 0 else None


class Scene:
    """A sweep over branches whose days are here, on a clock that a test winds."""

    def __init__(self) -> None:
        self.codes = [f"{4400 + n}" for n in range(CHOSEN_MAX + 5)]
        self.now = NOON
        self.away = False
        self.unreadable: set[str] = set()
        self.made_at = dict.fromkeys(self.codes, NOON)
        self.partial: dict[str, datetime] = {}
        self.beside = Beside()
        self.paused_s = 0.0
        beside: Any = self.beside
        self.sweep = Sweep(Headquarters(), beside, lambda: self.now, self.pause)

    def pause(self, seconds: float) -> None:
        self.paused_s += seconds

    def read(self, _hq: Headquarters, make: Callable[..., Any], *args: Any) -> Any:
        if self.away:
            raise Unavailable("headquarters_database")
        if make is ranking:
            return Ranking(self.codes, dict(self.made_at), self.partial, frozenset(self.codes))
        branch = unknown_branch(ZONE) if args[0] in self.unreadable else read_branch(CONFIG)
        return branch, RecordedDay([], [], [])

    def play_on(self) -> int:
        steps = 0
        while self.sweep.step():
            steps += 1
        return steps


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene()
    monkeypatch.setattr(headquarters.planning.sweep, "read", made.read)
    return made


def test_nothing_is_played_that_nobody_asked_for(scene: Scene) -> None:
    assert not scene.sweep.step()
    assert scene.beside.asked == []


def test_those_in_which_most_was_waited_are_played_and_no_more(scene: Scene) -> None:
    progress = scene.sweep.progress(YESTERDAY)
    assert progress.choose(scene.codes) == []
    assert scene.sweep.step()
    chosen = progress.choose(scene.codes)
    assert chosen == scene.codes[:CHOSEN_MAX]
    assert not progress.ready
    scene.play_on()
    assert progress.ready
    assert set(progress.found) == set(chosen)
    assert scene.paused_s > 0


def test_who_sees_other_branches_has_those_played(scene: Scene) -> None:
    progress = scene.sweep.progress(YESTERDAY)
    scene.sweep.step()
    last = scene.codes[-3:]
    assert progress.choose(last) == last
    scene.play_on()
    assert sorted(progress.found) == last
    assert progress.choose(scene.codes[:2]) == scene.codes[:2]
    assert not progress.ready


def test_a_branch_that_cannot_be_played_keeps_no_other(scene: Scene) -> None:
    scene.beside.broken.add("4401")
    progress = scene.sweep.progress(YESTERDAY)
    scene.sweep.step()
    progress.choose(["4400", "4401", "4402"])
    scene.play_on()
    assert progress.failed == {"4401"}
    assert sorted(progress.found) == ["4400", "4402"]
    assert progress.ready


def test_a_branch_whose_configuration_cannot_be_read_was_not_played(scene: Scene) -> None:
    """Nobody knows its counters: that it gains nothing would be no news of it."""
    scene.unreadable.add("4401")
    progress = scene.sweep.progress(YESTERDAY)
    scene.sweep.step()
    progress.choose(["4400", "4401"])
    scene.play_on()
    assert (progress.failed, [*progress.found]) == ({"4401"}, ["4400"])
    assert progress.ready


def test_a_database_that_is_away_is_told_and_waited_for(scene: Scene) -> None:
    progress = scene.sweep.progress(YESTERDAY)
    scene.sweep.step()
    progress.choose(["4400", "4401"])
    scene.sweep.step()
    scene.away = True
    assert not scene.sweep.step()
    assert scene.sweep.stalled
    assert (sorted(progress.found), progress.failed) == (["4400"], set())
    scene.away = False
    scene.play_on()
    assert not scene.sweep.stalled
    assert sorted(progress.found) == ["4400", "4401"]


@pytest.mark.parametrize("day", [YESTERDAY, TODAY])
def test_what_came_since_is_played_after_a_while_and_the_rest_is_not_played_again(
    scene: Scene, day: date
) -> None:
    """Of a day that is over too: a line that was cut brings the rest of it."""
    scene.partial = {"4401": NOON}
    progress = scene.sweep.progress(day)
    scene.sweep.step()
    progress.choose(["4400", "4401"])
    scene.play_on()
    played = len(scene.beside.asked)
    scene.partial = {}
    scene.made_at["4401"] += timedelta(hours=1)
    scene.now += timedelta(minutes=1)
    assert scene.sweep.progress(day).ready
    scene.now += timedelta(minutes=20)
    assert scene.sweep.progress(day) is progress
    assert not progress.ready
    assert sorted(progress.found) == ["4400", "4401"]
    scene.sweep.step()
    assert progress.ranking.partial == {}
    assert sorted(progress.found) == ["4400"]
    scene.play_on()
    assert progress.ready
    assert {question.split()[1] for question in scene.beside.asked[played:]} == {"4401"}


def test_what_was_asked_for_last_is_played_first_and_few_days_are_kept(scene: Scene) -> None:
    days = [YESTERDAY - timedelta(days=n) for n in range(12)]
    for day in days:
        scene.sweep.progress(day)
    scene.sweep.step()
    assert scene.sweep.progress(days[-1]).ranking.codes == scene.codes
    assert scene.sweep.progress(days[0]).ranking.codes == []
