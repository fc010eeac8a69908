"""The morning meeting on the tablet, from the first touch to the figure in the bulletin. The line breaks on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import Caller
from conftest import Server, serving, sign_in, until

from cli import main

HALF = re.compile("已完成自查|looked at so far: Self-check")
"""What one of two looked at is not said to be untouched."""


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_meeting_from_the_first_touch_to_the_bulletin(
    tmp_path: Path, page_at: Callable[..., Any], locale: str
) -> None:
    """A day has one meeting: each language has its branch."""
    with serving(tmp_path / "var") as server:
        hold_a_meeting(server, page_at, locale)


def hold_a_meeting(server: Server, page_at: Callable[..., Any], locale: str) -> None:
    page = page_at(f"{server.url}/signin?next=/desk/meeting", 1180, 820, locale)
    sign_in(page, "manager")
    page.click("[data-occasion=meeting]")
    page.wait_for_selector("#items li")
    assert page.locator("#items li").count() == 12
    page.fill("[name=self]", "1001")

    item = page.locator("#items li", has=page.locator("[data-side=self]")).filter(
        has=page.locator("[data-side=peer]")
    )
    first = item.first.get_attribute("data-item")
    card = page.locator(f"[data-item={first}]").first

    # Without a second person there is no peer check.
    card.locator("[data-side=peer][data-verdict=kept]").click()
    page.wait_for_selector("#problem:not([hidden])")
    page.fill("[name=peer]", "1002")

    # The line is cut: marks wait, and are there once it is back.
    page.context.set_offline(True)
    card.locator("[data-side=self][data-verdict=kept]").click()
    page.wait_for_selector("#waiting:not([hidden])")
    card.locator(".facts", has_text=HALF).first.wait_for()
    card.locator("[data-side=peer][data-verdict=broken]").click()
    page.wait_for_selector(f"[data-item={first}].differs")
    page.wait_for_function("() => document.querySelector('#waiting use').getBBox().width > 0")
    page.context.set_offline(False)
    page.wait_for_selector("#waiting", state="hidden")

    # They talk, and both stand by one mark.
    card.locator("[data-do=agree][data-verdict=broken]").click()
    page.wait_for_selector(f"[data-item={first}].broken")

    # A correction asks why.
    card.locator("[data-side=self][data-verdict=broken]").click()
    page.fill("[data-ask=reason] input", "看错了")
    page.click("[data-ask=reason] .primary")

    manager = Caller(server, "manager")
    inspection = manager.get("/inspections")["inspections"][0]

    def marks(n: int) -> Any:
        items = manager.get(f"/inspections/{inspection['id']}")["items"]
        of_item = next(i for i in items if i["id"] == first)["marks"]
        return of_item if len(of_item) == n else None

    sent = until(lambda: marks(3), "the correction is in the journal")
    assert [(m["side"], m["verdict"], m["by"], m["corrects"]) for m in sent] == [
        ("self", "kept", "1001", False),
        ("peer", "broken", "1002", False),
        ("self", "broken", "1001", True),
    ]

    # What was not kept gets an owner at the meeting, and the end asks once about the rest.
    card.locator("[data-do=own]").click()
    page.select_option("[data-ask=owner] [name=owner]", "teller1")
    page.click("[data-ask=owner] .primary")
    page.wait_for_selector(f"[data-item={first}] .finding")

    # The owner leaves: nobody takes the place of that person by silence.
    assert main(["account", "disable", "teller1", "--data", str(server.data)]) == 0
    page.reload()
    page.click("[data-occasion=meeting]")
    card.locator("[data-do=own]").click()
    owner = page.locator("[data-ask=owner] [name=owner]")
    assert owner.input_value() == ""
    page.click("[data-ask=owner] .primary")
    assert owner.evaluate("select => select.validity.valueMissing")
    owner.select_option("manager")
    page.fill("[data-ask=owner] [name=text]", "离岗交接")
    # It is shown before the branch answers; the answer lets the button rest that was pressed last.
    with page.expect_response("**/finding"):
        page.click("[data-ask=owner] .primary")
    page.wait_for_selector(f"[data-item={first}] .finding:has-text('manager')")
    page.click("#end:not(.resting)")
    assert page.locator("#ending li").count() == 11, "what nobody looked at, by name"
    page.click("#ending [data-do=stay]:not(.resting)")
    page.wait_for_selector("#ending", state="hidden")
    page.click("#end:not(.resting)")
    page.click("#ending [data-do=finish]:not(.resting)")
    page.wait_for_selector("#end", state="hidden")
    assert page.locator("#ending li").count() == 11, "what was left out, by name"

    # After the end it says so, and marks are corrected alone.
    page.wait_for_selector("#ended:has-text('manager')")
    assert page.locator("#items .segmented").count() == 0
    card.locator("[data-do=change][data-side=self]").click()
    card.locator("[name=verdict]").select_option("broken")
    card.locator("[name=reason]").fill("核对记录")
    card.locator("[data-ask=reason] .primary").click()
    last = until(lambda: marks(4), "the correction after the end")[-1]
    assert (last["side"], last["by"], last["corrects"]) == ("self", "1001", True)

    # What the tablet kept for more than a day says what it is, and is dropped by a word.
    old = {"path": "/api/v1/inspections/x/end", "words": first, "key": "k", "group": "g", "at": 0}
    page.evaluate(
        "old => localStorage.setItem('lobby-meeting:manager', JSON.stringify({acts: [old], refused: []}))",
        {**old, "clock": "08:30", "body": {"side": "self", "verdict": "kept"}},
    )
    page.reload()
    page.wait_for_selector(f".unsent li:has-text('{first}')")
    page.click(".unsent [data-do=ask]")
    page.keyboard.press("Tab")  # no echo of the press before
    page.click(".unsent [data-do=dropAll]")
    page.wait_for_selector(".unsent", state="detached")

    day = f"/reports/day/{inspection['day']}"
    # The tablet sends the end by itself, and the page does not wait for it.
    until(
        lambda: manager.get(day)["measures"]["standards_left_out"]["value"] == 11,
        "what was left out, in the bulletin",
    )
    measures = manager.get(day)["measures"]
    assert measures["standards_checked"]["value"] == 1
    assert measures["standards_agreement"]["value"] == 0.0
    assert measures["standards_coverage"]["n"] == 12

    # The head of branch sees who puts it right, and puts it right.
    head = page_at(f"{server.url}/signin?next=/desk/standards", 1440, 900, locale=locale)
    sign_in(head, "head")
    head.click(f"[data-finding={first}] [data-do=settle]")
    head.wait_for_selector(f"[data-finding={first}]", state="detached")
