"""Practice: a trainee masters the console in a lobby of one's own, and the branch never hears of it."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from conftest import CONFIG, Clock, examples
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.errors import Conflict, LobbyError
from lobby.simulation.practice import MASTERED, Practice, Task

CONFIGURED = read_branch(CONFIG)


def practice(branch: Branch, clock: Clock, seed: int = 1) -> Practice:
    begun = Practice(branch, "1", clock(), Random(seed))
    begun.do(clock(), begun.commands.open_counter)
    return begun


def test_customers_wait_at_once_and_colleagues_serve(branch: Branch, clock: Clock) -> None:
    begun = practice(branch, clock)
    assert begun.hall(clock())["tickets"]
    clock.forward(minutes=5)
    served = [one for one in begun.hall(clock())["counters"] if one["ticket"]]
    assert served


def test_who_was_called_has_to_walk_and_some_stay_away(branch: Branch, clock: Clock) -> None:
    begun = practice(branch, clock)
    came = []
    for _ in range(30):
        begun.do(clock(), begun.commands.next)
        with pytest.raises(Conflict, match="Nobody is at the counter"):
            begun.do(clock(), begun.commands.start)
        clock.forward(seconds=10)
        begun.live(clock())
        came.append(begun.present)
        if begun.present:
            begun.do(clock(), begun.commands.start)
            begun.do(clock(), begun.commands.finish)
        else:
            begun.do(clock(), begun.commands.no_show)
        clock.forward(minutes=1)
    assert {True, False} == set(came)
    assert begun.done[Task.CALL] == 30
    assert min(begun.done[Task.FINISH], begun.done[Task.NO_SHOW]) >= MASTERED


def test_an_act_is_taken_back_as_at_a_counter(branch: Branch, clock: Clock) -> None:
    begun = practice(branch, clock)
    begun.do(clock(), begun.commands.next)
    clock.forward(seconds=3)
    begun.do(clock(), begun.commands.undo)
    assert begun.done[Task.UNDO] == 1
    assert begun.present is None


@pytest.mark.parametrize("counter", ["1", "5", "7", "8"])
def test_customers_come_to_every_counter(branch: Branch, clock: Clock, counter: str) -> None:
    begun = Practice(branch, counter, clock(), Random(1))
    begun.do(clock(), begun.commands.open_counter)
    assert begun.do(clock(), begun.commands.next).ticket


VERBS = (
    "next",
    "start",
    "finish",
    "no_show",
    "park",
    "recall",
    "undo",
    "pause_counter",
    "resume_counter",
)


@given(
    st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 120)), max_size=40), st.integers(0, 9)
)
@examples(25)
def test_whatever_a_trainee_presses_the_lobby_goes_on(
    presses: list[tuple[str, int]], seed: int
) -> None:
    clock = Clock()
    begun = practice(CONFIGURED, clock, seed)
    for verb, seconds in presses:
        with suppress(LobbyError):
            begun.do(clock(), getattr(begun.commands, verb))
        clock.forward(seconds=seconds)
    assert begun.hall(clock())["open"]
