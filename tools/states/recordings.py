"""The list of dual recordings 双录, and the console where one is missing."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, empty
from states.state import CONSOLE, State, Surface

LIST = Surface((1180, 820), "body[data-ready]")
COUNTER = "/counters/5"


def recorded(lobby: Lobby) -> None:
    """A sale that is recorded, one that was not made, one that ended without, and one that goes on."""
    lobby.post(f"{COUNTER}/open")
    for n in range(4):
        lobby.issue("wealth")
        lobby.post(f"{COUNTER}/next")
        lobby.post(f"{COUNTER}/start")
        if n == 0:
            reference = f"SL-{lobby.get('/hall')['seq']:06d}"
            lobby.post(f"{COUNTER}/recordings", product="WM-001", reference=reference)
            put_right(lobby, f"{reference}-R")
        if n == 1:
            lobby.post(f"{COUNTER}/recordings/refused", reason="declined")
        if n == 2:
            ticket = lobby.get("/hall")["tickets"][0]["id"]
            lobby.post("/recordings/override", ticket=ticket, reason="equipment")
        if n < 3:
            lobby.post(f"{COUNTER}/finish")


def put_right(lobby: Lobby, reference: str) -> None:
    """The last sale has another reference."""
    sale = next(row["id"] for row in lobby.get("/recordings") if row["kind"] == "made")
    lobby.post("/recordings/correct", sale=sale, reference=reference, reason="mistyped")


def ask(page: Page, lobby: Lobby) -> None:
    page.click("#primary:not([disabled])")


def ask_in_vain(page: Page, lobby: Lobby) -> None:
    ask(page, lobby)
    page.fill("#recording-form [name=product]", "WM-001")
    page.fill("#recording-form [name=reference]", "17")
    page.click("#recording-form .tonal")


def let_pass(page: Page, lobby: Lobby) -> None:
    page.click("tr[data-kind=pending] summary")


INSPECTOR = {"account": "inspector"}
MANAGER = {"account": "manager"}
TELLER = {"account": "teller5"}
STATES = [
    State(
        "recordings-empty",
        LIST,
        "/desk/recordings?from=2020-01-01&to=2020-01-02",
        scene=empty,
        **INSPECTOR,
    ),
    State("recordings", LIST, "/desk/recordings", "tbody tr", scene=recorded, **INSPECTOR),
    State(
        "recordings-wide",
        LIST,
        "/desk/recordings",
        "tbody tr",
        scene=recorded,
        size=(1440, 900),
        **INSPECTOR,
    ),
    State(
        "recordings-override",
        LIST,
        "/desk/recordings",
        "details[open] .act",
        let_pass,
        recorded,
        **MANAGER,
    ),
    State(
        "console-recording",
        CONSOLE,
        "/desk/counter/5",
        "#recording-form:not([hidden])",
        ask,
        recorded,
        **TELLER,
    ),
    State(
        "console-recording-wrong",
        CONSOLE,
        "/desk/counter/5",
        "#problem:not([hidden])",
        ask_in_vain,
        recorded,
        **TELLER,
    ),
]
