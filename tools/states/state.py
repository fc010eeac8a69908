"""What a state is, and how a browser gets into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from playwright.sync_api import Browser, Page

from states.lobby import PASSWORD, Line, Lobby, Scene, busy

Reach = Callable[[Page, Lobby], None]
Watch = Callable[[Page], object]
LANGS = ("zh", "en")


@dataclass(frozen=True)
class Surface:
    """What all pages of one kind promise: the size they are made for, what stands there when they can be used, the
    least target, and whether their reader can zoom in (a wall board's can not) and has them on a narrow screen."""

    size: tuple[int, int]
    ready: str
    target: int = 24
    zooms: bool = True
    narrow: bool = False


DOOR = Surface((1024, 768), "main", narrow=True)
KIOSK = Surface((1080, 1920), "body[data-ready]", target=60)
BOARD = Surface((1920, 1080), "body[data-seq]", zooms=False)
CONSOLE = Surface((1024, 768), "#number:not(:empty)", narrow=True)
TABLET = Surface((1180, 820), "#areas li")
PLAN = Surface((1180, 820), "#staffing *")
PHONE = Surface((390, 844), "body[data-ready]", narrow=True)


def stopped(surface: Surface) -> Surface:
    """The same kind of page, when it cannot run."""
    return replace(surface, ready="#stopped[media=all]")


@dataclass(frozen=True)
class State:
    """One thing that people see: `path` in the `scene`, after the touches of `reach`, when `shown` is there."""

    name: str
    surface: Surface
    path: str | Callable[[Lobby], str]
    shown: str = "body"
    reach: Reach | None = None
    scene: Scene = busy
    spends: bool = False
    """Whether it changes the hall, so that the next state needs a new one."""
    account: str = ""
    spoils_session: bool = False
    """Whether the account's other pages cannot go on with its session."""
    size: tuple[int, int] | None = None
    langs: tuple[str, ...] = LANGS
    cut: bool = False
    """Seen after the line to the branch went down."""
    without: str = ""
    """The script that does not come."""
    context: dict[str, Any] = field(default_factory=dict)
    """More of the browser: `color_scheme`, …"""
    best: bool = False
    """Whether its Chinese picture is kept in the repository, for the README."""

    @property
    def viewport(self) -> tuple[int, int]:
        return self.size or self.surface.size


def watch_nothing(page: Page) -> None:
    """For who wants the picture alone."""


def put(
    browser: Browser, lobby: Lobby, state: State, lang: str, begin: Watch = watch_nothing, arrive: Watch = watch_nothing
) -> Page:
    """A page of its own in the state. `begin` has the page before it goes anywhere, `arrive` when it can be used and
    nothing has been touched. The caller closes the page's context."""
    lobby.come_to(state.scene)
    width, height = state.viewport
    options = {"viewport": {"width": width, "height": height}, "locale": {"zh": "zh-CN"}.get(lang, lang)}
    context = browser.new_context(**options | state.context)
    if not state.spoils_session:
        context.add_cookies(lobby.cookies.get(state.account, []))
    page = context.new_page()
    begin(page)
    line = Line(page) if state.cut else None
    go(page, lobby, state, lang)
    arrive(page)
    if state.reach:
        state.reach(page, lobby)
    if line:
        line.cut()
    page.wait_for_selector(state.shown, state="attached", timeout=30_000)
    if state.spends:
        lobby.spoiled()
    return page


def go(page: Page, lobby: Lobby, state: State, lang: str) -> None:
    """Lead the page to the state's address, until it can be used. An account signs in once."""
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
