"""A branch with a register of staff, in a real browser: the console asks for the staff number once, and the number
stands where the bank wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import CONFIG, Server, midday_config, serving, sign_in

Open = Callable[..., Any]
REGISTER = """
[staff]
show_number = true
[[staff.people]]
number = "10023"
name = "李敏"
roles = ["teller"]
"""


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("registered")
    config = midday_config(folder)
    config.write_text(config.read_text() + REGISTER)
    (folder / "slides").symlink_to(CONFIG.parent / "slides")
    with serving(folder / "var", config=config) as running:
        yield running


def console(page_at: Open, server: Server, lang: str, *size: int) -> Any:
    page = page_at(f"{server.url}/desk/counter/1?lang={lang}", *(size or (1024, 768)))
    sign_in(page, "teller1")
    page.wait_for_selector("body[data-ready][data-state]")
    return page


def test_the_console_asks_once_and_again_after_the_sign_off(
    page_at: Open, registered: Server
) -> None:
    page = console(page_at, registered, "zh")
    page.wait_for_selector("#sign-on:not([hidden])")
    assert not page.is_visible("#primary")
    page.keyboard.type("4711")
    page.keyboard.press("Enter")
    page.wait_for_selector("#problem:not([hidden])")
    assert "在岗人员中没有 4711 这个工号或账号" in page.text_content("#problem")
    page.fill("#sign-on input", "10023")
    page.keyboard.press("Enter")
    page.wait_for_selector("#primary", state="visible")
    assert page.text_content("#person") == "工号 10023 李敏"
    page.reload()
    page.wait_for_selector("#primary", state="visible")
    page.click("#sign-off")
    page.wait_for_selector("#sign-on:not([hidden])")
    assert page.text_content("#person") == ""
    assert page.evaluate("document.activeElement.name") == "staff_number"


@pytest.mark.parametrize(("lang", "size"), [("en", (1024, 768)), ("zh", (360, 480))])
def test_the_question_fits_every_window(
    page_at: Open, registered: Server, lang: str, size: tuple[int, int]
) -> None:
    page = console(page_at, registered, lang, *size)
    page.wait_for_selector("#sign-on:not([hidden])")
    box = page.locator("#sign-on button").bounding_box()
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert Axe().run(page).response["violations"] == []


def test_the_counters_display_and_the_tablet_show_the_number(
    page_at: Open, registered: Server
) -> None:
    staff = registered.as_("teller", "--counter", "1")
    for verb, body in (("open", None), ("sign-on", {"staff_number": "10023"})):
        staff.post(
            f"{registered.url}/api/v1/counters/1/{verb}", json=body, timeout=30
        ).raise_for_status()
    board = page_at(f"{registered.url}/board/counter-1", 1280, 720)
    board.wait_for_selector("#person:not([hidden]) b:text-is('10023')")
    tablet = page_at(f"{registered.url}/desk/hall?lang=zh", 1280, 800)
    sign_in(tablet, "manager")
    tablet.click("#counters [data-counter='1'] button")
    tablet.wait_for_selector("#counter-facts:has-text('工号 10023 李敏')")
