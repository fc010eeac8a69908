"""The entrance pages: landing, sign-in, errors."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby
from states.state import ENTRANCE, State

PHONE = (390, 844)
NIGHT = {"color_scheme": "dark"}
CONTRAST = {"contrast": "more"}


def wrong_password(page: Page, lobby: Lobby) -> None:
    page.fill("[name=name]", "manager")
    page.fill("[name=password]", "wrong")
    page.click("main button")


def a_slip(lobby: Lobby) -> None:
    lobby.issue("cash")


STATES = [
    State("landing", ENTRANCE, "/", size=(1280, 900)),
    State("landing-dark", ENTRANCE, "/", size=PHONE, context=NIGHT),
    State("landing-contrast", ENTRANCE, "/", size=PHONE, context=CONTRAST),
    State("signin", ENTRANCE, "/signin"),
    State("signin-wrong", ENTRANCE, "/signin", "[role=alert]", wrong_password, size=PHONE),
    State(
        "signin-dark",
        ENTRANCE,
        "/signin",
        "[role=alert]",
        wrong_password,
        size=PHONE,
        context=NIGHT,
    ),
    State("printer", ENTRANCE, "/printer", scene=a_slip),
    State("error", ENTRANCE, "/4403/f/forged", size=PHONE),
]
