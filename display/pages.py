"""The boards' pages, their state over HTTP, and the clips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, render_template, send_file
from flask_openapi3 import APIBlueprint, Tag
from gevent import get_hub
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound as NoPage

from display.board import board_state, say_en, say_zh
from display.voice import Clips
from lobby.errors import NotFound
from lobby.house import House

Guard = Callable[[Any], Any]


class BoardPath(BaseModel):
    id: str = Field(min_length=1, max_length=40)


class BoardOut(BaseModel):
    board: str
    seq: int
    at: str
    open: bool
    calls: list[dict[str, Any]]
    areas: list[dict[str, Any]]


def blueprint(house: House, guard: Guard) -> APIBlueprint:
    """`guard` marks a view as one for boards."""
    pages = APIBlueprint(
        "display",
        __name__,
        abp_tags=[Tag(name="board")],
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/display",
    )
    clips = Clips(house.data)

    @pages.get("/board/<id>", doc_ui=False)
    @guard
    def board(id: str) -> str:
        if id not in house.branch.board:
            raise NotFound("unknown_board", id=id)
        return render_template("board.html", branch=house.branch, board=house.branch.board[id])

    @pages.get("/api/v1/boards/<id>", responses={200: BoardOut})
    @guard
    def state(path: BoardPath) -> dict[str, Any]:
        """What the board shows."""
        if path.id not in house.branch.board:
            raise NotFound("unknown_board", id=path.id)
        with house.writer.published() as floor:
            return board_state(floor, house.views, house.branch.board[path.id], house.clock())

    @pages.get("/voice/<lang>/<number>/<counter>.wav", doc_ui=False)
    @guard
    def voice(lang: str, number: str, counter: str) -> Response:
        desk = house.branch.counter.get(counter)
        with house.writer.published() as floor:
            known = any(ticket.number == number for ticket in floor.tickets.values())
        if desk is None or lang not in ("zh", "en") or not known:
            raise NoPage
        text = say_zh(number, desk.name.zh) if lang == "zh" else say_en(number, desk.name.en)
        path = get_hub().threadpool.apply(clips.path, (lang, f"{number}-{counter}", text))
        return send_file(path, mimetype="audio/wav", max_age=3600)

    return pages
