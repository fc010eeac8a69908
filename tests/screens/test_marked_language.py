"""A language is one file: a catalogue that marks every text, put into a branch's data, marks all that pages, and boards
say. What stands there without marks is in no catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogues import MARKS_LANG as LANG
from catalogues import mark_all, unmarked
from conftest import midday_config, serving
from states import STATES, Lobby, State, put

SEEN = (Path(__file__).with_name("seen.js")).read_text()


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    folder = tmp_path_factory.mktemp("marked")
    mark_all(folder / "var/translations", LANG)
    config = midday_config(folder)
    board = f'languages = ["{LANG}", "{LANG}"]'
    config.write_text(config.read_text().replace("[[boards]]", f"[[boards]]\n{board}"))
    with serving(folder / "var", config=config) as server:
        yield Lobby(server.url, server.token("manager"))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_says_nothing_that_is_in_no_catalogue(
    browser: Any, marked: Lobby, state: State
) -> None:
    page = put(browser, marked, state, LANG)
    seen = page.evaluate(SEEN)
    page.context.close()
    assert any("⟦" in text for text in seen)
    assert [text for text in seen if unmarked(text)] == []
