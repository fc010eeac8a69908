"""The focus-customer panel 焦点客户座谈会, from the card on the customer's phone to the figure in the bulletin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cast import Caller
from conftest import Server, sign_in

Open = Callable[..., Any]
CONTACTS = {"zh": "13900002222", "en": "13900003333"}
"""Nobody is asked twice, and who is asked is known by this."""
FOUND = "取号前先告知所需证件"


def agrees_to_be_asked(page_at: Open, server: Server, contact: str) -> None:
    """A customer is served, and says on the phone how to be reached and that one may ask."""
    manager = Caller(server)
    ticket = manager.issue("cash")
    manager.serve(ticket["id"])
    path = ticket["links"]["feedback"].removeprefix(server.url)
    card = page_at(f"{server.url}{path}?lang=zh", 390, 844)
    card.wait_for_selector("body[data-ready]")
    card.check("[value='2']", force=True)
    card.fill("[name=contact]", contact)
    card.check("[name=consent]")
    card.click("#send")
    card.wait_for_selector("#thanks:not([hidden])")


@pytest.mark.parametrize(("lang", "contact"), CONTACTS.items())
def test_a_customer_is_asked_and_what_was_said_becomes_an_action(
    page_at: Open, server: Server, lang: str, contact: str
) -> None:
    agrees_to_be_asked(page_at, server, contact)
    page = page_at(f"{server.url}/desk/panel?lang={lang}", 1180, 820)
    sign_in(page, "office")
    page.wait_for_selector("body[data-ready]")
    page.click("#new summary")
    page.fill("#plan [name=title]", f"等候 {lang}")
    page.fill("#plan [name=place]", "二楼会议室")
    page.fill("#plan [name=size]", "2")
    today = page.input_value("#plan [name=until]")
    page.fill("#plan [name=on]", today)
    page.click("#plan button.primary")
    page.wait_for_selector("#said:not(:empty)")
    page.click("#draw")

    # The contact is seen by one touch alone, and the guest answers, comes, and is heard.
    guest = "#one tr[data-guest]"
    page.wait_for_selector(f"{guest}[data-state=drawn]")
    assert contact not in page.inner_text("main")
    page.click(f"{guest} .reach > button")
    page.wait_for_selector(f"{guest} .contact:has-text('{contact}')")
    page.click(f"{guest} .next button")
    page.click(f"{guest}[data-state=asked] .next button:first-child")
    page.wait_for_selector(f"{guest}[data-state=agreed]")
    page.click("#held")
    page.wait_for_selector(".finding")
    page.click(f"{guest}[data-state=agreed] .next button:first-child")
    page.wait_for_selector(f"{guest}[data-state=came]")
    page.fill(".finding [name=text]", FOUND)
    page.click(".finding button.primary")

    # The finding leads to its action, and the action to the bulletin's figure.
    page.click(f".draws li:has-text('{FOUND}') a")
    page.wait_for_selector(f"#one h2:has-text('{FOUND}')")
    page.goto(f"{server.url}/desk/bulletin/parts?measure=actions_open&from={today}&to={today}")
    shown = page.inner_text(".parts .soft")
    assert str(len(Caller(server, "office").get("/actions"))) in shown
