"""Screens in a real browser, as their people use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, sign_in, until

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    return server.as_("manager")


def hall(server: Server, staff: requests.Session) -> Any:
    return staff.get(f"{server.url}/api/v1/hall", timeout=5).json()


def kiosk_at(page_at: Open, server: Server, *, width: int = 1080, height: int = 1920, lang: str = "zh") -> Any:
    page = page_at(f"{server.url}/kiosk?lang={lang}", width, height)
    page.wait_for_selector("body[data-ready]")
    return page


def number_of(kiosk: Any) -> str:
    kiosk.wait_for_selector("#result:not([hidden])")
    return str(kiosk.text_content("#number"))


def test_a_double_touch_issues_one_ticket(page_at: Open, server: Server, staff: Any) -> None:
    before = len(hall(server, staff)["tickets"])
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cash]")
    kiosk.evaluate("for (let n = 0; n < 3; n += 1) document.querySelector('#take').click()")
    number_of(kiosk)
    assert len(hall(server, staff)["tickets"]) == before + 1


def test_a_swiped_card_is_recognised_and_needs_one_more_touch(page_at: Open, server: Server, staff: Any) -> None:
    kiosk = kiosk_at(page_at, server, width=1920, height=1080)
    kiosk.keyboard.type(";6226091234567890=2512101?", delay=1)
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("#notice:not([hidden])")
    assert "6226" not in kiosk.content()
    kiosk.click("[data-service=fx]")
    number = number_of(kiosk)
    ticket = next(t for t in hall(server, staff)["tickets"] if t["number"] == number)
    assert (ticket["tier"], ticket["area"]) == ("wealth", "priority")


def test_the_elder_chooses_large_text_and_the_green_channel_and_is_offered_no_machine(
    page_at: Open, server: Server, staff: Any
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("#elder")
    kiosk.click("[data-need=elderly]")
    kiosk.click("[data-service=non_cash]")
    assert kiosk.is_hidden("#quicker")
    kiosk.click("#take")
    number = number_of(kiosk)
    ticket = next(t for t in hall(server, staff)["tickets"] if t["number"] == number)
    assert (ticket["needs"], ticket["area"]) == (["elderly"], "barrier_free")


def test_the_quicker_way_is_offered_and_declined_in_one_touch(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cash]")
    assert kiosk.is_visible("#quicker")
    kiosk.click("#go-quicker")
    assert "自助" in kiosk.text_content("#way-title")
    kiosk.click("#take-anyway")
    assert number_of(kiosk)


def test_the_kiosk_goes_back_to_its_start_by_itself_and_in_chinese(page_at: Open, server: Server) -> None:
    kiosk = page_at("about:blank", 1080, 1920)
    kiosk.clock.install()
    kiosk.goto(f"{server.url}/kiosk?lang=en")
    kiosk.wait_for_selector("body[data-ready]")
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    number_of(kiosk)
    kiosk.click("#more")
    kiosk.clock.run_for(30_000)
    assert kiosk.is_visible("#result")
    kiosk.clock.run_for(40_000)
    kiosk.wait_for_selector("body[data-lang=zh] #start:not([hidden])")


def test_a_customer_who_walks_away_leaves_nothing_to_the_next(page_at: Open, server: Server) -> None:
    kiosk = page_at("about:blank", 1080, 1920)
    kiosk.clock.install()
    kiosk.goto(f"{server.url}/kiosk")
    kiosk.wait_for_selector("body[data-ready]")
    kiosk.click("#elder")
    kiosk.click("[data-need=disabled]")
    kiosk.clock.run_for(100_000)
    assert kiosk.get_attribute("[data-need=disabled]", "aria-pressed") == "false"
    assert "elder" not in kiosk.get_attribute("body", "class")


def test_a_lost_line_is_said_and_the_touch_is_not_lost(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.context.set_offline(True)
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#offline:not([hidden])", timeout=10_000)
    kiosk.context.set_offline(False)
    kiosk.click("#retry")
    assert number_of(kiosk)


def test_an_answer_that_got_lost_is_asked_for_again_not_a_second_ticket(
    page_at: Open, server: Server, staff: Any
) -> None:
    before = len(hall(server, staff)["tickets"])
    kiosk = kiosk_at(page_at, server)
    kiosk.route("**/api/v1/tickets", lambda route: (route.fetch(), route.abort()))
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#offline:not([hidden])", timeout=10_000)
    kiosk.unroute("**/api/v1/tickets")
    kiosk.click("#retry")
    assert number_of(kiosk)
    assert len(hall(server, staff)["tickets"]) == before + 1


def test_help_rings_the_tablet(page_at: Open, server: Server) -> None:
    tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")
    tablet.wait_for_selector("#areas li")
    kiosk_at(page_at, server).click("#help")
    tablet.wait_for_selector("#alerts [data-kind=help]")
    tablet.click("#alerts [data-kind=help] button")
    tablet.wait_for_selector("#alerts [data-kind=help]", state="detached")


def test_advice_is_followed_with_one_touch(page_at: Open, server: Server, staff: Any) -> None:
    staff.post(f"{server.url}/api/v1/counters/7/open", timeout=5)
    for _ in range(14):
        staff.post(f"{server.url}/api/v1/tickets", json={"service": "digital"}, timeout=5)
    tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")
    tablet.wait_for_selector("#advice [data-advice=open_counter]", timeout=20_000)
    advised = staff.get(f"{server.url}/api/v1/advice", timeout=20).json()["advice"]
    counter = next(one["counter"] for one in advised if one["kind"] == "open_counter")
    tablet.click("#advice [data-advice=open_counter] button")
    tablet.wait_for_selector(f"#counters [data-counter='{counter}'].open")


def test_a_day_is_played_again_on_the_page(page_at: Open, server: Server, staff: Any) -> None:
    staff.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=5)
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


def test_a_whole_visit_by_keyboard_only(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    for _ in range(40):
        kiosk.keyboard.press("Tab")
        if kiosk.evaluate("document.activeElement.dataset.service") == "cards":
            break
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("#choose:not([hidden])")
    kiosk.keyboard.press("Enter")
    assert number_of(kiosk).startswith("C")


def test_the_manager_moves_a_ticket_in_two_touches(page_at: Open, server: Server, staff: Any) -> None:
    ticket = staff.post(f"{server.url}/api/v1/tickets", json={"service": "fx"}, timeout=5).json()
    tablet = page_at(f"{server.url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")

    def now(key: str) -> Any:
        return next((t[key] for t in hall(server, staff)["tickets"] if t["id"] == ticket["id"]), None)

    tablet.click(f"[data-ticket='{ticket['id']}']")
    tablet.select_option("#retier", "gold")
    until(lambda: now("tier") == "gold", "retiered")
    tablet.click(f"[data-ticket='{ticket['id']}']")
    tablet.select_option("#divert", "self_service")
    until(lambda: now("state") is None, "diverted")


def test_a_board_says_that_its_line_is_lost_and_heals(page_at: Open, server: Server, staff: Any) -> None:
    board = page_at(f"{server.url}/board/priority", 1920, 1080)
    board.wait_for_selector("body[data-seq]")
    board.context.set_offline(True)
    board.evaluate("window.stop()")
    server_side_cut(server, board)
    board.wait_for_selector("#lost:not([hidden])", timeout=30_000)
    assert "连接中断" in board.text_content("#lost")
    staff.post(f"{server.url}/api/v1/tickets", json={"service": "wealth"}, timeout=5)
    board.context.set_offline(False)
    board.wait_for_selector("#lost", state="hidden", timeout=20_000)
    board.wait_for_selector("[data-area=priority] .people b:not(:text-is('0'))")


def server_side_cut(server: Server, board: Any) -> None:
    """Offline mode leaves an open WebSocket alone, so the branch itself goes away and comes back."""
    server.kill()
    board.wait_for_selector("#lost:not([hidden])", timeout=30_000)
    server.start()


PAGES = ("/signin", "/", "/kiosk", "/board/main", "/board/counter-1", "/desk/hall", "/desk/plan", "phone")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_no_page_shuts_anybody_out(page_at: Open, server: Server, path: str, lang: str) -> None:
    if path == "phone":
        ticket = requests.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=5).json()
        path = ticket["links"]["feedback"].removeprefix(server.url)
    page = page_at(f"{server.url}{path}?lang={lang}", 1080, 1920)
    if path in ("/desk/hall", "/desk/plan"):
        sign_in(page, "manager")
        page.wait_for_selector("#areas li" if path == "/desk/hall" else "#staffing *")
    found = Axe().run(page).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []


@pytest.mark.parametrize("path", ["/signin", "/", "/kiosk", "/board/main", "/printer"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_stand_in_both_languages(server: Server, path: str, lang: str) -> None:
    answer = requests.get(f"{server.url}{path}?lang={lang}", headers={"Accept": "text/html"}, timeout=10)
    assert answer.status_code == 200
    assert f'lang="{"zh-CN" if lang == "zh" else "en"}"' in answer.text


def test_a_wrong_link_is_a_humane_page(server: Server) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
    answer = requests.get(f"{server.url}/f/260302A001-forged", headers={"Accept": accept}, timeout=5)
    assert answer.status_code == 404
    assert "大堂经理" in answer.text
