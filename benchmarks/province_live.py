"""How old a change is when headquarters' page shows it: 5,000 branches, all at work, and the real page in a browser.

    python benchmarks/province_live.py [--branches 5000] [--changes 60]

Each branch sends a snapshot every ten seconds and the journal's events as 1,000 tickets a day make them; `lobby hq
ingest` and `lobby hq serve` are their own processes. The page shows the 200 branches of one unit. One of them says
another number of people who wait, again and again: the time from its message to the number on the page is measured
(the limit is 2 s). Memory is told at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats
from playwright.async_api import Page, async_playwright
from province import batches, memory_mb, start_ingest
from stage import CHROMIUM, FLAGS, LOBBY, Process, verdict

from headquarters.engines.engines import NatsServer, Postgres
from headquarters.journal.tables import migrate
from lobby.events.batch import SNAPSHOT, STREAM, pack

LIMIT_S = 2.0
OF_UNIT = 200
"""As many tiles as a wall of 1920x1080 has room for."""
REST_S = 10.0
"""A branch at rest says so often how it is."""
BATCH = 10
EVENTS_A_DAY = 6000
"""Of a branch with 1,000 tickets: issued, printed, called, started, finished, and an opinion or a rescue."""
DAY_S = 8 * 3600
STEP_S = 0.1
PATIENCE_S = 60
SHOWS = """([code, n]) => document.querySelector(
  `#tiles [data-code="${code}"] [data-part=waiting]`)?.textContent === String(n)"""


def code_of(n: int) -> str:
    return f"B{n:05}"


def province(branches: int, nats_url: str, database: str) -> str:
    """hq.toml of units of 200 branches."""
    units = [
        f'{{ id = "u{n}", parent = "p", name = {{ zh = "{n} 市分行", en = "City {n}" }} }},'
        for n in range((branches + OF_UNIT - 1) // OF_UNIT)
    ]
    outlets = [
        f'{{ code = "{code_of(n)}", unit = "u{n // OF_UNIT}", name = {{ zh = "{n} 号支行", en = "Branch {n}" }} }},'
        for n in range(branches)
    ]
    top = '{ id = "p", name = { zh = "省分行", en = "Province" } },'
    engines = f'[engines]\nnats = "{nats_url}"\ndatabase = "{database}"'
    listed = ["units = [", top, *units, "]", "branches = [", *outlets, "]", engines]
    return "\n".join(['name = { zh = "省分行", en = "Province" }', *listed, ""])


def snapshot(waiting: int) -> bytes:
    """As many bytes as a busy lobby's."""
    at = datetime.now(UTC).isoformat()
    name = {"zh": "现金", "en": "Cash", "ko": "현금"}
    figures = {"waiting": waiting, "late": 0, "longest_wait_s": 300, "at_counters": 4}
    figures |= {"counters_open": 4, "counters": 6, "issued": 200, "served": 150, "no_shows": 3}
    of_queue = {"tier": name, "service": name, "area": "hall", "issued_at": at, "late": False}
    queue = [{"number": f"A{n:03}", "target_wait_s": 1200, **of_queue} for n in range(30)]
    document = {"schema": 1, "name": name, "epoch": 1, "seq": 1, "at": at, "open": True}
    lists: dict[str, Any] = {"areas": [], "counters": [], "queue": queue, "alerts": []}
    return pack(document | lists | {"figures": {**figures, "alerts": 0}})


# -- the load -------------------------------------------------------------------------------------------------
def send(url: str, branches: int) -> None:
    """All branches but the first, in a process of its own."""
    asyncio.run(_live(url, branches))


async def _live(url: str, branches: int) -> None:
    client = await nats.connect(url)
    stream = client.jetstream(timeout=60)
    steps = [*range(1, branches)]
    random.Random(0).shuffle(steps)
    journals = {n: batches(code_of(n), 50 * BATCH, BATCH) for n in steps}
    a_step = STEP_S / REST_S
    of_events = EVENTS_A_DAY / DAY_S / BATCH * STEP_S
    turn = 0
    while True:
        until = time.monotonic() + STEP_S
        words = [steps[(turn + n) % len(steps)] for n in range(round(branches * a_step))]
        turn += len(words)
        for n in words:
            await client.publish(f"{SNAPSHOT}.{code_of(n)}", snapshot(random.randrange(40)))
        told = random.sample(steps, min(len(steps), round(branches * of_events)))
        await asyncio.gather(*(_next(stream, journals[n]) for n in told))
        await asyncio.sleep(max(0.0, until - time.monotonic()))


async def _next(stream: Any, journal: Iterator[tuple[str, bytes]]) -> None:
    if message := next(journal, None):
        await stream.publish(*message, stream=STREAM)


# -- what is measured --------------------------------------------------------------------------------------------
async def watched(office: str, bus: str, n: int) -> list[float]:
    """The ages of so many changes on the page of the first unit, seconds."""
    client = await nats.connect(bus)
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1920, "height": 1080})
        page.set_default_timeout(PATIENCE_S * 1000)
        await open_page(page, office)
        await asyncio.sleep(2 * REST_S)  # each branch has spoken, and the page shows it
        ages = [await change(page, client, waiting) for waiting in range(100, 100 + n)]
        await browser.close()
    await client.close()
    return ages


async def open_page(page: Page, url: str) -> None:
    """The tiles of the first unit."""
    await page.goto(f"{url}/?lang=en")
    await page.fill("[name=name]", "office")
    await page.fill("[name=password]", "lobby-demo")
    async with page.expect_navigation():
        await page.click("button.primary")
    await page.wait_for_selector("#filter select[name=unit] option[value=u0]", state="attached")
    await page.select_option("#filter select[name=unit]", "u0")
    await page.wait_for_selector(f"#tiles [data-code={code_of(0)}]")


async def change(page: Page, client: nats.NATS, waiting: int) -> float:
    """From the branch's word, at any moment of the page's second, to the page."""
    await asyncio.sleep(random.uniform(1.0, 2.0))
    said = time.monotonic()
    await client.publish(f"{SNAPSHOT}.{code_of(0)}", snapshot(waiting))
    await client.flush()
    await page.wait_for_function(SHOWS, arg=[code_of(0), waiting])
    return time.monotonic() - said


def tell(args: argparse.Namespace, ages: list[float], parts: dict[str, float]) -> None:
    ages = sorted(ages)
    p99 = ages[min(len(ages) - 1, int(0.99 * len(ages)))]
    print(f"{args.branches} branches, {len(ages)} changes on a page of {OF_UNIT} tiles")
    print(
        f"age on the page: median {statistics.median(ages):.2f} s, 99 % {p99:.2f} s, most {ages[-1]:.2f} s"
    )
    print(
        f"within {LIMIT_S:.0f} s: {p99 / LIMIT_S:.2f} of the limit: {verdict(held=p99 <= LIMIT_S)}"
    )
    for name, mb in parts.items():
        print(f"memory of {name}: {mb:.0f} MB")


def measure(args: argparse.Namespace, folder: Path, ending: ExitStack) -> None:
    folder.chmod(0o755)
    bus = ending.enter_context(NatsServer(folder / "nats"))
    postgres = ending.enter_context(Postgres(folder / "postgres"))
    migrate(postgres.url)
    config = folder / "hq.toml"
    config.write_text(province(args.branches, bus.url, postgres.url))
    os.environ |= {"NATS_URL": bus.url, "DATABASE_URL": postgres.url}
    [ingest] = start_ingest(folder, bus.url, postgres.url, 1, ending)
    words = [
        str(LOBBY),
        "hq",
        "serve",
        "--demo",
        "--config",
        str(config),
        "--data",
        str(folder / "var"),
    ]
    office = ending.enter_context(Served(words))
    load = multiprocessing.get_context("fork").Process(
        target=send, args=(bus.url, args.branches), daemon=True
    )
    load.start()
    ending.callback(load.kill)
    ages = asyncio.run(watched(office.url, bus.url, args.changes))
    pids = {"NATS": bus.pid, "PostgreSQL": postgres.pid, "ingest": ingest.pid}
    parts = {name: memory_mb(pid) for name, pid in pids.items()}
    tell(args, ages, parts | {"serve": memory_mb(office.process.pid)})


class Served(Process):
    """`lobby hq serve` on its free port."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(words)
        self.command = [*words, "--port", str(self.port)]


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--branches", type=int, default=5000)
    options.add_argument("--changes", type=int, default=60)
    args = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="province-live-") as folder, ExitStack() as ending:
        measure(args, Path(folder), ending)


if __name__ == "__main__":
    main()
