"""Every state of every page where all names are twice as long, in a language of one file: a catalogue that marks every
text, put into a branch's data. What stands there without marks is in no catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogues import MARKS_LANG as LANG
from catalogues import UNSEEN, mark_all, unmarked
from conftest import midday_config, serving, twice
from gates import BEGINNINGS, OF_WORDS, Gate, axe, faults_of, room, visited
from states import STATES, Lobby, State

SEEN = (Path(__file__).with_name("seen.js")).read_text()


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """The shipped branch with every name twice as long, whose boards speak the marked language."""
    folder = tmp_path_factory.mktemp("wordy")
    config = midday_config(folder)
    languages = f'[[boards]]\nlanguages = ["{LANG}", "{LANG}"]'
    config.write_text(twice(config.read_text()).replace("[[boards]]", languages))
    mark_all(folder / "var/translations", LANG, UNSEEN, config)
    with serving(folder / "var", config=config) as server:
        yield Lobby(server.url, server.token("manager"))


def gates(state: State) -> tuple[Gate, ...]:
    """What is in one language alone, as boards are, is looked at for its room."""
    if "en" not in state.langs:
        return (room,)
    if id(state) in BEGINNINGS:
        return (axe, *OF_WORDS)
    return OF_WORDS


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_long_names_have_room_and_every_text_is_in_a_catalogue(
    browser: Any, wordy: Lobby, state: State
) -> None:
    with visited(browser, wordy, state, LANG) as visit:
        texts = visit.page.evaluate(SEEN)
        faults = faults_of(visit, gates(state))
    assert any(UNSEEN[0] in text for text in texts)
    assert [text for text in texts if unmarked(text, UNSEEN)] == []
    assert faults == []
