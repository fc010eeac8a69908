"""The feedback card 服务意见卡, from the customer's touch on the phone and at the counter to tablet and figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cast import Caller
from conftest import Server, sign_in

Open = Callable[..., Any]


def phone(page_at: Open, server: Server, ticket: dict[str, Any], lang: str = "zh") -> Any:
    path = ticket["links"]["feedback"].removeprefix(server.url)
    page = page_at(f"{server.url}{path}?lang={lang}", 390, 844)
    page.wait_for_selector("body[data-ready]")
    return page


def test_a_word_a_card_a_withdrawal_and_the_figure(page_at: Open, server: Server) -> None:
    manager = Caller(server, "manager")
    tablet = page_at(f"{server.url}/desk/hall?lang=zh", 1180, 820)
    sign_in(tablet, "manager")
    mine = manager.issue("cash")
    other = manager.issue("cash")

    # Who waits says a word: the lobby manager reads it with the facts, and answers on the spot.
    waits = phone(page_at, server, other)
    waits.click("#opinion summary")
    waits.fill("[name=opinion]", "孩子发烧，能先办吗？")
    waits.click("#opinion button")
    waits.wait_for_selector("#told:has-text('大堂经理已收到')")
    alert = "#alerts [data-kind=opinion]"
    tablet.wait_for_selector(f"{alert}:has-text('孩子发烧')")
    assert "现金业务" in tablet.inner_text(f"{alert} .facts")
    tablet.click(f"{alert} .answers button:has-text('已当场答复')")
    tablet.wait_for_selector(alert, state="detached")

    # The word of another customer becomes a case, with the visit.
    third = manager.issue("cash")
    complains = phone(page_at, server, third)
    complains.click("#opinion summary")
    complains.fill("[name=opinion]", "柜台开得太少")
    complains.click("#opinion button")
    tablet.wait_for_selector(f"{alert}:has-text('柜台开得太少')")
    tablet.click(f"{alert} .answers button:has-text('转为投诉意见')")
    tablet.wait_for_selector(alert, state="detached")
    (case,) = manager.get("/cases")["cases"]
    assert (case["channel"], case["ticket"]) == ("on_the_spot", third["id"])

    # The card opens with the service. A low score asks what should be better, and reaches the tablet with its facts.
    for verb, body in (("open", {}), ("call", {"ticket": mine["id"]}), ("start", {})):
        manager.post(f"/counters/1/{verb}", **body)
    card = phone(page_at, server, mine)
    card.wait_for_selector("#card:not([hidden])")
    card.check("[value='1']", force=True)
    assert card.is_hidden("[data-kind=praise]")
    card.check("[value=waiting]", force=True)
    card.fill("[name=contact]", "13800138000")
    card.click("#send")
    tablet.wait_for_selector("#alerts [data-kind=feedback] .facts:has-text('等候时间')")

    # The contact is taken back on the same page; the opinion stays.
    card.click("#withdraw button")
    card.wait_for_selector("#thanks:has-text('联系方式已删除')")
    assert card.is_hidden("#withdraw")

    # At the counter, after the end of the service, for the other one; in English.
    manager.post("/counters/1/finish")
    counter = page_at(f"{server.url}/card/1?lang=en", 1024, 600, "en-US")
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

    figures = manager.get(f"/reports/day/{manager.get('/hall')['day']}")["measures"]
    assert figures["feedback_cards"]["value"] == 2
    assert figures["feedback_mean"]["value"] == 3
    assert figures["feedback_asked"]["value"] == 2

    # The teller reads that there are too few, and no single card.
    console = page_at(f"{server.url}/desk/counter/1?lang=zh", 1024, 768)
    sign_in(console, "teller1")
    console.click("#own-cards summary")
    console.wait_for_selector("#own-cards:has-text('不足 10 张')")
