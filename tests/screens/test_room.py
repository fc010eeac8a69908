"""Text has room with names twice as long. Nothing jumps while a page
loads, its scripts are light, and all it needs comes from the branch itself."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import Server, midday_config, serving
from states import STATES, Lobby, State, go, put

CHECKS = (Path(__file__).with_name("checks.js")).read_text()
CALM = {"reduced_motion": "reduce"}
SCRIPT_MAX = 60_000
SHIFT_MAX = 0.02
"""A fifth of what counts as good (web.dev, Cumulative Layout Shift)."""
SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""
FRAMES = (
    "new Promise((done) => { let n = 40; const step = () => (n-- ? requestAnimationFrame(step) : done()); step(); })"
)


def each(states: list[State]) -> Any:
    """Each state in the language with the longest words that it has."""
    return pytest.mark.parametrize(
        ("state", "lang"), [pytest.param(one, one.langs[-1], id=f"{one.name}-{one.langs[-1]}") for one in states]
    )


FIRST = list({(one.surface, one.path): one for one in reversed(STATES)}.values())[::-1]
"""One state of each page, and each that a page can begin in."""


@pytest.fixture(scope="module")
def lobby(server: Server) -> Lobby:
    return Lobby(server.url, server.token("manager"))


@pytest.fixture(scope="module")
def wordy_lobby(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lobby]:
    """The shipped branch with every name twice as long."""
    folder = tmp_path_factory.mktemp("wordy")
    config = midday_config(folder)
    config.write_text(twice(config.read_text()))
    with serving(folder / "var", config=config) as server:
        yield Lobby(server.url, server.token("manager"))


def twice(text: str) -> str:
    text = re.sub(r'zh = "([^"]+)"', r'zh = "\1\1"', text)
    return re.sub(r'en = "([^"]+)"', r'en = "\1 \1"', text)


def seen(browser: Any, lobby: Lobby, state: State, lang: str, **context: Any) -> Any:
    page = put(browser, lobby, state, lang, **CALM, **context)
    page.evaluate(CHECKS)
    return page


@each(STATES)
def test_names_twice_as_long_have_room(browser: Any, wordy_lobby: Lobby, state: State, lang: str) -> None:
    page = seen(browser, wordy_lobby, state, lang)
    faults = page.evaluate("checks.cutOff()") + page.evaluate("checks.unreachable()")
    page.context.close()
    assert faults == []


@each(FIRST)
def test_a_page_loads_light_and_still_and_needs_nobody_elses_help(
    browser: Any, lobby: Lobby, state: State, lang: str
) -> None:
    lobby.come_to(state.scene)
    width, height = state.viewport
    page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.add_init_script(SHIFTS)
    answers: list[Any] = []
    asked: list[str] = []
    page.on("framenavigated", lambda _: answers.clear())  # what sign-in loaded is gone with its page
    page.on("response", lambda answer: answers.append(answer))
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    go(page, lobby, state, lang)
    page.evaluate(FRAMES)
    shift = page.evaluate("window.shift")
    loaded = {one.url for one in answers if one.request.resource_type == "script"}
    scripts = {url: len(gzip.compress(page.request.get(url).body(), 9)) for url in loaded}
    page.context.close()
    if state.spends:
        lobby.spoiled()
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(lobby.url).netloc}
    assert sum(scripts.values()) < SCRIPT_MAX, scripts
    assert shift < SHIFT_MAX
