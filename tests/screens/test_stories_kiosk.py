"""Visits as their customers live them, from the first touch to the ticket's end, each with its count of touches."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cast import Caller
from conftest import CONFIG, Server, midday_config, serving
from test_kiosk import PLAYED, kiosk_at, number_of, swipe

from lobby.branch.config import read_branch

Open = Callable[..., Any]
BRANCH = read_branch(CONFIG)
GOLD_CARD = ";6225881234567890=2512101?"
RANKS = ("普通", "金卡", "财富", "私人银行")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One branch for all stories; an appointment may be kept an hour early, so that one fits at any minute."""
    folder = tmp_path_factory.mktemp("stories")
    config = midday_config(folder, ("per_slot = 2", "per_slot = 2\nearly_min = 60"))
    with serving(folder / "var", config=config) as running:
        yield running


@pytest.fixture(scope="module")
def manager(server: Server) -> Caller:
    return Caller(server)


class Hand:
    """A customer at a screen, whose touches are counted. Each waits until what it means to press can be pressed."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.touches = 0

    def touch(self, *selectors: str) -> None:
        for selector in selectors:
            self.touches += 1
            self.page.evaluate(
                "dispatchEvent(new Event('change'))"
            )  # it is no echo, wherever it lies
            self.page.click(f"{selector}:not(.resting)")

    def type(self, digits: str) -> None:
        for digit in digits:
            self.touch(f"[data-digit='{digit}']")


def found(manager: Caller, number: str) -> Any:
    """The ticket of that number, as staff see it."""
    return next(one for one in manager.get("/hall")["tickets"] if one["number"] == number)


def counter_for(ticket: Any) -> str:
    return BRANCH.counters_for(ticket["service"], ticket["tier"], ticket["area"])[0].id


def call(manager: Caller, ticket: Any) -> str:
    """To a counter that may serve such a customer, and that nobody stands at."""
    counter = counter_for(ticket)
    if manager.counter(counter)["state"] != "open":
        manager.post(f"/counters/{counter}/open")
    manager.post(f"/counters/{counter}/call", ticket=ticket["id"])
    return counter


def serve(manager: Caller, ticket: Any) -> Any:
    """Called and served; the ticket as it ended."""
    counter = call(manager, ticket)
    manager.post(f"/counters/{counter}/start")
    manager.post(f"/counters/{counter}/finish")
    return manager.get(f"/tickets/{ticket['id']}")


def phone_at(page_at: Open, server: Server, ticket: Any, lang: str) -> Any:
    """The page behind the code on the slip."""
    path = server.links(ticket["id"])["status"].removeprefix(server.url)
    page = page_at(f"{server.url}{path}?lang={lang}", 390, 844)
    page.wait_for_selector("body[data-ready]")
    return page


# -- the elder with a card --------------------------------------------------------------------------
ELDER_TOUCHES = 5


def test_the_elder_with_a_card(page_at: Open, server: Server, manager: Caller) -> None:
    """Larger text, read aloud once, the green channel, the business; the card takes the number."""
    page = page_at("about:blank", 1080, 1920)
    page.add_init_script(PLAYED)
    page.goto(f"{server.url}/kiosk?lang=zh")
    page.wait_for_selector("body[data-ready]")
    spoken: list[list[str]] = []
    page.on("request", lambda one: "/speech" in one.url and spoken.append(lines(one)))
    hand = Hand(page)
    hand.touch("#elder", "#voice", "[data-need=elderly]", "[data-group=everyday]")
    hand.touch("[data-service=cash]")
    assert page.is_hidden("#quicker"), "nobody presses an elder to a machine"
    with page.expect_request(lambda one: "/speech" in one.url and "您的号码" in lines(one)):
        swipe(page, GOLD_CARD)
    number = number_of(page)
    assert hand.touches == ELDER_TOUCHES
    assert spoken[0][1] == "老年人", "the green channel is read first"
    assert number in spoken[-1]
    ticket = found(manager, number)
    assert (ticket["area"], ticket["needs"]) == ("barrier_free", ["elderly"])
    assert ticket["large_print"]
    assert serve(manager, ticket)["state"] == "served"


def lines(request: Any) -> list[str]:
    said: list[str] = request.post_data_json["lines"]
    return said


# -- the blind customer -----------------------------------------------------------------------------
BLIND_KEYS = 8
BLIND_NAMES = {
    "zh": ("现金业务", "取号", "您的号码", "小票", "完成"),
    "en": ("Cash", "Take a number", "Your number", "slip", "Done"),
}
FOCUSED = """() => { const e = document.activeElement;
  return (e.getAttribute("aria-label") ?? e.innerText).replace(/\\s+/g, " ").trim(); }"""


@pytest.mark.parametrize("lang", BLIND_NAMES)
def test_the_blind_customer(page_at: Open, server: Server, manager: Caller, lang: str) -> None:
    """By keys and names alone: what has the focus is all that is known of the screen."""
    service, take, number, slip, done = BLIND_NAMES[lang]
    page = kiosk_at(page_at, server, lang=lang)
    keys = 0

    def press(key: str) -> str:
        nonlocal keys
        keys += 1
        page.keyboard.press(key)
        heard: str = page.evaluate(FOCUSED)
        return heard

    assert page.locator("#screens [role=status], .said[role=status]").count() >= 2
    page.focus("#start-title")
    while not press("Tab").startswith(service):
        assert keys < BLIND_KEYS, "the business is not among the first things of the page"
    press("Enter")
    page.wait_for_selector("#choose-title:focus")
    assert page.get_by_role("button", name=take, exact=True).is_visible()
    press("Enter")
    page.wait_for_selector("#result-title:focus")
    assert page.evaluate(FOCUSED).startswith(number)
    mine = number_of(page)
    page.locator("#printing[role=status]").filter(has_text=re.compile(slip)).wait_for()
    while press("Tab") != done:
        assert keys < BLIND_KEYS
    page.keyboard.press("Enter")
    page.wait_for_selector("body[data-lang=zh] #start:not([hidden])")
    assert keys + 1 == BLIND_KEYS
    assert serve(manager, found(manager, mine))["state"] == "served"


# -- the foreigner ----------------------------------------------------------------------------------
FOREIGNER_TOUCHES = 4
FOREIGNER_ON_PHONE = 3


def test_the_foreigner(page_at: Open, server: Server, manager: Caller) -> None:
    """The language, the business, the number; the phone says where to go, and takes the card."""
    hand = Hand(kiosk_at(page_at, server))
    hand.touch("#language", "[data-language=en]")
    hand.page.wait_for_selector("body[data-lang=en][data-ready]")
    hand.touch("[data-service=corporate]", "#take")
    ticket = found(manager, number_of(hand.page))
    assert hand.touches == FOREIGNER_TOUCHES
    assert ticket["lang"] == "en"
    phone = Hand(phone_at(page_at, server, ticket, "en"))
    counter = call(manager, ticket)
    phone.page.wait_for_selector(f"#counter:has-text('Counter {counter}')")
    phone.touch("#coming")
    manager.post(f"/counters/{counter}/start")
    phone.page.wait_for_selector("#card:not([hidden])")
    phone.touch("label:has([value='5'])", "#send")
    phone.page.wait_for_selector("#thanks:has-text('Thank you')")
    assert phone.touches == FOREIGNER_ON_PHONE
    manager.post(f"/counters/{counter}/finish")
    assert manager.get(f"/tickets/{ticket['id']}")["state"] == "served"


# -- the gold customer ------------------------------------------------------------------------------
GOLD_TOUCHES = 1


def test_the_gold_customer(page_at: Open, server: Server, manager: Caller) -> None:
    """The card, and one touch. No rank is shown to who stands behind."""
    hand = Hand(kiosk_at(page_at, server))
    swipe(hand.page, GOLD_CARD)
    hand.page.wait_for_selector("#notice:has-text('已读到')")
    hand.touch("[data-service=fx]")
    ticket = found(manager, number_of(hand.page))
    assert hand.touches == GOLD_TOUCHES
    assert ticket["tier"] == "gold"
    assert not [rank for rank in RANKS if rank in hand.page.inner_text("body")]
    assert "622588" not in hand.page.content()
    assert serve(manager, ticket)["state"] == "served"


# -- the pregnant customer --------------------------------------------------------------------------
PREGNANT_TOUCHES = 3


def test_the_pregnant_customer(page_at: Open, server: Server, manager: Caller) -> None:
    hand = Hand(kiosk_at(page_at, server))
    hand.touch("[data-need=pregnant]", "[data-service=cash]")
    assert hand.page.is_hidden("#quicker")
    hand.touch("#take")
    ticket = found(manager, number_of(hand.page))
    assert hand.touches == PREGNANT_TOUCHES
    assert "无障碍" in hand.page.inner_text("#area")
    assert ticket["needs"] == ["pregnant"]
    assert serve(manager, ticket)["state"] == "served"


# -- the missed call --------------------------------------------------------------------------------
MISSED_TOUCHES = 3


def test_the_missed_call(page_at: Open, server: Server, manager: Caller) -> None:
    """A number, a call that nobody heard, the slip shown again, one touch: the wait so far counts."""
    hand = Hand(kiosk_at(page_at, server))
    hand.touch("[data-service=corporate]", "#take")
    ticket = found(manager, number_of(hand.page))
    counter = call(manager, ticket)
    manager.post(f"/counters/{counter}/no-show")
    swipe(hand.page, server.links(ticket["id"])["feedback"])
    hand.page.wait_for_selector(f"#mine-title:has-text('{ticket['number']}')")
    hand.touch("#redraw")
    hand.page.wait_for_selector(f"#result:not([hidden]) #number:not(:text('{ticket['number']}'))")
    again = found(manager, number_of(hand.page))
    assert hand.touches == MISSED_TOUCHES
    assert again["redrawn_from"] == ticket["id"]
    assert again["age_s"] >= 0
    assert serve(manager, again)["state"] == "served"


# -- two businesses ---------------------------------------------------------------------------------
TWO_TOUCHES = 5


def test_two_businesses(page_at: Open, server: Server, manager: Caller) -> None:
    """One number for both: the second begins where the first ended."""
    hand = Hand(kiosk_at(page_at, server))
    hand.touch("[data-service=cards]", "#and-more", "[data-also=digital]", "#also .back", "#take")
    ticket = found(manager, number_of(hand.page))
    assert hand.touches == TWO_TOUCHES
    assert ticket["then"] == ["digital"]
    counter = call(manager, ticket)
    manager.post(f"/counters/{counter}/start")
    first = manager.post(f"/counters/{counter}/finish")
    assert (first["service"], first["state"]) == ("digital", "serving")
    manager.post(f"/counters/{counter}/finish")
    assert manager.get(f"/tickets/{ticket['id']}")["state"] == "served"


# -- by phone ---------------------------------------------------------------------------------------
BOOKING_TOUCHES = 3
CODE_TOUCHES = 8


def test_by_phone(page_at: Open, server: Server, manager: Caller) -> None:
    """Booked on the phone; at the kiosk six digits are typed, once wrongly; the phone leads to the counter."""
    page = page_at(f"{server.url}/book?lang=zh", 390, 844)
    page.wait_for_selector("body[data-ready]")
    booking = Hand(page)
    booking.touch("label:has([value=fx])")
    page.wait_for_selector("#times:enabled #slots label")
    booking.touch("#slots label:has(input:enabled)", "#send")
    page.wait_for_selector("body[data-view=booked][data-ready]")
    assert booking.touches == BOOKING_TOUCHES
    code = page.text_content("#code").replace(" ", "")
    hand = Hand(kiosk_at(page_at, server))
    hand.touch("#keypad-open")
    hand.type(code)
    hand.touch("#typed")
    ticket = found(manager, number_of(hand.page))
    assert hand.touches == CODE_TOUCHES
    assert ticket["appointment"]
    phone = phone_at(page_at, server, ticket, "zh")
    counter = call(manager, ticket)
    phone.wait_for_selector(f"#counter:has-text('{counter} 号柜台')")
    manager.post(f"/counters/{counter}/start")
    manager.post(f"/counters/{counter}/finish")
    assert manager.get(f"/tickets/{ticket['id']}")["state"] == "served"


# -- the unhappy customer ---------------------------------------------------------------------------
UNHAPPY_TOUCHES = 4
UNHAPPY = {
    "zh": ("等了很久没人理", "大堂经理已收到"),
    "en": ("Nobody looked after me", "The lobby manager has your words"),
}


@pytest.mark.parametrize("lang", UNHAPPY)
def test_the_unhappy_customer(page_at: Open, server: Server, manager: Caller, lang: str) -> None:
    """A word while waiting and a card after it: the lobby manager has both before the customer is out of the door."""
    words, told = UNHAPPY[lang]
    ticket = manager.issue("corporate", lang=lang)
    phone = Hand(phone_at(page_at, server, ticket, lang))
    phone.touch("#opinion summary")
    phone.page.fill("[name=opinion]", words)
    phone.touch("#opinion button")
    phone.page.wait_for_selector(f"#told:has-text('{told}')")
    counter = call(manager, ticket)
    manager.post(f"/counters/{counter}/start")
    manager.post(f"/counters/{counter}/finish")
    phone.page.wait_for_selector("#card:not([hidden])")
    phone.touch("label:has([value='1'])", "#send")
    phone.page.wait_for_selector("#thanks:not([hidden])")
    assert phone.touches == UNHAPPY_TOUCHES
    kinds = {one["kind"] for one in manager.get("/hall")["alerts"] if one["ticket"] == ticket["id"]}
    assert kinds == {"opinion", "feedback"}
    assert manager.get(f"/tickets/{ticket['id']}")["state"] == "served"
