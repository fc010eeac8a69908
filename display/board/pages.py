"""The boards' pages, their state over HTTP, their slides, and the clips."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from flask import Response, render_template, send_file
from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound as NoPage

from display.board.slides import SlideDecks
from display.board.state import BoardView, board_state
from display.voice.speaker import Speaker
from lobby.branch.inside import open_inside
from lobby.branch.screens import Board
from lobby.engine.runtime import BranchRuntime
from lobby.errors import NotFound
from lobby.texts import Readable, Text, script_sentences, tag
from lobby.views.shapes import shape

Guard = Callable[[Any], Any]
HERE = Path(__file__).parent
CLIP_KEPT_S = 300
PICTURE_KEPT_S = 86400


class BoardPath(BaseModel):
    id: str = Field(min_length=1, max_length=40)


class PicturePath(BoardPath):
    key: str


class LangPath(BaseModel):
    lang: Literal["zh", "en"]


class ClipPath(LangPath):
    number: str
    counter: str


class SlideOut(BaseModel):
    """A picture by its key with what it shows, or an announcement's two lines by language."""

    picture: str | None = None
    alt: str | None = None
    zh: list[str] | None = None
    en: list[str] | None = None


class SlidesOut(BaseModel):
    slides: list[SlideOut]


def blueprint(
    runtime: BranchRuntime,
    shows: SlideDecks,
    speaker: Speaker,
    guard: Guard,
    refusals: dict[Any, Any],
) -> APIBlueprint:
    """`guard` marks a view as one for boards; `refusals` documents what every route may answer."""
    pages = APIBlueprint(
        "display",
        __name__,
        abp_tags=[Tag(name="board")],
        abp_responses=refusals,
    )
    branch = runtime.branch

    def _board(path: BoardPath) -> Board:
        if path.id not in branch.board:
            raise NotFound("unknown_board", id=path.id)
        return branch.board[path.id]

    @pages.get("/board/<id>", doc_ui=False)
    @guard
    def board(path: BoardPath) -> str:
        shown = _board(path)
        return render_template(
            "display/board/page.html", branch=branch, **_words(shown), board=shown
        )

    @pages.get("/api/v1/boards/<id>", responses={200: shape(BoardView)})
    @guard
    def state(path: BoardPath) -> BoardView:
        """What the board shows."""
        shown = _board(path)
        with runtime.writer.published() as state:
            return board_state(
                state, runtime.views, shown, runtime.clock(), shows.revision(shown.id)
            )

    @pages.get("/api/v1/boards/<id>/slides", responses={200: SlidesOut})
    @guard
    def slides(path: BoardPath) -> dict[str, Any]:
        """The pictures and announcements between the calls; a picture is at `/board/ID/picture/KEY`."""
        show = shows.of(_board(path).id)
        return {"slides": [slide.view() for slide in show.slides] if show else []}

    @pages.get("/board/<id>/picture/<key>", doc_ui=False)
    @guard
    def picture(path: PicturePath) -> Response:
        """Only what is among the board's slides: a path of the request's making leads nowhere."""
        show = shows.of(_board(path).id)
        file = show.picture(path.key) if show else None
        if file is None:
            raise NoPage
        return _sent(file.parent, file.name, PICTURE_KEPT_S)

    @pages.get("/voice/<lang>/test.wav", doc_ui=False)
    @guard
    def test(path: LangPath) -> Response:
        """What a board says when it is tried."""
        try:
            return _sound(speaker.test(path.lang))
        except OSError as silent:
            raise NoPage from silent

    @pages.get("/voice/<lang>/<number>/<counter>.wav", doc_ui=False)
    @guard
    def voice(path: ClipPath) -> Response:
        """Only calls of the day's own numbers are spoken, so that nobody can have it say anything else."""
        counter = branch.counter.get(path.counter)
        with runtime.writer.published() as state:
            known = any(ticket.number == path.number for ticket in state.tickets.values())
        if counter is None or not known:
            raise NoPage
        try:
            clip = speaker.clip(path.lang, path.number, counter)
        except OSError as silent:
            raise NoPage from silent
        return _sound(clip)

    return pages


def _words(board: Board) -> dict[str, Any]:
    """What the board's template and scripts say, in its two languages at once."""
    sentences = [Text(english) for english in script_sentences(HERE)]

    def in_both(words: Readable) -> list[str]:
        return [words.in_(lang) for lang in board.languages]

    languages = [
        {
            "code": lang,
            "tag": tag(lang),
            "sentences": {sentence.english: sentence.in_(lang) for sentence in sentences},
        }
        for lang in board.languages
    ]
    return {
        "_": lambda english: in_both(Text(english)),
        "in_both": in_both,
        "tags": [tag(lang) for lang in board.languages],
        "texts": {"languages": languages},
    }


def _sound(clip: bytes) -> Response:
    """Kept for minutes: the bank may put another voice there."""
    etag = hashlib.sha256(clip).hexdigest()[:16]
    return send_file(io.BytesIO(clip), mimetype="audio/wav", max_age=CLIP_KEPT_S, etag=etag)


def _sent(folder: Path, name: str, kept_s: int) -> Response:
    """The file of that folder; what a link leads to out of it is not there."""
    try:
        with open_inside(folder, *name.split("/")) as file:
            content = file.read()
    except OSError as missing:
        raise NoPage from missing
    etag = hashlib.sha256(content).hexdigest()[:16]
    return send_file(io.BytesIO(content), download_name=name, max_age=kept_s, etag=etag)
