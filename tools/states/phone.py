"""The customer's phone, behind the slip's QR."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby
from states.state import PHONE, State

WAITING, CARD = "#ahead:not(:empty)", "[name=score]"


def waiting(lobby: Lobby) -> str:
    return lobby.link(lobby.issue("cash"))


def called(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post("/counters/1/call", ticket=ticket["id"])
    return lobby.link(ticket)


def cancelled(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post(f"/tickets/{ticket['id']}/cancel")
    return lobby.link(ticket)


def hand_in(page: Page, lobby: Lobby) -> None:
    page.check("[value='5']", force=True)
    page.click("#send")


STATES = [
    State("phone-waiting", PHONE, waiting, WAITING, spends=True, best=True),
    State("phone-called", PHONE, called, "#counter:not([hidden])", spends=True),
    State("phone-over", PHONE, cancelled, "#state:not(:empty)", spends=True),
    State("phone-thanks", PHONE, waiting, "#thanks:not([hidden])", hand_in, spends=True),
    State("phone-lost", PHONE, waiting, "#lost:not([hidden])", cut=True, spends=True),
]
