"""The lobby manager's tablet in a real browser: moving tickets, answering alerts, a line that comes and goes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from cast import Caller
from clock_set import LIBRARY, FakedClock
from conftest import Server, sign_in, until

Open = Callable[..., Any]


class Floor(Caller):
    """What the branch itself knows, and what others do there meanwhile."""

    def draw(self, service: str = "cash", **body: Any) -> str:
        id: str = self.post("/tickets", service=service, **body)["id"]
        return id

    def ticket(self, id: str) -> Any:
        return self.get(f"/tickets/{id}")

    def watched(self, id: str) -> Any:
        return next((one for one in self.get("/hall")["tickets"] if one["id"] == id), None)

    def until(self, id: str, **wanted: Any) -> None:
        until(
            lambda: wanted.items() <= {**self.ticket(id), **(self.watched(id) or {})}.items(),
            f"{id}: {wanted}",
        )

    def alerts(self, kind: str) -> list[Any]:
        return [one for one in self.get("/hall")["alerts"] if one["kind"] == kind]


@pytest.fixture(scope="module")
def floor(server: Server) -> Floor:
    made = Floor(server)
    for counter in "1235678":
        made.post(f"/counters/{counter}/open")
    return made


def tablet_at(
    page_at: Open, url: str, *, width: int = 1180, height: int = 820, lang: str = "zh"
) -> Any:
    page = page_at(f"{url}/desk/hall?lang={lang}", width, height)
    sign_in(page, "manager")
    page.wait_for_selector("#areas li")
    return page


def chip(id: str) -> str:
    return f".people [data-ticket='{id}']"


def centre(page: Any, selector: str) -> tuple[float, float]:
    page.wait_for_selector(selector)
    page.eval_on_selector(selector, "one => one.scrollIntoView({ block: 'nearest' })")
    box = page.locator(selector).first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_menu_of_pages_fits_a_telephone_closes_and_leads_to_the_bulletin(
    page_at: Open, floor: Floor
) -> None:
    page = tablet_at(page_at, floor.server.url, width=320, height=640)
    menu = page.locator(".ways-menu")
    menu.locator("summary").click()
    last = menu.locator("li a").last
    last.scroll_into_view_if_needed()
    box = last.bounding_box()
    assert box["x"] + box["width"] <= 320
    assert box["y"] + box["height"] <= 640
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.keyboard.press("Escape")
    assert not last.is_visible()
    menu.locator("summary").click()
    menu.locator("[href='/desk/bulletin']").click()
    page.wait_for_selector(".bulletin")
    assert page.locator(".ways [href='/desk/hall']").is_visible()


# -- moving a ticket --------------------------------------------------------------------------------------
def test_two_touches_move_a_ticket_to_another_area_where_it_can_be_served(
    page_at: Open, floor: Floor
) -> None:
    id = floor.draw("fx")
    tablet = tablet_at(page_at, floor.url)
    tablet.click(chip(id))
    assert "不办外汇业务" in tablet.inner_text("[data-area=corporate] .head")
    tablet.click("[data-area=corporate] .head")
    assert "不办外汇业务" in tablet.inner_text("#hint")
    tablet.click("[data-area=priority] .target")
    floor.until(id, area="priority")
    tablet.wait_for_selector(f"[data-area=priority] {chip(id)}")
    tablet.wait_for_selector("#acts", state="hidden")


def test_two_touches_keep_a_ticket_for_a_counter(page_at: Open, floor: Floor) -> None:
    id = floor.draw("loans")
    tablet = tablet_at(page_at, floor.url)
    tablet.click(chip(id))
    assert "柜台已关闭" in tablet.inner_text("#counters [data-counter='4']")
    tablet.click("#counters [data-counter='6']")
    floor.until(id, only_counter="6", area="priority")


def confirm(tablet: Any) -> None:
    """Answer the question that is asked, once its button rests no more."""
    tablet.wait_for_selector("#confirm:not([hidden])")
    tablet.click("#confirm-yes:not(.resting)")


def test_nobody_is_sent_to_the_machines_without_a_question(page_at: Open, floor: Floor) -> None:
    elder = floor.draw("cash", needs=["elderly"])
    other = floor.draw("cash")
    tablet = tablet_at(page_at, floor.url)
    tablet.click(chip(elder))
    tablet.click("[data-area=self_service] .target")
    assert "须先征得客户同意" in tablet.inner_text("#confirm")
    assert floor.watched(elder)["state"] == "waiting"
    confirm(tablet)
    floor.until(elder, state="diverted")
    tablet.click(chip(other))
    tablet.click("[data-area=self_service] .target")
    confirm(tablet)
    floor.until(other, state="diverted")
    tablet.click("#tab-missed")
    tablet.click(f"[data-missed='{other}'] button")
    floor.until(other, state="waiting", area="hall")


def test_a_ticket_is_dragged_by_mouse(page_at: Open, floor: Floor) -> None:
    id = floor.draw("cards")
    tablet = tablet_at(page_at, floor.url)
    tablet.mouse.move(*centre(tablet, chip(id)))
    tablet.mouse.down()
    tablet.mouse.move(*centre(tablet, "[data-area=barrier_free] h2"), steps=8)
    tablet.wait_for_selector("body.carrying [data-area=barrier_free].aimed")
    tablet.mouse.up()
    floor.until(id, area="barrier_free")
    tablet.wait_for_selector(".ghost", state="detached")


def test_a_ticket_is_dragged_by_finger_after_a_moment_and_a_quick_swipe_scrolls(
    page_at: Open, floor: Floor
) -> None:
    id = floor.draw("cards")
    tablet = tablet_at(page_at, floor.url)
    touch = tablet.context.new_cdp_session(tablet)

    def finger(kind: str, *points: tuple[float, float]) -> None:
        spots = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": spots})

    x, y = centre(tablet, chip(id))
    finger("touchStart", (x, y))
    finger("touchMove", (x, y - 40))
    finger("touchEnd")
    assert tablet.locator("body.carrying").count() == 0
    x, y = centre(tablet, chip(id))
    finger("touchStart", (x, y))
    tablet.wait_for_selector("body.carrying")
    to_x, to_y = centre(tablet, "[data-area=priority] h2")
    for step in range(1, 9):
        finger("touchMove", (x + (to_x - x) * step / 8, y + (to_y - y) * step / 8))
    tablet.wait_for_selector("[data-area=priority].aimed")
    finger("touchEnd")
    floor.until(id, area="priority")


def test_a_ticket_is_moved_by_keys_alone(page_at: Open, floor: Floor) -> None:
    id = floor.draw("cards")
    tablet = tablet_at(page_at, floor.url)
    tablet.focus(chip(id))
    tablet.keyboard.press("Enter")
    tablet.wait_for_selector("#acts-number:focus")
    tablet.keyboard.press("Escape")
    tablet.wait_for_selector(f"[data-ticket='{id}']:focus")
    tablet.keyboard.press("Enter")
    tablet.wait_for_selector("#acts-number:focus")
    while tablet.evaluate("document.activeElement.closest('[data-area=priority]')") is None:
        tablet.keyboard.press("Shift+Tab")
    while tablet.evaluate("document.activeElement.dataset.do") != "here":
        tablet.keyboard.press("Shift+Tab")
    tablet.keyboard.press("Enter")
    floor.until(id, area="priority")


def test_the_tickets_bar_moves_corrects_and_cancels(page_at: Open, floor: Floor) -> None:
    id = floor.draw("digital")
    tablet = tablet_at(page_at, floor.url)
    tablet.click(chip(id))
    tablet.fill("#reason", "出示了金卡")
    tablet.select_option("#retier", "gold")
    floor.until(id, tier="gold")
    tablet.click(chip(id))
    tablet.click("[data-do=move][data-place=first]")
    floor.until(id, first=True)
    tablet.click(chip(id))
    tablet.select_option("#transfer", "fx")
    floor.until(id, service="fx")
    tablet.click(chip(id))
    tablet.click("#cancel")
    assert floor.watched(id)["state"] == "waiting"
    confirm(tablet)
    floor.until(id, state="cancelled")


def test_a_missed_customer_is_brought_back_into_line(page_at: Open, floor: Floor) -> None:
    id = floor.draw("corporate")
    floor.post("/counters/7/call", ticket=id)
    floor.post("/counters/7/no-show")
    tablet = tablet_at(page_at, floor.url)
    tablet.click("#tab-missed")
    tablet.click(f"[data-missed='{id}'] button")
    floor.until(id, state="waiting")
    tablet.wait_for_selector(f"[data-missed='{id}']", state="detached")
    floor.post(f"/tickets/{id}/cancel")


def test_a_counter_is_opened_paused_and_closed_from_the_map(page_at: Open, floor: Floor) -> None:
    tablet = tablet_at(page_at, floor.url, lang="en")
    tablet.click("#counters [data-counter='4']")
    tablet.click("#at-counter [data-verb=open]")
    tablet.wait_for_selector("#counters [data-counter='4'].open")
    # by key: a touch where another button was touched a moment ago is that touch's echo
    tablet.press("#at-counter [data-verb=pause]", "Enter")
    tablet.wait_for_selector("#counters [data-counter='4'].paused")
    tablet.press("#at-counter [data-verb=close]", "Enter")
    tablet.wait_for_selector("#counters [data-counter='4'].closed")


def test_any_ticket_is_found_by_its_number_and_says_why_it_was_called(
    page_at: Open, floor: Floor
) -> None:
    """One field: a ticket that waits, one that was called, one that ended, and one that never was."""
    id = floor.draw("corporate")
    number = floor.ticket(id)["number"]
    tablet = tablet_at(page_at, floor.url, lang="en")

    def search(typed: str) -> str:
        tablet.fill("#find input", typed)
        tablet.press("#find input", "Enter")
        tablet.wait_for_selector(f"#card:not([hidden]):has-text('{typed.upper()}')")
        text: str = tablet.inner_text("#card")
        return text

    waits = search(number.lower())
    assert number in waits
    assert "ahead" in waits
    assert "Why it was called" not in waits
    floor.post("/counters/7/call", ticket=id)
    tablet.wait_for_selector("#card .why")
    assert "called by number" in tablet.inner_text("#card .why")
    tablet.click("#card [data-do=show-counter]")
    assert "called by number" in tablet.inner_text("#counter-why")
    assert "called by number" in tablet.inner_text("#counters [data-counter='7']")
    floor.post("/counters/7/start"), floor.post("/counters/7/finish")
    ended = search(number)
    assert "served" in ended
    assert "service ends at Counter 7" in ended
    assert "no ticket Z999" in search("Z999")
    tablet.keyboard.press("Escape")
    tablet.wait_for_selector("#tickets")


def test_a_counter_is_lent_brought_back_and_taken_back(page_at: Open, floor: Floor) -> None:
    tablet = tablet_at(page_at, floor.url, lang="en")

    def lent() -> Any:
        return next(c for c in floor.get("/counters") if c["id"] == "5")["lent_to"]

    tablet.click("#counters [data-counter='5']")
    tablet.click("#at-counter [data-do=lend][data-area=hall]")
    tablet.wait_for_selector("#at-counter [data-do=end-lending]")
    assert "helps" in tablet.inner_text("#counter-facts")
    assert lent() == "hall"
    tablet.click("#at-counter [data-do=end-lending]")
    tablet.wait_for_selector("#at-counter [data-do=end-lending]", state="detached")
    tablet.click("#at-counter [data-do=undo-lending]")
    tablet.wait_for_selector("#at-counter [data-do=end-lending]")
    floor.post("/counters/5/lend/end")


def test_a_touch_is_not_lost_when_the_floor_changes_under_the_finger(
    page_at: Open, floor: Floor
) -> None:
    id = floor.draw("cash")
    tablet = tablet_at(page_at, floor.url)
    tablet.mouse.move(*centre(tablet, chip(id)))
    tablet.mouse.down()
    other = floor.draw("cash", needs=["elderly"])
    tablet.wait_for_selector(chip(other))
    tablet.mouse.up()
    tablet.wait_for_selector(f"#acts:has-text('{floor.watched(id)['number']}')")
    for one in (id, other):
        floor.post(f"/tickets/{one}/cancel")


# -- the line comes and goes --------------------------------------------------------------------------------
def test_acts_wait_for_the_line_survive_a_reload_and_are_done_once_in_order(
    page_at: Open, floor: Floor
) -> None:
    id = floor.draw("cards")
    tablet = tablet_at(page_at, floor.url)
    tablet.route("**/api/v1/tickets/**", lambda route: route.abort())
    tablet.click(chip(id))
    tablet.click("[data-area=priority] .target")
    tablet.wait_for_selector(f".people .unsent [data-ticket='{id}']")
    tablet.click(chip(id))
    assert "贵宾服务区" in tablet.inner_text("#acts-pending")
    tablet.click("[data-do=move][data-place=last]")
    tablet.wait_for_selector("#outbox:has-text('2 项操作')")
    tablet.reload()
    tablet.wait_for_selector("#outbox:has-text('2 项操作')")
    tablet.unroute("**/api/v1/tickets/**")
    tablet.wait_for_selector("#outbox li", state="detached", timeout=15_000)
    floor.until(id, area="priority")
    mine = [one["act"] for one in floor.get("/today")["rescues"] if one["ticket"] == id]
    assert mine == ["move", "divert"]


def test_an_answer_that_got_lost_does_nothing_twice(page_at: Open, floor: Floor) -> None:
    id = floor.draw("cards")
    tablet = tablet_at(page_at, floor.url)
    tablet.route(f"**/tickets/{id}/move", lambda route: (route.fetch(), route.abort()))
    tablet.click(chip(id))
    tablet.click("[data-do=move][data-place=last]")
    tablet.wait_for_selector("#outbox li")
    tablet.unroute(f"**/tickets/{id}/move")
    tablet.wait_for_selector("#outbox li", state="detached", timeout=15_000)
    assert [one["act"] for one in floor.get("/today")["rescues"] if one["ticket"] == id] == ["move"]


def test_what_became_impossible_meanwhile_is_explained(page_at: Open, floor: Floor) -> None:
    id = floor.draw("cards")
    number = floor.watched(id)["number"]
    tablet = tablet_at(page_at, floor.url)
    tablet.context.set_offline(True)
    tablet.click(chip(id))
    tablet.click("[data-area=priority] .target")
    tablet.wait_for_selector("#outbox li")
    floor.post("/counters/1/call", ticket=id)
    tablet.context.set_offline(False)
    conflict = tablet.wait_for_selector("#conflicts li", timeout=15_000).inner_text()
    assert number in conflict
    assert "转到贵宾服务区" in conflict
    assert "已叫号" in conflict
    tablet.reload()
    tablet.click("#conflicts li button")
    tablet.wait_for_selector("#conflicts li", state="detached")
    assert floor.ticket(id)["counter"] == "1"
    floor.post("/counters/1/start")
    floor.post("/counters/1/finish")


def test_an_act_that_grew_old_asks_before_it_is_sent(page_at: Open, floor: Floor) -> None:
    id = floor.draw("cards")
    tablet = tablet_at(page_at, floor.url)
    tablet.route("**/api/v1/tickets/**", lambda route: route.abort())
    tablet.click(chip(id))
    tablet.click("[data-do=move][data-place=first]")
    tablet.wait_for_selector("#outbox li")
    tablet.evaluate("""() => {
        const box = JSON.parse(localStorage["lobby-outbox:manager"]);
        box.acts[0].at -= 20 * 60 * 1000;
        localStorage["lobby-outbox:manager"] = JSON.stringify(box);
    }""")
    tablet.unroute("**/api/v1/tickets/**")
    tablet.wait_for_selector("#outbox [data-do=insist]", timeout=15_000)
    assert not floor.watched(id)["first"]
    tablet.click("#outbox [data-do=insist]")
    floor.until(id, first=True)


def test_a_lost_line_says_how_old_the_picture_is(
    page_at: Open, server: Server, floor: Floor
) -> None:
    tablet = tablet_at(page_at, floor.url, lang="en")
    server.kill()
    lost = tablet.wait_for_selector("#lost:not([hidden])", timeout=30_000)
    assert "old" in lost.inner_text()
    server.start()
    tablet.wait_for_selector("#lost", state="hidden", timeout=30_000)


# -- today --------------------------------------------------------------------------------------------------
def test_todays_curves_have_a_point_for_every_slot(page_at: Open, floor: Floor) -> None:
    tablet = tablet_at(page_at, floor.url, lang="en")
    tablet.click("#tab-today")
    tablet.wait_for_selector("#curves polyline", state="attached")
    slots = len(floor.get("/today")["slots"])
    points = tablet.get_attribute("#curves polyline", "points").split()
    assert len(points) == tablet.locator("#curves rect").count() == slots
    assert "Waiting: now" in tablet.get_attribute("#curves .waiting svg", "aria-label")


def test_todays_figures_are_the_bulletins(page_at: Open, floor: Floor) -> None:
    tablet = tablet_at(page_at, floor.url, lang="en")
    tablet.click("#tab-today")
    tablet.wait_for_selector("#day-figures li")
    figures = floor.get(f"/reports/day/{floor.get('/hall')['day']}")["measures"]
    served = tablet.inner_text("#day-figures li[data-key=served]")
    assert served == f"Customers served {figures['served']['value']}"


def test_a_customer_is_booked_in_at_the_desk_and_off_again(page_at: Open, floor: Floor) -> None:
    tablet = tablet_at(page_at, floor.url)
    tablet.click("#tab-booked")
    tablet.select_option("#book [name=service]", "loans")
    tablet.click("#slots button:not(:disabled)")
    tablet.wait_for_selector("#book-said:has-text('预约码')")
    tablet.click("#booked [data-do=cancel-booking]")
    confirm(tablet)
    tablet.wait_for_selector("#booked li:has-text('已取消')")
    assert [one["state"] for one in floor.get("/appointments")["appointments"]] == ["cancelled"]


# -- alerts, on a branch that is told of everything at once ----------------------------------------------------
HOT = (
    ("soon_s = 120", "soon_s = 1199"),
    ("crowded = 15", "crowded = 3\neffect_s = 1"),
    ("idle_s = 240", "idle_s = 1"),
    ("long_factor = 2.5", "long_factor = 0.001"),
    ("board_s = 60", "board_s = 1"),
    ("target_wait_s = 900", "target_wait_s = 1"),
)


@pytest.fixture(scope="module")
def hot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    from conftest import midday_config, serving

    folder = tmp_path_factory.mktemp("hot")
    with serving(
        folder / "var", config=midday_config(folder, *HOT), printer="tcp://127.0.0.1:9"
    ) as running:
        yield Floor(running)


def wait_for_alert(tablet: Any, kind: str) -> str:
    text: str = tablet.wait_for_selector(f"#alerts [data-kind={kind}]", timeout=30_000).inner_text()
    return text


def test_a_lobby_without_an_open_counter_is_not_called_well(page_at: Open, hot: Floor) -> None:
    tablet = tablet_at(page_at, hot.url)
    tablet.wait_for_selector("#unmanned:has-text('请柜员在柜台屏幕上开放柜台')")
    assert tablet.is_hidden("#calm")
    hot.post("/counters/1/open")
    tablet.wait_for_selector("#unmanned", state="hidden")
    hot.post("/counters/1/close")
    tablet.wait_for_selector("#unmanned")


def test_late_tickets_are_one_card_and_the_first_is_called_first_by_one_touch(
    page_at: Open, hot: Floor
) -> None:
    late = [hot.draw("cash", tier="gold") for _ in range(3)]
    tablet = tablet_at(page_at, hot.url)
    tablet.wait_for_selector("#alerts [data-kind=late]:has-text('3 位客户已超时')", timeout=30_000)
    assert tablet.locator("#alerts [data-kind=late]").count() == 1
    tablet.wait_for_selector("[data-area=hall].late")
    assert tablet.locator("#tickets li").first.get_attribute("class") == "late"
    tablet.click("#alerts [data-kind=late] [data-do=first]")
    until(lambda: sum(hot.watched(id)["first"] for id in late) == 1, "one is called first")
    tablet.click("#alerts [data-kind=late] [data-do=took]")
    tablet.wait_for_selector("#alerts [data-kind=late]", state="detached")
    worst = tablet.wait_for_selector("#alerts [data-kind=worst]").inner_text()
    assert "已受理，仍超时" in worst
    assert "另有 2 位客户超时" in worst
    assert tablet.is_hidden("#calm")


def test_a_ticket_that_is_soon_late_is_told_before(page_at: Open, hot: Floor) -> None:
    id = hot.draw("corporate")
    tablet = tablet_at(page_at, hot.url)
    wait_for_alert(tablet, "soon")
    tablet.click("#alerts [data-kind=soon] [data-do=first]")
    hot.until(id, first=True)
    tablet.wait_for_selector("[data-area=corporate].soon")


def test_a_crowded_area_is_offered_a_counter(page_at: Open, hot: Floor) -> None:
    tablet = tablet_at(page_at, hot.url)
    assert "综合服务区" in wait_for_alert(tablet, "crowded")
    tablet.click("#alerts [data-kind=crowded] [data-do=ask-opening]")
    until(lambda: hot.counter("1")["asked_at"], "the first counter of the area is asked to open")
    assert hot.counter("1")["state"] == "closed"
    tablet.wait_for_selector("#counters [data-counter='1'] em:has-text('已请开放')")


def test_an_idle_counter_is_given_a_customer_and_a_long_service_is_told(
    page_at: Open, hot: Floor
) -> None:
    hot.post("/counters/1/open")
    tablet = tablet_at(page_at, hot.url)
    assert "1 号柜台" in wait_for_alert(tablet, "idle")
    tablet.click("#alerts [data-kind=idle] [data-do=next]")
    until(lambda: hot.counter("1")["ticket"], "somebody was called")
    hot.post("/counters/1/start")
    assert "1 号柜台" in wait_for_alert(tablet, "long")
    tablet.click("#alerts [data-kind=long] [data-do=took]")
    tablet.wait_for_selector("#alerts [data-kind=long]", state="detached")


def test_a_break_is_granted_by_one_touch_and_begins_when_the_customer_is_done(
    page_at: Open, hot: Floor
) -> None:
    hot.post("/counters/1/break")
    tablet = tablet_at(page_at, hot.url)
    wait_for_alert(tablet, "break")
    assert "申请休息" in tablet.inner_text("#counters [data-counter='1']")
    tablet.click("#alerts [data-kind=break] [data-do=grant]")
    until(lambda: hot.counter("1")["break"] == "granted", "granted")
    hot.post("/counters/1/finish")
    tablet.wait_for_selector("#counters [data-counter='1'].paused")


def test_a_dead_printer_and_dark_boards_are_told_and_taken(page_at: Open, hot: Floor) -> None:
    tablet = tablet_at(page_at, hot.url, lang="en")
    assert "Printer" in wait_for_alert(tablet, "printer")
    tablet.click("#alerts [data-kind=printer] [data-do=took]")
    tablet.wait_for_selector("#alerts [data-kind=printer]", state="detached")
    board = page_at(f"{hot.url}/board/main", 1920, 1080)
    board.wait_for_selector("body[data-seq]")
    late = len(hot.alerts("late"))
    hot.draw("cash", tier="gold")
    until(
        lambda: len(hot.alerts("late")) > late, "the branch looked around while the board was there"
    )
    board.close()
    assert "Main board" in wait_for_alert(tablet, "board")
    tablet.click("#alerts [data-kind=board] [data-do=took]")
    tablet.wait_for_selector("#alerts [data-kind=board]", state="detached")


def test_help_and_bad_feedback_ring_until_somebody_goes(page_at: Open, hot: Floor) -> None:
    tablet = tablet_at(page_at, hot.url)
    hot.post("/counters/3/open")
    hot.draw("cash")
    served = hot.post("/counters/3/next")["id"]
    hot.post("/counters/3/start")
    link = hot.server.links(served)["feedback"].rpartition("/")[2]
    requests.post(f"{hot.url}/api/v1/help", json={}, timeout=30).raise_for_status()
    tablet.wait_for_selector("#alerts [data-kind=help].fresh")
    tablet.wait_for_selector("body[data-rung='1']")
    card = {"score": 1, "text": "等了太久"}
    requests.post(f"{hot.url}/api/v1/feedback/{link}", json=card, timeout=30).raise_for_status()
    tablet.wait_for_selector("#alerts [data-kind=feedback]:has-text('等了太久')")
    tablet.wait_for_selector("body[data-rung='2']")
    tablet.click("#sound")
    assert tablet.get_attribute("#sound", "aria-pressed") == "false"
    for kind in ("feedback", "help"):  # from below: nothing moves to where the finger just was
        tablet.click(f"#alerts [data-kind={kind}] [data-do=took]")
        tablet.wait_for_selector(f"#alerts [data-kind={kind}]", state="detached")


def test_a_rescue_is_listed_with_its_effect(page_at: Open, hot: Floor) -> None:
    hot.post("/counters/2/open")
    until(lambda: hot.get("/today")["rescues"][0]["after"], "the effect is measured", 30)
    tablet = tablet_at(page_at, hot.url)
    tablet.click("#tab-today")
    text = tablet.wait_for_selector("#rescues li").inner_text()
    assert "开放 2 号柜台" in text
    assert "→" in text


# -- for everybody --------------------------------------------------------------------------------------------
def busy(tablet: Any) -> None:
    tablet.wait_for_selector("#alerts li")


def with_a_ticket(tablet: Any) -> None:
    tablet.locator(".people button").first.click()


def with_a_counter(tablet: Any) -> None:
    tablet.click("#counters [data-counter='2']")


def tab(name: str) -> Callable[[Any], None]:
    def touch(tablet: Any) -> None:
        tablet.click(f"#tab-{name}")

    return touch


def without_line(tablet: Any) -> None:
    tablet.route("**/api/v1/tickets/**", lambda route: route.abort())
    with_a_ticket(tablet)
    tablet.click("[data-do=move][data-place=last]")
    tablet.wait_for_selector("#outbox li")


def in_conflict(tablet: Any) -> None:
    problem = {
        "status": 409,
        "json": {"detail": "票已叫号"},
        "content_type": "application/problem+json",
    }
    tablet.route("**/api/v1/tickets/**", lambda route: route.fulfill(**problem))
    with_a_ticket(tablet)
    tablet.click("[data-do=move][data-place=last]")
    tablet.wait_for_selector("#conflicts li")


STATES: list[Callable[[Any], None]] = [
    busy,
    with_a_ticket,
    with_a_counter,
    without_line,
    in_conflict,
]
STATES += [tab(name) for name in ("today", "missed", "booked", "house")]
IDS = ["busy", "ticket", "counter", "offline", "conflict", "today", "missed", "booked", "devices"]


@pytest.mark.parametrize("state", STATES, ids=IDS)
def test_no_state_shuts_anybody_out(
    page_at: Open, hot: Floor, state: Callable[[Any], None]
) -> None:
    hot.draw("corporate", needs=["pregnant"])
    tablet = tablet_at(page_at, hot.url)
    state(tablet)
    found = Axe().run(tablet).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


CUT = """() => [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width || one.closest(".visually-hidden, svg") || getComputedStyle(one).clipPath !== "none") return false;
    const hides = ["hidden", "clip"].includes(getComputedStyle(one).overflowX);
    return (hides && one.scrollWidth > one.clientWidth + 1) || box.right > innerWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def wordy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Floor]:
    """A branch whose names are twice as long."""
    from conftest import midday_config, serving, twice

    folder = tmp_path_factory.mktemp("wordy")
    config = midday_config(folder, *HOT)
    config.write_text(twice(config.read_text()))
    with serving(folder / "var", config=config) as running:
        floor = Floor(running)
        for service in ("cash", "cards", "corporate", "wealth", "digital"):
            floor.draw(service, tier="gold", needs=["disabled"])
            floor.draw(service)
        for counter in "1567":
            floor.post(f"/counters/{counter}/open")
            floor.post(f"/counters/{counter}/next")
        yield floor


@pytest.mark.parametrize(("width", "height"), [(1180, 820), (820, 1180), (590, 410), (390, 844)])
def test_nothing_is_cut_off_with_long_names_and_at_double_size(
    page_at: Open, wordy: Floor, width: int, height: int
) -> None:
    tablet = tablet_at(page_at, wordy.url, width=width, height=height, lang="en")
    wait_for_alert(tablet, "late")
    assert tablet.evaluate(CUT) == []
    for name in ("today", "missed", "booked", "house"):
        tablet.click(f"#tab-{name}")
        assert tablet.evaluate(CUT) == [], name
    with_a_ticket(tablet)
    assert tablet.evaluate(CUT) == []


def test_a_clock_that_was_set_is_answered_by_one_touch(page_at: Open, tmp_path: Path) -> None:
    if LIBRARY is None and not os.environ.get("CI"):
        pytest.skip("this machine has no libfaketime (Debian: faketime)")
    branch = FakedClock(tmp_path)
    branch.start()
    try:
        branch.draw()
        branch.set_and_seen(86400)
        tablet = tablet_at(page_at, branch.server.url)
        assert "24 小时" in wait_for_alert(tablet, "clock")
        assert tablet.locator("#alerts [data-kind=clock] button").count() == 2
        tablet.click("#alerts [data-kind=clock] [data-do=clock]")
        tablet.wait_for_selector("#alerts [data-kind=clock]", state="detached", timeout=30_000)
        assert branch.waiting() == ["A001"]
    finally:
        branch.server.stop()


@pytest.mark.parametrize("lang", ["zh", "en", "ko"])
def test_a_tablets_header_is_one_row_in_each_of_three_languages(
    page_at: Open, server: Server, floor: Floor, lang: str
) -> None:
    page = tablet_at(page_at, server.url, lang=lang)
    middles = """all => all.map((each) => each.getBoundingClientRect()).filter((box) => box.width > 1)
      .map((box) => box.y + box.height / 2)"""
    found = page.locator("header > *:visible").evaluate_all(middles)
    assert max(found) - min(found) < 12
    page.click("header .languages summary")
    assert page.locator("header [data-language]:visible").count() == 2
