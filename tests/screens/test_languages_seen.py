"""A further language on the screens: what scripts draw is in it too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, serving


@pytest.fixture(scope="module")
def open_counter(server: Server) -> requests.Session:
    staff = server.as_("manager")
    staff.post(f"{server.url}/api/v1/counters/1/open", timeout=30)
    return staff


@pytest.mark.usefixtures("open_counter")
def test_the_korean_customer_reads_the_kiosk_and_the_number(page_at: Any, server: Server) -> None:
    kiosk = page_at(f"{server.url}/kiosk", 1080, 1920)
    kiosk.click("#language")
    kiosk.click("[data-language=ko]")
    kiosk.wait_for_selector("html[lang=ko] body[data-ready]")
    kiosk.wait_for_selector("[data-service=cash] .wait:has-text('앞에')")
    assert Axe().run(kiosk).response["violations"] == []
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#result:not([hidden])")
    assert kiosk.text_content("#area") == "종합 창구"
    assert kiosk.text_content("#wait").endswith(("분", "됩니다", "이내", "이상"))


def test_the_korean_customers_phone_calls_the_counter_by_its_name(
    page_at: Any, server: Server, open_counter: requests.Session
) -> None:
    wish = {"service": "cash", "lang": "ko"}
    ticket = requests.post(f"{server.url}/api/v1/tickets", json=wish, timeout=30).json()
    phone = page_at(f"{ticket['links']['status']}?lang=ko", 390, 844)
    phone.wait_for_selector("#ahead:has-text('앞에')")
    open_counter.post(
        f"{server.url}/api/v1/counters/1/call", json={"ticket": ticket["id"]}, timeout=30
    )
    phone.wait_for_selector("body[data-state=called]")
    assert "1번 창구" in phone.inner_text("main")


def test_many_languages_are_a_menu_for_the_keyboard_too(page_at: Any, tmp_path: Path) -> None:
    for code in ("fr", "ja"):
        own = tmp_path / f"var/translations/{code}/LC_MESSAGES/messages.po"
        own.parent.mkdir(parents=True)
        own.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    with serving(tmp_path / "var") as server:
        page = page_at(f"{server.url}/signin?next=/desk/hall", 1024, 768)
        assert page.is_visible(".languages summary .icon")
        page.focus(".languages summary")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-language=ja]:visible")
        assert Axe().run(page).response["violations"] == []
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("html[lang=en]")
        assert page.url.endswith("/signin?next=%2Fdesk%2Fhall&lang=en")
