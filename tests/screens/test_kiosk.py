"""The touch kiosk in a real browser, for each kind of customer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from conftest import Server, midday_config, serving, until

Open = Callable[..., Any]
CARD = ";6226091234567890=2512101?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The shipped branch, whose appointments may be checked in an hour early, so that one fits at any minute."""
    folder = tmp_path_factory.mktemp("kiosk")
    config = midday_config(folder, ("per_slot = 2", "per_slot = 2\nearly_min = 60"))
    with serving(folder / "var", config=config) as running:
        yield running


@pytest.fixture(scope="module")
def staff(server: Server) -> requests.Session:
    return server.as_("manager")


def ask(server: Server, staff: requests.Session, path: str, **body: Any) -> Any:
    answer = staff.post(f"{server.url}/api/v1{path}", json=body or None, timeout=30)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def hall(server: Server, staff: requests.Session) -> Any:
    return staff.get(f"{server.url}/api/v1/hall", timeout=30).json()


def ticket(server: Server, staff: requests.Session, number: str) -> Any:
    return next(t for t in hall(server, staff)["tickets"] if t["number"] == number)


def kiosk_at(
    page_at: Open, server: Server, *, width: int = 1080, height: int = 1920, lang: str = "zh"
) -> Any:
    page = page_at(f"{server.url}/kiosk?lang={lang}", width, height)
    page.wait_for_selector("body[data-ready]")
    return page


def wound(page_at: Open, server: Server, lang: str = "zh") -> Any:
    """A kiosk whose clock the test winds."""
    kiosk = page_at("about:blank", 1080, 1920)
    kiosk.clock.install()
    kiosk.goto(f"{server.url}/kiosk?lang={lang}")
    kiosk.wait_for_selector("body[data-ready]")
    return kiosk


def swipe(kiosk: Any, text: str, end: str = "Enter") -> None:
    """As fast as a reader types, however slow this machine is."""
    kiosk.evaluate(
        """keys => { for (const key of keys) (document.activeElement ?? document.body).dispatchEvent(
          new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true})); }""",
        [*text, end] if end else [*text],
    )


def number_of(kiosk: Any) -> str:
    kiosk.wait_for_selector("#result:not([hidden])")
    return str(kiosk.text_content("#number"))


def offending_sizes(kiosk: Any, *, touch_px: int, text_px: float) -> Any:
    """Visible controls smaller than a finger needs, and texts smaller than an old eye reads."""
    return kiosk.evaluate(
        """([touch, text]) => {
          const seen = (e) => e.getClientRects().length && !e.closest(".visually-hidden");
          const box = (e) => e.getBoundingClientRect();
          const small = [...document.querySelectorAll("button, a, summary")]
            .filter((e) => seen(e) && (box(e).width < touch || box(e).height < touch));
          const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
          const tiny = [...document.querySelectorAll("body *")]
            .filter((e) => own(e) && seen(e) && parseFloat(getComputedStyle(e).fontSize) < text);
          return [...small, ...tiny].map((e) => e.outerHTML.slice(0, 90));
        }""",
        [touch_px, text_px],
    )


# -- the standard customer --------------------------------------------------------------------------
@pytest.mark.parametrize(("lang", "what"), [("zh", "您的号码"), ("en", "Your number")])
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
def test_the_standard_customer_has_a_number_with_two_touches(
    page_at: Open, server: Server, lang: str, what: str, size: tuple[int, int]
) -> None:
    kiosk = kiosk_at(page_at, server, width=size[0], height=size[1], lang=lang)
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    assert re.fullmatch(r"A\d{3}", number_of(kiosk))
    assert what in kiosk.inner_text("#result")
    assert kiosk.inner_text("#area-way")
    kiosk.wait_for_selector("#qr")
    kiosk.wait_for_selector(
        "#printing:text('请取走')" if lang == "zh" else "#printing:text('take your slip')"
    )


def test_services_stand_by_what_people_come_for_with_their_waits(
    page_at: Open, server: Server, staff: Any
) -> None:
    ask(server, staff, "/counters/1/open")
    ask(server, staff, "/tickets", service="cash")
    kiosk = kiosk_at(page_at, server)
    kiosk.wait_for_selector("[data-service=cash] .ahead:has-text('前面')")
    assert kiosk.text_content("[data-group-of=everyday] h3") == "存取与转账"
    assert "分钟" in kiosk.text_content(
        "[data-service=cash] .about"
    ) or "很快" in kiosk.text_content("[data-service=cash] .about")


def test_nothing_moves_when_the_waits_come(page_at: Open, server: Server) -> None:
    kiosk = page_at("about:blank", 1080, 1920)
    kiosk.add_init_script(
        """window.shift = 0; new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({type: "layout-shift", buffered: true});"""
    )
    kiosk.goto(f"{server.url}/kiosk")
    kiosk.wait_for_selector("[data-service=cash] .about:not(:empty)")
    kiosk.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert kiosk.evaluate("window.shift") < 0.001


def test_a_double_touch_issues_one_ticket(page_at: Open, server: Server, staff: Any) -> None:
    before = len(hall(server, staff)["tickets"])
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cash]")
    kiosk.evaluate("for (let n = 0; n < 3; n += 1) document.querySelector('#take').click()")
    number_of(kiosk)
    assert len(hall(server, staff)["tickets"]) == before + 1


def test_the_second_touch_of_a_double_touch_does_nothing_on_the_next_screen(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.dblclick("[data-service=corporate]")
    assert kiosk.get_attribute("body", "data-screen") == "choose"


def test_the_quicker_way_is_offered_and_declined_in_one_touch(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cash]")
    assert kiosk.is_visible("#quicker")
    kiosk.click("#go-quicker")
    assert "自助" in kiosk.text_content("#way-title")
    kiosk.click("#take-anyway")
    assert number_of(kiosk)


def test_an_appointment_is_offered_where_the_counters_are_not_open(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server, lang="en")
    kiosk.wait_for_selector("[data-service=loans] .about:text('not open')")
    kiosk.click("[data-service=loans]")
    kiosk.click("#go-appointment")
    assert kiosk.evaluate("document.querySelector('#book img').decode().then(() => true)")
    kiosk.click("#book .take-anyway")
    assert number_of(kiosk).startswith("D")


def test_several_services_go_on_one_number(page_at: Open, server: Server, staff: Any) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cards]")
    kiosk.click("#and-more")
    assert kiosk.is_hidden("[data-also=cards]")
    kiosk.click("[data-also=cash]")
    kiosk.click("[data-also=fx]")
    kiosk.click("[data-also=cash]")
    kiosk.click("#also .back")
    assert "外汇" in kiosk.text_content("#choose-also")
    kiosk.click("#take")
    assert ticket(server, staff, number_of(kiosk))["then"] == ["fx"]
    assert kiosk.text_content("#service-name") == "开户与银行卡 · 外汇业务"


def test_whoever_asks_is_told_how_the_place_was_set_and_no_rank(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server)
    swipe(kiosk, CARD)
    kiosk.wait_for_selector("#notice:not([hidden])")
    kiosk.click("[data-service=fx]")
    number = number_of(kiosk)
    kiosk.click("#how")
    kiosk.wait_for_selector("#why:has-text('按您出示的卡')")
    for rank in ("财富", "普通", "金卡", "私人银行"):
        assert rank not in kiosk.inner_text("body")
    kiosk.click("#rule .back")
    assert kiosk.text_content("#number") == number


# -- the priority customer, and what readers type ---------------------------------------------------
def test_a_swiped_card_is_recognised_and_needs_one_more_touch(
    page_at: Open, server: Server, staff: Any
) -> None:
    kiosk = kiosk_at(page_at, server, width=1920, height=1080)
    kiosk.keyboard.type(CARD, delay=1)
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("#notice:not([hidden])")
    assert "6226" not in kiosk.content()
    kiosk.click("[data-service=fx]")
    number = number_of(kiosk)
    found = ticket(server, staff, number)
    assert (found["tier"], found["area"]) == ("wealth", "priority")
    assert "6226" not in kiosk.content()


def test_a_need_a_business_and_a_card_come_to_the_number_that_is_shown(
    page_at: Open, server: Server, staff: Any
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    number = number_of(kiosk)
    area = kiosk.inner_text("#area")
    kiosk.click("#tell-more:not(.resting)")
    kiosk.click("[data-need=pregnant]")
    kiosk.wait_for_selector("#result:not([hidden])")
    assert kiosk.inner_text("#area") != area
    kiosk.click("#tell-more:not(.resting)")
    assert kiosk.is_hidden("[data-also=cash]")
    kiosk.click("[data-also=loans]")
    kiosk.click("#also .back")
    kiosk.wait_for_selector("#service-name:has-text('贷款')")
    kiosk.click("#tell-more:not(.resting)")
    kiosk.wait_for_selector("[data-need=elderly]:not(.resting)")
    kiosk.evaluate(
        """needs => needs.forEach(need => document.querySelector(`[data-need=${need}]`).click())""",
        ["elderly", "military"],
    )
    kiosk.wait_for_selector("#result:not([hidden])")
    until(lambda: len(ticket(server, staff, number)["needs"]) == 3, "no need is lost")
    kiosk.click("#tell-more:not(.resting)")
    swipe(kiosk, CARD, "Enter")
    kiosk.wait_for_selector("#result:not([hidden])")
    found = ticket(server, staff, number)
    assert (found["tier"], found["then"]) == ("wealth", ["loans"])
    assert found["needs"] == ["pregnant", "elderly", "military"]
    assert "6226" not in kiosk.content()


@pytest.mark.parametrize(
    ("read", "end"),
    [
        ("%B6226091234567890^LI/LEI^2512101?;6226091234567890=2512101?", "Enter"),
        (CARD, ""),
        (CARD, "Tab"),
        ("HMW-00042", "Enter"),
    ],
)
def test_readers_of_every_kind_are_understood_wherever_the_focus_is(
    page_at: Open, server: Server, staff: Any, read: str, end: str
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cash]")
    kiosk.focus("#choose .back")
    swipe(kiosk, read, end)
    assert ticket(server, staff, number_of(kiosk))["tier"] == "wealth"


def test_every_card_is_answered_alike(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    said = []
    for card in (CARD, ";9999001234567890=2512101?"):
        swipe(kiosk, card)
        kiosk.wait_for_selector("#notice:not([hidden])")
        said.append(kiosk.text_content("#notice"))
        kiosk.reload()
        kiosk.wait_for_selector("body[data-ready]")
    assert said[0] == said[1]


def test_a_half_read_swipe_is_met_kindly_and_one_goes_on_without(
    page_at: Open, server: Server, staff: Any
) -> None:
    kiosk = kiosk_at(page_at, server)
    swipe(kiosk, ";E?")
    kiosk.wait_for_selector("#notice:has-text('不要紧')")
    kiosk.click("[data-service=corporate]")
    kiosk.click("#take")
    assert ticket(server, staff, number_of(kiosk))["tier"] == "standard"


def test_a_persons_slow_keys_are_no_card(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    asked: list[str] = []
    kiosk.on("request", lambda request: asked.append(request.url))
    kiosk.keyboard.type("62260912", delay=90)
    kiosk.keyboard.press("Enter")
    kiosk.click("#keypad-open")
    assert not [url for url in asked if "identify" in url]
    assert kiosk.text_content("#digits") == ""


def test_digits_on_the_keypad_are_hidden_and_forgotten(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("#keypad-open")
    for digit in "13800138000":
        kiosk.click(f"[data-digit='{digit}']")
    kiosk.wait_for_selector("#digits:text-is('•••••••••••')")
    kiosk.click("#erase")
    kiosk.keyboard.type("0", delay=100)
    kiosk.wait_for_selector("#digits:text-is('•••••••••••')")
    with kiosk.expect_request("**/identify") as asked:
        kiosk.click("#typed")
    assert asked.value.post_data_json == {"customer": "13800138000"}
    kiosk.wait_for_selector("#start:not([hidden])")
    assert kiosk.text_content("#digits") == ""
    assert "13800" not in kiosk.content()


WRONGLY_TYPED = {
    "zh": ("不是手机号", "没有找到这个预约码"),
    "en": ("neither a phone", "no appointment"),
}


@pytest.mark.parametrize("lang", WRONGLY_TYPED)
def test_what_was_typed_wrongly_is_told_where_it_was_typed(
    page_at: Open, server: Server, lang: str
) -> None:
    kiosk = kiosk_at(page_at, server, lang=lang)
    kiosk.click("#keypad-open")
    for digits, words in zip(("1380013", "000000"), WRONGLY_TYPED[lang], strict=True):
        for digit in digits:
            kiosk.click(f"[data-digit='{digit}']")
        assert kiosk.text_content("#digits-problem") == "", "gone with the next digit"
        kiosk.click("#typed:not(.resting)")
        kiosk.wait_for_selector("#digits-problem:not(:empty)")
        said = kiosk.text_content("#digits-problem")
        assert re.search(words, said)
        assert not re.search("刷|扫|swipe|scan", said.lower()), "nothing was swiped"
        assert kiosk.text_content("#digits") == ""
        assert kiosk.is_visible("#keypad")


def test_at_a_number_slips_and_appointments_are_answered_in_words(
    page_at: Open, server: Server, staff: Any
) -> None:
    other = ask(server, staff, "/tickets", service="wealth")
    booked = appointment(server, staff)
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=cards]")
    kiosk.click("#take")
    mine = ticket(server, staff, number_of(kiosk))
    kiosk.click("#tell-more:not(.resting)")
    for read, words in (
        (server.links(mine["id"])["feedback"], "当前号码"),
        (server.links(other["id"])["feedback"], other["number"]),
        (booked["code"], "预约另有号码"),
        (";E?", "没有读出来"),
    ):
        swipe(kiosk, read)
        kiosk.wait_for_selector(f"#notice:has-text('{words}')")
        assert kiosk.is_visible("#also")
    swipe(kiosk, CARD)
    kiosk.wait_for_selector("#result:not([hidden])")
    assert ticket(server, staff, mine["number"])["tier"] == "wealth"


def test_a_business_that_nobody_serves_today_says_when_and_takes_no_number(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server)
    when = "投资理财今天已停止办理，下次办理时间：明天 09:00。"

    def over(route: Any) -> None:
        hall = route.fetch().json()
        for service in hall["services"]:
            if service["id"] == "wealth":
                service.update(open=False, closed={"zh": when, "en": when})
        route.fulfill(json=hall)

    kiosk.route("**/api/v1/services", over)
    kiosk.wait_for_selector(f"[data-service=wealth] .about:has-text('{when}')")
    kiosk.click("[data-service=wealth]")
    kiosk.wait_for_selector(f"#choose-wait .about:has-text('{when}')")
    assert kiosk.is_hidden("#take")
    assert kiosk.is_visible("#go-appointment"), "another time is offered"
    kiosk.click("#choose .back:not(.resting)")
    kiosk.click("[data-need=elderly]:not(.resting)")
    kiosk.click("[data-service=wealth]:not(.resting)")
    kiosk.wait_for_selector("#take")  # other counters may serve whoever has a need: the branch says
    kiosk.click("#choose .back:not(.resting)")
    kiosk.click("[data-need=elderly]:not(.resting)")
    kiosk.wait_for_selector(f"[data-service=wealth] .about:has-text('{when}')")
    kiosk.click("[data-service=wealth]:not(.resting)")
    assert kiosk.is_hidden("#take")
    swipe(kiosk, CARD)
    number_of(kiosk)


def test_a_special_need_changes_the_waits_on_the_page_at_once(
    page_at: Open, server: Server
) -> None:
    """The green channel is another line: who touches the need sees its figures before the number is drawn."""
    kiosk = kiosk_at(page_at, server)

    def told(route: Any) -> None:
        hall = route.fetch().json()
        needed = "needs=elderly" in route.request.url
        for service in hall["services"]:
            service.update(open=True, closed=None, ahead=1 if needed else 7)
        route.fulfill(json=hall)

    kiosk.route(re.compile("/api/v1/services"), told)
    kiosk.wait_for_selector("[data-service=cash] .ahead:has-text('7')")
    kiosk.click("[data-need=elderly]:not(.resting)")
    kiosk.wait_for_selector("[data-service=cash] .ahead:has-text('1')")
    kiosk.click("[data-service=cash]:not(.resting)")
    kiosk.wait_for_selector("#choose-wait .ahead:has-text('1')")
    kiosk.click("#choose .back:not(.resting)")
    kiosk.click("[data-need=elderly]:not(.resting)")
    kiosk.wait_for_selector("[data-service=cash] .ahead:has-text('7')")
    kiosk.unroute_all(behavior="ignoreErrors")  # it goes on asking until it is closed


def appointment(server: Server, staff: Any) -> Any:
    """Booked for today."""
    query = {"service": "fx", "day": hall(server, staff)["day"]}
    slots = f"{server.url}/api/v1/appointments/slots"
    free = staff.get(slots, params=query, timeout=30).json()["slots"]
    at = next(slot["at"] for slot in free if slot["left"])
    return ask(server, staff, "/appointments", service="fx", at=at)


def test_a_missed_number_is_drawn_again_with_one_touch(
    page_at: Open, server: Server, staff: Any
) -> None:
    ask(server, staff, "/counters/7/open")
    missed = called = ask(server, staff, "/tickets", service="corporate")
    while (called := ask(server, staff, "/counters/7/next"))["id"] != missed["id"]:
        ask(server, staff, "/counters/7/no-show")
    ask(server, staff, "/counters/7/no-show")
    kiosk = kiosk_at(page_at, server)
    swipe(kiosk, server.links(missed["id"])["feedback"])
    kiosk.wait_for_selector(f"#mine-title:has-text('{called['number']}')")
    kiosk.click("#redraw")
    again = ticket(server, staff, number_of(kiosk))
    assert again["redrawn_from"] == missed["id"]


def test_a_slip_that_still_waits_says_how_it_stands(
    page_at: Open, server: Server, staff: Any
) -> None:
    waiting = ask(server, staff, "/tickets", service="wealth")
    kiosk = kiosk_at(page_at, server)
    swipe(kiosk, server.links(waiting["id"])["feedback"])
    kiosk.wait_for_selector("#mine-title:has-text('正在排队')")
    assert kiosk.is_hidden("#redraw")


@pytest.mark.parametrize("by", ["reader", "keypad"])
def test_an_appointment_is_checked_in(page_at: Open, server: Server, staff: Any, by: str) -> None:
    booked = appointment(server, staff)
    kiosk = kiosk_at(page_at, server)
    if by == "reader":
        swipe(kiosk, booked["code"])
    else:
        kiosk.click("#keypad-open")
        for digit in booked["code"]:
            kiosk.click(f"[data-digit='{digit}']")
        kiosk.click("#typed")
    assert ticket(server, staff, number_of(kiosk))["appointment"] == booked["id"]


def test_an_unknown_appointment_leaves_every_way_open(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    swipe(kiosk, "000000")
    kiosk.wait_for_selector("#notice:has-text('没有找到')")
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    assert number_of(kiosk)


# -- the elder --------------------------------------------------------------------------------------
def test_the_elder_has_one_question_a_screen_and_is_offered_no_machine(
    page_at: Open, server: Server, staff: Any
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("#elder")
    assert kiosk.locator("#start .service:visible").count() == 4
    needs, services = (kiosk.locator(one).bounding_box()["y"] for one in ("#needs", "#tiles"))
    assert needs < services, "the green channel comes first"
    assert offending_sizes(kiosk, touch_px=60, text_px=24) == []
    kiosk.click("[data-group=everyday]")
    assert offending_sizes(kiosk, touch_px=60, text_px=24) == []
    kiosk.click("[data-service=non_cash]")
    assert kiosk.is_hidden("#quicker")
    kiosk.click("[data-need=elderly]")
    assert offending_sizes(kiosk, touch_px=60, text_px=24) == []
    kiosk.click("#take")
    found = ticket(server, staff, number_of(kiosk))
    assert (found["needs"], found["area"], found["large_print"]) == (
        ["elderly"],
        "barrier_free",
        True,
    )
    assert offending_sizes(kiosk, touch_px=60, text_px=24) == []


def test_whoever_states_a_need_is_offered_no_machine(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-need=pregnant]")
    kiosk.click("[data-service=cash]")
    assert kiosk.is_hidden("#quicker")


VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => [{ lang: "zh-CN", localService: true }, { lang: "en-US", localService: true }],
  speak: (words) => window.said.push(words.text), cancel() {}, addEventListener() {},
} });
"""


def test_each_screen_is_read_aloud_once_the_customer_asked_until_it_is_stopped(
    page_at: Open, server: Server
) -> None:
    kiosk = page_at("about:blank", 1080, 1920)
    kiosk.add_init_script(VOICE)
    kiosk.goto(f"{server.url}/kiosk")
    kiosk.wait_for_selector("body[data-ready]")
    kiosk.click("#elder")
    assert kiosk.evaluate("said.length") == 0, "nobody is spoken to unasked"
    kiosk.click("#voice")
    assert "老年人" in kiosk.evaluate("said[0]").split("请选择要办理的业务")[0]
    kiosk.click("[data-group=everyday]")
    kiosk.click("[data-service=cash]", position={"x": 8, "y": 8})
    assert [
        kiosk.evaluate("said[said.length - 1]").split("。")[0],
        kiosk.evaluate("said.length"),
    ] == ["现金业务", 3]
    kiosk.click("#voice")
    assert kiosk.evaluate("said[3] === said[2]")
    kiosk.click("#hush")
    kiosk.click("#choose .back")
    assert kiosk.evaluate("said.length") == 4


PLAYED = """
window.heard = [];
HTMLMediaElement.prototype.play = async function () { heard.push("play"); };
HTMLMediaElement.prototype.pause = function () { heard.push("pause"); };
"""


def test_the_branchs_voice_reads_where_the_machine_has_none_and_stops_with_the_screen(
    page_at: Open, server: Server
) -> None:
    kiosk = page_at("about:blank", 1080, 1920)
    kiosk.add_init_script(PLAYED)
    kiosk.goto(f"{server.url}/kiosk")
    kiosk.wait_for_selector("body[data-ready]")
    kiosk.click("#elder")
    with kiosk.expect_response("**/speech") as answer:
        kiosk.click("#voice")
    assert answer.value.headers["content-type"] == "audio/wav"
    until(lambda: kiosk.evaluate("heard[heard.length - 1] === 'play'"), "the clip is played")
    kiosk.route("**/speech", lambda _route: None)
    kiosk.click("[data-group=everyday]")
    assert kiosk.evaluate("heard[heard.length - 1]") == "pause"
    kiosk.click("#hush")
    assert kiosk.is_hidden("#hush")


def test_where_the_branch_cannot_speak_either_the_customer_is_told(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.route("**/speech", lambda route: route.fulfill(status=503))
    kiosk.click("#voice")
    kiosk.wait_for_selector("#notice:has-text('现在无法朗读')")


def touch(kiosk: Any, selector: str) -> None:
    """A touch of its own: something was done since the one before, so it is no echo of that."""
    kiosk.keyboard.press("Tab")
    kiosk.click(selector)


# -- the wheelchair user, the blind customer, the keyboard --------------------------------------------
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
def test_in_low_reach_every_control_stands_in_the_lower_third(
    page_at: Open, server: Server, staff: Any, size: tuple[int, int]
) -> None:
    kiosk = kiosk_at(page_at, server, width=size[0], height=size[1])

    def too_high() -> Any:
        return kiosk.evaluate(
            """() => [...document.querySelectorAll("button, a, summary")]
              .filter((e) => e.getClientRects().length && e.getBoundingClientRect().top < innerHeight * 2 / 3 - 1)
              .map((e) => e.outerHTML.slice(0, 90))"""
        )

    kiosk.click("#low")
    kiosk.click("#contrast")
    screens = [lambda: None]
    for wish in (
        "#keypad-open",
        "#keypad .back",
        "[data-group=everyday]",
        "[data-service=cash]",
        "#and-more",
    ):
        screens.append(lambda wish=wish: touch(kiosk, wish))
    for wish in ("#also .back", "[data-need=disabled]", "#take"):
        screens.append(lambda wish=wish: touch(kiosk, wish))
    for go in screens:
        go()
        assert too_high() == []
        assert offending_sizes(kiosk, touch_px=60, text_px=0) == []
    assert ticket(server, staff, number_of(kiosk))["area"] == "barrier_free"
    assert too_high() == []


@pytest.mark.parametrize(
    ("lang", "names"),
    [
        ("zh", ("请选择要办理的业务", "现金业务", "取号", "您的号码", "完成")),
        ("en", ("What can we do for you?", "Cash", "Take a number", "Your number", "Done")),
    ],
)
def test_a_blind_customer_goes_by_roles_and_names_alone(
    page_at: Open, server: Server, lang: str, names: tuple[str, ...]
) -> None:
    start, service, take, number, done = names
    kiosk = kiosk_at(page_at, server, lang=lang)

    def heading(name: str) -> Any:
        return kiosk.get_by_role("heading", name=re.compile(f"^{re.escape(name)}"), level=2)

    def press(name: str) -> None:
        kiosk.get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.press("Enter")

    assert heading(start).is_visible()
    assert kiosk.get_by_role("main").count() == kiosk.get_by_role("banner").count() == 1
    press(service)
    heading(service).wait_for()
    assert heading(service).evaluate("e => e === document.activeElement")
    press(take)
    heading(number).wait_for()
    assert re.search(
        r"A\d{3}", heading(number).evaluate("e => e === document.activeElement && e.textContent")
    )
    assert kiosk.get_by_role("status").filter(has_text=re.compile("小票|slip")).count()
    press(done)
    kiosk.get_by_role("heading", name="请选择要办理的业务").wait_for()


def test_a_whole_visit_by_keyboard_only(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)

    def tab_to(selector: str) -> None:
        for _ in range(40):
            kiosk.keyboard.press("Tab")
            if kiosk.evaluate("wish => document.activeElement.matches(wish)", selector):
                return
        raise AssertionError(f"{selector} is not reached")

    tab_to("[data-service=cards]")
    assert kiosk.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("#choose:not([hidden])")
    kiosk.keyboard.press("Escape")
    kiosk.wait_for_selector("#start:not([hidden])")
    kiosk.wait_for_selector("body:not(:has(.resting))")
    tab_to("[data-service=cards]")
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("#choose:not([hidden])")
    kiosk.keyboard.press("Enter")
    assert number_of(kiosk).startswith("C")
    tab_to(".leave")
    kiosk.keyboard.press("Enter")
    kiosk.wait_for_selector("#start:not([hidden])")


def test_modes_outlast_a_change_of_language_and_not_the_visit(
    page_at: Open, server: Server
) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("#elder")
    kiosk.click("#contrast")
    kiosk.click("#language")
    kiosk.click("[data-language=en]")
    kiosk.wait_for_selector("body[data-lang=en][data-ready].elder.contrast")
    kiosk.click("[data-group=company]")
    kiosk.click("#take")
    number_of(kiosk)
    kiosk.click("#result .leave")
    kiosk.wait_for_selector("body[data-lang=zh][data-ready]:not(.elder):not(.contrast)")


WALK = (
    "", "#keypad-open", "#keypad .back", "[data-service=cash]", "#and-more", "#also .back", "#go-quicker", "#way .back",
    "#take", "#how",
)  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "modes"),
    [
        ("zh", ()),
        ("en", ()),
        ("zh", ("elder",)),
        ("zh", ("contrast",)),
        ("zh", ("low", "contrast")),
    ],
)
def test_no_screen_shuts_anybody_out(
    page_at: Open, server: Server, lang: str, modes: tuple[str, ...]
) -> None:
    kiosk = kiosk_at(page_at, server, lang=lang)
    for mode in modes:
        kiosk.click(f"#{mode}")
    found = []
    for wish in WALK:
        if wish == "[data-service=cash]" and kiosk.is_hidden(wish):
            touch(kiosk, "[data-group=everyday]")
        if wish in ("#go-quicker", "#way .back") and kiosk.is_hidden(wish):
            continue
        if wish:
            touch(kiosk, wish)
        if wish == "#take":
            number_of(kiosk)
        violations = Axe().run(kiosk).response["violations"]
        found += [(wish, one["id"], one["nodes"][0]["html"]) for one in violations]
    assert found == []


@pytest.mark.parametrize("screen", ["attract", "closed", "offline", "refused", "mine", "book"])
def test_no_rare_screen_shuts_anybody_out(page_at: Open, server: Server, screen: str) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.evaluate(
        "async (name) => (await import('/static/kiosk/touch/screens.js')).showFirst(name)",
        screen,
    )
    kiosk.evaluate("document.querySelector('#mine-title').textContent = document.title")
    violations = Axe().run(kiosk).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations] == []


# -- time ------------------------------------------------------------------------------------------
def test_the_kiosk_goes_back_to_its_start_by_itself_and_in_chinese(
    page_at: Open, server: Server
) -> None:
    kiosk = wound(page_at, server, "en")
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    number_of(kiosk)
    kiosk.click("#more")
    kiosk.clock.run_for(30_000)
    assert kiosk.is_visible("#result")
    kiosk.clock.run_for(40_000)
    kiosk.wait_for_selector("body[data-lang=zh] #start:not([hidden])")


def test_a_time_out_is_announced_twenty_seconds_before_and_put_off_with_one_touch(
    page_at: Open, server: Server
) -> None:
    kiosk = wound(page_at, server)
    kiosk.click("[data-service=cash]")
    kiosk.clock.run_for(25_500)
    assert kiosk.is_visible("#expiring")
    kiosk.clock.run_for(18_000)
    kiosk.click("#stay")
    assert kiosk.is_hidden("#expiring")
    kiosk.clock.run_for(20_000)
    assert kiosk.is_visible("#choose")


def test_a_customer_who_walks_away_leaves_nothing_to_the_next(
    page_at: Open, server: Server
) -> None:
    kiosk = wound(page_at, server)
    kiosk.click("[data-need=disabled]")
    kiosk.click("#elder")
    kiosk.clock.run_for(100_000)
    assert "elder" in kiosk.get_attribute("body", "class"), "an elder has more time"
    kiosk.clock.run_for(20_000)
    assert kiosk.get_attribute("[data-need=disabled]", "aria-pressed") == "false"
    assert "elder" not in kiosk.get_attribute("body", "class")


def test_a_closed_kiosk_forgets_what_somebody_did_there(page_at: Open, server: Server) -> None:
    kiosk = wound(page_at, server)
    shut = {**requests.get(f"{server.url}/api/v1/services", timeout=30).json(), "open": False}
    kiosk.route("**/api/v1/services", lambda route: route.fulfill(json=shut))
    kiosk.clock.run_for(3_000)
    kiosk.wait_for_selector("#closed:not([hidden])")
    kiosk.clock.run_for(100_000)
    assert kiosk.is_hidden("#expiring"), "nobody is there"
    kiosk.click("#contrast")
    swipe(kiosk, ";E?")
    kiosk.wait_for_selector("#notice:has-text('没有读出来')")
    kiosk.clock.run_for(30_000)
    assert kiosk.is_visible("#expiring")
    kiosk.clock.run_for(20_000)
    assert "没有读出来" not in kiosk.text_content("#notice")
    assert "contrast" not in kiosk.get_attribute("body", "class")
    assert kiosk.is_visible("#closed")


@pytest.mark.parametrize("sign", ["touch", "key", "swipe"])
def test_a_quiet_kiosk_welcomes_and_any_sign_begins(
    page_at: Open, server: Server, sign: str
) -> None:
    kiosk = wound(page_at, server)
    kiosk.clock.run_for(95_000)
    kiosk.wait_for_selector("#attract:not([hidden])")
    if sign == "touch":
        kiosk.mouse.click(500, 300)
    elif sign == "key":
        kiosk.keyboard.press("Enter")
    else:
        swipe(kiosk, CARD)
        kiosk.wait_for_selector("#notice:not([hidden])")
    kiosk.wait_for_selector("#start:not([hidden])")


# -- when something fails --------------------------------------------------------------------------
def test_a_lost_line_is_said_and_the_touch_is_not_lost(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.context.set_offline(True)
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#offline:not([hidden])", timeout=10_000)
    kiosk.context.set_offline(False)
    kiosk.click("#retry", position={"x": 12, "y": 12})  # not where "take" was touched a moment ago
    assert number_of(kiosk)


def test_an_answer_that_got_lost_is_asked_for_again_not_a_second_ticket(
    page_at: Open, server: Server, staff: Any
) -> None:
    before = len(hall(server, staff)["tickets"])
    kiosk = kiosk_at(page_at, server)
    kiosk.route("**/api/v1/tickets", lambda route: (route.fetch(), route.abort()))
    kiosk.click("[data-service=cash]")
    kiosk.click("#take")
    kiosk.wait_for_selector("#offline:not([hidden])", timeout=10_000)
    kiosk.unroute("**/api/v1/tickets")
    kiosk.click("#retry", position={"x": 12, "y": 12})  # not where "take" was touched a moment ago
    assert number_of(kiosk)
    assert len(hall(server, staff)["tickets"]) == before + 1


def test_help_is_on_its_way_and_said_so(page_at: Open, server: Server, staff: Any) -> None:
    kiosk = kiosk_at(page_at, server)
    place = kiosk.locator("#help").bounding_box()
    kiosk.click("[data-service=cash]")
    assert kiosk.locator("#help").bounding_box() == place
    kiosk.click("#help")
    kiosk.wait_for_selector("#notice:has-text('大堂经理')")
    kiosk.wait_for_selector("#help:has-text('已通知')")
    assert "马上有人来" not in kiosk.inner_text("body")
    [alert] = [alert for alert in hall(server, staff)["alerts"] if alert["kind"] == "help"]
    ask(server, staff, f"/alerts/{alert['id']}/acknowledge")
    kiosk.wait_for_selector("#help:has-text('马上有人来')")
    kiosk.wait_for_selector("#notice:has-text('大堂经理')")


def test_a_closed_business_has_one_card_that_says_so(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    kiosk.click("[data-service=wealth].closed")
    kiosk.wait_for_selector("#choose-wait .about:has-text('暂未开放')")
    assert kiosk.is_hidden("#choose-wait .ahead")


def test_who_stands_at_the_kiosk_sees_a_counter_open_within_two_seconds(
    page_at: Open, server: Server, staff: Any
) -> None:
    kiosk = wound(page_at, server)
    closed = "[data-service=wealth].closed:has-text('暂未开放')"
    kiosk.wait_for_selector(closed)
    kiosk.clock.pause_at(kiosk.evaluate("Date.now() / 1000 + 1"))
    below = kiosk.locator("[data-service=corporate]").bounding_box()
    ask(server, staff, "/counters/5/open")
    try:
        kiosk.clock.run_for(2000)
        kiosk.wait_for_selector("[data-service=wealth]:not(.closed):not(:has-text('暂未开放'))")
        assert kiosk.locator("[data-service=corporate]").bounding_box() == below, (
            "nothing moves under a finger"
        )
    finally:
        ask(server, staff, "/counters/5/close")
    kiosk.clock.run_for(2000)
    kiosk.wait_for_selector(closed)


def test_a_closed_branch_says_what_still_helps(page_at: Open, tmp_path: Path) -> None:
    config = midday_config(tmp_path, ("per_slot = 2", "per_slot = 2\nearly_min = 60"))
    with serving(tmp_path / "var", config=config) as branch:
        manager = branch.as_("manager")
        booked = appointment(branch, manager)
        kiosk = kiosk_at(page_at, branch, lang="en")
        ask(branch, manager, "/day/close")
        kiosk.reload()
        kiosk.wait_for_selector("#closed:not([hidden])")
        told = kiosk.inner_text("#closed")
        for help in ("Self-service", "next opening day", "The lobby manager"):
            assert help in told
        assert kiosk.is_visible("#help")
        swipe(kiosk, CARD)
        kiosk.wait_for_selector("#notice:has-text('No numbers are given now')")
        assert kiosk.is_visible("#closed")
        kiosk.click("#closed .to-keypad")
        for digit in booked["code"]:
            kiosk.click(f"[data-digit='{digit}']")
        kiosk.click("#typed")
        assert ticket(branch, manager, number_of(kiosk))["appointment"] == booked["id"]


def test_without_paper_the_number_counts_and_is_photographed(page_at: Open, tmp_path: Path) -> None:
    with serving(tmp_path / "var", printer="tcp://127.0.0.1:9") as branch:
        manager = branch.as_("manager")
        ask(branch, manager, "/tickets", service="fx")
        services = f"{branch.url}/api/v1/services"
        until(
            lambda: not manager.get(services, timeout=30).json()["paper"],
            "the printer is found dead",
            30,
        )
        kiosk = kiosk_at(page_at, branch)
        kiosk.wait_for_selector("#hint:has-text('号码照样有效')")
        kiosk.click("[data-service=cash]")
        kiosk.click("#take")
        assert number_of(kiosk)
        kiosk.wait_for_selector("#printing:has-text('拍下')")
        assert kiosk.evaluate("document.querySelector('#qr').decode().then(() => true)")


def test_the_clock_is_the_branchs(page_at: Open, server: Server) -> None:
    kiosk = kiosk_at(page_at, server)
    at = requests.get(f"{server.url}/api/v1/services", timeout=30).json()["at"]
    kiosk.wait_for_selector("#clock:not(:empty)")
    assert kiosk.text_content("#clock")[:2] == at[11:13]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_a_tablet_on_its_side_every_business_and_help_are_in_sight(
    page_at: Open, server: Server, lang: str
) -> None:
    kiosk = kiosk_at(page_at, server, width=1180, height=820, lang=lang)
    businesses = kiosk.locator(".service:visible")
    cut = """all => { const end = document.querySelector("#needs").getBoundingClientRect().top;
      return all.filter((one) => one.getBoundingClientRect().bottom > end).map((one) => one.innerText); }"""
    until(lambda: businesses.count() == 8, "every business")
    assert businesses.evaluate_all(cut) == []
    ends = "one => one.getBoundingClientRect().bottom"
    assert kiosk.locator("footer button:visible").last.evaluate(ends) <= 820
