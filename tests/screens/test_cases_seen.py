"""A complaint from the counter to its end, in a real browser: taken in, answered, reviewed by a superior, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Server, serving

PASSWORD = "lobby-demo"
NEEDED = {"zh-CN": "请填写此项。", "en": "Please fill this in."}
UNDIALLED = {"zh-CN": "无法拨打", "en": "cannot be dialled"}
DESCRIBED = "node => document.getElementById(node.getAttribute('aria-describedby')).textContent"
"""What a reader of the screen hears with the field."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("cases") / "var") as running:
        yield running


def signed_in(page: Any, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("button.primary")
    page.wait_for_url(lambda url: "/signin" not in url)


def do(page: Any, verb: str, kind: str, **fields: str) -> None:
    """Fills in the form of the next step, which stands open, and waits for its step in the story."""
    form = f"#next [data-verb={verb}]"
    for name, value in fields.items():
        field = page.locator(f"{form} [name={name}]")
        if field.evaluate("node => node.localName") == "select":
            field.select_option(value)
        else:
            field.fill(value)
    page.click(f"{form} form button")
    page.wait_for_selector(f"[data-kind={kind}]")


FIRST_VIEW = """() => {
  const [field] = document.querySelectorAll("#next :is(textarea, button, select)");
  return field.getBoundingClientRect().top < innerHeight;
}"""


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_complaint_goes_from_the_counter_to_its_end(
    desk: Server, page_at: Callable[..., Any], locale: str
) -> None:
    manager = page_at(f"{desk.url}/signin?next=/desk/cases/new", 1180, 820, locale)
    signed_in(manager, "manager")
    manager.click("#take")
    needed = NEEDED[locale]
    assert manager.locator("[name=text]").evaluate(DESCRIBED) == needed, (
        "at its field, in the page's language"
    )
    assert manager.evaluate("document.activeElement.name") == "channel", (
        "the first of what is needed"
    )
    manager.select_option("[name=channel]", "on_the_spot")
    manager.fill("[name=text]", "等了五十分钟")
    manager.fill("[name=complainant]", "王小明")
    manager.fill("[name=contact]", "12")
    manager.click("#take")
    manager.wait_for_selector("[name=contact][aria-invalid=true]")
    assert UNDIALLED[locale] in manager.locator("[name=contact]").evaluate(DESCRIBED)
    assert manager.is_hidden("#problem")
    manager.fill("[name=contact]", "13800138000")
    manager.wait_for_selector("#take:not(.resting)")
    manager.select_option("[name=cause]", "C01")
    manager.select_option("[name=owner]", "manager")
    manager.click("#take")
    manager.wait_for_selector("#story li")
    manager.set_viewport_size({"width": 390, "height": 844})
    assert manager.evaluate(FIRST_VIEW), "the next step and its first field, on a phone"
    manager.set_viewport_size({"width": 1180, "height": 820})
    assert "王小明" not in manager.inner_text("main")
    manager.click("#look")
    manager.wait_for_selector("[data-words=open]")
    assert "王小明" in manager.inner_text("#case")
    manager.click("#verbs [data-verb=note] summary")
    manager.fill("#verbs [data-verb=note] textarea", "还没写完")
    do(manager, "contact", "CaseContacted", text="已致歉")
    do(manager, "classify", "CaseCorrected", business="B01")
    note = manager.locator("#verbs [data-verb=note] textarea")
    assert (note.is_visible(), note.input_value()) == (True, "还没写完"), "while others are sent"
    do(manager, "answer", "CaseAnswered", text="已说明原因")
    number = manager.inner_text("#case h2")

    office = page_at(f"{desk.url}/signin?next=/desk/due", 1440, 900, locale)
    signed_in(office, "office")
    office.click(f"#due li.due:has-text('{number}') a")
    office.wait_for_selector("[data-verb=review]")
    do(office, "review", "CaseReviewed", accepted="yes")

    manager.reload()
    manager.wait_for_selector("[data-verb=close]")
    do(manager, "close", "CaseClosed", result="settled")
    manager.goto(f"{desk.url}/desk/cases?lang={locale[:2]}")
    manager.wait_for_selector("#count:not(:empty)")
    assert number not in manager.inner_text("#cases")
    manager.select_option("#filter [name=status]", "closed")
    manager.wait_for_selector(f"#cases tr:has-text('{number}')")
