"""Stories of those who work in the branch, each from its first touch to its end, and how many touches it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cast import Caller
from conftest import midday_config, serving, sign_in, until

Open = Callable[..., Any]
CONSOLE = (1024, 768)
TABLET = (1180, 820)
READY = ":not(.busy):not(:has(.resting))"
PEAK = (("crowded = 15", "crowded = 4"), ("target_wait_s = 900", "target_wait_s = 1"))
"""A floor that burns within seconds: four who wait are a crowd, and a gold customer is late at once."""
CROWD = 6


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    folder = tmp_path_factory.mktemp("peak")
    with serving(folder / "var", config=midday_config(folder, *PEAK)) as server:
        yield Caller(server)


class Hands:
    """What somebody does at a page: each key and each touch is counted."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.count = 0

    def key(self, key: str, becomes: str = "") -> None:
        """Presses a key when the page is ready for it; the counter then is in this state."""
        self.page.wait_for_selector(f"body[data-state]{READY}")
        self.page.keyboard.press(key)
        self.count += 1
        if becomes:
            self.page.wait_for_selector(f"body[data-state={becomes}]{READY}")

    def touch(self, selector: str) -> None:
        """Touches what is there, and does not rest."""
        self.page.click(f"{selector}:not(.resting)")
        self.count += 1


def at(page_at: Open, manager: Caller, account: str, path: str, size: tuple[int, int]) -> Hands:
    page = page_at(f"{manager.url}{path}?lang=zh", *size)
    sign_in(page, account)
    return Hands(page)


def test_a_tellers_day_by_keys_with_three_mistakes(page_at: Open, manager: Caller) -> None:
    """Called too early, finished too early, "no-show" for "start": each is taken back by one key."""
    first, second = (manager.issue("cash")["id"] for _ in range(2))
    teller = at(page_at, manager, "teller1", "/desk/counter/1", CONSOLE)
    teller.key("1", "open")
    teller.key("1", "called")
    teller.key("/", "open")
    teller.key("1", "called")
    teller.key("1", "serving")
    teller.key("1", "open")
    teller.key("/", "serving")
    teller.key("9")
    teller.key("3")
    teller.page.wait_for_selector("#visit .coming:text('开户与银行卡')")
    teller.key("1", "serving")
    teller.page.wait_for_selector("#visit .current:text('开户与银行卡')")
    teller.key("1", "open")
    teller.key("1", "called")
    teller.key("3", "open")
    teller.key("/", "called")
    teller.key("1", "serving")
    teller.key("1", "open")
    teller.key("6", "paused")
    teller.key("1", "open")
    teller.key("7", "closed")
    assert teller.count == 19
    assert manager.get(f"/tickets/{first}")["state"] == "served"
    assert manager.get(f"/tickets/{second}")["state"] == "served"


def test_a_lobby_manager_at_the_peak(page_at: Open, manager: Caller) -> None:
    """The late first, a counter opened by its teller, a customer moved and moved back, and one who asks for help."""
    manager.post("/counters/2/open")
    late = manager.issue("cash", tier="gold")["id"]
    crowd = [manager.issue("cash") for _ in range(CROWD)]
    moved = crowd[-1]
    lobby = at(page_at, manager, "manager", "/desk/hall", TABLET)
    lobby.touch("#alerts [data-kind=late] [data-do=first]")
    until(lambda: watched(manager, late)["first"], "the late one is called first")
    lobby.touch("#alerts [data-kind=crowded] [data-do=ask-opening]")
    opened = opened_by_its_teller(page_at, manager)
    lobby.page.wait_for_selector(f"#counters [data-counter='{opened}'].open")
    lobby.touch(f".people [data-ticket='{moved['id']}']")
    lobby.touch("[data-area=priority] .target")
    until(lambda: watched(manager, moved["id"])["area"] == "priority", "moved")
    lobby.touch(f"#undo button:has-text('{moved['number']}')")
    until(lambda: watched(manager, moved["id"])["area"] == "hall", "moved back")
    Caller(manager.server, "kiosk").post("/help", kiosk="hall")
    lobby.touch("#alerts [data-kind=help] [data-do=took]")
    lobby.page.wait_for_selector("#alerts [data-kind=help]", state="detached")
    assert lobby.count == 6


def opened_by_its_teller(page_at: Open, manager: Caller) -> str:
    """At the counter that was asked, the question is answered by one key."""
    asked: list[str] = until(
        lambda: [c["id"] for c in manager.get("/hall")["counters"] if c["asked_at"]],
        "a counter is asked to open",
    )
    [counter] = asked
    teller = at(page_at, manager, f"teller{counter}", f"/desk/counter/{counter}", CONSOLE)
    teller.page.wait_for_selector("#asked:not([hidden])")
    teller.key("1", "open")
    assert teller.count == 1
    return counter


def watched(manager: Caller, ticket: str) -> Any:
    return next(one for one in manager.get("/hall")["tickets"] if one["id"] == ticket)
