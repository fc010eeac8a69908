"""Dual recording 双录, from the teller's key to the inspector's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cast import Caller
from conftest import Server, press_first_key, sign_in, until

Open = Callable[..., Any]
COUNTER = "5"


def console(page_at: Open, server: Server) -> Any:
    page = page_at(f"{server.url}/desk/counter/{COUNTER}?lang=zh", 1024, 768)
    sign_in(page, f"teller{COUNTER}")
    page.wait_for_selector("#number:not(:empty)")
    return page


def serve(desk: Any, manager: Caller) -> str:
    """The next customer's service has begun, by keys."""
    number: str = manager.issue("wealth")["number"]
    desk.wait_for_selector(f"#waiting:has-text('{number}')")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=called]")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=serving]")
    return number


def test_a_sale_its_recording_and_the_list(page_at: Open, server: Server) -> None:
    manager = Caller(server, "manager")
    desk = console(page_at, server)
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=open]")

    # A sale: the key that ends a service asks for its recording first, and says what a reference looks like.
    sold = serve(desk, manager)
    press_first_key(desk)
    desk.wait_for_selector("#recording-form:not([hidden])")
    desk.keyboard.type("WM-001")
    desk.keyboard.press("Tab")
    desk.keyboard.type("17")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#problem:has-text('SL20260302-0001')")
    assert desk.input_value("#recording-form [name=product]") == "WM-001"
    desk.keyboard.press("Control+A")
    desk.keyboard.type("sl20260302-0007")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#recording li:has-text('SL20260302-0007')")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=open]")

    # No sale: a digit says why, once the fields are left.
    unsold = serve(desk, manager)
    press_first_key(desk)
    desk.wait_for_selector("#recording-form:not([hidden])")
    desk.click("[data-no-sale=declined]")
    desk.wait_for_selector("#recording li")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=open]")

    # Neither: the API refuses as the console does, and the lobby manager lets it pass by name.
    passed = serve(desk, manager)
    refused = manager.ask("POST", f"/counters/{COUNTER}/finish")
    assert (refused.status_code, passed in refused.json()["detail"]) == (409, True)
    tablet = page_at(f"{server.url}/desk/recordings?lang=zh", 1180, 820)
    sign_in(tablet, "manager")
    tablet.click("tr[data-kind=pending] summary")
    tablet.select_option(".act [name=reason]", "equipment")
    tablet.click(".act button")
    tablet.wait_for_selector("tr[data-kind=overridden]")
    desk.wait_for_selector("#recording li:has-text('录制设备故障')")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=open]")

    # What ends by another way is missing, and the inspector sees it.
    missing = serve(desk, manager)
    ticket = manager.counter(COUNTER)["ticket"]["id"]
    manager.post(f"/tickets/{ticket}/transfer", service="cash")
    rows = manager.get("/recordings?missing=true")
    assert [row["number"] for row in rows] == [missing]
    page = page_at(f"{server.url}/desk/recordings?lang=en", 1180, 820, "en-US")
    sign_in(page, "inspector")
    page.wait_for_selector("tbody tr")
    seen = {
        row.query_selector(".number").text_content(): row.get_attribute("data-kind")
        for row in page.query_selector_all("tbody tr")
    }
    assert seen == {sold: "made", unsold: "refused", passed: "overridden", missing: "missing"}
    assert page.is_visible(f"tr[data-kind=made]:has-text('CAM-0{COUNTER}')")
    assert not page.query_selector(".act")
    page.fill("[name=reference]", "SL20260302-0007")
    page.click("button.primary:has-text('Show')")
    until(lambda: len(page.query_selector_all("tbody tr")) == 1, "the sale alone is listed")

    figures = manager.get(f"/reports/day/{manager.get('/hall')['day']}")["measures"]
    assert figures["recordings"]["value"] == 1
    assert figures["recording_overrides"]["value"] == 1
    assert figures["recording_missing_share"]["value"] == 0.25


def test_who_may_see_and_let_pass(server: Server) -> None:
    for role, sees in [("head", 200), ("office", 200), ("teller", 403)]:
        assert Caller(server, role).ask("GET", "/recordings").status_code == sees
    ticket = Caller(server, "manager").issue("wealth")["id"]
    body = {"ticket": ticket, "reason": "equipment"}
    for role in ("teller", "head", "office"):
        answer = Caller(server, role).ask("POST", "/recordings/override", json=body)
        assert answer.status_code == 403
