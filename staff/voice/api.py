"""The branch's voice in the API: how a call sounds, and the bank's own recordings of its words."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from flask import Response, current_app, request
from pydantic import BaseModel, Field

from lobby.commands.access import record
from lobby.events import ClipChanged
from lobby.views.shapes import shape
from web.dispatch import do
from web.loop import in_thread
from web.roles import needs, takes
from web.schemas import SECURITY, Id, api_of

api = api_of("voice_api", __name__, "staff", SECURITY[:2])
CLIP_MAX = 2 * 2**20
"""Bytes: six seconds in the widest form that a browser makes, twice over."""
WAV: dict[Any, Any] = {
    200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}
}
Lang = Literal["zh", "en"]


class HearQuery(BaseModel):
    engine: Literal["recordings", "neural", "espeak"]
    lang: Lang
    number: str = Field(pattern="^[A-Za-z]{0,2}[0-9]{1,4}$", description="of a ticket, as A001")
    counter: Id
    speaker: str = Field(default="", max_length=40, description="of the neural voice")


class WordPath(BaseModel):
    lang: Lang
    word: Id


class WordView(TypedDict):
    lang: str
    word: str


def booth() -> Any:
    return current_app.extensions["voice"]


@api.get("/voice/hear", responses=WAV)
@needs("manager")
def hear(query: HearQuery) -> Response:
    """A call as this voice alone says it, before it goes live."""
    said = booth().hear(query.engine, query.lang, query.number, query.counter, query.speaker)
    return _sound(said)


@api.get("/voice/recordings/<lang>/<word>", responses=WAV)
@needs("manager")
def recording(path: WordPath) -> Response:
    """The recording of a word as calls have it: trimmed, and as loud as the others."""
    return _sound(in_thread(booth().recording, path.lang, path.word))


@api.post("/voice/recordings/<lang>/<word>", responses={201: shape(WordView)})
@needs("manager")
@takes(CLIP_MAX)
def keep(path: WordPath) -> tuple[WordView, int]:
    """The body, a WAV of at most six seconds, becomes the recording of this word. What is no sound, silent or distorted
    is refused."""
    in_thread(booth().keep, path.lang, path.word, request.get_data())
    do(record, event=ClipChanged(path.lang, path.word, "recorded"))
    return {"lang": path.lang, "word": path.word}, 201


@api.post("/voice/recordings/<lang>/<word>/delete", responses={200: shape(WordView)})
@needs("manager")
def delete(path: WordPath) -> WordView:
    """The branch's other voice says this word again."""
    in_thread(booth().delete, path.lang, path.word)
    do(record, event=ClipChanged(path.lang, path.word, "deleted"))
    return {"lang": path.lang, "word": path.word}


def _sound(clip: bytes) -> Response:
    answer = Response(clip, content_type="audio/wav")
    answer.headers["Cache-Control"] = "no-store"
    return answer
