"""An appointment from the phone: chosen, kept in the calendar, cancelled; a full time, and a branch without any."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
import zxingcpp
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, midday_config, serving, until
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from test_phone import CUT_OFF, small_targets

from kiosk.booking.calendar_entry import calendar_entry

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    return server.as_("manager")


def book_at(
    page_at: Open, server: Server, query: str = "", size: tuple[int, int] = (390, 844)
) -> Any:
    page = page_at(f"{server.url}/book?lang=zh{query}", *size)
    page.wait_for_selector("body[data-ready]")
    return page


def choose(page: Any, service: str, day: int) -> None:
    page.click(f"label:has([value={service}])")
    page.click(f"#days label:nth-child({day})")
    page.wait_for_selector("#times:enabled #slots label")


def slots(server: Server, day: str, service: str = "fx") -> list[dict[str, Any]]:
    asked = {"service": service, "day": day}
    found = requests.get(
        f"{server.url}/api/v1/appointments/slots", params=asked, timeout=30
    ).json()["slots"]
    return list(found)


def booked(page_at: Open, server: Server, n: int = 4) -> Any:
    page = book_at(page_at, server)
    choose(page, "fx", 2)
    page.click(f"#slots label:nth-child({n})")
    page.click("#send")
    page.wait_for_url("**/a/*")
    page.wait_for_selector("body[data-view=booked][data-ready]")
    return page


def test_an_appointment_is_booked_without_a_name_and_checks_in_at_the_kiosk(
    page_at: Open, server: Server
) -> None:
    page = book_at(page_at, server)
    assert page.locator("input:not([type=radio]):not([type=checkbox])").count() == 0
    assert page.is_disabled("#send")
    choose(page, "fx", 2)
    day = page.get_attribute("#days label:nth-child(2) input", "value")
    at = page.get_attribute("#slots label:nth-child(3) input", "value")
    page.click("#slots label:nth-child(3)")
    assert page.text_content("#send") == f"预约 {at[11:16]}"
    before = next(slot["left"] for slot in slots(server, day) if slot["at"] == at)
    page.click("#send")
    page.wait_for_url("**/a/*")
    assert re.fullmatch(r"\d{3} \d{3}", page.text_content("#code"))
    assert at[11:16] in page.text_content(".when")
    assert "外汇业务" in page.text_content("main")
    assert next(slot["left"] for slot in slots(server, day) if slot["at"] == at) == before - 1
    picture = Image.open(io.BytesIO(page.locator(".qr").screenshot()))
    assert [code.text for code in zxingcpp.read_barcodes(picture.convert("L"))] == [
        page.url.partition("?")[0]
    ]


def test_the_calendar_gets_the_appointment(page_at: Open, server: Server) -> None:
    page = booked(page_at, server)
    answer = requests.get(page.url.partition("?")[0] + ".ics", timeout=30)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    entry = answer.content.decode()
    unfolded = entry.replace("\r\n ", "")
    assert f"URL:{page.url.partition('?')[0]}" in unfolded
    assert page.text_content("#code").replace(" ", "") in unfolded
    begins = re.search(r"DTSTART:(\d{8}T\d{6})Z", unfolded)
    assert begins
    assert datetime.strptime(begins[1], "%Y%m%dT%H%M%S") > datetime.now() - timedelta(days=2)
    with page.expect_download() as download:
        page.click("#calendar")
    assert download.value.suggested_filename.endswith(".ics")


def test_cancelling_takes_a_second_touch_and_frees_the_time(page_at: Open, server: Server) -> None:
    page = booked(page_at, server, 6)
    day = (datetime.now().astimezone() + timedelta(days=1)).date().isoformat()
    taken = sum(2 - slot["left"] for slot in slots(server, day))
    # by key: a touch where "book" was touched on the page before is that touch's echo
    page.press("#cancel", "Enter")
    page.click("#keep")
    page.press("#cancel", "Enter")
    page.click("#cancel-sure:not(.resting)")
    page.wait_for_selector("body[data-view=cancelled]")
    assert page.get_attribute("main a.primary", "href") == "/book?service=fx"
    assert sum(2 - slot["left"] for slot in slots(server, day)) in (taken - 1, 0)


def test_a_full_time_cannot_be_chosen_and_one_taken_meanwhile_says_so(
    page_at: Open, server: Server, staff: requests.Session
) -> None:
    page = book_at(page_at, server)
    choose(page, "fx", 4)
    day = page.get_attribute("#days label:nth-child(4) input", "value")
    first, second, *_ = slots(server, day)

    def take(at: str) -> None:
        for _ in range(2):
            staff.post(
                f"{server.url}/api/v1/appointments", json={"service": "cards", "at": at}, timeout=30
            )

    take(first["at"])
    choose(page, "cards", 4)
    page.wait_for_selector(f"#slots input[value='{first['at']}']:disabled", state="attached")
    assert "约满" in page.text_content("#slots label:nth-child(1)")
    page.click("#slots label:nth-child(2)")
    take(second["at"])
    page.click("#send")
    page.wait_for_selector("#problem:not([hidden]):has-text('刚被预约')")
    page.wait_for_selector(f"#slots input[value='{second['at']}']:disabled", state="attached")
    assert page.is_disabled("#send")


def test_no_time_of_another_day_can_be_chosen_while_the_day_s_own_are_asked(
    page_at: Open, server: Server
) -> None:
    page = book_at(page_at, server)
    choose(page, "fx", 3)
    page.click("#slots label:nth-child(1)")
    held: list[Any] = []
    page.route("**/api/v1/appointments/slots*", lambda route: held.append(route))
    page.click("#days label:nth-child(4)")
    page.click("#days label:nth-child(5)")
    assert page.is_disabled("#slots input >> nth=0")
    assert page.is_disabled("#send")
    until(lambda: page.wait_for_timeout(20) or len(held) == 2, "both days are asked for")
    fourth, fifth = held
    fifth.continue_()
    page.wait_for_selector("#times:enabled #slots label")
    fourth.continue_()
    page.click("#slots label:nth-child(1)")
    day = page.get_attribute("#days label:nth-child(5) input", "value")
    assert page.get_attribute("#slots input:checked", "value").startswith(day)


def test_a_lost_line_keeps_what_was_chosen_and_books_it_once(page_at: Open, server: Server) -> None:
    page = book_at(page_at, server)
    choose(page, "fx", 3)
    day = page.get_attribute("#days label:nth-child(3) input", "value")
    page.click("#slots label:nth-child(1)")
    before = slots(server, day)[0]["left"]

    def answer_is_lost(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/v1/appointments", answer_is_lost)
    page.click("#send")
    page.wait_for_selector("#problem:not([hidden]):has-text('网络中断')", timeout=10_000)
    page.unroute("**/api/v1/appointments")
    assert page.is_checked("[value=fx]")
    page.click("#send:enabled:not(.resting)")
    page.wait_for_url("**/a/*")
    assert slots(server, day)[0]["left"] == before - 1


def test_a_branch_without_appointments_says_how_else_to_come(
    page_at: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("none")
    config = midday_config(folder)
    config.write_text(re.sub(r"(?s)\n\[appointments\].*?(?=\n#|\n\[)", "\n", config.read_text()))
    with serving(folder / "var", config=config) as server:
        page = page_at(f"{server.url}/book?lang=zh", 390, 844)
        assert "无需预约" in page.text_content("main")
        assert page.locator("form").count() == 0
        assert Axe().run(page).response["violations"] == []


def test_links_of_tickets_and_appointments_are_not_each_others(
    page_at: Open, server: Server
) -> None:
    page = booked(page_at, server, 9)
    token = page.url.partition("?")[0].rpartition("/")[2]
    ticket = requests.post(
        f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30
    ).json()
    of_ticket = ticket["links"]["status"].rpartition("/")[2]
    for path in (f"/4403/t/{token}", f"/4403/f/{token}", f"/4403/a/{of_ticket}", "/4403/a/forged"):
        assert requests.get(server.url + path, timeout=30).status_code == 404


@pytest.mark.parametrize(
    ("lang", "size"), [("zh", (390, 844)), ("en", (195, 422)), ("ko", (195, 422))]
)
def test_no_booking_page_shuts_anybody_out(
    page_at: Open, server: Server, lang: str, size: tuple[int, int]
) -> None:
    page = page_at(f"{server.url}/book?lang={lang}", *size)
    choose(page, "fx", 5)
    page.evaluate("document.querySelector('details.card').open = true")
    fits(page, size)
    day = page.get_attribute("#days label:nth-child(5) input", "value")
    free = next(slot["at"] for slot in slots(server, day) if slot["left"])
    wish = {"service": "fx", "at": free}
    one = requests.post(f"{server.url}/api/v1/appointments", json=wish, timeout=30).json()
    page.goto(f"{one['links']['status']}?lang={lang}")
    page.evaluate("document.querySelector('#give-up').open = true")
    fits(page, size)
    page.click("#cancel-sure:not(.resting)")
    page.wait_for_selector("body[data-view=cancelled]")
    fits(page, size)


def fits(page: Any, size: tuple[int, int]) -> None:
    if size[0] == 390:
        assert [
            (v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]
        ] == []
        assert small_targets(page) == []
    # on a busy machine a view takes a moment to be laid out
    page.wait_for_function(f"() => ({CUT_OFF})().length === 0")


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_a_calendar_entry_is_folded_and_says_the_same_unfolded(text: str) -> None:
    at = datetime.fromisoformat("2026-03-02T09:30:00+08:00")
    entry = calendar_entry(
        uid="x", made=at, begins=at, ends=at, title=text, place="p", text="t", link="l"
    )
    assert all(len(line.encode()) <= 75 for line in entry.split("\r\n"))
    found = re.search(r"SUMMARY:(.*?)\r\n", entry.replace("\r\n ", ""))
    assert found
    assert re.sub(r"\\(.)", r"\1", found[1]) == text
    assert "DTSTART:20260302T013000Z" in entry
