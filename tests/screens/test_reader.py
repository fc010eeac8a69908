"""A reader at the kiosk in a real browser: nothing that it reads is lost or comes late, however it types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from conftest import Server, midday_config, serving, until
from test_kiosk import ask, hall, kiosk_at, number_of, swipe, ticket

Open = Callable[..., Any]
CARD = ";6226091234567890=2512101?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("reader")
    with serving(folder / "var", config=midday_config(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    return server.as_("manager")


@pytest.fixture
def kiosk(page_at: Open, server: Server) -> Any:
    return kiosk_at(page_at, server)


class Slow:
    """The branch's answer to what was read, held until the test lets it go."""

    def __init__(self, kiosk: Any) -> None:
        self.kiosk = kiosk
        self.held: list[Any] = []
        self.wishes: list[Any] = []
        kiosk.route("**/api/v1/identify", lambda route: self.held.append(route))
        kiosk.on(
            "request",
            lambda request: request.url.endswith("/api/v1/tickets") and self.wishes.append(request),
        )

    def asked(self) -> None:
        """Wait until the reading is on its way."""
        until(lambda: self.kiosk.wait_for_timeout(1) or self.held, "the kiosk asks what was read")

    def go(self) -> None:
        for route in self.held:
            route.continue_()
        self.kiosk.unroute("**/api/v1/identify")


def settled(kiosk: Any) -> None:
    """Every key and touch so far has done what it does at once."""
    kiosk.evaluate("() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 0))")


# -- while the branch still looks -----------------------------------------------------------------------
def test_a_touch_waits_for_the_answer_and_the_number_has_the_tier(
    kiosk: Any, server: Server, staff: Any
) -> None:
    before = len(hall(server, staff)["tickets"])
    slow = Slow(kiosk)
    kiosk.click("[data-service=fx]")
    swipe(kiosk, CARD)
    slow.asked()
    kiosk.click("#take")
    settled(kiosk)
    assert slow.wishes == []
    slow.go()
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"
    assert len(hall(server, staff)["tickets"]) == before + 1


def test_a_touch_waits_for_a_swipe_that_is_not_whole_yet(
    kiosk: Any, server: Server, staff: Any
) -> None:
    kiosk.click("[data-service=fx]")
    kiosk.evaluate(
        """([card, half]) => {
          const key = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
          [...card.slice(0, half)].forEach(key);
          document.querySelector("#take").click();
          [...card.slice(half), "Enter"].forEach(key);
        }""",
        [CARD, 9],
    )
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"


def test_an_enter_waits_for_the_answer_too(kiosk: Any, server: Server, staff: Any) -> None:
    slow = Slow(kiosk)
    kiosk.click("[data-service=fx]")
    swipe(kiosk, CARD)
    slow.asked()
    kiosk.wait_for_timeout(400)  # as long as a suffix of the reader's own may come
    kiosk.keyboard.press("Enter")
    settled(kiosk)
    assert slow.wishes == []
    slow.go()
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"


def test_a_service_touched_while_the_branch_looks_needs_no_further_touch(
    kiosk: Any, server: Server, staff: Any
) -> None:
    slow = Slow(kiosk)
    swipe(kiosk, CARD)
    slow.asked()
    kiosk.click("[data-service=fx]")
    slow.go()
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"


def test_a_slip_shown_meanwhile_turns_the_touch_down(
    kiosk: Any, server: Server, staff: Any
) -> None:
    slip = ask(server, staff, "/tickets", service="wealth")
    slow = Slow(kiosk)
    kiosk.click("[data-service=fx]")
    swipe(kiosk, server.links(slip["id"])["feedback"])
    slow.asked()
    kiosk.click("#take")
    slow.go()
    kiosk.wait_for_selector("#mine:not([hidden])")
    settled(kiosk)
    assert slow.wishes == []


def test_a_swipe_without_a_line_is_kept_for_the_next_try(
    kiosk: Any, server: Server, staff: Any
) -> None:
    kiosk.route("**/api/v1/tickets", lambda route: route.abort())
    kiosk.route("**/api/v1/identify", lambda route: route.abort())
    kiosk.click("[data-service=fx]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#offline:not([hidden])")
    swipe(kiosk, CARD)
    kiosk.wait_for_selector("#notice:not([hidden])")
    kiosk.unroute("**/api/v1/tickets")
    kiosk.unroute("**/api/v1/identify")
    kiosk.click("#retry", position={"x": 12, "y": 12})
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"


# -- suffixes -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "ends", [["Enter"], ["Tab"], ["Enter", "Enter"], ["Control+m", "Control+j"]]
)
def test_a_suffix_that_comes_late_does_nothing_on_the_page(kiosk: Any, ends: list[str]) -> None:
    kiosk.focus("[data-service=corporate]")
    with kiosk.expect_request("**/identify"):
        swipe(kiosk, CARD, "")
    swipe_ends = [end.removeprefix("Control+") for end in ends]
    kiosk.evaluate(
        """([keys, ctrlKey]) => {
          window.passed = keys.filter((key) => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key, ctrlKey, bubbles: true, cancelable: true})));
        }""",
        [swipe_ends, ends[0].startswith("Control")],
    )
    kiosk.wait_for_selector("#notice:not([hidden])")
    assert kiosk.evaluate("passed") == []
    assert kiosk.get_attribute("body", "data-screen") == "start"


# -- the next visit -------------------------------------------------------------------------------------
def test_a_swipe_on_the_result_page_begins_the_next_visit(
    kiosk: Any, server: Server, staff: Any
) -> None:
    kiosk.click("[data-need=elderly]")
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    first = number_of(kiosk)
    swipe(kiosk, CARD)
    kiosk.wait_for_selector("#start:not([hidden])")
    kiosk.wait_for_selector("#notice:not([hidden])")
    kiosk.click("[data-service=fx]")
    second = number_of(kiosk)
    assert second != first
    assert ticket(server, staff, second)["tier"] == "wealth"
    assert ticket(server, staff, second)["needs"] == []


def test_a_card_that_still_lies_before_the_reader_begins_no_visit(kiosk: Any) -> None:
    kiosk.click("[data-service=fx]")
    swipe(kiosk, CARD)
    number = number_of(kiosk)
    swipe(kiosk, CARD)
    kiosk.wait_for_timeout(400)  # longer than the reader's silence
    assert kiosk.is_visible("#result")
    assert number_of(kiosk) == number


def test_who_swipes_when_the_number_is_being_given_is_told(
    kiosk: Any, server: Server, staff: Any
) -> None:
    held: list[Any] = []
    kiosk.route("**/api/v1/tickets", lambda route: held.append(route))
    kiosk.click("[data-service=fx]")
    kiosk.click("#take")
    until(lambda: kiosk.wait_for_timeout(1) or held, "the number is asked for")
    with kiosk.expect_response("**/identify"):
        swipe(kiosk, CARD)
    held[0].continue_()
    number_of(kiosk)
    kiosk.wait_for_selector("#notice:has-text('再刷一次卡')")


def test_a_change_of_language_takes_no_card_along_and_says_so(kiosk: Any) -> None:
    swipe(kiosk, CARD)
    kiosk.wait_for_selector("#notice:not([hidden])")
    kiosk.click("#language")
    kiosk.click("[data-language=en]")
    kiosk.wait_for_selector("body[data-lang=en][data-ready] #notice:has-text('once more')")
    assert "6226" not in kiosk.url


# -- readers of every make ------------------------------------------------------------------------------
@pytest.mark.parametrize("delay", [1, 5, 30])
@pytest.mark.parametrize(
    "read", [CARD, "HMW-00042", "]C1hmw-00042", "；6226091234567890＝2512101？"]
)
def test_real_keys_at_any_pace_are_one_reading(
    kiosk: Any, server: Server, staff: Any, delay: int, read: str
) -> None:
    asked: list[str] = []
    kiosk.on(
        "request",
        lambda request: (
            "identify" in request.url and asked.append(request.post_data_json["customer"])
        ),
    )
    kiosk.click("[data-service=fx]")
    if read.isascii():
        kiosk.keyboard.type(read, delay=delay)
        kiosk.keyboard.press("Enter")
    else:
        swipe(kiosk, read)
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"
    assert asked == [read]


def test_a_slips_code_under_caps_lock_is_that_slip(kiosk: Any, server: Server, staff: Any) -> None:
    slip = ask(server, staff, "/tickets", service="wealth")
    kiosk.keyboard.type(server.links(slip["id"])["feedback"].swapcase(), delay=2)
    kiosk.wait_for_selector(f"#mine-title:has-text('{slip['number']}')")


def test_an_input_methods_keys_are_told_by_their_places(
    kiosk: Any, server: Server, staff: Any
) -> None:
    kiosk.click("[data-service=fx]")
    kiosk.evaluate(
        """codes => codes.forEach(([code, shiftKey]) => document.body.dispatchEvent(
          new KeyboardEvent("keydown", {key: "Process", code, shiftKey, bubbles: true})))""",
        [["KeyH", True], ["KeyM", True], ["KeyW", True], ["Minus", False]]
        + [[f"Digit{digit}", False] for digit in "00042"]
        + [["Enter", False]],
    )
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"


def test_the_keypads_confirm_waits_for_the_last_key(kiosk: Any) -> None:
    kiosk.click("#keypad-open")
    for digit in "1380013800":
        kiosk.click(f"[data-digit='{digit}']")
    with kiosk.expect_request("**/identify") as asked:
        kiosk.evaluate(
            """() => { document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "0", bubbles: true}));
              document.querySelector("#typed").click(); }"""
        )
    assert asked.value.post_data_json == {"customer": "13800138000"}
