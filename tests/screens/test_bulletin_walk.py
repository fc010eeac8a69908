"""M10 in a real browser: from a low score on the phone to the figure in the bulletin, its definition one touch
away and its tickets two, as the head of the branch finds them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from cast import Caller
from conftest import Server, sign_in

WORDS = {
    "zh": ("尚无人受理", "低分率", "1 分和 2 分的比例"),
    "en": (
        "nobody has taken it on yet",
        "Share of low scores",
        "share of the scores 1 and 2",
    ),
}


@pytest.fixture(scope="module")
def number(server: Server) -> str:
    """Of a customer who was served and not content."""
    manager = Caller(server)
    ticket = manager.issue("cash")
    manager.serve(ticket["id"])
    token = ticket["links"]["feedback"].rpartition("/")[2]
    card = requests.post(f"{server.url}/api/v1/feedback/{token}", json={"score": 1}, timeout=30)
    assert card.status_code == 201
    return str(ticket["number"])


@pytest.mark.parametrize("lang", WORDS)
def test_the_head_finds_what_went_wrong_and_who_does_what(
    server: Server, number: str, page_at: Callable[..., Any], lang: str
) -> None:
    nobody, name, formula = WORDS[lang]
    page = page_at(f"{server.url}/desk?lang={lang}", 1180, 820)
    sign_in(page, "head")
    page.wait_for_url("**/desk/bulletin*")
    day = page.input_value("[name=date]")
    page.goto(f"{server.url}/desk/bulletin?span=day&date={day}&lang={lang}")
    first = page.locator(".findings li").first
    assert number in first.inner_text()
    assert nobody in first.inner_text()
    assert first.bounding_box()["y"] < 820, "it is seen without scrolling"
    measure = page.locator("details.measure", has_text=name)
    measure.locator("summary").click()
    assert formula in measure.inner_text()
    measure.locator("dd a").click()
    page.wait_for_selector(".parts td")
    assert number in page.inner_text(".parts table")
