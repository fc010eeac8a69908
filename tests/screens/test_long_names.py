"""Every state of every page where all names are twice as long, in English where the page has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import midday_config, serving
from gates import BEGINNINGS, OF_WORDS, axe, faults_of, room, visited
from states import STATES, Lobby, State

ENGLISH = [state for state in STATES if "en" in state.langs]
CHINESE = [state for state in STATES if "en" not in state.langs]


def twice(text: str) -> str:
    text = re.sub(r'zh = "([^"]+)"', r'zh = "\1\1"', text)
    return re.sub(r'en = "([^"]+)"', r'en = "\1 \1"', text)


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """The shipped branch with every name twice as long."""
    folder = tmp_path_factory.mktemp("wordy")
    config = midday_config(folder)
    config.write_text(twice(config.read_text()))
    with serving(folder / "var", config=config) as server:
        yield Lobby(server.url, server.token("manager"))


@pytest.mark.parametrize("state", ENGLISH, ids=lambda state: state.name)
def test_english_has_room_for_long_names(browser: Any, wordy: Lobby, state: State) -> None:
    gates = (axe, *OF_WORDS) if id(state) in BEGINNINGS else OF_WORDS
    with visited(browser, wordy, state, "en") as visit:
        faults = faults_of(visit, gates)
    assert faults == []


@pytest.mark.parametrize("state", CHINESE, ids=lambda state: state.name)
def test_a_page_in_one_language_has_room_for_long_names(
    browser: Any, wordy: Lobby, state: State
) -> None:
    with visited(browser, wordy, state, "zh") as visit:
        faults = faults_of(visit, (room,))
    assert faults == []
