"""Screens load themselves anew when the branch was set up anew, and never under anybody's hands: the real process is
ended and started with another configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Server, serving, sign_in, until

Open = Callable[..., Any]
LATE_MS = 60000
RENEWED = "body[data-revision]:not([data-marked])"
"""Another document than the one that was marked."""
STAYS = "setInterval(() => document.dispatchEvent(new Event('pointerdown')), 20000)"
"""Somebody who reads and touches the glass now and then: a visit left alone ends by itself after 45 s."""


@pytest.fixture
def branch_server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path / "var") as running:
        yield running


def mark(page: Any) -> None:
    page.evaluate("document.body.setAttribute('data-marked', 'yes')")


def set_up_anew(server: Server, name: str) -> None:
    """The branch is renamed: it stands in the head of every page."""
    server.stop()
    old = server.config.read_text()
    server.config.write_text(
        re.sub(r"(?m)^name = .*$", f'name = {{ zh = "{name}", en = "West" }}', old, count=1)
    )
    server.start()


def test_the_kiosk_the_console_and_the_tablet_are_renewed_between_visits(
    page_at: Open, branch_server: Server
) -> None:
    url = branch_server.url
    kiosk = page_at(f"{url}/kiosk", 1080, 1920)
    kiosk.wait_for_selector("body[data-ready]")
    visited = page_at(f"{url}/kiosk", 1080, 1920)
    visited.wait_for_selector("body[data-ready]")
    visited.click("[data-service=cash]")
    visited.evaluate(STAYS)
    console = page_at(f"{url}/desk/counter/1", 1024, 768)
    sign_in(console, "teller1")
    console.wait_for_selector("#state:text('关闭')")
    tablet = page_at(f"{url}/desk/hall", 1180, 820)
    sign_in(tablet, "manager")
    tablet.wait_for_selector("html:not(.stale)")
    was = {
        id(page): page.get_attribute("body", "data-revision")
        for page in (kiosk, visited, console, tablet)
    }
    for page in (kiosk, visited, console, tablet):
        mark(page)
    assert len(set(was.values())) == 1

    set_up_anew(branch_server, "城西支行")

    for page in (kiosk, console, tablet):
        page.wait_for_selector(RENEWED, timeout=LATE_MS)
        assert page.get_attribute("body", "data-revision") != was[id(page)]
    assert "城西支行" in kiosk.text_content("header")
    assert visited.locator(RENEWED).count() == 0
    assert visited.is_visible("#take"), "a visit goes on as it was"
    visited.click("#screens section:not([hidden]) .back")
    visited.wait_for_selector(RENEWED, timeout=LATE_MS)


def test_what_a_teller_is_typing_is_not_lost(page_at: Open, branch_server: Server) -> None:
    console = page_at(f"{branch_server.url}/desk/counter/1", 1024, 768)
    sign_in(console, "teller1")
    console.wait_for_selector("#state:text('关闭')")
    console.keyboard.press("1")
    console.wait_for_selector("#state:text('开放')")
    mark(console)
    console.evaluate(
        "document.body.append(Object.assign(document.createElement('input'), {id: 'note'}))"
    )
    console.fill("#note", "A0")
    asked: list[str] = []
    console.on(
        "response",
        lambda answer: asked.append(answer.url) if answer.url.endswith("/revision") else None,
    )

    set_up_anew(branch_server, "城西支行")

    until(lambda: console.evaluate("1") and asked, "the console asks what page it should have", 60)
    console.wait_for_timeout(7000)  # longer than a hand counts as being there
    assert console.locator(RENEWED).count() == 0
    console.fill("#note", "")
    console.wait_for_selector(RENEWED, timeout=LATE_MS)
