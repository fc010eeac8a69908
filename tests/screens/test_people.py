"""The screens of people and devices in a real browser: a counter that is left locks, a kiosk enrols by touch alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Server, midday_config, serving
from test_cli import lobby

PASSWORD = "four tall cranes"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("real")
    with serving(folder / "var", demo=False, config=midday_config(folder)) as running:
        for name, role in (("li", "teller"), ("chen", "admin")):
            account = ("account", "create", "--name", name, "--role", role, "--data", running.data)
            assert lobby(*account, input=f"{PASSWORD}\n").returncode == 0
        yield running


def sign_in(page: Any, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/signin" not in url)


def test_a_counter_that_is_left_locks_and_the_pin_opens_it(real: Server, page_at: Callable[..., Any]) -> None:
    page = page_at(f"{real.url}/account", 1024, 768)
    sign_in(page, "li")
    form = "form[action='/account/pin']"
    page.fill(f"{form} [name=password]", PASSWORD)
    page.fill(f"{form} [name=pin]", "8264")
    page.click(f"{form} button")
    page.wait_for_selector("[role=status]")
    page.clock.install()
    page.goto(f"{real.url}/desk/counter/1")
    page.wait_for_selector("#number:not(:empty)")
    page.clock.fast_forward(9 * 60 * 1000)
    page.keyboard.press("Shift")
    page.clock.fast_forward(9 * 60 * 1000)
    assert page.url.endswith("/desk/counter/1"), "a hand was at it in between"
    page.clock.fast_forward(2 * 60 * 1000)
    page.wait_for_url("**/lock?next=*")
    page.fill("[name=secret]", "8264")
    page.click("button.primary")
    page.wait_for_url("**/desk/counter/1")


def test_a_kiosk_enrols_by_touch_alone_with_the_code_of_the_admins_page(
    real: Server, page_at: Callable[..., Any]
) -> None:
    admin = page_at(f"{real.url}/desk/people", 1180, 820)
    sign_in(admin, "chen")
    admin.select_option("[name=device]", "board:main")
    admin.click(".enrol button")
    code = admin.inner_text(".code .number").replace(" ", "")
    board = page_at(f"{real.url}/board/main", 1920, 1080)
    board.click("a[href='/device']")
    for digit in code:
        board.click(f"[data-digit='{digit}']")
    board.click("#keypad .primary")
    board.wait_for_selector("body[data-seq]")
    admin.reload()
    admin.click("[aria-labelledby=devices] .rows summary")
    admin.click("[aria-labelledby=devices] .danger")
    admin.wait_for_selector("[aria-labelledby=devices] .rows .soft")
    assert board.request.get(f"{real.url}/api/v1/boards/main").status == 401
