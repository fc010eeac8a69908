"""Does a board's page, or the branch behind it, grow in 24 hours?

    python benchmarks/boards_day.py [--calls 3000] [--heard 1500]

The page runs in Chromium on a clock that the benchmark advances through 24 hours, with `--calls` calls, slides between
them, a connection that is cut now and then, and every tick of the page's timers. After each hour the garbage is
collected and the remaining memory is measured. Then a real branch calls `--heard` tickets to a page over real
Socket.IO, and its memory is read.

Limits: the largest heap, nodes and listeners of the last six hours are at most 1.1 times those of the second to seventh
(the largest, since two pictures count while one replaces the other). The branch grows by at most 10 kB a ticket, which
the day's tickets themselves need and the day's end frees.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from stage import CHROMIUM, FLAGS, ROOT, Branch, verdict

sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "screens")]

from board_stage import Memory, Stage, live_through, on_stage, state  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

HOURS = 24
HOUR_S = 3600
GROWTH = 1.1
TICKET_KB = 10.0
WORDS = [
    {"zh": ["今日提前下班", "下午四点关门"], "en": ["Closing early", "At four"]},
    {"picture": "x", "alt": ""},
]


@contextmanager
def page_on(browser: Browser) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})

    def page_at(url: str, *_: int) -> Page:
        page = context.new_page()
        page.goto(url)
        return page

    yield page_at
    context.close()


def play_hour(stage: Stage, calls: int, first: int) -> None:
    """Plays so many calls in an hour, and a cut connection at its end."""
    live_through(stage, calls, first, every_s=(HOUR_S - 20) / calls)
    stage.cut(20)
    stage.heal()
    stage.show(state("main", [], seq=first + calls, slides="a"))


def simulated(browser: Browser, branch: Branch, calls: int) -> bool:
    """Whether the page keeps its size."""
    with page_on(browser) as page_at:
        stage = on_stage(page_at, branch, "main")  # type: ignore[arg-type]
        stage.page.route(
            "**/api/v1/boards/*/slides", lambda route: route.fulfill(json={"slides": WORDS})
        )
        stage.page.route(
            "**/picture/x", lambda route: route.fulfill(path=ROOT / "docs/pictures/slip-80-zh.png")
        )
        memory = Memory(stage.page)
        measures = []
        stage.show(state("main", [], seq=1, slides="a"))
        for n in range(HOURS):
            play_hour(stage, calls // HOURS, 10 + n * (calls // HOURS))
            measures.append(memory.measure())
            if n in (0, 1) or n % 4 == 3:
                print(f"  hour {n + 1:2}: {_text(measures[-1])}", flush=True)
    early = most(measures[1:7])
    late = most(measures[-6:])
    ratios = {key: late[key] / early[key] for key in early}
    print(
        "  last six hours to second to seventh: "
        + ", ".join(f"{key} {ratio:.3f}" for key, ratio in ratios.items())
    )
    return max(ratios.values()) <= GROWTH


def most(hours: list[dict[str, int]]) -> dict[str, int]:
    return {key: max(measure[key] for measure in hours) for key in hours[0]}


def _text(measured: dict[str, int]) -> str:
    heap = measured["JSHeapUsedSize"] / 2**20
    return (
        f"heap {heap:6.2f} MB, {measured['Nodes']} nodes, {measured['JSEventListeners']} listeners"
    )


def real_day(browser: Browser, branch: Branch, calls: int) -> bool:
    """Whether a real branch with a real connection keeps its size."""
    staff = requests.Session()
    staff.headers["Authorization"] = f"Bearer {branch.token('manager')}"

    def post(path: str, **body: object) -> None:
        staff.post(f"{branch.url}/api/v1{path}", json=body).raise_for_status()

    with page_on(browser) as page_at:
        # Without a voice: clips are made once each, and kept on disk.
        page = page_at(f"{branch.url}/board/counter-1")
        memory = Memory(page)
        sizes = []
        pages = []
        post("/counters/1/open")
        for n in range(calls):
            post("/tickets", service="cash")
            for act in ("next", "start", "finish"):
                post(f"/counters/1/{act}")
            if n in (calls // 10, calls - 1):
                page.wait_for_timeout(8000)
                sizes.append(branch.memory_mb())
                pages.append(memory.measure())
    grown_kb = (sizes[1] - sizes[0]) * 1024 / (calls * 0.9)
    print(f"  branch {sizes[0]:.0f} -> {sizes[1]:.0f} MB: {grown_kb:.1f} kB a ticket")
    print(f"  page   {_text(pages[0])} -> {_text(pages[1])}")
    ratio = pages[1]["JSHeapUsedSize"] / pages[0]["JSHeapUsedSize"]
    return grown_kb <= TICKET_KB and ratio <= GROWTH


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=3000)
    options.add_argument("--heard", type=int, default=1500)
    args = options.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Branch(Path(folder)) as branch,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        print(f"a page through {HOURS} hours with {args.calls} calls")
        within_limit = simulated(browser, branch, args.calls)
        print(f"  limit {GROWTH}: {verdict(held=within_limit)}")
        print(f"a real connection with {args.heard} calls")
        within_limit = real_day(browser, branch, args.heard)
        print(f"  limit {GROWTH} and {TICKET_KB:.0f} kB a ticket: {verdict(held=within_limit)}")
        browser.close()


if __name__ == "__main__":
    main()
