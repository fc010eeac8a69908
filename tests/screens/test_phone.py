"""The ticket on the customer's phone, in a real browser of a phone's size: each state, and what its holder may do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from cast import Caller
from conftest import CONFIG, Clock, Desk, Server, midday_config, serving, twice, until

from kiosk.phone.api import FeedbackBody
from lobby.branch.config import read_branch
from lobby.engine.runtime import open_branch

Open = Callable[..., Any]
SPY = "window.buzzed = []; navigator.vibrate = (pattern) => { window.buzzed.push(pattern); return true; };"
WAYS = {"1": "大厅直行", "5": "左转玻璃门内"}


class Hall(Caller):
    """Staff at the branch's API."""

    def call(self, counter: str, ticket: dict[str, Any]) -> None:
        """To this counter, whoever was there before."""
        now = self.counter(counter)
        if now["state"] != "open":
            self.post(f"/counters/{counter}/open")
        if now["ticket"]:
            self.post(f"/counters/{counter}/park", hold="any")
        self.post(f"/counters/{counter}/call", ticket=ticket["id"])


@pytest.fixture(scope="module")
def hall(server: Server) -> Hall:
    return Hall(server)


@pytest.fixture
def phone(page_at: Open) -> Open:
    """phone(url, lang): the page on a phone whose vibration is watched."""

    def open_phone(url: str, lang: str = "zh", width: int = 390, height: int = 844) -> Any:
        page = page_at("about:blank", width, height)
        page.add_init_script(SPY)
        page.goto(f"{url}?lang={lang}")
        page.wait_for_selector("body[data-ready]")
        return page

    return open_phone


def view(page: Any, wanted: str) -> None:
    page.wait_for_selector(f"body[data-view={wanted}]")


def test_the_place_in_line_moves_as_others_are_called(phone: Open, hall: Hall) -> None:
    others = [hall.issue("loans") for _ in range(2)]
    mine = hall.issue("loans")
    page = phone(mine["links"]["status"])
    ahead = hall.get(f"/tickets/{mine['id']}")["ahead"]
    page.wait_for_selector(f"#ahead:text-is('前面 {ahead} 人')")
    assert page.locator("#line .icon").count() == min(ahead, 12) + 1
    hall.call("4", others[0])
    page.wait_for_selector(f"#ahead:text-is('前面 {ahead - 1} 人')")
    assert page.text_content("#wait")
    for other in others:
        hall.post(f"/tickets/{other['id']}/cancel")
    hall.post(f"/tickets/{mine['id']}/cancel")


@pytest.mark.parametrize("counter", ["1", "5"])
def test_a_call_is_unmistakable(phone: Open, hall: Hall, counter: str) -> None:
    mine = hall.issue("non_cash")
    page = phone(mine["links"]["status"])
    page.click("#arm")
    assert page.get_attribute("#arm", "aria-pressed") == "true"
    before = page.evaluate("buzzed.length")
    if counter == "5":
        hall.post(f"/tickets/{mine['id']}/divert", area="priority")
    hall.call(counter, mine)
    view(page, "called")
    assert page.evaluate("buzzed.length") > before
    assert max(page.evaluate("buzzed.at(-1)")) >= 400
    assert page.text_content("#counter") == f"请到：{counter} 号柜台"
    assert WAYS[counter] in page.text_content("#way")
    assert page.title().startswith("▶ 请到")
    size = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('#counter')).fontSize)"
    )
    assert size >= 36
    assert page.is_hidden("#card")
    page.click("#coming")
    page.wait_for_selector("#coming", state="hidden")


def test_a_called_phone_buzzes_again_until_its_owner_answers(page_at: Open, hall: Hall) -> None:
    mine = hall.issue("non_cash")
    page = page_at("about:blank", 390, 844)
    page.add_init_script(SPY)
    page.clock.install()
    page.goto(mine["links"]["status"])
    page.wait_for_selector("body[data-ready]")
    hall.call("1", mine)
    view(page, "called")
    page.clock.run_for(11_000)
    assert page.evaluate("buzzed.filter(Array.isArray).length") == 2
    page.click("#coming")
    page.clock.run_for(30_000)
    assert page.evaluate("buzzed.filter(Array.isArray).length") == 2


def leave_words(ticket: dict[str, Any], minutes: int) -> str:
    spare = (ticket["wait_lo_s"] - minutes * 60 - 120) / 60
    if ticket["wait_p50_s"] < minutes * 60:
        return "请尽快出发"
    if spare < 0:
        return "现在出发正好"
    steps = [n for n in (3, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 120) if n <= spare]
    return f"可再等约 {steps[-1]} 分钟出发" if steps else "可以准备了"


def test_the_page_says_when_to_leave_and_remembers_how_far_it_is(phone: Open, hall: Hall) -> None:
    hall.post("/counters/7/open")
    line = [hall.issue("corporate") for _ in range(9)]
    said = set()
    for ticket in (line[0], line[3], line[8]):
        page = phone(ticket["links"]["status"])
        for minutes in (2, 5, 10, 15):
            page.check(f"[name=away][value=walk-{minutes}]")
            expected = leave_words(hall.get(f"/tickets/{ticket['id']}"), minutes)
            page.wait_for_selector(f"#leave:has-text('{expected}')")
            said.add(expected)
        page.reload()
        assert page.is_checked("[name=away][value=walk-15]")
    assert {"请尽快出发"} < said
    for ticket in line:
        hall.post(f"/tickets/{ticket['id']}/cancel")


def test_others_are_let_pass_and_the_consequence_is_said(phone: Open, hall: Hall) -> None:
    mine = hall.issue("fx")
    others = [hall.issue("fx") for _ in range(4)]
    page = phone(mine["links"]["status"])
    before = hall.get(f"/tickets/{mine['id']}")["ahead"]
    page.click("#let-pass summary")
    page.check("[name=places][value=pass-3]")
    assert "3 位先办" in page.text_content("#passes")
    page.click("#yield")
    page.wait_for_selector("#told:not([hidden]):has-text('3 位')")
    page.wait_for_selector(f"#ahead:text-is('前面 {before + 3} 人')")
    for ticket in (mine, *others):
        hall.post(f"/tickets/{ticket['id']}/cancel")


def test_giving_up_takes_a_second_touch(phone: Open, hall: Hall) -> None:
    mine = hall.issue()
    page = phone(mine["links"]["status"])
    page.click("#cancel")
    assert hall.get(f"/tickets/{mine['id']}")["state"] == "waiting"
    page.click("#keep")
    assert page.is_hidden("#cancel-sure")
    page.click("#cancel")
    page.click("#cancel-sure:not(.resting)")
    view(page, "cancelled")
    assert hall.get(f"/tickets/{mine['id']}")["state"] == "cancelled"


def test_a_missed_ticket_is_drawn_again_and_the_old_page_leads_to_the_new(
    phone: Open, hall: Hall
) -> None:
    mine = hall.issue()
    page, other = (phone(mine["links"][kind]) for kind in ("status", "feedback"))
    hall.call("1", mine)
    hall.post("/counters/1/no-show")
    view(page, "missed")
    page.click("#redraw")
    page.wait_for_url(lambda url: token(mine) not in url)
    number = page.text_content("#ticket .number")
    assert number != mine["number"]
    view(other, "missed")
    assert number in other.text_content("#renewed")
    other.click("#renewed")
    other.wait_for_url(page.url.partition("?")[0] + "**")


def test_each_hold_says_where_to_come_back(phone: Open, hall: Hall) -> None:
    mine = hall.issue()
    page = phone(mine["links"]["status"])
    for hold, words in (("any", "任一柜台"), ("same", "2 号柜台"), ("step", "这一步办好后")):
        hall.call("2", mine)
        hall.post("/counters/2/start")
        hall.post("/counters/2/park", hold=hold)
        page.wait_for_selector(f"body[data-view=parked] #note:has-text('{words}')")
        hall.post(f"/tickets/{mine['id']}/resume")
        page.wait_for_selector("body[data-state=waiting]")
    hall.post(f"/tickets/{mine['id']}/cancel")


def test_a_visit_of_several_services_shows_what_is_done_and_what_comes(
    phone: Open, hall: Hall
) -> None:
    mine = hall.issue("cash", then=["cards", "loans"])
    page = phone(mine["links"]["status"])
    assert page.locator("#visit li").all_text_contents() == ["现金业务", "开户与银行卡", "个人贷款"]
    hall.call("1", mine)
    hall.post("/counters/1/start")
    view(page, "serving")
    hall.post("/counters/1/finish")
    page.wait_for_selector("#visit li.now span:text-is('开户与银行卡')")
    hall.post("/counters/1/finish")
    page.wait_for_selector("body[data-state=waiting] #visit li.now span:text-is('个人贷款')")
    assert page.locator("#visit li.done").count() == 2
    assert (
        "个人贷款" in page.text_content("#note")
        or page.get_attribute("body", "data-view") == "next"
    )
    hall.call("4", mine)
    hall.post("/counters/4/start")
    hall.post("/counters/4/finish")
    view(page, "served")
    assert page.locator("#visit li").all_text_contents() == ["现金业务", "开户与银行卡", "个人贷款"]


def test_served_means_the_card_first_and_two_taps(phone: Open, hall: Hall) -> None:
    mine = hall.issue()
    page = phone(mine["links"]["status"])
    hall.call("1", mine)
    hall.post("/counters/1/start")
    hall.post("/counters/1/finish")
    view(page, "served")
    assert page.locator("#card").bounding_box()["y"] < page.locator("#ticket").bounding_box()["y"]
    page.click(".scores label:has([value='5'])")
    page.click("#send")
    page.wait_for_selector("#thanks:not([hidden])")
    page.reload()
    assert page.is_visible("#thanks")
    assert page.is_hidden("#card")


def test_the_button_is_in_sight_and_comes_after_all_fields(phone: Open, hall: Hall) -> None:
    mine = hall.issue()
    hall.call("1", mine)
    hall.post("/counters/1/start")
    page = phone(mine["links"]["feedback"])
    send = page.locator("#send").bounding_box()
    assert 0 < send["y"] < send["y"] + send["height"] <= 844
    order = page.evaluate("[...document.querySelectorAll('#card [name], #send')].map((e) => e.id)")
    assert order[-1] == "send"


FILL = """card => {
  for (const field of card.querySelectorAll("[name]:not([type=hidden])")) {
    if (["radio", "checkbox"].includes(field.type)) field.click();
    else field.value = "words";
  }
}"""

GIVEN = "SELECT data FROM event WHERE kind = 'FeedbackGiven' AND ticket = ?"


def test_every_field_of_the_card_reaches_the_journal(
    phone: Open, hall: Hall, server: Server
) -> None:
    mine = hall.issue()
    hall.call("1", mine)
    hall.post("/counters/1/start")
    hall.post("/counters/1/finish")
    page = phone(mine["links"]["feedback"])
    page.eval_on_selector("#card", FILL)
    page.click("#send")
    page.wait_for_selector("#thanks:not([hidden])")
    with closing(sqlite3.connect(f"file:{server.data / 'lobby.db'}?mode=ro", uri=True)) as db:
        (data,) = db.execute(GIVEN, [mine["id"]]).fetchone()
    given = json.loads(data)
    assert all(given[name] for name in FeedbackBody.model_fields)


def test_a_diverted_customer_is_shown_the_way(phone: Open, hall: Hall) -> None:
    mine = hall.issue()
    page = phone(mine["links"]["status"])
    hall.post(f"/tickets/{mine['id']}/divert", area="self_service")
    view(page, "diverted")
    assert "自助服务区" in page.text_content("#state")
    assert "自助机" in page.text_content("#way")


def test_the_customer_is_asked_about_the_machines_and_comes_back(phone: Open, hall: Hall) -> None:
    mine = hall.issue("cash")
    page = phone(mine["links"]["status"])
    assert page.is_hidden("#offer")
    hall.post(f"/tickets/{mine['id']}/offer", area="self_service")
    page.wait_for_selector("#offer:not([hidden])")
    assert "自助服务区" in page.text_content("#offer-words")
    page.click("#offer-yes")
    view(page, "diverted")
    page.click("#rejoin")
    page.wait_for_selector("#ahead:visible")
    assert hall.get(f"/tickets/{mine['id']}")["area"] == mine["area"]
    hall.post(f"/tickets/{mine['id']}/offer", area="self_service")
    page.click("#offer-no")
    page.wait_for_selector("#offer", state="hidden")
    hall.post(f"/tickets/{mine['id']}/cancel")


def test_the_page_says_why_one_waits_here_and_names_no_rank(phone: Open, hall: Hall) -> None:
    mine = hall.issue("wealth", customer="6226091234567890")
    page = phone(mine["links"]["status"])
    page.click("#reason summary")
    page.wait_for_selector("#why:not(:empty)")
    assert "卡" in page.text_content("#why")
    assert not any(rank in page.content() for rank in ("财富客户", "金卡客户", "普通客户"))
    hall.post(f"/tickets/{mine['id']}/cancel")


def old_ticket(data: Path, days: int) -> str:
    """A visit that was served so many days ago."""
    clock = Clock(datetime.now(UTC) - timedelta(days=days))
    runtime = open_branch(read_branch(CONFIG), data, "http://x", clock)
    desk = Desk(runtime)
    id: str = desk.issue()["id"]
    desk.open_counter(counter="1")
    desk.next(counter="1"), desk.start(counter="1"), desk.finish(counter="1")
    runtime.close()
    return id


def test_an_earlier_days_link_offers_the_card_until_it_is_closed(
    phone: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = tmp_path_factory.mktemp("past") / "var"
    closed, open_still = (old_ticket(data, days) for days in (30, 2))
    with serving(data) as server:
        page = phone(server.links(open_still)["feedback"])
        view(page, "over")
        page.click(".scores label:has([value='4'])")
        page.click("#send")
        page.wait_for_selector("#thanks:visible")
        page = phone(server.links(open_still)["feedback"])
        page.wait_for_selector("#thanks:visible")
        page = phone(server.links(closed)["feedback"])
        assert "意见卡已截止" in page.text_content("main")
        assert page.locator("#card").count() == 0


def test_a_lost_line_is_said_with_its_age_and_heals(
    phone: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serving(tmp_path_factory.mktemp("cut") / "var") as server:
        hall = Hall(server)
        others = [hall.issue() for _ in range(2)]
        mine = hall.issue()
        page = phone(mine["links"]["status"])
        page.wait_for_selector("#ahead:text-is('前面 2 人')")
        server.kill()
        page.wait_for_selector("#lost:not([hidden]):has-text('秒前')", timeout=20_000)
        assert page.is_visible("#ahead")
        server.start()
        page.wait_for_selector("#lost", state="hidden", timeout=20_000)
        requests.post(
            f"{server.url}/api/v1/tickets/{others[0]['id']}/cancel?token={token(others[0])}",
            timeout=30,
        )
        page.wait_for_selector("#ahead:text-is('前面 1 人')")


def token(ticket: dict[str, Any]) -> str:
    return str(ticket["links"]["status"].rpartition("/")[2])


# -- for everybody -----------------------------------------------------------------------------------------
def walk(hall: Hall) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tickets in each state, as the phone calls them."""
    first = hall.issue("digital")
    ticket = hall.issue("digital", then=["cards"])
    yield "waiting", ticket
    hall.post(f"/tickets/{ticket['id']}/move", place="first")
    yield "next", ticket
    hall.call("3", ticket)
    yield "called", ticket
    hall.post("/counters/3/start")
    yield "serving", ticket
    hall.post("/counters/3/park", hold="same")
    yield "parked", ticket
    hall.call("3", ticket)
    hall.post("/counters/3/start")
    hall.post("/counters/3/finish")
    hall.post("/counters/3/finish")
    yield "served", ticket
    missed = hall.issue("digital")
    hall.call("3", missed)
    hall.post("/counters/3/no-show")
    yield "missed", missed
    for verb, body in (("cancel", {}), ("divert", {"area": "self_service"})):
        gone = hall.issue("digital")
        hall.post(f"/tickets/{gone['id']}/{verb}", **body)
        yield "cancelled" if verb == "cancel" else "diverted", gone
    hall.post(f"/tickets/{first['id']}/cancel")


def test_no_state_shuts_anybody_out(phone: Open, hall: Hall) -> None:
    seen = []
    for state, ticket in walk(hall):
        page = phone(ticket["links"]["status"])
        view(page, state)
        for details in page.locator("details:visible").all():
            details.evaluate("found => { found.open = true; }")
        found = Axe().run(page).response["violations"]
        assert [(state, v["id"], v["nodes"][0]["html"]) for v in found] == []
        assert small_targets(page) == []
        seen.append(state)
    assert len(seen) == 9


def small_targets(page: Any) -> list[str]:
    """What a finger has to hit and is under 44 px, but for links in running text."""
    script = """() => [...document.querySelectorAll('button, .button, summary, select, input, textarea, a')]
      .map((one) => ['radio', 'checkbox'].includes(one.type) ? one.closest('label') : one)
      .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML)"""
    found: list[str] = page.evaluate(script)
    return found


CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((one) => {
  if (!one.offsetParent || one.closest('svg, .visually-hidden') || one.matches('input')) return false;
  const box = one.getBoundingClientRect();
  return box.right > innerWidth + 1 || box.left < -1 || (one.scrollWidth > one.clientWidth + 1
    && one.clientWidth && getComputedStyle(one).overflowX !== 'visible');
}).map((one) => one.outerHTML.slice(0, 160))"""


@pytest.fixture(scope="module")
def long_names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A branch whose names are twice as long."""
    folder: Path = tmp_path_factory.mktemp("long")
    config = midday_config(folder)
    config.write_text(twice(config.read_text()))
    with serving(folder / "var", config=config) as server:
        yield server


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_nothing_is_cut_off_at_double_size_with_double_names(
    phone: Open, long_names: Server, lang: str
) -> None:
    for state, ticket in walk(Hall(long_names)):
        page = phone(ticket["links"]["status"], lang, 195, 422)
        view(page, state)
        for details in page.locator("details:visible").all():
            details.evaluate("found => { found.open = true; }")
        assert page.evaluate(CUT_OFF) == [], state


FIRST_VIEW_B = 64_000


def test_the_first_view_is_small_enough_for_a_slow_line(page_at: Open, hall: Hall) -> None:
    ticket = hall.issue()
    page = page_at("about:blank", 390, 844)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: dict[str, float] = {}
    kinds: dict[str, str] = {}
    line.on("Network.responseReceived", lambda got: kinds.update({got["requestId"]: got["type"]}))
    line.on(
        "Network.loadingFinished",
        lambda got: sizes.update({got["requestId"]: got["encodedDataLength"]}),
    )
    page.goto(ticket["links"]["feedback"], wait_until="networkidle")
    page.wait_for_selector("#wait:not(:empty)")
    total = sum(size for id, size in sizes.items() if kinds.get(id) not in ("Image", "Font"))
    assert len(sizes) > 8
    assert total < FIRST_VIEW_B, sizes
    hall.post(f"/tickets/{ticket['id']}/cancel")


def test_every_script_is_asked_for_at_once(phone: Open, hall: Hall) -> None:
    """A script that the page does not name costs one way more on a slow line."""
    ticket = hall.issue()
    page = phone(ticket["links"]["feedback"], "en")
    page.wait_for_selector("#wait:not(:empty)")
    unnamed = """() => {
        const tags = document.querySelectorAll("link[rel=modulepreload], script[src]");
        const named = new Set([...tags].map((tag) => tag.href || tag.src));
        const loaded = performance.getEntriesByType("resource").map((one) => one.name);
        return loaded.filter((one) => one.endsWith(".js") && !named.has(one));
    }"""
    assert page.evaluate(unnamed) == []
    hall.post(f"/tickets/{ticket['id']}/cancel")


def test_the_number_stands_before_the_script_runs(browser: Any, hall: Hall) -> None:
    """On a slow line the page is read before its scripts are there."""
    ticket = hall.issue()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(ticket["links"]["status"])
    assert page.inner_text("#ticket .number") == ticket["number"]
    assert page.inner_text("#state")
    assert page.is_visible("#area")
    context.close()
    until(lambda: hall.post(f"/tickets/{ticket['id']}/cancel"), "cancelled")
