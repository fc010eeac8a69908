"""The screens of people and devices in a real browser: a counter that is left locks, a kiosk enrols by touch alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from conftest import Server, midday_config, serving
from test_cli import lobby

from web.access import Access

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


def test_a_counter_that_is_left_locks_and_the_pin_opens_it(
    real: Server, page_at: Callable[..., Any]
) -> None:
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


@pytest.fixture
def access(real: Server) -> Iterator[Access]:
    """The store as the command line opens it beside the running branch."""
    opened = Access(real.data)
    yield opened
    opened.close()


DEVICES = pytest.mark.parametrize(
    ("role", "path", "lit"),
    [("board", "/board/main", "body[data-seq]"), ("kiosk", "/kiosk", "body[data-ready]")],
)


@DEVICES
def test_a_device_that_is_disabled_shows_nothing_and_comes_back_by_itself(
    real: Server, access: Access, page_at: Callable[..., Any], role: str, path: str, lit: str
) -> None:
    page = page_at(f"{real.url}/device", 1080, 1920)
    page.fill("[name=code]", access.create_code(role, "main" if role == "board" else "").code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    page.wait_for_selector(lit)
    token = next(one.id for one in access.tokens() if one.role == role)
    access.disable_token(token)
    page.wait_for_selector("a[href='/device']")
    page.clock.install()
    page.reload()
    page.wait_for_selector("a[href='/device']")
    access.enable_token(token)
    page.clock.fast_forward(60_000)
    page.wait_for_selector(lit)
    access.revoke_token(token)


def test_a_board_whose_socket_was_ended_is_followed_again(
    real: Server, access: Access, page_at: Callable[..., Any]
) -> None:
    """Disabled and enabled before it asked again: nobody has to load the page."""
    page = page_at(f"{real.url}/device", 1920, 1080)
    page.fill("[name=code]", access.create_code("board", "main").code)
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-seq]:not(.stale)")
    page.clock.install()
    page.reload()
    page.wait_for_selector("body[data-seq]:not(.stale)")
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    token = next(one.id for one in access.tokens() if one.role == "board")
    access.disable_token(token)
    page.wait_for_selector("body.stale")
    access.enable_token(token)
    page.clock.run_for(1000)
    page.wait_for_selector("body:not(.stale)")
    access.revoke_token(token)


@pytest.mark.parametrize(("path", "name"), [("/desk/counter/1", "li"), ("/desk/hall", "chen")])
def test_who_was_signed_out_from_elsewhere_is_asked_to_sign_in(
    real: Server, access: Access, page_at: Callable[..., Any], path: str, name: str
) -> None:
    """And is not told that the line is down."""
    page = page_at(f"{real.url}{path}", 1180, 820)
    sign_in(page, name)
    page.wait_for_selector("#lost[hidden]", state="attached")
    access.revoke_sessions(name)
    page.wait_for_url(f"**/signin?next={path}")
    sign_in(page, name)
    page.wait_for_url(f"**{path}")


def test_who_locks_one_window_locks_all(real: Server, page_at: Callable[..., Any]) -> None:
    page = page_at(f"{real.url}/desk/counter/1", 1180, 820)
    sign_in(page, "li")
    page.wait_for_selector("#number:not(:empty)")
    other = page.context.new_page()
    other.goto(f"{real.url}/account")
    other.evaluate(
        """() => fetch("/lock", {method: "POST", headers: {
          "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content}})"""
    )
    page.wait_for_url("**/lock?next=/desk/counter/1")


def test_an_administrator_finds_people_and_devices_from_where_the_work_is(
    real: Server, page_at: Callable[..., Any]
) -> None:
    page = page_at(f"{real.url}/desk/hall", 1024, 768)
    sign_in(page, "chen")
    one_row = page.locator(".hall header").bounding_box()["height"]
    assert one_row < 90, "the header stays one row"
    page.click(".ways-menu summary")
    page.click("header a[href='/desk/people']")
    page.wait_for_selector("h1:text('人员与设备')")
    page.goto(f"{real.url}/account")
    page.click("a[href='/desk/people']")
    page.wait_for_selector("h1:text('人员与设备')")


def test_until_when_the_second_factor_is_to_be_set_up_is_said(
    real: Server, access: Access, page_at: Callable[..., Any]
) -> None:
    page = page_at(f"{real.url}/account?lang=en", 1180, 820)
    sign_in(page, "chen")
    account = access.account("chen")
    assert account
    assert account.created_at
    zone = access.zone
    due = datetime.fromtimestamp(account.created_at + 3 * 86400, zone).strftime("%m-%d %H:%M")
    page.goto(f"{real.url}/account?lang=en")
    assert f"Set it up by {due}" in page.inner_text("main")
    page.click("a[href='/account/totp']")
    assert due in page.inner_text("main")
    teller = page_at(f"{real.url}/account?lang=en", 1180, 820)
    sign_in(teller, "li")
    assert "Set it up by" not in teller.inner_text("main"), "nobody requires it of a teller"
