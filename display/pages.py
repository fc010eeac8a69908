"""The boards' pages, their state over HTTP, and the clips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from flask import Response, render_template, send_file
from flask_openapi3 import APIBlueprint, Tag
from gevent import get_hub
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound as NoPage

from display.board import board_state, say_en, say_zh
from display.voice import Clips
from lobby.branch import Board
from lobby.errors import NotFound
from lobby.house import House

Guard = Callable[[Any], Any]


class BoardPath(BaseModel):
    id: str = Field(min_length=1, max_length=40)


class ClipPath(BaseModel):
    lang: Literal["zh", "en"]
    number: str
    counter: str


class BoardOut(BaseModel):
    board: str
    seq: int
    at: str
    open: bool
    calls: list[dict[str, Any]]
    areas: list[dict[str, Any]]


def blueprint(house: House, guard: Guard, refusals: dict[Any, Any]) -> APIBlueprint:
    """`guard` marks a view as one for boards; `refusals` documents what every route may answer."""
    pages = APIBlueprint(
        "display",
        __name__,
        abp_tags=[Tag(name="board")],
        abp_responses=refusals,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/display",
    )
    clips = Clips(house.data)

    def _board(path: BoardPath) -> Board:
        if path.id not in house.branch.board:
            raise NotFound("unknown_board", id=path.id)
        return house.branch.board[path.id]

    @pages.get("/board/<id>", doc_ui=False)
    @guard
    def board(path: BoardPath) -> str:
        shown = _board(path)
        return render_template("board.html", branch=house.branch, board=shown)

    @pages.get("/api/v1/boards/<id>", responses={200: BoardOut})
    @guard
    def state(path: BoardPath) -> dict[str, Any]:
        """What the board shows."""
        shown = _board(path)
        with house.writer.published() as floor:
            return board_state(floor, house.views, shown, house.clock())

    @pages.get("/voice/<lang>/<number>/<counter>.wav", doc_ui=False)
    @guard
    def voice(path: ClipPath) -> Response:
        """Only calls of the day's own numbers are spoken, so that nobody can have it say anything else."""
        desk = house.branch.counter.get(path.counter)
        with house.writer.published() as floor:
            known = any(ticket.number == path.number for ticket in floor.tickets.values())
        if desk is None or not known:
            raise NoPage
        say = say_zh(path.number, desk.name.zh) if path.lang == "zh" else say_en(path.number, desk.name.en)
        wanted = (path.lang, f"{path.number}-{path.counter}", say)
        return send_file(get_hub().threadpool.apply(clips.path, wanted), mimetype="audio/wav", max_age=3600)

    return pages
