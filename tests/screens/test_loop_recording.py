"""Dual recording 双录, from the teller's key to the inspector's list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cast import Caller
from conftest import Server, press_first_key, sign_in, until

Open = Callable[..., Any]
COUNTER = "5"
FIGURES = ("recordings", "recording_overrides")


EQUIPMENT = {"zh": "录制设备故障", "en": "the equipment failed"}
REFERENCES = {"zh": "SL20260302-0007", "en": "SL20260302-0008"}
"""Each sale has its own recording."""


def console(page_at: Open, server: Server, lang: str) -> Any:
    page = page_at(f"{server.url}/desk/counter/{COUNTER}?lang={lang}", 1024, 768)
    sign_in(page, f"teller{COUNTER}")
    page.wait_for_selector("#number:not(:empty)")
    return page


def figures(manager: Caller) -> dict[str, Any]:
    measures = manager.get(f"/reports/day/{manager.get('/hall')['day']}")["measures"]
    return {id: measures[id]["value"] for id in (*FIGURES, "recording_missing_share")}


def serve(desk: Any, manager: Caller) -> str:
    """The next customer's service has begun, by keys."""
    number: str = manager.issue("wealth")["number"]
    desk.wait_for_selector(f"#waiting:has-text('{number}')")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=called]")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=serving]")
    return number


@pytest.mark.parametrize(("lang", "reference"), REFERENCES.items())
def test_a_sale_its_recording_and_the_list(
    page_at: Open, server: Server, lang: str, reference: str
) -> None:
    manager = Caller(server, "manager")
    before = figures(manager)
    desk = console(page_at, server, lang)
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
    desk.keyboard.type(reference.lower())
    desk.keyboard.press("Enter")
    desk.wait_for_selector(f"#recording li:has-text('{reference}')")
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
    tablet = page_at(f"{server.url}/desk/recordings?lang={lang}", 1180, 820)
    sign_in(tablet, "manager")
    tablet.click("tr[data-kind=pending] summary")
    tablet.select_option(".act [name=reason]", "equipment")
    tablet.click(".act button")
    tablet.wait_for_selector("tr[data-kind=overridden]")
    desk.wait_for_selector(f"#recording li:has-text('{EQUIPMENT[lang]}')")
    press_first_key(desk)
    desk.wait_for_selector("body[data-state=open]")

    # What ends by another way is missing, and the inspector sees it.
    missing = serve(desk, manager)
    ticket = manager.counter(COUNTER)["ticket"]["id"]
    manager.post(f"/tickets/{ticket}/transfer", service="cash")
    rows = manager.get("/recordings?missing=true")
    assert rows[0]["number"] == missing
    page = page_at(f"{server.url}/desk/recordings?lang={lang}", 1180, 820)
    sign_in(page, "inspector")
    page.wait_for_selector("tbody tr")
    seen = {
        row.query_selector(".number").text_content(): row.get_attribute("data-kind")
        for row in page.query_selector_all("tbody tr")
    }
    walked = {sold: "made", unsold: "refused", passed: "overridden", missing: "missing"}
    assert seen.items() >= walked.items()
    assert page.is_visible(f"tr[data-kind=made]:has-text('{reference}'):has-text('CAM-0{COUNTER}')")
    assert not page.query_selector(".act")
    page.fill("[name=reference]", reference)
    page.press("[name=reference]", "Enter")
    until(lambda: len(page.query_selector_all("tbody tr")) == 1, "the sale alone is listed")

    after = figures(manager)
    assert [after[id] - before[id] for id in FIGURES] == [1, 1]
    assert after["recording_missing_share"] == 0.25
    manager.post(f"/counters/{COUNTER}/close")


def test_who_may_see_and_let_pass(server: Server) -> None:
    for role, sees in [("head", 200), ("office", 200), ("teller", 403)]:
        assert Caller(server, role).ask("GET", "/recordings").status_code == sees
    ticket = Caller(server, "manager").issue("wealth")["id"]
    body = {"ticket": ticket, "reason": "equipment"}
    for role in ("teller", "head", "office"):
        answer = Caller(server, role).ask("POST", "/recordings/override", json=body)
        assert answer.status_code == 403
