"""What a state is, and how a browser gets into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import Browser, Page

from states.lobby import PASSWORD, Connection, Lobby, Scene, busy

Reach = Callable[[Page, Lobby], None]
Watch = Callable[[Page], object]
LANGS = ("zh", "en")


@dataclass(frozen=True)
class Surface:
    """What all pages of one kind have in common: their size, the selector that shows that they can be used, the
    smallest touch target, whether their reader can zoom (not on a wall board), and whether they fit a narrow screen."""

    size: tuple[int, int]
    ready: str
    target: int = 24
    zooms: bool = True
    narrow: bool = False


ENTRANCE = Surface((1024, 768), "main", narrow=True)
KIOSK = Surface((1080, 1920), "body[data-ready]", target=60)
BOARD = Surface((1920, 1080), "body[data-seq]", zooms=False)
CONSOLE = Surface((1024, 768), "#number:not(:empty)", narrow=True)
TABLET = Surface((1180, 820), "#areas li")
PLAN = Surface((1180, 820), "#staffing *")
PHONE = Surface((390, 844), "body[data-ready]", narrow=True)


def stopped(surface: Surface) -> Surface:
    """The same kind of page where its script cannot run."""
    return replace(surface, ready="#stopped[media=all]")


@dataclass(frozen=True)
class State:
    """One state of a page: `path` in the `scene`, after the touches of `reach`, once the selector `shown` is there."""

    name: str
    surface: Surface
    path: str | Callable[[Lobby], str]
    shown: str = "body"
    reach: Reach | None = None
    scene: Scene = busy
    spends: bool = False
    """Whether it changes the branch, so that the next state needs a new scene."""
    account: str = ""
    spoils_session: bool = False
    """Whether it ends the session, so that the account's other pages need a new one."""
    size: tuple[int, int] | None = None
    langs: tuple[str, ...] = LANGS
    cut: bool = False
    """Whether the connection to the branch is cut."""
    without: str = ""
    """The script that is not loaded."""
    context: dict[str, Any] = field(default_factory=dict)
    """Further options of the browser's context, such as `color_scheme`."""
    best: bool = False
    """Whether its Chinese picture is kept in the repository, for the README."""

    @property
    def viewport(self) -> tuple[int, int]:
        return self.size or self.surface.size


def watch_nothing(page: Page) -> None:
    """Checks nothing, for the pictures."""


def put(
    browser: Browser,
    lobby: Lobby,
    state: State,
    lang: str,
    begin: Watch = watch_nothing,
    arrive: Watch = watch_nothing,
) -> Page:
    """A new page in the state. `begin` is called with the page before it loads, `arrive` when it can be used and
    nothing has been touched. The caller closes the page's context."""
    lobby.come_to(state.scene)
    width, height = state.viewport
    options = {
        "viewport": {"width": width, "height": height},
        "locale": {"zh": "zh-CN"}.get(lang, lang),
    }
    context = browser.new_context(**options | state.context)
    if not state.spoils_session:
        context.add_cookies(lobby.cookies.get(state.account, []))
    page = context.new_page()
    begin(page)
    connection = Connection(page) if state.cut else None
    go(page, lobby, state, lang)
    arrive(page)
    if state.reach:
        state.reach(page, lobby)
    if connection:
        connection.cut()
    page.wait_for_selector(state.shown, state="attached", timeout=30_000)
    # It may be another page, whose styles come after its words.
    page.wait_for_load_state("load")
    if state.spends:
        lobby.spoiled()
    return page


def go(page: Page, lobby: Lobby, state: State, lang: str) -> None:
    """Loads the state's address and waits until the page can be used. An account signs in once."""
    path = state.path if isinstance(state.path, str) else state.path(lobby)
    if state.without:
        page.route(f"**/static/{state.without}", lambda route: route.abort())
    page.goto(f"{lobby.url}{path}{'&' if '?' in path else '?'}lang={lang}")
    if state.account and "/signin" in page.url:
        sign_in(page, state.account)
        if not state.spoils_session:
            lobby.cookies[state.account] = page.context.cookies()
    page.wait_for_selector(state.surface.ready, state="attached", timeout=30_000)


def sign_in(page: Page, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_url(lambda url: "/signin" not in url)
