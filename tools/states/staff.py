"""Staff's pages: the counter console, the lobby manager's tablet, the plan."""

from __future__ import annotations

from playwright.sync_api import Page

from states.entrance import NIGHT
from states.lobby import Lobby, busy, crowded, empty
from states.state import CONSOLE, PLAN, TABLET, State, stopped

SMALL = (420, 700)


def called(lobby: Lobby) -> None:
    busy(lobby)
    lobby.post("/counters/1/next")


def serving(lobby: Lobby) -> None:
    called(lobby)
    lobby.post("/counters/1/start")


def paused(lobby: Lobby) -> None:
    busy(lobby)
    lobby.post("/counters/1/pause")


def asked(lobby: Lobby) -> None:
    """The lobby manager asks for a counter that is closed; one where people wait for it alone is open."""
    busy(lobby)
    lobby.post("/counters/4/opening/ask")


def choose_where_to(page: Page, lobby: Lobby) -> None:
    page.click("[data-open=transfer]")


def choose_a_hold(page: Page, lobby: Lobby) -> None:
    page.click("[data-open=hold]")


def press_the_large_button(page: Page, lobby: Lobby) -> None:
    page.click("#primary")


def touch_the_counter(page: Page, lobby: Lobby) -> None:
    lobby.post("/counters/1/next")
    page.click("#counters [data-counter='1'] button")


def look_for_a_number(page: Page, lobby: Lobby) -> None:
    lobby.post("/counters/1/next")
    number = lobby.get("/hall")["counters"][0]["ticket"]["number"]
    page.fill("#find input", number)
    page.press("#find input", "Enter")


def ask_to_cancel(page: Page, lobby: Lobby) -> None:
    page.click("#tickets button")
    page.click("#cancel")


def open_today(page: Page, lobby: Lobby) -> None:
    page.click("#tab-today")


def touch_a_ticket(page: Page, lobby: Lobby) -> None:
    page.click("#tickets button")


def play_a_day_otherwise(page: Page, lobby: Lobby) -> None:
    page.fill("[name=day]", page.get_attribute("[name=day]", "max") or "")
    page.select_option("[name=counter_like]", "2")
    page.click("#whatif button")


CONSOLE_AT = "/desk/counter/1"
TABLET_AT = "/desk/hall"
FINISHED = "body[data-ticket=''] #undo:not([hidden])"
TELLER = {"account": "teller1"}
MANAGER = {"account": "manager"}
STATES = [
    State("console-closed", CONSOLE, "/desk/counter/4", **MANAGER),
    State("console-free", CONSOLE, CONSOLE_AT, **TELLER),
    State(
        "console-called",
        CONSOLE,
        CONSOLE_AT,
        "body[data-ticket]:not([data-ticket=''])",
        scene=called,
        **TELLER,
    ),
    State(
        "console-serving",
        CONSOLE,
        CONSOLE_AT,
        "#timer:not(:empty)",
        scene=serving,
        best=True,
        **TELLER,
    ),
    State(
        "console-finished",
        CONSOLE,
        CONSOLE_AT,
        FINISHED,
        press_the_large_button,
        serving,
        spends=True,
        **TELLER,
    ),
    State(
        "console-transfer",
        CONSOLE,
        CONSOLE_AT,
        "#transfer:not([hidden])",
        choose_where_to,
        serving,
        **TELLER,
    ),
    State(
        "console-hold", CONSOLE, CONSOLE_AT, "#hold:not([hidden])", choose_a_hold, serving, **TELLER
    ),
    State(
        "console-tiny",
        CONSOLE,
        CONSOLE_AT,
        "#timer:not(:empty)",
        scene=serving,
        size=(360, 480),
        **TELLER,
    ),
    State(
        "console-dark",
        CONSOLE,
        CONSOLE_AT,
        "#timer:not(:empty)",
        scene=serving,
        context=NIGHT,
        **TELLER,
    ),
    State(
        "console-asked", CONSOLE, "/desk/counter/4", "#asked:not([hidden])", scene=asked, **MANAGER
    ),
    State("console-paused", CONSOLE, CONSOLE_AT, scene=paused, **TELLER),
    State(
        "console-small",
        CONSOLE,
        CONSOLE_AT,
        "#timer:not(:empty)",
        scene=serving,
        size=SMALL,
        **TELLER,
    ),
    State(
        "console-lost",
        CONSOLE,
        CONSOLE_AT,
        "#lost:not([hidden])",
        scene=serving,
        cut=True,
        **TELLER,
    ),
    State(
        "console-stopped", stopped(CONSOLE), CONSOLE_AT, without="staff/counter/page.js", **TELLER
    ),
    State("tablet", TABLET, TABLET_AT, "#tickets li", scene=crowded, **MANAGER),
    State(
        "tablet-ticket",
        TABLET,
        TABLET_AT,
        "#acts:not([hidden])",
        touch_a_ticket,
        crowded,
        **MANAGER,
    ),
    State(
        "tablet-found",
        TABLET,
        TABLET_AT,
        "#card .why",
        look_for_a_number,
        crowded,
        spends=True,
        **MANAGER,
    ),
    State(
        "tablet-confirm",
        TABLET,
        TABLET_AT,
        "#confirm:not([hidden])",
        ask_to_cancel,
        crowded,
        **MANAGER,
    ),
    State(
        "tablet-undo",
        TABLET,
        TABLET_AT,
        "#counter-acts .undo",
        touch_the_counter,
        crowded,
        spends=True,
        **MANAGER,
    ),
    State("tablet-today", TABLET, TABLET_AT, "#panel-today svg", open_today, crowded, **MANAGER),
    State(
        "tablet-upright",
        TABLET,
        TABLET_AT,
        "#tickets li",
        scene=crowded,
        size=(820, 1180),
        **MANAGER,
    ),
    State("tablet-empty", TABLET, TABLET_AT, scene=empty, **MANAGER),
    State(
        "tablet-lost", TABLET, TABLET_AT, "#lost:not([hidden])", scene=crowded, cut=True, **MANAGER
    ),
    State("tablet-stopped", stopped(TABLET), TABLET_AT, without="staff/tablet/page.js", **MANAGER),
    State("plan", PLAN, "/desk/plan", "#figures table", play_a_day_otherwise, **MANAGER),
]
