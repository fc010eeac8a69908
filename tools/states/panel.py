"""The page of customer panels."""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Page

from states.lobby import Lobby
from states.state import State, Surface

PANEL = Surface((1180, 820), "#panels li")
PANEL_AT = "/desk/panel"
OFFICE = {"account": "office"}
SCORES = (1, 2, 5, 5, 4, 3)


def invited(lobby: Lobby) -> None:
    """Six customers agreed to be asked, and are drawn; one was asked."""
    lobby.post("/counters/1/open")
    for n, score in enumerate(SCORES):
        ticket = lobby.issue("cash" if n % 2 else "non_cash")
        lobby.post("/counters/1/call", ticket=ticket["id"])
        for verb in ("start", "finish"):
            lobby.post(f"/counters/1/{verb}")
        contact = f"139000{datetime.now(UTC):%M%S}{n}"
        lobby.judge(ticket, score=score, contact=contact, consent=True)
    day = datetime.now(UTC).date().isoformat()
    panel = lobby.post("/panels", title="Waiting", on=day, place="Room 2")["id"]
    guests = lobby.post(f"/panels/{panel}/draw")["invitations"]
    lobby.post(f"/panels/{panel}/invitations/{guests[0]['guest']}/answer", state="asked")


def open_the_form(page: Page, lobby: Lobby) -> None:
    page.click("#new summary")


def look_at_a_contact(page: Page, lobby: Lobby) -> None:
    page.click(".reach > button")


def draw_too_early(page: Page, lobby: Lobby) -> None:
    page.click("#draw")


STATES = [
    State("panel", PANEL, PANEL_AT, "[data-guest]", scene=invited, **OFFICE),
    State("panel-form", PANEL, PANEL_AT, "#new[open]", open_the_form, invited, **OFFICE),
    State("panel-contact", PANEL, PANEL_AT, ".contact b", look_at_a_contact, invited, **OFFICE),
    State(
        "panel-refused",
        PANEL,
        PANEL_AT,
        "#problem:not([hidden])",
        draw_too_early,
        invited,
        **OFFICE,
    ),
    State("panel-inspector", PANEL, PANEL_AT, "[data-guest]", scene=invited, account="inspector"),
]
