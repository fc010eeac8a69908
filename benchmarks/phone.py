"""Measures how soon a customer's phone shows the number, and the complete page, on a slow network: the time from the
request, in Chromium on WebPageTest's "3G slow" (400 kbit/s, 400 ms there and back) with a processor four times slower
than this one's, beside an empty page of the same server in the same run. Also the size of the page.

    .venv/bin/python benchmarks/phone.py [LOADS]

Limits: the number within 3 s and the complete page within 6 s at the worst, 100 KB in all.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, sync_playwright
from stage import CHROMIUM, FLAGS, LOADED, SLOWER, Branch, verdict

BITS_S = 400_000
ROUND_MS = 400
NUMBER_MS = 3000
WHOLE_MS = 6000
WEIGHT_KB = 100
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def on_3g(browser: Browser, address: str) -> tuple[Page, list[float]]:
    """A page during a cold load, and the sizes of what it has loaded so far, in bytes."""
    page = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN").new_page()
    devtools = page.context.new_cdp_session(page)
    sizes = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    speed = {"downloadThroughput": BITS_S / 8, "uploadThroughput": BITS_S / 8}
    devtools.send(
        "Network.emulateNetworkConditions", {"offline": False, "latency": ROUND_MS, **speed}
    )
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="commit")
    return page, sizes


def phone(browser: Browser, address: str) -> tuple[float, float, float]:
    """The milliseconds until the number is visible and until the page is complete; the page's kilobytes."""
    page, sizes = on_3g(browser, address)
    page.wait_for_selector("body[data-ready]")
    complete_ms = float(page.evaluate("performance.now()"))
    number_ms = float(page.evaluate(FIRST_PAINT))
    page.context.close()
    return number_ms, complete_ms, sum(sizes) / 1024


def empty(browser: Browser, address: str) -> float:
    page, _ = on_3g(browser, address)
    ms = float(page.evaluate(LOADED))
    page.context.close()
    return ms


def main(loads: int) -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        Branch(Path(folder)) as branch,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(3):
            ticket = requests.post(
                f"{branch.url}/api/v1/tickets", json={"service": "cash"}, timeout=9
            ).json()
        link = ticket["links"]["status"]
        runs = [
            (*phone(browser, link), empty(browser, f"{branch.url}/healthz")) for _ in range(loads)
        ]
        browser.close()
    number, complete, weight, bare = (sorted(column) for column in zip(*runs, strict=True))
    print(
        f"{loads} cold loads, {BITS_S // 1000} kbit/s, {ROUND_MS} ms, processor {SLOWER} times slower; milliseconds"
    )
    print(f"{'':24}{'median':>8}{'worst':>8}")
    for name, times in (("number seen", number), ("page whole", complete), ("an empty page", bare)):
        print(f"{name:24}{statistics.median(times):8.0f}{times[-1]:8.0f}")
    print(
        f"ratio of the medians {statistics.median(complete) / statistics.median(bare):.1f}; {weight[-1]:.0f} KB in all"
    )
    within_limits = number[-1] <= NUMBER_MS and complete[-1] <= WHOLE_MS and weight[-1] <= WEIGHT_KB
    print(f"limits {NUMBER_MS} ms, {WHOLE_MS} ms, {WEIGHT_KB} KB: {verdict(held=within_limits)}")
    return int(not within_limits)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
