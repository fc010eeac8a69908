"""Takes pictures of every state of every page, on a branch of its own: `make screenshots`. Words select states by name:
`.venv/bin/python tools/screenshots.py kiosk board-main`.

All pictures go to docs/pictures/all, which git ignores; the best ones, in Chinese, also to docs/pictures."""

from __future__ import annotations

import dataclasses
import io
import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("benchmarks", "tools", "tests")]

from office import office_of, province  # noqa: E402
from played_days import played_days  # noqa: E402
from report_rows import write_figures  # noqa: E402
from stage import CHROMIUM, FLAGS, LOBBY, Branch, Process  # noqa: E402
from states import STATES, Lobby, State, go, put  # noqa: E402
from states import headquarters as hq  # noqa: E402

from demo import opening, play_past_days  # noqa: E402
from headquarters.engines.engines import Postgres  # noqa: E402
from lobby.branch.config import read_branch  # noqa: E402
from lobby.branch.model import Printer  # noqa: E402
from lobby.engine.runtime import now_utc  # noqa: E402
from lobby.state.ticket import Ticket, Wait  # noqa: E402
from printer.devices.encode import encode  # noqa: E402
from printer.paper import draw  # noqa: E402
from printer.slip import slip  # noqa: E402

BEST = ROOT / "docs" / "pictures"
ALL = BEST / "all"
STILL_MS = 700
COLOURS = 128
BEST_SLIP = "slip-80-zh"
BRANCHES = 12
NOON = "12:20"
NOON_SPEED = 120
WORKERS = 4
"""Two for each of two processors: while one waits until a page is still, the others draw."""
PART = 45
"""So many states share a branch of their own: few enough that no worker is alone at the end, and many for one start."""


def save(png: bytes, name: str, *, best: bool) -> None:
    """Saves the picture. One for the docs has COLOURS colours: enough for flat areas and text, at a quarter of the
    size."""
    (ALL / f"{name}.png").write_bytes(png)
    if best:
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        small = picture.quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(BEST / f"{name}.png", optimize=True)


def screenshot(page: Page) -> bytes:
    """The page once nothing moves any more."""
    page.wait_for_timeout(STILL_MS)
    return page.screenshot()


def shoot(browser: Browser, lobby: Lobby, state: State, lang: str) -> None:
    page = put(browser, lobby, state, lang)
    picture = screenshot(page)
    page.context.close()
    save(picture, f"{state.name}-{lang}", best=state.best and lang == "zh")


def with_past_days(branch: Branch) -> Branch:
    """The branch with past days, from which its forecast has learned."""
    shipped = read_branch(ROOT / "config.toml")
    play_past_days(shipped, branch.data, opening(shipped, now_utc()))
    return branch


def noon() -> None:
    """The tablet at the demo's lunch peak, which no state of a minute shows."""
    tablet = next(state for state in STATES if state.name == "tablet")
    demo = Process(
        [str(LOBBY), "demo", "--config", str(ROOT / "config.toml"), "--speed", str(NOON_SPEED)]
    )
    demo.command += ["--port", str(demo.port)]
    with demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        width, height = tablet.viewport
        page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        go(page, Lobby(demo.url, ""), tablet, "zh")
        page.wait_for_function(
            "at => document.querySelector('#line').textContent.slice(-5) >= at", arg=NOON, timeout=0
        )
        save(screenshot(page), "tablet-noon-zh", best=True)
        browser.close()


def screens(words: list[str], n: int, parts: int) -> list[str]:
    """Takes the pictures of the n-th part of the states. Returns what failed: a broken page stops no other."""
    with (
        tempfile.TemporaryDirectory() as folder,
        with_past_days(Branch(Path(folder))) as branch,
    ):
        lobby = Lobby(branch.url, branch.token("manager"))
        return shots(lobby, chosen(STATES, words)[n::parts], lobby.spoiled)


def offices(words: list[str]) -> list[str]:
    """The same of headquarters' pages, with a PostgreSQL of their own. Postgres refuses root and needs a folder that
    another user may enter."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        with (
            Postgres(folder / "postgres") as postgres,
            office_of(folder / "office", postgres, province(BRANCHES)) as office,
        ):
            played_days(office.database, folder / "branches", office.codes[8:10])
            write_figures(office.database, office.codes)
            return shots(office, chosen(hq.STATES, words), lambda: None)


def shots(lobby: Any, states: list[State], spoil: Callable[[], object]) -> list[str]:
    failures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for state in states:
            for lang in state.langs:
                try:
                    shoot(browser, lobby, state, lang)
                except Exception as problem:
                    failures.append(f"{state.name}-{lang}: {str(problem).splitlines()[0]}")
                    spoil()
        browser.close()
    return failures


def slips() -> None:
    branch = read_branch(ROOT / "config.toml")
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    wait = Wait(600, 1100, 300, 1500)
    ticket = Ticket(
        "0cl6c3qg2vtt0a1b",
        "A001",
        "A",
        "cash",
        "standard",
        "",
        "hall",
        (),
        "zh",
        1,
        at,
        at,
        3,
        wait,
        1200,
    )
    link = "https://lobby.example.com/4403/f/Xq3v_9aZk"
    for paper_mm in (58, 80):
        for lang in ("zh", "en"):
            printer = Printer("p", "virtual:", paper_mm=paper_mm)
            layout = slip(
                branch, printer, dataclasses.replace(ticket, lang=lang), link, reprint=lang == "en"
            )
            name = f"slip-{paper_mm}-{lang}"
            save(draw(encode(layout, printer), printer.dots), name, best=name == BEST_SLIP)


def chosen(states: list[State], words: list[str]) -> list[State]:
    return [state for state in states if not words or any(word in state.name for word in words)]


def works(words: list[str]) -> Iterator[Callable[[], list[str] | None]]:
    """What can be done beside each other; what lasts longest comes first."""
    if not words or "tablet-noon" in words:
        yield noon
    if chosen(hq.STATES, words):
        yield partial(offices, words)
    parts = math.ceil(len(chosen(STATES, words)) / PART)
    yield from (partial(screens, words, n, parts) for n in range(parts))
    if not words or "slip" in words:
        yield slips


def main(words: list[str]) -> int:
    ALL.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(WORKERS) as pool:
        running = [pool.submit(work) for work in works(words)]
        failures = [failure for done in running for failure in done.result() or []]
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
