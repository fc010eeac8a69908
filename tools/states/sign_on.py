"""The counter console of a branch with a register of staff: it asks who serves before it calls anybody."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby
from states.staff import CONSOLE_AT
from states.state import CONSOLE, State

STAFF_NUMBER = "10023"
REGISTER = f"""
[staff]
show_number = true
[[staff.people]]
number = "{STAFF_NUMBER}"
name = "李敏"
roles = ["teller"]
"""
"""To be added to the configuration of the states' branch."""


def nobody_serves(lobby: Lobby) -> None:
    """Counter 1 is open, and whoever signed on there is gone."""
    lobby.post("/counters/1/open")
    lobby.post("/counters/1/sign-on", staff_number=STAFF_NUMBER)
    lobby.post("/counters/1/sign-off")


def type_number(page: Page, lobby: Lobby) -> None:
    page.fill("#sign-on input", STAFF_NUMBER)
    page.keyboard.press("Enter")


def type_another(page: Page, lobby: Lobby) -> None:
    page.fill("#sign-on input", "4711")
    page.keyboard.press("Enter")


ASKED = "#sign-on:not([hidden])"
REFUSED = "#problem:not([hidden])"
SERVING = "#person:not(:empty)"
ASKING = {"scene": nobody_serves, "account": "teller1"}
SIGN_ON = [
    State("console-sign-on", CONSOLE, CONSOLE_AT, ASKED, **ASKING),
    State("console-refused", CONSOLE, CONSOLE_AT, REFUSED, type_another, **ASKING),
    State("console-signed-on", CONSOLE, CONSOLE_AT, SERVING, type_number, spends=True, **ASKING),
]
"""They need a branch with the register."""
