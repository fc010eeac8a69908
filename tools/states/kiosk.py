"""The touch kiosk."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, closed
from states.state import KIOSK, State, stopped

LANDSCAPE = (1920, 1080)


def choose(page: Page, lobby: Lobby) -> None:
    page.click("[data-service=cash]")


def take(page: Page, lobby: Lobby) -> None:
    choose(page, lobby)
    page.click("#take")


def quicker(page: Page, lobby: Lobby) -> None:
    choose(page, lobby)
    page.click("#go-quicker")


def reach_low(page: Page, lobby: Lobby) -> None:
    page.click("#low")


def see_better(page: Page, lobby: Lobby) -> None:
    page.click("#contrast")


def type_digits(page: Page, lobby: Lobby) -> None:
    page.click("#keypad-open")


def type_wrongly(page: Page, lobby: Lobby) -> None:
    type_digits(page, lobby)
    for digit in "1380013":
        page.click(f"[data-digit='{digit}']")
    page.click("#typed")


def be_quiet(page: Page, lobby: Lobby) -> None:
    page.evaluate(
        "async () => (await import('/static/kiosk/touch/screens.js')).showFirst('attract')"
    )


def elder(page: Page, lobby: Lobby) -> None:
    page.click("#elder")


def elder_chooses(page: Page, lobby: Lobby) -> None:
    """Read aloud, in a language that somebody speaks."""
    elder(page, lobby)
    if page.is_visible("#voice"):
        page.click("#voice")
    page.click("[data-group=everyday]")
    page.keyboard.press("Tab")  # the next touch is one of its own, no echo at the same place
    choose(page, lobby)


def elder_takes(page: Page, lobby: Lobby) -> None:
    elder_chooses(page, lobby)
    page.click("#take")


def ask_for_help(page: Page, lobby: Lobby) -> None:
    page.click("#help")


def disconnect(page: Page, lobby: Lobby) -> None:
    choose(page, lobby)
    page.context.set_offline(True)
    page.click("#take")


RESULT = "#result:not([hidden])"
STATES = [
    State("kiosk-start", KIOSK, "/kiosk", "#start:not([hidden])", best=True),
    State("kiosk-choose", KIOSK, "/kiosk", "#choose:not([hidden])", choose),
    State("kiosk-quicker", KIOSK, "/kiosk", "#way:not([hidden])", quicker),
    State("kiosk-number", KIOSK, "/kiosk", RESULT, take, spends=True, best=True),
    State("kiosk-elder", KIOSK, "/kiosk", "body.elder", elder, best=True),
    State("kiosk-elder-choose", KIOSK, "/kiosk", "#choose:not([hidden])", elder_chooses),
    State("kiosk-elder-number", KIOSK, "/kiosk", RESULT, elder_takes, spends=True),
    State("kiosk-help", KIOSK, "/kiosk", "#notice:not([hidden])", ask_for_help, spends=True),
    State("kiosk-low", KIOSK, "/kiosk", "#start:not([hidden])", reach_low),
    State("kiosk-contrast", KIOSK, "/kiosk", "body.contrast", see_better),
    State("kiosk-keypad", KIOSK, "/kiosk", "#keypad:not([hidden])", type_digits),
    State("kiosk-keypad-wrong", KIOSK, "/kiosk", "#digits-problem:not(:empty)", type_wrongly),
    State("kiosk-attract", KIOSK, "/kiosk", "#attract:not([hidden])", be_quiet),
    State("kiosk-offline", KIOSK, "/kiosk", "#offline:not([hidden])", disconnect),
    State("kiosk-closed", KIOSK, "/kiosk", "#closed:not([hidden])", scene=closed),
    State("kiosk-start-landscape", KIOSK, "/kiosk", "#start:not([hidden])", size=LANDSCAPE),
    State("kiosk-number-landscape", KIOSK, "/kiosk", RESULT, take, spends=True, size=LANDSCAPE),
    State("kiosk-stopped", stopped(KIOSK), "/kiosk", without="kiosk/touch/page.js", langs=("zh",)),
]
