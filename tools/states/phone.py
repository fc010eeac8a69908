"""The customer's phone, behind the slip's QR."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from playwright.sync_api import Page

from states.lobby import Lobby
from states.state import PHONE, Reach, State, stopped

WAITING = "#ahead:not(:empty)"
CARD = "[name=score]"


def waiting(lobby: Lobby) -> str:
    return lobby.link(lobby.issue("cash"))


def called(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post("/counters/1/call", ticket=ticket["id"])
    return lobby.link(ticket)


def offered(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post(f"/tickets/{ticket['id']}/offer", area="self_service")
    return lobby.link(ticket)


def diverted(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post(f"/tickets/{ticket['id']}/divert", area="self_service")
    return lobby.link(ticket)


def missed(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post("/counters/1/call", ticket=ticket["id"])
    lobby.post("/counters/1/no-show")
    return lobby.link(ticket)


def serving(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post("/counters/1/call", ticket=ticket["id"])
    lobby.post("/counters/1/start")
    return lobby.link(ticket)


def booked(lobby: Lobby) -> str:
    for day in range(1, 8):
        at = datetime.now().astimezone() + timedelta(days=day)
        slots = lobby.get(f"/appointments/slots?service=loans&day={at.date()}")["slots"]
        if free := [slot["at"] for slot in slots if slot["left"]]:
            appointment = lobby.book("loans", free[0])
            return str(appointment["links"]["status"]).removeprefix(lobby.url)
    raise AssertionError("no slot is free")


def cancelled(lobby: Lobby) -> str:
    ticket = lobby.issue("cash")
    lobby.post(f"/tickets/{ticket['id']}/cancel")
    return lobby.link(ticket)


def send_nothing(page: Page, lobby: Lobby) -> None:
    page.click("#send")


def hand_in(page: Page, lobby: Lobby) -> None:
    page.check("[value='5']", force=True)
    page.click("#send")


def scriptless(
    name: str, path: Callable[[Lobby], str], shown: str, reach: Reach | None = None
) -> State:
    return State(
        name, stopped(PHONE), path, shown, reach, spends=True, without="kiosk/phone/page.js"
    )


STATES = [
    State("phone-waiting", PHONE, waiting, WAITING, spends=True, best=True),
    State("phone-offered", PHONE, offered, "#offer:not([hidden])", spends=True),
    State("phone-diverted", PHONE, diverted, "#rejoin:not([hidden])", spends=True),
    State("phone-called", PHONE, called, "#counter:not([hidden])", spends=True),
    State("phone-missed", PHONE, missed, "#redraw:not([hidden])", spends=True),
    State("phone-book", PHONE, "/book"),
    State("phone-appointment", PHONE, booked),
    State("phone-over", PHONE, cancelled, "#state:not(:empty)", spends=True),
    State("phone-thanks", PHONE, serving, "#thanks:not([hidden])", hand_in, spends=True),
    State("phone-lost", PHONE, waiting, "#lost:not([hidden])", cut=True, spends=True),
    scriptless("phone-stopped", waiting, WAITING),
    scriptless("phone-stopped-called", called, "#counter:not([hidden])"),
    scriptless("phone-stopped-card", serving, CARD),
    scriptless("phone-stopped-refused", serving, "#refused:not([hidden])", send_nothing),
    scriptless("phone-stopped-thanks", serving, "#thanks:not([hidden])", hand_in),
    State("phone-stopped-book", stopped(PHONE), "/book", without="kiosk/booking/book.js"),
]
