"""What a visit to a page in one of its states is asked: assistive technology, touch, keyboard, narrow screens, zoom,
calm, room for text, what the page loads. A gate answers with its faults in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from axe_playwright_python.sync_playwright import Axe
from states import STATES, Lobby, State, put

CHECKS = (Path(__file__).with_name("checks.js")).read_text()
NARROW = {"width": 320, "height": 640}
SCRIPT_MAX = 64_000
"""Bytes of all scripts of a page, compressed."""
SHIFT_MAX = 0.02
"""A fifth of what counts as good (web.dev, Cumulative Layout Shift)."""
SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.shift += one.value;
}).observe({ type: "layout-shift", buffered: true });
"""
FRAMES = """new Promise((done) => {
  let n = 40;
  const step = () => (n-- ? requestAnimationFrame(step) : done());
  step();
})"""
PRESSES = 20
"""So many keys before one asks whether the focus is round the page."""
BEGINNINGS = {
    id(one) for one in {(one.surface, one.path): one for one in reversed(STATES)}.values()
}
"""One state of each page, and each that a page can begin in."""


class Visit:
    """One page in one state, and what came over the line until it could be used."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.scripts: set[str] = set()
        self.shift = 0.0
        self.page: Any = None

    def begin(self, page: Any) -> None:
        page.add_init_script(SHIFTS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        # What sign-in loaded is gone with its page.
        page.on("framenavigated", lambda _: self.scripts.clear())
        page.on("request", self._request)
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    def _request(self, request: Any) -> None:
        self.asked.append(request.url)
        if request.resource_type == "script":
            self.scripts.add(request.url)

    def arrive(self, page: Any) -> None:
        """As a reader who has motion switched off goes on."""
        if self.is_beginning:
            page.evaluate(FRAMES)
            self.shift = page.evaluate("window.shift")
        page.emulate_media(reduced_motion="reduce")

    @property
    def is_beginning(self) -> bool:
        return id(self.state) in BEGINNINGS


def axe(visit: Visit) -> list[str]:
    found = Axe().run(visit.page).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def calm(visit: Visit) -> Any:
    return visit.page.evaluate("checks.moving()")


def touch(visit: Visit) -> Any:
    return visit.page.evaluate(f"checks.targets({visit.state.surface.target})")


def keyboard(visit: Visit) -> list[str]:
    """Tab through the page: everything is reached, seen to be, and not covered. The page looks itself at each key:
    to ask it each time costs as much as the key."""
    page = visit.page
    for _ in range(5 * page.evaluate("checks.startFocus()") // PRESSES + 1):
        for _ in range(PRESSES):
            page.keyboard.press("Tab")
        if page.evaluate("checks.isRound()"):
            break
    faults: list[str] = page.evaluate("checks.atFocus()")
    return faults


def room(visit: Visit) -> Any:
    return visit.page.evaluate("[...checks.cutOff(), ...checks.unreachable()]")


def narrow(visit: Visit) -> Any:
    if not visit.state.surface.narrow:
        return []
    visit.page.set_viewport_size(NARROW)
    return visit.page.evaluate("checks.sideways()")


def zoom(visit: Visit) -> Any:
    """At 200 %: half as many CSS pixels on the same screen, and all text still has room."""
    if not visit.state.surface.zooms:
        return []
    width, height = visit.state.viewport
    visit.page.set_viewport_size({"width": max(320, width // 2), "height": max(256, height // 2)})
    return room(visit)


def stillness(visit: Visit) -> list[str]:
    return [f"moved by {visit.shift} while it loaded"] if visit.shift >= SHIFT_MAX else []


def weight(visit: Visit) -> list[str]:
    total = sum(compressed(url) for url in visit.scripts)
    return [f"{total} bytes of scripts: {sorted(visit.scripts)}"] if total >= SCRIPT_MAX else []


@cache
def compressed(url: str) -> int:
    """As the branch sends it to every browser that it knows."""
    answer = requests.get(url, headers={"Accept-Encoding": "br"}, timeout=30)
    return int(answer.headers["Content-Length"])


def independence(visit: Visit) -> list[str]:
    """All that a page needs comes from the branch itself."""
    home = urlsplit(visit.page.url).netloc
    asked = [url for url in visit.asked if not url.startswith(("data:", "blob:"))]
    return [f"asked {url}" for url in asked if urlsplit(url).netloc != home]


def scripts(visit: Visit) -> list[str]:
    return visit.errors


Gate = Callable[[Visit], list[str]]
GATES: tuple[Gate, ...] = (
    axe,
    calm,
    touch,
    room,
    keyboard,
    narrow,
    zoom,
    stillness,
    weight,
    independence,
    scripts,
)
"""In this order: the last ones that look at the page change its size, and errors of scripts are those of all."""
OF_WORDS: tuple[Gate, ...] = (touch, room, narrow, zoom, scripts)
"""What other words can break: the rest is the same page, and the same program, in every language."""


@contextmanager
def visited(browser: Any, lobby: Lobby, state: State, lang: str) -> Iterator[Visit]:
    visit = Visit(state)
    visit.page = put(browser, lobby, state, lang, visit.begin, visit.arrive)
    visit.page.evaluate(CHECKS)
    yield visit
    visit.page.context.close()


def faults_of(visit: Visit, gates: tuple[Gate, ...]) -> list[str]:
    return [f"{gate.__name__}: {fault}" for gate in gates for fault in gate(visit)]
