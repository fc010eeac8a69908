"""Care in a real browser, from the touch to the figure: things on loan and announced visits (M13), staff who were
wronged and praise (M14), the hand-over, a ticket's story, and practice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from cast import Caller
from conftest import Server, sign_in, until

Open = Callable[..., Any]
TABLET = (1180, 820)
CONSOLE = (1024, 768)


@pytest.fixture(scope="module")
def manager(server: Server) -> Caller:
    return Caller(server)


def desk(page_at: Open, server: Server, path: str, account: str, lang: str = "zh") -> Any:
    page = page_at(f"{server.url}{path}?lang={lang}", *TABLET)
    sign_in(page, account)
    page.wait_for_selector("body[data-drawn]")
    return page


def press(page: Any, button: str) -> None:
    """Once the button rests no more from the press before."""
    page.wait_for_selector(f"{button}:not(.resting)")
    page.click(button)


def figure(manager: Caller, id: str) -> Any:
    day = datetime.fromisoformat(manager.get("/hall")["at"]).date()
    return manager.get(f"/reports/day/{day.isoformat()}")["measures"][id]["value"]


def awaited(manager: Caller) -> Any:
    tickets = manager.get("/hall")["tickets"]
    return next((one for one in tickets if one["needs"] == ["disabled"]), None)


# -- M13 ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lang", "thing", "aid"), [("zh", "轮椅", "手语服务"), ("en", "Wheelchair", "Sign language")]
)
def test_what_is_lent_and_who_is_awaited(
    page_at: Open, server: Server, manager: Caller, lang: str, thing: str, aid: str
) -> None:
    lent = figure(manager, "loans")
    page = desk(page_at, server, "/desk/care", "manager", lang)
    page.click(f"#things button:has-text('{thing}')")
    page.click("#lend .primary")
    # neither number nor description: the field says what to give
    page.wait_for_selector("label:has([name=borrower]) .field-wrong")
    page.fill("#lend [name=borrower]", "穿红外套的老先生")
    press(page, "#lend .primary")
    page.wait_for_selector("#lend", state="hidden")
    page.wait_for_selector(f"[data-loan]:has-text('{thing}')")
    page.wait_for_selector("body:not(:has(.resting))")
    page.click("[data-do=borrower] >> nth=0")
    page.wait_for_selector(".words:has-text('穿红外套的老先生')")
    assert figure(manager, "loans") == lent + 1

    page.click("#new-visit summary")
    at = datetime.fromisoformat(manager.get("/hall")["at"]) + timedelta(minutes=10)
    page.fill("#announce [name=day]", at.date().isoformat())
    page.fill("#announce [name=time]", at.strftime("%H:%M"))
    page.check("#needs input[value=disabled]")
    page.check(f"label:has-text('{aid}') input")
    page.fill("#announce [name=name]", "张先生")
    page.click("#announce .primary")
    page.wait_for_selector("[data-visit]:has([data-do=arrive])")
    page.click("[data-do=arrive]")
    ticket = until(lambda: awaited(manager), "the ticket of who is here")
    page.wait_for_selector(f"[data-visit] .tag:has-text('{ticket['number']}')")
    assert ticket["area"] == "barrier_free"
    page.click("#loans [data-do=return] >> nth=0")
    until(
        lambda: not any(loan["state"] == "out" for loan in manager.get("/loans")["loans"]),
        "the thing to be back",
    )
    manager.post(f"/tickets/{ticket['id']}/cancel")


@pytest.mark.parametrize(
    ("lang", "missing", "at_hand"),
    [("zh", "低位柜台", "手语服务"), ("en", "Low counter", "Sign language")],
)
def test_the_tablet_shows_what_meets_a_need_and_hears_the_call_for_help(
    page_at: Open, server: Server, manager: Caller, lang: str, missing: str, at_hand: str
) -> None:
    manager.post("/presence", staff_number="teller8", here=False)
    ticket = manager.issue("cash", needs=["disabled"])
    page = page_at(f"{server.url}/desk/hall?lang={lang}", *TABLET)
    sign_in(page, "manager")
    page.click(f"#tickets [data-ticket='{ticket['id']}']")
    page.wait_for_selector(f"#acts .aid.missing:has-text('{missing}')")
    manager.post("/presence", staff_number="teller8", here=True)
    page.wait_for_selector(f"#acts .aid.at-hand:has-text('{at_hand} · teller8')")
    manager.post("/help", kiosk="")
    page.keyboard.press("Escape")
    page.click("[data-kind=help] [data-do=took]")
    until(lambda: figure(manager, "help_answer_mean_s") is not None, "the answer's figure")
    manager.post(f"/tickets/{ticket['id']}/cancel")


# -- M14 ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("lang", "talks"), [("zh", "head 应于"), ("en", "head talks with the person")]
)
def test_who_was_wronged_is_cared_for_and_peers_learn_nothing(
    page_at: Open, server: Server, manager: Caller, lang: str, talks: str
) -> None:
    teller = desk(page_at, server, "/desk/team", "teller1", lang)
    teller.click("#report summary")
    teller.fill("[name=what]", "客户辱骂，持续十分钟")
    teller.fill("[name=by_whom]", "一位客户")
    teller.click("#report-form .primary")
    teller.wait_for_selector("[data-incident]")
    for stranger in ("teller2", "manager"):
        page = desk(page_at, server, "/desk/team", stranger, lang)
        assert page.locator("[data-incident]").count() == 0
    assert "辱骂" not in str(manager.get("/incidents"))

    head = desk(page_at, server, "/desk/team", "head", lang)
    id = head.get_attribute("[data-incident]:not(:has(.caring li))", "data-incident")
    one = head.locator(f"[data-incident='{id}']")
    care, talk = (one.locator(f"[data-form={form}]") for form in ("care", "follow-up"))
    one.locator("details:has([data-form=care]) summary").click()
    care.locator("textarea").fill("谈心半小时，调整休息")
    one.locator("[data-do=words]").click()
    one.locator(".words:has-text('辱骂')").wait_for()
    # What is being written stays open while the page is drawn anew.
    care.locator(".primary").click()
    one.locator(".caring li").wait_for()
    assert not care.is_visible()
    one.locator("details:has([data-form=follow-up]) summary").click()
    talk.locator("[name=day]").fill((date.today() + timedelta(days=7)).isoformat())
    talk.locator(".primary").click()
    head.wait_for_selector(f"[data-incident='{id}']:has-text('{talks}')")
    assert figure(manager, "incidents_cared_share") == 1.0


@pytest.mark.parametrize(("lang", "whole"), [("zh", "全网点"), ("en", "the whole branch")])
def test_praise_and_notes_reach_the_console(
    page_at: Open, server: Server, manager: Caller, lang: str, whole: str
) -> None:
    page = desk(page_at, server, "/desk/team", "manager", lang)
    page.click("#pass-on summary")
    page.select_option("#pass-on-form [name=about]", "teller3")
    page.fill("#pass-on-form [name=words]", "耐心细致，帮老人一步步操作")
    page.click("#pass-on-form .primary")
    page.wait_for_selector("#passed-on li")
    manager.post("/notes", words="点钞机报修", counter="3")

    console = page_at(f"{server.url}/desk/counter/3?lang={lang}", *CONSOLE)
    sign_in(console, "teller3")
    console.wait_for_selector("#handover:not([hidden])")
    console.click("[data-read=compliments]")
    console.wait_for_selector(".words:has-text('耐心细致')")
    console.click("[data-read=notes]")
    console.wait_for_selector(".words:has-text('点钞机报修')")
    console.wait_for_selector("#handover-n", state="hidden")
    assert manager.get("/compliments")[0]["read_by"] == ["teller3"]
    console.fill("#handover textarea", "自助机已报修")
    console.select_option("#handover select", "")
    console.click("#handover form .primary")
    until(lambda: not console.input_value("#handover textarea"), "the note to be answered")
    console.wait_for_selector(f"#handover-list li:has-text('{whole}')")


def test_a_note_whose_answer_was_lost_is_left_once(
    page_at: Open, server: Server, manager: Caller
) -> None:
    left = len(manager.get("/notes"))
    console = page_at(f"{server.url}/desk/counter/3?lang=zh", *CONSOLE)
    sign_in(console, "teller3")
    console.wait_for_selector("#number:not(:empty)")
    console.click("#handover-open")
    console.fill("#handover textarea", "明早送修点钞机")

    def answer_is_lost(route: Any) -> None:
        route.fetch()
        route.abort()

    console.route("**/api/v1/notes*", answer_is_lost)
    console.click("#handover form .primary")
    console.wait_for_selector("#handover-problem:has-text('不会重复提交')")
    console.unroute("**/api/v1/notes*")
    press(console, "#handover form .primary")
    until(lambda: not console.input_value("#handover textarea"), "the note to be answered")
    assert len(manager.get("/notes")) == left + 1


# -- the story, and practice ----------------------------------------------------------------------------
def test_a_ticket_tells_its_story(page_at: Open, server: Server, manager: Caller) -> None:
    first, later = manager.issue(), manager.issue()
    manager.post("/counters/1/open")
    manager.post("/counters/1/call", ticket=later["id"])
    for verb in ("start", "finish", "next", "start", "finish"):
        manager.post(f"/counters/1/{verb}")
    manager.post("/counters/1/close")
    page = page_at(f"{server.url}/desk/tickets?lang=en", *TABLET)
    sign_in(page, "inspector")
    page.wait_for_selector("body[data-ready]")
    page.fill("#find [name=number]", first["number"])
    page.click("#find .primary")
    page.click(f"#found button[data-id='{first['id']}']")
    page.wait_for_selector(f"[data-story='{first['id']}']")
    page.wait_for_selector(".steps li:has-text('service ends at Counter 1')")
    page.wait_for_selector(f".overtakers li:has-text('{later['number']}')")


def test_practice_leaves_no_trace(page_at: Open, server: Server, manager: Caller) -> None:
    page = page_at(f"{server.url}/desk/practice?lang=zh", *CONSOLE)
    sign_in(page, "teller5")
    page.wait_for_selector("#practice-tasks [data-task]")
    before = manager.get("/hall")
    page.click("#primary")
    page.wait_for_selector("body[data-state=open]:not(.busy):not(:has(.resting))")
    page.click("#primary")
    page.wait_for_selector("body[data-state=called]:not(.busy):not(:has(.resting))")
    page.click("[data-act=undo]")
    page.wait_for_selector("[data-task=undo]:has-text('1/2')")
    after = manager.get("/hall")
    assert (after["tickets"], after["counters"]) == (before["tickets"], before["counters"])
