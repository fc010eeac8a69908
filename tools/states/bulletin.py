"""The pages of bulletins, and of what their figures are made of."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Page

from states.lobby import Lobby
from states.state import State, Surface

DESK = Surface((1440, 900), ".bulletin")
TABLET = Surface((1180, 820), ".bulletin")
PARTS = Surface((1180, 820), ".parts")
HEAD = {"account": "head"}


def a_bad_morning(lobby: Lobby) -> None:
    """Customers were served, some gave low scores, somebody asked for help, and nobody took anything on."""
    lobby.post("/counters/1/open")
    for score in (1, 2, 4, 5):
        ticket = lobby.issue("cash")
        lobby.post("/counters/1/call", ticket=ticket["id"])
        for verb in ("start", "finish"):
            lobby.post(f"/counters/1/{verb}")
        lobby.judge(ticket, score=score)


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def of_today(lobby: Lobby) -> str:
    return f"/desk/bulletin?span=day&date={today()}"


def of_the_month(lobby: Lobby) -> str:
    return f"/desk/bulletin?span=month&date={today()}"


def tickets_of_today(lobby: Lobby) -> str:
    return f"/desk/bulletin/parts?measure=late_share&from={today()}&to={today()}"


def open_a_definition(page: Page, lobby: Lobby) -> None:
    page.click(".measure summary")


STATES = [
    State("bulletin", DESK, of_today, ".findings .bad", scene=a_bad_morning, best=True, **HEAD),
    State(
        *("bulletin-definition", TABLET, of_the_month, ".measure[open]", open_a_definition),
        scene=a_bad_morning,
        **HEAD,
    ),
    State("bulletin-parts", PARTS, tickets_of_today, ".parts td", scene=a_bad_morning, **HEAD),
    State("bulletin-empty", TABLET, "/desk/bulletin?date=2020-03-02", ".reservation", **HEAD),
]
