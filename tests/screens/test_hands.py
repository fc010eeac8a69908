"""Double clicks, held keys and trembling fingers on the real pages: one gesture is one act, a mistake is taken back.

The page's clock is the test's, so the time between two presses is what it says, however busy the machine is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Server, sign_in, until

GAPS_MS = (80, 200, 350)
AFTER_MS = 700
"""A deliberate press after the guard's 600 ms."""
WATCHED = """() => {
  document.head.insertAdjacentHTML("beforeend", '<meta name="lock-s" content="600">');
  return import("/static/idle.js");
}"""
"""A branch that is no demo locks a page that nobody touches, and is told when somebody does."""
Press = Callable[[Any], None]


def by_mouse(page: Any) -> None:
    page.locator("#primary").dispatch_event("pointerdown")
    box = page.locator("#primary").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + 20)


def by_finger(page: Any) -> None:
    box = page.locator("#primary").bounding_box()
    page.touchscreen.tap(box["x"] + 60, box["y"] + 25)


def by_key(page: Any) -> None:
    page.keyboard.press("1")


def by_enter(page: Any) -> None:
    page.keyboard.press("Enter")


class Stage:
    """A page whose clock stands until the test winds it, and what it posts."""

    def __init__(
        self, browser: Any, url: str, account: str, size: tuple[int, int], *, touch: bool = False
    ) -> None:
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", has_touch=touch
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.clock.install()
        self.posts: list[str] = []
        self.page.on("request", self._note)
        self.page.goto(url)
        if account:
            sign_in(self.page, account)

    def _note(self, request: Any) -> None:
        if request.method == "POST" and "/api/v1/" in request.url:
            self.posts.append(request.url.split("/api/v1/")[1].split("?")[0])

    def freeze(self) -> None:
        self.page.clock.pause_at(self.page.evaluate("Date.now() / 1000 + 1"))

    def wind(self, ms: int) -> None:
        self.page.clock.run_for(ms)

    def posted(self) -> list[str]:
        """What was posted since asked last; a press has done all it does when the page answers."""
        self.page.evaluate("0")
        posts = list(self.posts)
        self.posts = []
        return [post.rsplit("/", 1)[-1] for post in posts]


@pytest.fixture
def stage(browser: Any) -> Iterator[Callable[..., Stage]]:
    made: list[Stage] = []

    def open_stage(*args: Any, **options: Any) -> Stage:
        made.append(Stage(browser, *args, **options))
        return made[-1]

    yield open_stage
    for one in made:
        one.context.close()


class Lobby:
    """The branch as its manager's other devices see it."""

    def __init__(self, server: Server) -> None:
        self.url, self._session = server.url, server.as_("manager")

    def post(self, path: str, **body: Any) -> Any:
        answer = self._session.post(f"{self.url}/api/v1{path}", json=body or None, timeout=30)
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self._session.get(f"{self.url}/api/v1{path}", timeout=30).json()

    def clear(self, counter: str) -> None:
        self.post(f"/counters/{counter}/open")
        for verb in ("start", "finish", "finish"):
            self.post(f"/counters/{counter}/{verb}")
        for ticket in self.get("/hall")["tickets"]:
            self.post(f"/tickets/{ticket['id']}/cancel")


@pytest.fixture(scope="module")
def lobby(server: Server) -> Lobby:
    return Lobby(server)


def console(stage: Any, lobby: Lobby, *, touch: bool = False, waiting: int = 3) -> Stage:
    lobby.clear("1")
    for _ in range(waiting):
        lobby.post("/tickets", service="cash")
    desk: Stage = stage(f"{lobby.url}/desk/counter/1?lang=zh", "teller1", (1024, 768), touch=touch)
    desk.page.wait_for_selector("body[data-state=open]")
    desk.freeze()
    return desk


def state(desk: Stage, wanted: str) -> None:
    desk.page.wait_for_selector(f"body[data-state='{wanted}']:not(.busy)")


TWO_PRESSES = [
    (by_mouse, by_mouse), (by_finger, by_finger), (by_key, by_key), (by_enter, by_mouse), (by_key, by_enter),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), TWO_PRESSES)
@pytest.mark.parametrize("answered", [True, False], ids=["answer between", "answer later"])
def test_two_presses_of_the_large_button_are_one(
    stage: Any, lobby: Lobby, first: Press, second: Press, answered: bool
) -> None:
    desk = console(stage, lobby, touch=by_finger in (first, second))
    desk.posted()
    for gap in GAPS_MS:
        for verb, becomes in (("next", "called"), ("start", "serving"), ("finish", "open")):
            first(desk.page)
            if answered:
                state(desk, becomes)
            desk.wind(gap)
            second(desk.page)
            state(desk, becomes)
            second(desk.page)
            assert desk.posted() == [verb], f"{gap} ms"
            assert "resting" in desk.page.get_attribute("#primary", "class")
            desk.wind(AFTER_MS)
            assert "resting" not in desk.page.get_attribute("#primary", "class")


def test_a_slow_line_makes_no_second_act_of_impatience(stage: Any, lobby: Lobby) -> None:
    """The teller presses again as nothing happens; the answer comes just before the finger does."""
    desk = console(stage, lobby)
    held: list[Any] = []
    desk.page.route("**/counters/1/next", lambda route: held.append(route))
    by_mouse(desk.page)
    desk.wind(900)
    by_mouse(desk.page)
    by_key(desk.page)
    assert desk.posted() == ["next"]
    held[0].continue_()
    state(desk, "called")
    desk.wind(50)
    by_mouse(desk.page)
    by_key(desk.page)
    assert desk.posted() == []
    desk.wind(AFTER_MS)
    by_key(desk.page)
    state(desk, "serving")


def test_an_answer_that_shows_nothing_makes_no_press_an_echo(stage: Any, lobby: Lobby) -> None:
    """The page tells the branch now and then that somebody is there, and that is no act of theirs."""
    desk = stage(f"{lobby.url}/desk/care?lang=zh", "manager", (1180, 820))
    held: list[Any] = []
    desk.page.route("**/account/alive", lambda route: held.append(route))
    desk.page.wait_for_selector("body[data-ready]")
    desk.page.evaluate(WATCHED)
    until(lambda: desk.page.evaluate("1") and held, "what the page says at its beginning")
    desk.freeze()
    box = desk.page.locator("#new-visit summary").bounding_box()
    desk.page.mouse.click(box["x"] + 20, box["y"] + 10)
    assert desk.page.is_visible("#announce")
    desk.wind(AFTER_MS)
    with desk.page.expect_event("requestfinished"):
        held[0].continue_()
    desk.page.evaluate("fetch('/healthz').then((answer) => answer.json())")
    desk.page.mouse.click(box["x"] + 20, box["y"] + 10)
    assert not desk.page.is_visible("#announce")


def test_a_held_key_is_one_press(stage: Any, lobby: Lobby) -> None:
    desk = console(stage, lobby)
    desk.page.focus("#primary")
    for _ in range(4):
        desk.page.keyboard.down("Enter")
        desk.wind(AFTER_MS)
    desk.page.keyboard.up("Enter")
    assert desk.posted() == ["next"]


def test_a_key_pressed_twice_opens_a_choice_and_chooses_nothing(stage: Any, lobby: Lobby) -> None:
    desk = console(stage, lobby)
    by_key(desk.page)
    state(desk, "called")
    desk.wind(AFTER_MS)
    desk.page.keyboard.press("5")
    desk.wind(200)
    desk.page.keyboard.press("5")
    desk.page.wait_for_selector("#transfer:not([hidden])")
    assert desk.posted() == ["next"]
    desk.page.keyboard.press("0")
    box = desk.page.locator("[data-open=hold]").bounding_box()
    for _ in range(2):
        desk.page.mouse.click(box["x"] + 20, box["y"] + 20)
        desk.wind(200)
    desk.page.wait_for_selector("#hold:not([hidden])")
    desk.page.keyboard.press("1")
    state(desk, "open")
    assert desk.posted() == ["park"]


def test_a_mistake_is_taken_back_by_a_key_while_the_seconds_run(stage: Any, lobby: Lobby) -> None:
    desk = console(stage, lobby)
    number = desk.page.inner_text("#waiting li:first-child b")
    by_key(desk.page)
    state(desk, "called")
    desk.page.wait_for_selector(f"#undo:has-text('撤销叫号 {number}')")
    assert 1 <= int(desk.page.inner_text("#undo b").removesuffix(" 秒")) <= 10
    desk.wind(AFTER_MS)
    desk.page.keyboard.press("/")
    state(desk, "open")
    assert desk.page.inner_text("#waiting li:first-child b") == number
    desk.page.wait_for_selector("#undo:has-text('撤销叫号')", state="hidden")
    desk.wind(AFTER_MS)
    by_key(desk.page)
    state(desk, "called")
    desk.page.wait_for_selector("#undo:not([hidden])")
    # the seconds are the server's, and it went on while the page's clock stood
    until(lambda: desk.wind(2000) or desk.page.is_hidden("#undo"), "no undo any more")


def test_undo_pressed_twice_takes_one_act_back(stage: Any, lobby: Lobby) -> None:
    desk = console(stage, lobby)
    for becomes in ("called", "serving"):
        by_key(desk.page)
        state(desk, becomes)
        desk.wind(AFTER_MS)
    desk.page.click("#undo")
    state(desk, "called")
    desk.page.wait_for_selector("#undo:has-text('叫号')")
    desk.wind(200)
    desk.page.click("#undo")
    assert desk.posted() == ["next", "start", "undo"]
    desk.wind(AFTER_MS)
    desk.page.click("#undo")
    state(desk, "open")


# -- the tablet -------------------------------------------------------------------------------------------
@pytest.fixture
def tablet(stage: Any, lobby: Lobby) -> Stage:
    lobby.clear("1")
    made: Stage = stage(f"{lobby.url}/desk/hall?lang=zh", "manager", (1180, 820), touch=True)
    made.page.wait_for_selector("#areas li")
    return made


def two_taps(one: Stage, selector: str, gap: int = 200) -> None:
    box = until(one.page.locator(selector).bounding_box, f"{selector} is there")
    for _ in range(2):
        one.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        one.wind(gap)


@pytest.mark.parametrize("gap", GAPS_MS)
def test_a_double_tap_neither_cancels_a_ticket_nor_closes_the_day(
    tablet: Stage, lobby: Lobby, gap: int
) -> None:
    ticket = lobby.post("/tickets", service="cash")
    id = ticket["id"]
    tablet.page.wait_for_selector(f".people [data-ticket='{id}']")
    tablet.freeze()
    two_taps(tablet, f".people [data-ticket='{id}']", gap)
    assert tablet.page.is_visible("#acts")
    tablet.wind(AFTER_MS)
    two_taps(tablet, "#cancel", gap)
    assert "不能恢复" in tablet.page.inner_text("#confirm")
    tablet.page.click("#confirm-no")
    tablet.wind(AFTER_MS)
    tablet.page.click("#cancel")
    tablet.page.keyboard.press("Enter")
    tablet.page.click("#confirm-yes")
    assert tablet.posted() == []
    assert tablet.page.is_visible("#confirm")
    tablet.wind(AFTER_MS)
    tablet.page.click("#confirm-yes")
    assert tablet.posted() == ["cancel"]
    # The tickets that the fixture cancelled can be taken back as well: its number says which one the key takes.
    tablet.page.wait_for_selector(f"#undo button:has-text('撤销取消号票 {ticket['number']}')")
    tablet.wind(AFTER_MS)
    two_taps(tablet, "#undo button", gap)
    assert tablet.posted() == ["undo"]
    tablet.page.wait_for_selector(f".people [data-ticket='{id}']")
    tablet.page.click("#tab-house")
    two_taps(tablet, "#day", gap)
    tablet.wind(AFTER_MS)
    assert tablet.posted() == []
    assert lobby.get("/hall")["open"]
    tablet.wind(5000)
    tablet.page.keyboard.press("Tab")
    tablet.wind(5000)
    assert tablet.page.is_visible("#confirm"), "it waits for whoever looks around by keys"
    tablet.wind(8000)
    assert tablet.page.is_hidden("#confirm")


def test_a_manager_calls_once_by_a_double_tap_and_takes_it_back(
    tablet: Stage, lobby: Lobby
) -> None:
    id = lobby.post("/tickets", service="cash")["id"]
    tablet.page.wait_for_selector(f".people [data-ticket='{id}']")
    tablet.freeze()
    tablet.page.click("#counters [data-counter='1'] button")
    two_taps(tablet, "#counter-acts [data-do=next]")
    assert tablet.posted() == ["next"]
    tablet.page.wait_for_selector("#counter-acts .undo:has-text('撤销叫号')")
    tablet.wind(AFTER_MS)
    two_taps(tablet, "#counter-acts .undo")
    tablet.page.wait_for_selector("#counter-acts [data-do=next]")
    assert tablet.posted() == ["undo"]
    assert lobby.get(f"/tickets/{id}")["state"] == "waiting"


# -- the phone ----------------------------------------------------------------------------------------------
def test_a_double_tap_on_the_phone_gives_nothing_up_and_lets_pass_once(
    stage: Any, lobby: Lobby, server: Server
) -> None:
    lobby.clear("1")
    mine = lobby.post("/tickets", service="cash")["id"]
    for _ in range(4):
        lobby.post("/tickets", service="cash")
    phone: Stage = stage(server.links(mine)["status"], "", (390, 844), touch=True)
    phone.page.wait_for_selector("body[data-ready]")
    phone.freeze()
    phone.page.locator("#cancel").scroll_into_view_if_needed()
    two_taps(phone, "#cancel")
    phone.page.click("#cancel-sure")
    assert phone.page.is_visible("#cancel-sure")
    assert phone.posted() == []
    phone.wind(AFTER_MS)
    phone.page.click("#let-pass summary")
    phone.page.locator("#yield").scroll_into_view_if_needed()
    two_taps(phone, "#yield")
    phone.page.wait_for_selector("#told:not([hidden])")
    assert phone.posted() == ["yield"]
    assert lobby.get(f"/tickets/{mine}")["ahead"] == 1
