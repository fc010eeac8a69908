"""Two working days as those who lead them live them: opening and closing the branch, and the head's look at 17:00. Each
counts its touches: what takes more of them than it needs is put off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from cast import Caller
from conftest import Server, sign_in

Open = Callable[..., Any]
OPENING = 9
"""Three devices tried and judged, three touches more to look, read and begin."""
CLOSING = 3
"""No more numbers, the note, a last look."""
HEAD = 4
"""What burnt and who does what about it; a figure, its definition and what it is made of."""


class Hand:
    """Somebody at a page who counts the touches. Typing is none."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.touches = 0

    def touch(self, selector: str, **which: Any) -> None:
        self.page.locator(selector, **which).first.click()
        self.touches += 1

    def check(self, id: str) -> Any:
        return self.page.locator(f"[data-check='{id}']")

    def sees(self, selector: str) -> None:
        self.page.wait_for_selector(selector)


@pytest.fixture(scope="module")
def manager(server: Server) -> Caller:
    return Caller(server)


def test_the_lobby_manager_opens_the_branch_and_closes_it(
    server: Server, manager: Caller, page_at: Open
) -> None:
    manager.post("/notes", words="点钞机送修，周二取回")
    board = page_at(f"{server.url}/board/main", 1280, 720)
    board.wait_for_selector("body[data-seq]")
    printer = manager.get("/hall")["printers"][0]["id"]
    desk = Hand(page_at(f"{server.url}/desk/day?lang=en", 1440, 900))
    sign_in(desk.page, "manager")
    desk.sees("body[data-ready]")
    _opens(desk, board, manager, printer)
    assert desk.touches == OPENING
    desk.touches = 0
    _closes(desk, manager)
    assert desk.touches == CLOSING


def _opens(desk: Hand, board: Any, manager: Caller, printer: str) -> None:
    desk.touch(f"[data-test=print][data-device='{printer}'] [data-try]")
    desk.sees(f"[data-test=print][data-device='{printer}'] .asks")
    desk.touch(f"[data-test=print][data-device='{printer}'] [data-well=yes]")
    for test in ("call", "picture"):
        at = f"[data-test={test}][data-device=main]"
        desk.touch(f"{at} [data-try]")
        board.wait_for_selector(f"#test[data-test={test}]:not([hidden])")
        desk.sees(f"{at} .asks")
        desk.touch(f"{at} [data-well=yes]")
        desk.sees(f"{at} .well")
    assert "Main board" in board.inner_text("#test"), "the screen says which it is"
    desk.touch("[data-read]")
    desk.sees("#notes :text('点钞机送修')")
    assert desk.check("staff").get_attribute("class") == "bad"
    manager.post("/counters/1/open")
    manager.post("/counters/2/open")
    desk.touch("a.button[href='/desk/day']")
    desk.sees("[data-check=staff]:not(.bad)")
    assert desk.page.locator(".trial .well").count() == 3, "what was tried stands there all day"
    desk.touch("nav a[href='/desk/hall']")
    desk.sees("#areas li")


def _closes(desk: Hand, manager: Caller) -> None:
    served = manager.issue("cash")
    manager.post("/counters/1/call", ticket=served["id"])
    left = manager.issue("cash")
    page = desk.page
    page.goto(page.url.replace("/desk/hall", "/desk/day"))
    assert left["number"] in desk.check("waiting").inner_text()
    assert served["number"] in desk.check("serving").inner_text()
    desk.touch("#stop")
    desk.sees("[data-check=numbers].bad")
    refused = requests.post(f"{manager.url}/api/v1/tickets", json={"service": "cash"}, timeout=30)
    assert refused.status_code == 409, "nobody gets a number any more"
    for verb in ("start", "finish"):
        manager.post(f"/counters/1/{verb}")
    manager.post("/counters/1/call", ticket=left["id"])
    for verb in ("start", "finish", "close"):
        manager.post(f"/counters/1/{verb}")
    manager.post("/counters/2/close")
    page.fill("#note textarea", "明早检查二号柜台的键盘")
    desk.touch("#note button.primary")
    desk.sees("#notes li:nth-child(2)")
    desk.touch("a.button[href='/desk/day']")
    desk.sees("[data-check=waiting]:not(.bad)")
    for id in ("serving", "parked", "counters", "appointments"):
        assert desk.check(id).get_attribute("class") is None, id
    assert "2" in page.inner_text(".counts"), "numbers given, and served"


def test_the_head_sees_at_five_what_burnt_and_takes_the_figures_along(
    server: Server, manager: Caller, page_at: Open
) -> None:
    manager.post("/day/open", reason="")
    ticket = manager.issue("cash")
    manager.serve(ticket["id"])
    token = ticket["links"]["feedback"].rpartition("/")[2]
    card = requests.post(f"{server.url}/api/v1/feedback/{token}", json={"score": 1}, timeout=30)
    assert card.status_code == 201
    desk = Hand(page_at(f"{server.url}/desk?lang=zh", 1440, 900))
    sign_in(desk.page, "head")
    desk.sees(".findings li")
    page = desk.page
    first = page.locator(".findings li").first
    assert ticket["number"] in first.inner_text()
    assert "尚无人受理" in first.inner_text()
    desk.touch(".findings .doing a")
    desk.sees("main")
    assert "/desk/due" in page.url, "what burnt leads to who does what about it"
    desk.touch("nav a[href='/desk/bulletin']")
    measure = page.locator("details.measure", has_text="低分率")
    desk.touch("details.measure summary", has_text="低分率")
    assert "1 分和 2 分的比例" in measure.inner_text()
    desk.touch("details.measure dd a:visible")
    desk.sees(".parts td")
    assert ticket["number"] in page.inner_text(".parts table")
    assert desk.touches == HEAD
    page.go_back()
    with page.expect_download() as taken:
        page.click(".files a[href$='.xlsx']")
    assert taken.value.path().stat().st_size > 1000
