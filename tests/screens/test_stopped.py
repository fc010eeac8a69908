"""A page that cannot run says so: scripting off, a module that does not come, or one that the browser cannot read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Server, sign_in

OLD = "const [a = ;"
"""What a browser makes of syntax that it does not know."""
FAULTS: dict[str, Callable[[Any], None]] = {
    "aborted": lambda route: route.abort(),
    "failed": lambda route: route.fulfill(status=500, body=""),
    "unreadable": lambda route: route.fulfill(content_type="text/javascript", body=OLD),
    "thrown": lambda route: route.fulfill(
        content_type="text/javascript", body="throw new Error('planted');"
    ),
}
PAGES = {
    "kiosk": ("/kiosk", "kiosk/touch/page.js", "", (1080, 1920), "请找大堂经理"),
    "board": ("/board/main", "display/board/page.js", "", (1920, 1080), "本屏暂停显示"),
    "console": (
        "/desk/counter/1",
        "staff/counter/page.js",
        "teller1",
        (1024, 768),
        "谷歌浏览器 90",
    ),
    "tablet": ("/desk/hall", "staff/tablet/page.js", "manager", (1180, 820), "谷歌浏览器 90"),
    "plan": ("/desk/plan", "staff/plan/page.js", "manager", (1180, 820), "谷歌浏览器 90"),
    "book": ("/book", "kiosk/booking/book.js", "", (390, 844), "无法在此预约"),
    "device": ("/device", "keypad.js", "", (1024, 768), "登记"),
}
STOPS = [(name, fault) for name in ("kiosk", "tablet") for fault in ("off", *FAULTS)]
STOPS += [(name, "unreadable") for name in PAGES if name not in ("kiosk", "tablet")]
"""All pages have the words by the same template: a device's page and an account's go through every fault."""
Open = Callable[..., Any]


@pytest.fixture
def stopped_at(browser: Any, server: Server) -> Iterator[Open]:
    """stopped_at(path, size, script, fault, account): the page whose script does not run."""
    contexts: list[Any] = []

    def open_page(
        path: str, size: tuple[int, int], script: str, fault: str, account: str = ""
    ) -> Any:
        view = {"width": size[0], "height": size[1]}
        context = browser.new_context(
            viewport=view, locale="zh-CN", java_script_enabled=fault != "off"
        )
        contexts.append(context)
        page = context.new_page()
        if fault != "off":
            page.route(f"**/static/{script}", FAULTS[fault])
        page.goto(f"{server.url}{path}")
        if account:
            sign_in(page, account)
            page.wait_for_url(f"**{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("name", "fault"), STOPS)
def test_a_page_that_cannot_run_says_so(stopped_at: Open, name: str, fault: str) -> None:
    path, script, account, size, words = PAGES[name]
    page = stopped_at(path, size, script, fault, account)
    page.wait_for_selector(f".stopped:visible:has-text('{words}')")


@pytest.mark.parametrize("fault", ["off", *FAULTS])
def test_the_phone_shows_the_place_in_line_without_its_script(
    stopped_at: Open, server: Server, fault: str
) -> None:
    staff = server.as_("manager")
    issued = [
        staff.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30).json()
        for _ in range(2)
    ]
    path = server.links(issued[1]["id"])["status"].removeprefix(server.url)
    page = stopped_at(path, (390, 844), "kiosk/phone/page.js", fault)
    page.wait_for_selector("#ahead:visible:has-text('人')")
    assert page.is_visible("#area")
    assert page.text_content("#wait")
    page.wait_for_selector("#arm", state="hidden")
    staff.post(f"{server.url}/api/v1/counters/1/open", timeout=30)
    called = staff.post(
        f"{server.url}/api/v1/counters/1/call", json={"ticket": issued[1]["id"]}, timeout=30
    )
    assert called.ok, called.text
    page.click(".stopped a")
    page.wait_for_selector("#counter:visible:has-text('1')")
    staff.post(f"{server.url}/api/v1/counters/1/no-show", timeout=30)


@pytest.mark.parametrize("fault", ["off", "unreadable"])
def test_the_card_is_handed_in_without_its_script(
    stopped_at: Open, server: Server, fault: str
) -> None:
    staff = server.as_("manager")
    mine = staff.post(f"{server.url}/api/v1/tickets", json={"service": "cash"}, timeout=30).json()
    staff.post(f"{server.url}/api/v1/counters/2/open", timeout=30)
    for verb, body in (("call", {"ticket": mine["id"]}), ("start", {}), ("finish", {})):
        done = staff.post(f"{server.url}/api/v1/counters/2/{verb}", json=body, timeout=30)
        assert done.ok, done.text
    path = server.links(mine["id"])["feedback"].removeprefix(server.url)
    page = stopped_at(path, (390, 844), "kiosk/phone/page.js", fault)
    page.fill("[name=text]", "谢谢")
    page.click("#send")
    page.wait_for_selector("#refused:visible:has-text('表情')")
    assert page.input_value("[name=text]") == "谢谢"
    page.click(".scores label:has([value='4'])")
    page.click("#send")
    page.wait_for_selector("#thanks:visible")
    page.wait_for_selector("#card", state="hidden")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_runs_says_nothing(page_at: Open, server: Server, name: str) -> None:
    path, _, account, size, _ = PAGES[name]
    page = page_at(f"{server.url}{path}", *size)
    if account:
        sign_in(page, account)
    page.wait_for_selector("body[data-ready]")
    assert page.locator(".stopped:visible").count() == 0


@pytest.mark.parametrize("name", ["kiosk", "board", "console", "tablet", "plan"])
def test_a_page_appears_when_it_can_be_used(page_at: Open, server: Server, name: str) -> None:
    """On a slow machine its parts came one by one and moved under the finger."""
    path, script, account, size, _ = PAGES[name]
    page = page_at(f"{server.url}{path}", *size)
    if account:
        sign_in(page, account)
    page.wait_for_selector("body[data-ready] main")
    held: list[Any] = []
    page.route(f"**/static/{script}", lambda route: held.append(route))
    page.reload(wait_until="commit")
    # A page without a main is hidden as well: the new one has to be there first.
    page.wait_for_selector("body:not([data-ready]) main", state="attached")
    page.wait_for_selector("main", state="hidden")
    assert page.locator("main").count() == 1
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    page.wait_for_selector("body[data-ready] main")
