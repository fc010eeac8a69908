"""No page, in no state, shuts anybody out: assistive technology, touch, keyboard, narrow screens, zoom, calm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import Server
from states import STATES, Lobby, State, put

CHECKS = (Path(__file__).with_name("checks.js")).read_text()
NARROW = {"width": 320, "height": 640}
EVERY = [pytest.param(state, lang, id=f"{state.name}-{lang}") for state in STATES for lang in state.langs]


@pytest.fixture(scope="module")
def lobby(server: Server) -> Lobby:
    return Lobby(server.url, server.token("manager"))


@pytest.fixture
def shown(browser: Any, lobby: Lobby, state: State, lang: str) -> Iterator[Any]:
    """The page in the state, for a reader who has motion switched off."""
    errors: list[str] = []
    page = put(browser, lobby, state, lang, errors, reduced_motion="reduce")
    page.evaluate(CHECKS)
    yield page
    page.context.close()
    assert errors == []


@pytest.mark.parametrize(("state", "lang"), EVERY)
def test_no_state_shuts_anybody_out(shown: Any, state: State) -> None:
    faults = [
        *axe(shown),
        *shown.evaluate("checks.moving()"),
        *shown.evaluate(f"checks.targets({state.surface.target})"),
        *keyboard(shown),
        *narrow(shown, state),
        *zoomed(shown, state),
    ]
    assert faults == []


def axe(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def keyboard(page: Any) -> list[str]:
    """Tab through the page: everything is reached, seen to be, and not covered."""
    faults: list[str] = []
    for _ in range(5 * page.evaluate("checks.startFocus()") + 1):
        page.keyboard.press("Tab")
        at = page.evaluate("checks.atFocus()")
        faults += at["faults"]
        if at["over"]:
            break
    return faults + page.evaluate("checks.missed()")


def narrow(page: Any, state: State) -> list[str]:
    if not state.surface.narrow:
        return []
    page.set_viewport_size(NARROW)
    return list(page.evaluate("checks.sideways()"))


def zoomed(page: Any, state: State) -> list[str]:
    """At 200 %: half as many CSS pixels on the same screen, and all text still has room."""
    if not state.surface.zooms:
        return []
    width, height = state.viewport
    page.set_viewport_size({"width": max(320, width // 2), "height": max(256, height // 2)})
    return [*page.evaluate("checks.cutOff()"), *page.evaluate("checks.unreachable()")]
