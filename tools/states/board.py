"""The wall boards. They show both languages at once."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, empty
from states.state import BOARD, State, stopped

CHINESE = ("zh",)


def call(page: Page, lobby: Lobby) -> None:
    lobby.post("/counters/1/next")


STATES = [
    State("board-main-empty", BOARD, "/board/main", scene=empty, langs=CHINESE),
    State("board-main-busy", BOARD, "/board/main", langs=CHINESE),
    State("board-main-720p", BOARD, "/board/main", size=(1280, 720), langs=CHINESE),
    State(
        "board-main-call",
        BOARD,
        "/board/main",
        "body.calling",
        call,
        spends=True,
        langs=CHINESE,
        best=True,
    ),
    State("board-main-lost", BOARD, "/board/main", "#lost:not([hidden])", cut=True, langs=CHINESE),
    State(
        "board-main-stopped",
        stopped(BOARD),
        "/board/main",
        without="display/board/page.js",
        langs=CHINESE,
    ),
    State("board-main-4k", BOARD, "/board/main", size=(3840, 2160), langs=CHINESE),
    State("board-upright", BOARD, "/board/upright", size=(1080, 1920), langs=CHINESE),
    State(
        "board-upright-call",
        BOARD,
        "/board/upright",
        "body.calling",
        call,
        spends=True,
        size=(1080, 1920),
        langs=CHINESE,
    ),
    State("board-area", BOARD, "/board/priority", langs=CHINESE),
    State("board-counter", BOARD, "/board/counter-1", langs=CHINESE),
]
