"""Pictures of every screen and state into docs/pictures, from a branch that this starts: `make screenshots`."""

from __future__ import annotations

import dataclasses
import io
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "benchmarks")]

from stage import Branch  # noqa: E402

from lobby.branch import Printer  # noqa: E402
from lobby.config import read_branch  # noqa: E402
from lobby.ticket import Ticket, Wait  # noqa: E402
from printer.devices.encode import encode  # noqa: E402
from printer.paper import draw  # noqa: E402
from printer.slip import slip  # noqa: E402

PICTURES = ROOT / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS.append("--autoplay-policy=no-user-gesture-required")
CUSTOMERS = [
    ("cash", [], ""), ("cards", [], "6225880000000000"), ("wealth", [], "HMW-123"), ("corporate", [], ""),
    ("loans", ["elderly"], ""), ("cash", [], ""), ("fx", [], ""), ("non_cash", ["disabled"], ""),
    ("cash", [], "6226180000000000"), ("digital", [], ""), ("cash", [], ""), ("non_cash", [], ""),
]  # fmt: skip


class Stage:
    """A branch, a manager's session, and a browser."""

    def __init__(self, branch: Branch, browser: Browser) -> None:
        self.url, self._browser = branch.url, browser
        self._staff = requests.Session()
        self._staff.headers["Authorization"] = f"Bearer {branch.token('manager')}"

    def post(self, path: str, **body: Any) -> Any:
        answer = self._staff.post(f"{self.url}/api/v1{path}", json=body or None, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def open(self, path: str, width: int, height: int, lang: str = "zh") -> Page:
        context = self._browser.new_context(viewport={"width": width, "height": height}, locale=lang)
        page = context.new_page()
        page.goto(f"{self.url}{path}?lang={lang}")
        return page

    def sign_in(self, page: Page, name: str) -> Page:
        page.fill("[name=name]", name)
        page.fill("[name=password]", "lobby-demo")
        page.click("button.primary")
        return page

    def shoot(self, page: Page, name: str) -> None:
        page.wait_for_timeout(700)
        page.screenshot(path=PICTURES / f"{name}.png")


def morning(stage: Stage) -> None:
    """A busy lobby."""
    for counter in "1235678":
        stage.post(f"/counters/{counter}/open")
    for service, needs, customer in CUSTOMERS:
        stage.post("/tickets", service=service, needs=needs, customer=customer)
    for counter in "25678":
        stage.post(f"/counters/{counter}/next")
    for counter in "58":
        stage.post(f"/counters/{counter}/start")


def kiosk(stage: Stage, lang: str) -> None:
    for shape, size in (("portrait", (1080, 1920)), ("landscape", (1920, 1080))):
        page = stage.open("/kiosk", *size, lang)
        page.wait_for_selector("body[data-ready]")
        stage.shoot(page, f"kiosk-start-{shape}-{lang}")
        page.click("[data-service=cash]")
        stage.shoot(page, f"kiosk-choose-{shape}-{lang}")
        page.click("#take")
        page.wait_for_selector("#result:not([hidden])")
        stage.shoot(page, f"kiosk-number-{shape}-{lang}")
        page.reload()
        page.click("#elder")
        page.click("[data-need=elderly]")
        stage.shoot(page, f"kiosk-elder-{shape}-{lang}")
        page.context.set_offline(True)
        page.click("[data-service=cash]")
        page.click("#take")
        page.wait_for_selector("#offline:not([hidden])")
        stage.shoot(page, f"kiosk-offline-{shape}-{lang}")


def boards(stage: Stage, state: str) -> None:
    for board in ("main", "priority", "counter-1"):
        stage.shoot(stage.open(f"/board/{board}", 1920, 1080), f"board-{board}-{state}")


def called(stage: Stage) -> None:
    board = stage.open("/board/main", 1920, 1080)
    board.wait_for_selector("body[data-seq]")
    stage.post("/counters/1/next")
    stage.shoot(board, "board-main-call")


def desk(stage: Stage, lang: str) -> None:
    tablet = stage.sign_in(stage.open("/desk/hall", 1180, 820, lang), "manager")
    tablet.wait_for_selector("#advice li")
    stage.shoot(tablet, f"tablet-{lang}")
    tablet.click("#tickets button")
    stage.shoot(tablet, f"tablet-ticket-{lang}")
    tablet.goto(f"{stage.url}/desk/plan?lang={lang}")
    tablet.fill("[name=day]", tablet.get_attribute("[name=day]", "max"))
    tablet.select_option("[name=counter_like]", "2")
    tablet.click("#whatif button")
    tablet.wait_for_selector("#figures table")
    stage.shoot(tablet, f"plan-{lang}")
    for name, size in (("console", (1024, 768)), ("console-small", (420, 700))):
        console = stage.sign_in(stage.open("/desk/counter/1", *size, lang), "teller1")
        console.wait_for_selector("#number:not(:empty)")
        stage.shoot(console, f"{name}-{lang}")


def phone(stage: Stage, lang: str) -> None:
    link = stage.post("/tickets", service="cash")["links"]["feedback"].removeprefix(stage.url)
    page = stage.open(link, 390, 844, lang)
    page.wait_for_selector("#ahead:not(:empty)")
    stage.shoot(page, f"phone-{lang}")
    page.check("[value='5']", force=True)
    page.click("#send")
    page.wait_for_selector("#thanks:not([hidden])")
    stage.shoot(page, f"phone-thanks-{lang}")


def slips() -> None:
    branch, at = read_branch(ROOT / "config.toml"), datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    wait = Wait(600, 1100, 300, 1500)
    ticket = Ticket("260302A001", "A001", "A", "cash", "standard", "", "hall", (), "zh", at, at, 3, wait)
    link = "https://lobby.example.com/f/260302A001-e3v6WFWGgvIq"
    for paper_mm in (58, 80):
        for lang in ("zh", "en"):
            printer = Printer("p", "virtual:", paper_mm=paper_mm)
            layout = slip(branch, printer, dataclasses.replace(ticket, lang=lang), link, reprint=lang == "en")
            picture = Image.open(io.BytesIO(draw(encode(layout, printer), printer.dots)))
            picture.save(PICTURES / f"slip-{paper_mm}-{lang}.png")


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    slips()
    with tempfile.TemporaryDirectory() as folder, Branch(Path(folder)) as branch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        stage = Stage(branch, browser)
        boards(stage, "empty")
        morning(stage)
        boards(stage, "busy")
        called(stage)
        each: list[Callable[[Stage, str], None]] = [kiosk, desk, phone]
        for lang in ("zh", "en"):
            for shoot in each:
                shoot(stage, lang)
        browser.close()


if __name__ == "__main__":
    main()
