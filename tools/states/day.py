"""Opening and closing the day: what is to be done, and what came of testing the devices. The branch's voice."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, busy, empty
from states.state import BOARD, State, Surface

DAY = Surface((1440, 900), "body[data-ready]")
AT = "/desk/day"
CHINESE = ("zh",)


def tried(lobby: Lobby) -> None:
    """The printer has printed a test slip, and somebody said that it did not come out whole."""
    busy(lobby)
    printer = lobby.get("/hall")["printers"][0]["id"]
    lobby.post("/day/tests", test="print", device=printer)
    lobby.post("/day/tests/answer", test="print", device=printer, well=False)
    lobby.post("/notes", words="点钞机送修，周二取回")


def test_print(page: Page, lobby: Lobby) -> None:
    page.click("[data-test=print] [data-try]")


def test_picture(page: Page, lobby: Lobby) -> None:
    lobby.post("/day/tests", test="picture", device="main")


def test_call(page: Page, lobby: Lobby) -> None:
    lobby.post("/day/tests", test="call", device="priority")


def hear_recordings(page: Page, lobby: Lobby) -> None:
    page.click("[data-engine=recordings]")


def without_a_microphone(page: Page, lobby: Lobby) -> None:
    page.click("[data-word=please] [data-record]")


VOICE = Surface((1440, 900), "body[data-ready]")
MANAGER = {"account": "manager"}
STATES = [
    State("voice", VOICE, "/desk/voice", scene=empty, **MANAGER),
    State("voice-lacks", VOICE, "/desk/voice", "#heard.problem", hear_recordings, empty, **MANAGER),
    State(
        "voice-phone",
        VOICE,
        "/desk/voice",
        ".refused:not([hidden])",
        without_a_microphone,
        empty,
        size=(390, 844),
        **MANAGER,
    ),
    State("day", DAY, AT, "#opens .bad", scene=empty, **MANAGER),
    State("day-printed", DAY, AT, ".trial .asks", test_print, empty, spends=True, **MANAGER),
    State("day-failed", DAY, AT, ".trial .bad", scene=tried, **MANAGER),
    State("day-phone", DAY, AT, ".trial .bad", scene=tried, size=(390, 844), **MANAGER),
    State(
        "board-test-picture",
        BOARD,
        "/board/main",
        "#test[data-test=picture]:not([hidden])",
        test_picture,
        empty,
        spends=True,
        langs=CHINESE,
    ),
    State(
        "board-test-call",
        BOARD,
        "/board/priority",
        "#test[data-test=call]:not([hidden])",
        test_call,
        empty,
        spends=True,
        langs=CHINESE,
    ),
]
