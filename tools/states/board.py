"""The wall boards. They speak both languages at once."""

from __future__ import annotations

from playwright.sync_api import Page

from states.lobby import Lobby, empty
from states.state import BOARD, State, stopped

ONE = ("zh",)


def call(page: Page, lobby: Lobby) -> None:
    lobby.post("/counters/1/next")


STATES = [
    State("board-main-empty", BOARD, "/board/main", scene=empty, langs=ONE),
    State("board-main-busy", BOARD, "/board/main", langs=ONE),
    State("board-main-720p", BOARD, "/board/main", size=(1280, 720), langs=ONE),
    State("board-main-call", BOARD, "/board/main", "body.calling", call, spends=True, langs=ONE, best=True),
    State("board-main-lost", BOARD, "/board/main", "#lost:not([hidden])", cut=True, langs=ONE),
    State("board-main-stopped", stopped(BOARD), "/board/main", without="display/board/page.js", langs=ONE),
    State("board-main-4k", BOARD, "/board/main", size=(3840, 2160), langs=ONE),
    State("board-upright", BOARD, "/board/upright", size=(1080, 1920), langs=ONE),
    State(
        "board-upright-call", BOARD, "/board/upright", "body.calling", call, spends=True, size=(1080, 1920), langs=ONE
    ),
    State("board-area", BOARD, "/board/priority", langs=ONE),
    State("board-counter", BOARD, "/board/counter-1", langs=ONE),
]
