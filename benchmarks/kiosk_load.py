"""Measures how soon the touch kiosk is ready on a machine four times slower than this one: the time from the request to
working buttons, in Chromium throttled through its debugging protocol, beside an empty page of the same server in the
same run. Also the size of the page's scripts.

    .venv/bin/python benchmarks/kiosk_load.py [LOADS]
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from stage import CHROMIUM, FLAGS, LOADED, SLOWER, Branch

LIMIT_MS = 1000
SCRIPT_KB = 60
READY = """() => new Promise((done) => {
  const look = () => {
    const [ready] = performance.getEntriesByName("ready");
    if (ready) done(ready.startTime);
    else setTimeout(look, 10);
  };
  look();
})"""


def load_ms(browser: Browser, address: str, when: str) -> float:
    """The time of one cold load, with nothing cached."""
    context = browser.new_context(viewport={"width": 1080, "height": 1920}, locale="zh-CN")
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    ms = float(page.evaluate(when))
    context.close()
    return ms


def script_kb(browser: Browser, address: str) -> float:
    """The compressed size of all scripts of the page."""
    page = browser.new_page()
    sizes: list[int] = []
    page.on(
        "response",
        lambda response: (
            sizes.append(len(gzip.compress(response.body()))) if ".js" in response.url else None
        ),
    )
    page.goto(address, wait_until="networkidle")
    page.close()
    return sum(sizes) / 1024


def main(loads: int) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        Branch(Path(folder)) as branch,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        kiosk = f"{branch.url}/kiosk"
        empty = f"{branch.url}/healthz"
        load_ms(browser, kiosk, READY)
        pairs = [
            (load_ms(browser, kiosk, READY), load_ms(browser, empty, LOADED)) for _ in range(loads)
        ]
        weight = script_kb(browser, kiosk)
        browser.close()
    ready = sorted(pair[0] for pair in pairs)
    bare = sorted(pair[1] for pair in pairs)
    print(f"{loads} cold loads, processor throttled {SLOWER} times, milliseconds from the request")
    print(f"{'':24}{'median':>8}{'worst':>8}")
    print(f"{'kiosk ready for touch':24}{statistics.median(ready):8.0f}{ready[-1]:8.0f}")
    print(f"{'an empty page':24}{statistics.median(bare):8.0f}{bare[-1]:8.0f}")
    print(
        f"ratio of the medians {statistics.median(ready) / statistics.median(bare):.1f}; limit {LIMIT_MS} ms"
    )
    print(f"script {weight:.1f} KB compressed; limit {SCRIPT_KB} KB")
    return int(ready[-1] > LIMIT_MS or weight > SCRIPT_KB)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10))
