"""How soon the customer's phone shows the number, and all of its page, on a slow line: from the request, in Chromium
on WebPageTest's "3G slow" (400 kbit/s, 400 ms there and back) with a processor four times slower than this one's, an
empty page of the same server beside it in the same run. Also what the page weighs.

    .venv/bin/python benchmarks/phone.py [LOADS]

Limits: the number within 3 s and the page whole within 6 s at the worst, 100 KB in all.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, sync_playwright
from stage import CHROMIUM, FLAGS, LOADED, SLOWER, Branch

BITS_S = 400_000
ROUND_MS = 400
NUMBER_MS = 3000
WHOLE_MS = 6000
WEIGHT_KB = 100
SEEN = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def on_3g(browser: Browser, address: str) -> tuple[Page, list[float]]:
    """A cold load under way, and the bytes that came for it so far."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    line = page.context.new_cdp_session(page)
    came = []
    line.on("Network.loadingFinished", lambda found: came.append(found["encodedDataLength"]))
    line.send("Network.enable")
    speed = {"downloadThroughput": BITS_S / 8, "uploadThroughput": BITS_S / 8}
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_MS, **speed})
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    return page, came


def phone(browser: Browser, address: str) -> tuple[float, float, float]:
    """When the number is seen, when the page is whole, milliseconds; kilobytes."""
    page, came = on_3g(browser, address)
    page.wait_for_selector("body[data-ready]")
    whole = float(page.evaluate("performance.now()"))
    seen = float(page.evaluate(SEEN))
    page.context.close()
    return seen, whole, sum(came) / 1024


def empty(browser: Browser, address: str) -> float:
    page, _ = on_3g(browser, address)
    ms = float(page.evaluate(LOADED))
    page.context.close()
    return ms


def main(loads: int) -> int:
    with tempfile.TemporaryDirectory() as folder, Branch(Path(folder)) as branch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(3):
            made = requests.post(f"{branch.url}/api/v1/tickets", json={"service": "cash"}, timeout=9).json()
        link = made["links"]["status"]
        runs = [(*phone(browser, link), empty(browser, f"{branch.url}/healthz")) for _ in range(loads)]
        browser.close()
    seen, whole, weight, bare = (sorted(column) for column in zip(*runs, strict=True))
    print(f"{loads} cold loads, {BITS_S // 1000} kbit/s, {ROUND_MS} ms, processor {SLOWER} times slower; milliseconds")
    print(f"{'':24}{'median':>8}{'worst':>8}")
    for name, found in (("number seen", seen), ("page whole", whole), ("an empty page", bare)):
        print(f"{name:24}{statistics.median(found):8.0f}{found[-1]:8.0f}")
    print(f"ratio of the medians {statistics.median(whole) / statistics.median(bare):.1f}; {weight[-1]:.0f} KB in all")
    held = seen[-1] <= NUMBER_MS and whole[-1] <= WHOLE_MS and weight[-1] <= WEIGHT_KB
    print(f"limits {NUMBER_MS} ms, {WHOLE_MS} ms, {WEIGHT_KB} KB: {'held' if held else 'MISSED'}")
    return int(not held)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
