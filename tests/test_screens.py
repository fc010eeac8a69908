"""Screens in a real browser, as their people use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from conftest import Server, sign_in, until

Open = Callable[..., Any]
RENEWED_MS = 60_000
"""A tablet asks for advice anew by itself after 45 s."""


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    return server.as_("manager")


def hall(server: Server, staff: requests.Session) -> Any:
    return staff.get(f"{server.url}/api/v1/hall", timeout=30).json()


def kiosk_at(
    page_at: Open, server: Server, *, width: int = 1080, height: int = 1920, lang: str = "zh"
) -> Any:
    page = page_at(f"{server.url}/kiosk?lang={lang}", width, height)
    page.wait_for_selector("body[data-ready]")
    return page


def test_help_rings_the_tablet(page_at: Open, server: Server) -> None:
    tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")
    tablet.wait_for_selector("#areas li")
    kiosk_at(page_at, server).click("#help")
    tablet.wait_for_selector("#alerts [data-kind=help]")
    tablet.click("#alerts [data-kind=help] button")
    tablet.wait_for_selector("#alerts [data-kind=help]", state="detached")


def test_advice_is_followed_with_one_touch(page_at: Open, server: Server, staff: Any) -> None:
    staff.post(f"{server.url}/api/v1/counters/7/open", timeout=30)
    for _ in range(14):
        staff.post(f"{server.url}/api/v1/tickets", json={"service": "digital"}, timeout=30)
    tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")
    tablet.wait_for_selector("#advice [data-advice=open_counter]", timeout=RENEWED_MS)
    advised = staff.get(f"{server.url}/api/v1/advice", timeout=20).json()["advice"]
    counter = next(one["counter"] for one in advised if one["kind"] == "open_counter")
    tablet.click("#advice [data-advice=open_counter] button")
    tablet.wait_for_selector(f"#counters [data-counter='{counter}'] em:has-text('已请开放')")


def test_advice_goes_when_the_floor_is_another(page_at: Open, server: Server, staff: Any) -> None:
    saves = {
        "before_s": 3000,
        "after_s": 900,
        "saves_lo_s": 600,
        "saves_hi_s": 2400,
        "unserved": False,
    }
    one = {
        "kind": "open_counter",
        "counter": "4",
        "tickets": [],
        "numbers": [],
        "area": None,
        **saves,
    }
    tablet = page_at("about:blank", 1180, 820)
    tablet.route("**/api/v1/advice", lambda route: route.fulfill(json={"advice": [one]}))
    tablet.goto(f"{server.url}/desk/hall")
    sign_in(tablet, "manager")
    tablet.wait_for_selector("#advice [data-advice=open_counter]")
    staff.post(f"{server.url}/api/v1/counters/4/open", timeout=30)
    tablet.wait_for_selector("#advice [data-advice=open_counter]", state="detached")


def test_a_day_is_played_again_on_the_page(page_at: Open, server: Server, staff: Any) -> None:
    staff.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30)
    page = page_at(f"{server.url}/desk/plan", 1180, 820)
    sign_in(page, "manager")
    page.fill("[name=day]", page.get_attribute("[name=day]", "max") or "")
    page.select_option("[name=policy]", "fcfs")
    page.click("#whatif button")
    page.wait_for_selector("#figures table")
    page.fill("[name=day]", "2020-01-01")
    page.click("#whatif button")
    page.wait_for_selector("#problem:not([hidden])")
    assert "2020-01-01" in page.inner_text("#problem")


def test_the_manager_moves_a_ticket_with_few_touches(
    page_at: Open, server: Server, staff: Any
) -> None:
    ticket = staff.post(f"{server.url}/api/v1/tickets", json={"service": "fx"}, timeout=30).json()
    tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")

    def now(key: str) -> Any:
        return next(
            (t[key] for t in hall(server, staff)["tickets"] if t["id"] == ticket["id"]), None
        )

    tablet.click(f"[data-ticket='{ticket['id']}']")
    tablet.select_option("#retier", "gold")
    until(lambda: now("tier") == "gold", "retiered")
    tablet.click(f"[data-ticket='{ticket['id']}']")
    tablet.select_option("#divert", "self_service")
    tablet.wait_for_selector("#confirm:not([hidden])")
    tablet.click("#confirm-yes:not(.resting)")
    until(lambda: now("state") is None, "diverted")


def test_a_board_says_that_its_line_is_lost_and_heals(
    page_at: Open, server: Server, staff: Any
) -> None:
    board = page_at(f"{server.url}/board/priority", 1920, 1080)
    board.wait_for_selector("body[data-seq]")
    board.context.set_offline(True)
    board.evaluate("window.stop()")
    server_side_cut(server, board)
    board.wait_for_selector("#lost:not([hidden])", timeout=30_000)
    assert "网络中断" in board.text_content("#lost")
    staff.post(f"{server.url}/api/v1/tickets", json={"service": "wealth"}, timeout=30)
    board.context.set_offline(False)
    board.wait_for_selector("#lost", state="hidden", timeout=20_000)
    board.wait_for_selector("[data-area=priority] .people b:not(:text-is('0'))")


def server_side_cut(server: Server, board: Any) -> None:
    """Offline mode leaves an open WebSocket alone, so the branch itself goes away and comes back."""
    server.kill()
    board.wait_for_selector("#lost:not([hidden])", timeout=30_000)
    server.start()


@pytest.mark.parametrize("path", ["/signin", "/", "/kiosk", "/board/main", "/printer"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_stand_in_both_languages(server: Server, path: str, lang: str) -> None:
    answer = requests.get(
        f"{server.url}{path}?lang={lang}", headers={"Accept": "text/html"}, timeout=30
    )
    assert answer.status_code == 200
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in answer.text


def test_a_wrong_link_is_a_humane_page(server: Server) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    answer = requests.get(f"{server.url}/4403/f/forged", headers={"Accept": accept}, timeout=30)
    assert answer.status_code == 404
    assert "大堂经理" in answer.text
