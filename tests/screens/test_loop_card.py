"""The feedback card 服务意见卡, from the customer's touch on the phone and at the counter to tablet and figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cast import Caller
from conftest import Server, sign_in

Open = Callable[..., Any]


SAID = {
    "zh": {
        "told": "大堂经理已收到",
        "business": "现金业务",
        "spot": "已当场答复",
        "case": "转为投诉件",
        "waiting": "等候时间",
        "erased": "联系方式已删除",
        "few": "不足 10 张",
    },
    "en": {
        "told": "The lobby manager has your words",
        "business": "Cash",
        "spot": "Answered on the spot",
        "case": "Make it a case",
        "waiting": "Waiting time",
        "erased": "Your contact details are erased",
        "few": "Fewer than 10 cards",
    },
}


def phone(page_at: Open, server: Server, ticket: dict[str, Any], lang: str) -> Any:
    path = ticket["links"]["feedback"].removeprefix(server.url)
    page = page_at(f"{server.url}{path}?lang={lang}", 390, 844)
    page.wait_for_selector("body[data-ready]")
    return page


def figures(manager: Caller) -> dict[str, Any]:
    measures = manager.get(f"/reports/day/{manager.get('/hall')['day']}")["measures"]
    return {id: one["value"] for id, one in measures.items()}


@pytest.mark.parametrize("lang", SAID)
def test_a_word_a_card_a_withdrawal_and_the_figure(
    page_at: Open, server: Server, lang: str
) -> None:
    said = SAID[lang]
    manager = Caller(server, "manager")
    before = figures(manager)
    tablet = page_at(f"{server.url}/desk/hall?lang={lang}", 1180, 820)
    sign_in(tablet, "manager")
    mine = manager.issue("cash")
    other = manager.issue("cash")

    # Who waits says a word: the lobby manager reads it with the facts, and answers on the spot.
    waits = phone(page_at, server, other, lang)
    waits.click("#opinion summary")
    waits.fill("[name=opinion]", "孩子发烧，能先办吗？")
    waits.click("#opinion button")
    waits.wait_for_selector(f"#told:has-text('{said['told']}')")
    alert = "#alerts [data-kind=opinion]"
    tablet.wait_for_selector(f"{alert}:has-text('孩子发烧')")
    assert said["business"] in tablet.inner_text(f"{alert} .facts")
    tablet.click(f"{alert} .answers button:has-text('{said['spot']}')")
    tablet.wait_for_selector(alert, state="detached")

    # The word of another customer becomes a case, with the visit.
    third = manager.issue("cash")
    complains = phone(page_at, server, third, lang)
    complains.click("#opinion summary")
    complains.fill("[name=opinion]", "柜台开得太少")
    complains.click("#opinion button")
    tablet.wait_for_selector(f"{alert}:has-text('柜台开得太少')")
    tablet.click(f"{alert} .answers button:has-text('{said['case']}')")
    tablet.wait_for_selector(alert, state="detached")
    opened = {one["ticket"]: one["channel"] for one in manager.get("/cases")["cases"]}
    assert opened[third["id"]] == "on_the_spot"

    # The card opens with the service. A low score asks what should be better, and reaches the tablet with its facts.
    for verb, body in (("open", {}), ("call", {"ticket": mine["id"]}), ("start", {})):
        manager.post(f"/counters/1/{verb}", **body)
    card = phone(page_at, server, mine, lang)
    card.wait_for_selector("#card:not([hidden])")
    card.check("[value='1']", force=True)
    assert card.is_hidden("[data-kind=praise]")
    card.check("[value=waiting]", force=True)
    card.fill("[name=contact]", "13800138000")
    card.click("#send")
    tablet.wait_for_selector(f"#alerts [data-kind=feedback] .facts:has-text('{said['waiting']}')")

    # The contact is taken back on the same page; the opinion stays.
    card.click("#withdraw button")
    card.wait_for_selector(f"#thanks:has-text('{said['erased']}')")
    assert card.is_hidden("#withdraw")

    # At the counter, after the end of the service, for the other one.
    manager.post("/counters/1/finish")
    counter = page_at(f"{server.url}/card/1?lang={lang}", 1024, 600)
    counter.wait_for_selector("#idle:not([hidden])")
    for verb, body in (("call", {"ticket": other["id"]}), ("start", {}), ("finish", {})):
        manager.post(f"/counters/1/{verb}", **body)
    counter.wait_for_selector(f"#card:not([hidden]) #number:text('{other['number']}')")
    counter.check("[value='5']", force=True)
    assert counter.is_hidden("[data-kind=blame]")
    counter.check("[value=courteous]", force=True)
    counter.click("#send")
    counter.wait_for_selector("#thanks:not([hidden])")
    assert counter.text_content("#number") == ""
    assert not counter.query_selector("#card :checked")
    waits.reload()
    waits.wait_for_selector("#thanks:not([hidden])")

    after = figures(manager)
    assert after["feedback_cards"] - before["feedback_cards"] == 2
    assert after["feedback_asked"] - before["feedback_asked"] == 2
    assert after["feedback_mean"] == 3

    # The teller reads that there are too few, and no single card.
    console = page_at(f"{server.url}/desk/counter/1?lang={lang}", 1024, 768)
    sign_in(console, "teller1")
    console.click("#own-cards summary")
    console.wait_for_selector(f"#own-cards:has-text('{said['few']}')")
    manager.post("/counters/1/close")
