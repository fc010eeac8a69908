"""Care for customers and for staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page

from states.lobby import Lobby, busy, empty
from states.state import CONSOLE, State, Surface

CARE = Surface((1180, 820), "body[data-drawn]")
AT = "/desk/care"


def cared(lobby: Lobby) -> None:
    """A wheelchair and an umbrella are away, and somebody comes in an hour."""
    busy(lobby)
    lobby.post("/loans", thing="wheelchair", borrower="坐轮椅的老先生")
    lobby.post("/loans", thing="umbrella", borrower="穿红外套的女士")
    at = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
    lobby.post(
        "/visits", at=at, service="cash", needs=["disabled"], aids=["sign_language"], name="张先生"
    )


def announce(page: Page, lobby: Lobby) -> None:
    page.click("#new-visit summary")


def lend(page: Page, lobby: Lobby) -> None:
    page.click("#things button:not([disabled])")


def lend_to_nobody(page: Page, lobby: Lobby) -> None:
    lend(page, lobby)
    page.click("#lend .primary")


TEAM = Surface((1180, 820), "body[data-drawn]")
TEAM_AT = "/desk/team"


def wronged(lobby: Lobby) -> None:
    """A teller was wronged, and a customer praises another one."""
    busy(lobby)
    lobby.post(
        "/incidents", what="客户辱骂柜员", by_whom="一位客户", wronged="teller1", named=["manager"]
    )
    lobby.post("/compliments", channel="book", about=["teller1"], words="耐心细致，讲解清楚")


def report(page: Page, lobby: Lobby) -> None:
    page.click("#report summary")


def read(page: Page, lobby: Lobby) -> None:
    page.click("[data-do=words]")


def left_a_note(lobby: Lobby) -> None:
    """The shift before left a note, and a customer praised the teller."""
    wronged(lobby)
    lobby.post("/notes", words="1 号柜台点钞机报修，工程师明早 9 点到", counter="1")


TICKETS = Surface((1180, 820), "body[data-ready]")
TICKETS_AT = "/desk/tickets"


def find(page: Page, lobby: Lobby) -> None:
    page.click("#find .primary")


def tell(page: Page, lobby: Lobby) -> None:
    find(page, lobby)
    page.click("#found button >> nth=0")


PRACTICE_AT = "/desk/practice"


def call_in_practice(page: Page, lobby: Lobby) -> None:
    page.click("#primary")
    page.wait_for_selector("body[data-state=open]:not(.busy)")
    page.wait_for_timeout(700)  # the large button rests where its meaning has just changed
    page.click("#primary")


MANAGER = {"account": "manager"}
STATES = [
    State("care-empty", CARE, AT, scene=empty, **MANAGER),
    State("care", CARE, AT, "[data-loan]", scene=cared, **MANAGER),
    State("care-teller", CARE, AT, "[data-loan]", scene=cared, account="teller1"),
    State("care-announce", CARE, AT, "#new-visit[open]", announce, cared, **MANAGER),
    State("care-lend", CARE, AT, "#lend:not([hidden])", lend, cared, **MANAGER),
    State("care-refused", CARE, AT, "#lend .field-wrong", lend_to_nobody, cared, **MANAGER),
    State("team-empty", TEAM, TEAM_AT, scene=empty, account="office"),
    State("team", TEAM, TEAM_AT, "[data-incident] .words", read, wronged, **MANAGER),
    State("team-teller", TEAM, TEAM_AT, "#report[open]", report, wronged, account="teller1"),
    State(
        "team-head",
        TEAM,
        TEAM_AT,
        "[data-incident]",
        scene=wronged,
        size=(1440, 900),
        account="head",
    ),
    State(
        "console-handover",
        CONSOLE,
        "/desk/counter/1",
        "#handover:not([hidden]) [data-note]",
        scene=left_a_note,
        account="teller1",
    ),
    State("tickets", TICKETS, TICKETS_AT, **MANAGER),
    State("tickets-story", TICKETS, TICKETS_AT, "[data-story]", tell, busy, account="inspector"),
    State("practice", CONSOLE, PRACTICE_AT, "#practice-tasks li", scene=empty, account="teller3"),
    State(
        "practice-called",
        CONSOLE,
        PRACTICE_AT,
        "body[data-state=called]",
        call_in_practice,
        empty,
        account="teller4",
    ),
]
