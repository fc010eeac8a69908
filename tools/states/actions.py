"""The page of corrective actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

from states.lobby import Lobby, busy
from states.standards import met
from states.state import State, Surface

ACTIONS = Surface((1180, 820), "#one section")
ACTIONS_AT = "/desk/actions"
OFFICE = {"account": "office"}


def opened(lobby: Lobby) -> None:
    """One to be done, one to be checked, one whose effect is waited for."""
    busy(lobby)
    due = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    aim = {"measure": "late_share", "direction": "less", "tier": "standard"}
    lobby.post("/actions", title="Renew the sign of the ramp", due=due, owner="office", cause="C02")
    of_manager = {"due": due, "aim": aim, "whys": ["the queue was long", "the printer jammed"]}
    for title in ("Clean the printer each morning", "Open counter 4 at noon"):
        lobby.post("/actions", title=title, **of_manager)


def from_a_finding(lobby: Lobby) -> str:
    """Where an action begins for what the meeting found."""
    found = [
        (meeting["id"], item["id"])
        for meeting in lobby.get("/inspections")["inspections"]
        for item in meeting["items"]
        if item["finding"] and not item["finding"]["settled_at"]
    ]
    meeting, standard = found[0]
    return f"{ACTIONS_AT}?source=inspection&source_id={meeting}&standard={standard}"


def open_the_form(page: Page, lobby: Lobby) -> None:
    page.click("#new summary")
    page.select_option("#open [name=measure]", "late_share")


def look_at_the_words(page: Page, lobby: Lobby) -> None:
    page.click("#actions li:nth-child(2) button")
    page.click("#words")


STATES = [
    State("actions", ACTIONS, ACTIONS_AT, "#actions li", scene=opened, **OFFICE),
    State(
        "actions-form", ACTIONS, ACTIONS_AT, "#aim:not([hidden])", open_the_form, opened, **OFFICE
    ),
    State(
        "actions-words", ACTIONS, ACTIONS_AT, ".words small", look_at_the_words, opened, **OFFICE
    ),
    State("actions-of-finding", ACTIONS, from_a_finding, "#origin a", scene=met, **OFFICE),
    State("actions-teller", ACTIONS, ACTIONS_AT, "#one .none", scene=opened, account="teller2"),
]
