"""The pages before the work begins: landing, sign-in, errors."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby
from states.state import DOOR, State

PHONE = (390, 844)
NIGHT = {"color_scheme": "dark"}
CONTRAST = {"contrast": "more"}


def wrong_password(page: Page, lobby: Lobby) -> None:
    page.fill("[name=name]", "manager")
    page.fill("[name=password]", "wrong")
    page.click("main button")


def one_slip(lobby: Lobby) -> None:
    lobby.issue("cash")


STATES = [
    State("landing", DOOR, "/", size=(1280, 900)),
    State("landing-dark", DOOR, "/", size=PHONE, context=NIGHT),
    State("landing-contrast", DOOR, "/", size=PHONE, context=CONTRAST),
    State("signin", DOOR, "/signin"),
    State("signin-wrong", DOOR, "/signin", "[role=alert]", wrong_password, size=PHONE),
    State("signin-dark", DOOR, "/signin", "[role=alert]", wrong_password, size=PHONE, context=NIGHT),
    State("printer", DOOR, "/printer", scene=one_slip),
    State("error", DOOR, "/4403/f/forged", size=PHONE),
]
