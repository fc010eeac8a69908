"""The feedback card 服务意见卡: on a tablet at the counter, withdrawn on the phone, and a word of who waits."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, empty
from states.phone import serving, waiting
from states.state import PHONE, State, Surface

AT_COUNTER = Surface((1024, 600), "body[data-ready]", target=44, narrow=True)
OPEN = "#card:not([hidden])"
THANKS = "#thanks:not([hidden])"


def served(lobby: Lobby) -> str:
    """Somebody was just served at counter 1."""
    serving(lobby)
    lobby.post("/counters/1/finish")
    return "/card/1"


def praise(page: Page, lobby: Lobby) -> None:
    page.wait_for_selector(OPEN)
    page.check("[value='5']", force=True)


def hand_in(page: Page, lobby: Lobby) -> None:
    praise(page, lobby)
    page.click("#send")


def blame(page: Page, lobby: Lobby) -> None:
    page.check("[value='2']", force=True)


def leave_a_contact(page: Page, lobby: Lobby) -> None:
    blame(page, lobby)
    page.fill("[name=contact]", "13800138000")
    page.click("#send")
    page.wait_for_selector("#withdraw:not([hidden])")


def withdraw(page: Page, lobby: Lobby) -> None:
    leave_a_contact(page, lobby)
    page.click("#withdraw button")


def say_a_word(page: Page, lobby: Lobby) -> None:
    page.click("#opinion summary")


def opinion_heard(lobby: Lobby) -> None:
    """A visit without a card: too few of any group."""
    lobby.post("/counters/1/open")
    serving(lobby)
    lobby.post("/counters/1/finish")


FIGURES = Surface((1180, 820), "#whole")
HEAD = {"account": "head"}
STATES = [
    State("cards-empty", FIGURES, "/desk/cards?from=2020-01-01&to=2020-01-02", scene=empty, **HEAD),
    State("cards-few", FIGURES, "/desk/cards", scene=opinion_heard, **HEAD),
    State("cards-wide", FIGURES, "/desk/cards", scene=opinion_heard, size=(1440, 900), **HEAD),
    State("card-idle", AT_COUNTER, "/card/4", "#idle:not([hidden])", scene=empty),
    State("card-open", AT_COUNTER, served, OPEN, spends=True),
    State("card-praise", AT_COUNTER, served, "[data-kind=praise]", praise, spends=True),
    State("card-thanks", AT_COUNTER, served, THANKS, hand_in, spends=True),
    State("phone-blame", PHONE, serving, "[data-kind=blame]:not([hidden])", blame, spends=True),
    State("phone-contact", PHONE, serving, "#withdraw", leave_a_contact, spends=True),
    State("phone-withdrawn", PHONE, serving, "#thanks .band", withdraw, spends=True),
    State("phone-opinion", PHONE, waiting, "#opinion[open]", say_a_word, spends=True),
]
