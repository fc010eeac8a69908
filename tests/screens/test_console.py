"""The counter console in a real browser, as tellers use it: by keys, all day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, sign_in, until

Open = Callable[..., Any]
READY = "body:not(.busy):not(:has(.resting))"


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    return server.as_("manager")


@pytest.fixture
def api(server: Server, staff: requests.Session) -> Callable[..., Any]:
    """api("/counters/1/open", service=...): a POST by the lobby manager."""

    def post(path: str, **body: Any) -> Any:
        answer = staff.post(f"{server.url}/api/v1{path}", json=body or None, timeout=30)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    return post


def console(
    page_at: Open,
    server: Server,
    counter: str,
    size: tuple[int, int] = (1024, 768),
    lang: str = "zh",
) -> Any:
    page = page_at(f"{server.url}/desk/counter/{counter}?lang={lang}", *size)
    sign_in(page, f"teller{counter}")
    page.wait_for_selector("#number:not(:empty)")
    return page


def press(page: Any, *keys: str) -> None:
    """One key after the other, each when the one before has been answered and its button rests no more."""
    for key in keys:
        page.wait_for_selector(READY)
        page.keyboard.press(key)


def state(page: Any, wanted: str) -> None:
    page.wait_for_selector(f"body[data-state='{wanted}']")


def clear(server: Server, staff: requests.Session, counter: str) -> None:
    """Nobody waits for the counter and nobody is at it."""
    hall = staff.get(f"{server.url}/api/v1/hall", timeout=30).json()
    for ticket in hall["tickets"]:
        if ticket["state"] in ("waiting", "parked", "called"):
            staff.post(f"{server.url}/api/v1/tickets/{ticket['id']}/cancel", timeout=30)
        elif ticket["counter"] == counter:
            base = f"{server.url}/api/v1/counters/{counter}"
            staff.post(f"{base}/recordings/refused", json={"reason": "no_sale"}, timeout=30)
            staff.post(f"{base}/finish", timeout=30)


def test_a_tellers_morning_by_keyboard(page_at: Open, server: Server, staff: Any, api: Any) -> None:
    clear(server, staff, "2")
    for _ in range(3):
        api("/tickets", service="digital")
    desk = console(page_at, server, "2")
    press(desk, "1")
    state(desk, "open")
    press(desk, "1")
    state(desk, "called")
    for n in (1, 2, 3):
        press(desk, "2")
        desk.wait_for_selector(f"#recalls:text('{n}/3')")
    assert desk.is_disabled("[data-act=recall]")
    assert "可重新取号" in desk.inner_text("[data-act=no-show]")
    press(desk, "3")
    state(desk, "open")
    press(desk, "Enter")
    state(desk, "called")
    press(desk, "1")
    state(desk, "serving")
    press(desk, "6", "7")
    press(desk, "1")
    state(desk, "open")
    press(desk, "6")
    state(desk, "paused")
    press(desk, "1")
    state(desk, "open")
    press(desk, "7")
    state(desk, "closed")


def test_a_visit_of_two_services_goes_on_at_the_counter(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "1")
    api("/tickets", service="cash")
    desk = console(page_at, server, "1")
    press(desk, "1")
    state(desk, "open")
    press(desk, "1")
    state(desk, "called")
    press(desk, "1")
    state(desk, "serving")
    press(desk, "9", "3")
    desk.wait_for_selector("#visit .coming:text('开户与银行卡')")
    assert "接着办" in desk.inner_text("#primary")
    press(desk, "1")
    desk.wait_for_selector("#visit .current:text('开户与银行卡')")
    desk.wait_for_selector("#visit .done:text('现金业务')")
    press(desk, "1")
    state(desk, "open")
    press(desk, "7")


@pytest.mark.parametrize(("key", "hold"), [("1", "any"), ("2", "same"), ("3", "step")])
def test_each_hold_is_two_keys_and_called_back_from_the_list(
    page_at: Open, server: Server, staff: Any, api: Any, key: str, hold: str
) -> None:
    clear(server, staff, "1")
    ticket = api("/tickets", service="cash")
    desk = console(page_at, server, "1")
    press(desk, "1")
    state(desk, "open")
    press(desk, "1")
    state(desk, "called")
    press(desk, "4", key)
    row = desk.locator(f"#parked li[data-key='{ticket['id']}']")
    row.wait_for()
    if hold == "step":
        row.get_by_role("button", name="唤回").click()
        desk.wait_for_selector(f"#waiting li[data-key='{ticket['id']}']")
        press(desk, "1")
    else:
        row.get_by_role("button", name=f"叫 {ticket['number']}").click()
    state(desk, "called")
    assert desk.text_content("#number") == ticket["number"]
    press(desk, "1")
    state(desk, "serving")
    press(desk, "1")
    state(desk, "open")
    press(desk, "7")


def test_a_transfer_says_place_and_counter(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "1")
    ticket = api("/tickets", service="cash")
    desk = console(page_at, server, "1")
    press(desk, "1")
    state(desk, "open")
    press(desk, "1")
    state(desk, "called")
    press(desk, "5", "-")
    assert desk.get_attribute("[data-seat=first]", "aria-pressed") == "true"
    desk.select_option("#to-counter", "4")
    desk.locator("#to-counter").blur()
    press(desk, "4")
    state(desk, "open")
    moved = staff.get(f"{server.url}/api/v1/hall", timeout=30).json()["tickets"]
    found = next(one for one in moved if one["id"] == ticket["id"])
    assert (found["service"], found["only_counter"], found["first"]) == ("loans", "4", True)
    press(desk, "7")


def test_a_break_is_one_key_and_begins_when_the_customer_is_done(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "1")
    api("/tickets", service="cash")
    desk = console(page_at, server, "1")
    press(desk, "1")
    state(desk, "open")
    press(desk, "1")
    state(desk, "called")
    press(desk, "8")
    desk.wait_for_selector("[data-act=break]:has-text('已申请休息')")
    api("/counters/1/break/answer", granted=True)
    desk.wait_for_selector("[data-act=break]:has-text('办完当前客户后休息')")
    press(desk, "1")
    state(desk, "serving")
    press(desk, "1")
    state(desk, "paused")
    press(desk, "1")
    state(desk, "open")
    press(desk, "7")


def test_a_request_to_open_is_answered_with_one_key(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "4")
    api("/counters/4/close")
    page = console(page_at, server, "4")
    assert page.is_hidden("#asked")
    api("/counters/4/opening/ask")
    page.wait_for_selector("#asked:not([hidden])")
    press(page, "-")
    page.wait_for_selector("#asked", state="hidden")
    state(page, "closed")
    api("/counters/4/opening/ask")
    page.wait_for_selector("#asked:not([hidden])")
    press(page, "1")
    state(page, "open")
    assert page.is_hidden("#asked")


def test_who_waits_for_a_counter_alone_is_told_before_it_closes(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "4")
    api("/counters/4/open")
    kept = api("/tickets", service="loans")
    api(f"/tickets/{kept['id']}/transfer", service="loans", counter="4")
    page = console(page_at, server, "4")
    page.wait_for_selector(f"#waiting :text('{kept['number']}')")
    press(page, "7")
    assert kept["number"] in page.wait_for_selector("#problem:not([hidden])").inner_text()
    state(page, "open")
    press(page, "7")
    state(page, "closed")
    api(f"/tickets/{kept['id']}/cancel")


def test_recorded_business_is_marked_from_the_call_on(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "5")
    api("/tickets", service="wealth", needs=["elderly"])
    desk = console(page_at, server, "8")
    press(desk, "1", "1")
    state(desk, "called")
    assert desk.is_visible("#recording")
    assert "老年" in desk.inner_text("#tags")
    clear(server, staff, "8")
    state(desk, "open")
    assert desk.is_hidden("#recording")
    press(desk, "7")


def test_a_double_press_calls_once(page_at: Open, server: Server, staff: Any, api: Any) -> None:
    clear(server, staff, "1")
    for _ in range(2):
        api("/tickets", service="cash")
    desk = console(page_at, server, "1")
    press(desk, "1")
    state(desk, "open")
    desk.wait_for_selector(READY)
    desk.evaluate("for (let n = 0; n < 3; n += 1) document.querySelector('#primary').click()")
    state(desk, "called")
    tickets = staff.get(f"{server.url}/api/v1/hall", timeout=30).json()["tickets"]
    assert [one["state"] for one in tickets if one["service"] == "cash"].count("called") == 1
    clear(server, staff, "1")
    press(desk, "7")


def test_digits_in_a_field_are_text_and_a_number_is_called_by_name(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "1")
    ticket = [api("/tickets", service="cash") for _ in range(2)][1]
    desk = console(page_at, server, "1")
    press(desk, "1")
    state(desk, "open")
    press(desk, "*")
    desk.keyboard.type("z719")
    press(desk, "Enter")
    desk.wait_for_selector("#problem:has-text('Z719')")
    desk.fill("[name=number]", ticket["number"].lower())
    press(desk, "Enter")
    state(desk, "called")
    assert desk.text_content("#number") == ticket["number"]
    clear(server, staff, "1")
    press(desk, "7")


def test_a_lost_line_is_said_with_its_age(page_at: Open, server: Server) -> None:
    desk = console(page_at, server, "3")
    desk.context.set_offline(True)
    server.kill()
    desk.wait_for_selector("#lost:not([hidden])", timeout=30_000)
    assert "秒前" in desk.inner_text("#lost")
    press(desk, "1")
    server.start()
    desk.context.set_offline(False)
    desk.wait_for_selector("#lost", state="hidden", timeout=30_000)


@pytest.mark.parametrize("size", [(1024, 768), (420, 700), (360, 480)])
def test_every_act_is_in_reach_without_scrolling(
    page_at: Open, server: Server, staff: Any, api: Any, size: tuple[int, int]
) -> None:
    clear(server, staff, "1")
    api("/tickets", service="cash", needs=["disabled"])
    api("/counters/8/open"), api("/counters/8/next")
    desk = console(page_at, server, "8", size, "en")
    state(desk, "called")
    for button in [desk.locator("#primary"), *desk.locator("#acts button:visible").all()]:
        box = button.bounding_box()
        assert box
        assert box["y"] + box["height"] <= size[1], button.inner_text()
    assert Axe().run(desk).response["violations"] == []
    press(desk, "5")
    assert Axe().run(desk).response["violations"] == []
    api("/counters/8/start"), api("/counters/8/finish")
    until(lambda: desk.get_attribute("body", "data-state") == "open", "the counter is free")
    assert Axe().run(desk).response["violations"] == []
    api("/counters/8/close")


def test_a_teller_sees_no_other_counters_console(page_at: Open, server: Server) -> None:
    desk = page_at(f"{server.url}/desk/counter/3", 1024, 768)
    sign_in(desk, "teller2")
    assert "没有权限" in desk.content()


def test_that_nobody_waits_is_information_and_no_error(
    page_at: Open, server: Server, staff: Any, api: Any
) -> None:
    clear(server, staff, "2")
    desk = console(page_at, server, "2")
    if desk.get_attribute("body", "data-state") != "open":
        press(desk, "1")
        state(desk, "open")
    press(desk, "1")
    desk.wait_for_selector("#nobody:not([hidden])")
    assert desk.inner_text("#nobody") == "没有等候本柜台的客户。"
    assert desk.is_hidden("#problem")
    api("/tickets", service="digital")
    desk.wait_for_selector("#nobody", state="hidden")
    clear(server, staff, "2")
