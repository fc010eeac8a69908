"""Notes from shift to shift 交接班, and the tests of opening the day, in the API."""

from __future__ import annotations

from typing import Any, TypedDict, cast

from flask import current_app
from pydantic import BaseModel, Field

from lobby.state.device_test import TestKind
from lobby.state.note import Note
from lobby.views.note import NoteView, ReaderNoteView, notes_view
from lobby.views.shapes import list_shape, shape
from staff.shared.acting import acting
from staff.shared.looks import opened
from web.dispatch import Answer, do, runtime
from web.roles import at_counter, needs
from web.schemas import SECURITY, Body, ById, Id, api_of

api = api_of("handover_api", __name__, "handover", SECURITY[:2])


class CounterQuery(BaseModel):
    counter: Id | None = Field(default=None, description="where who asks works; else all notes")


class NoteBody(Body):
    """For the counter, else for the whole branch."""

    words: str = Field(min_length=1, max_length=1000)
    counter: Id | None = None


class NoteWordsView(TypedDict):
    words: str


class DeviceTestBody(Body):
    """A printer prints a test slip, a board says a test call or shows a test picture."""

    test: TestKind
    device: Id = Field(description="the printer or the board")


class TestAnswerBody(DeviceTestBody):
    """What somebody saw or heard of it."""

    well: bool


class DeviceTestView(TypedDict):
    test: str
    device: str


def _note(answer: Answer) -> NoteView:
    return cast(NoteView, cast(Any, answer.data)["note"])


@api.get("/notes", responses={200: list_shape(ReaderNoteView)})
@needs("staff")
def notes(query: CounterQuery) -> list[ReaderNoteView]:
    """The notes of the last two weeks, the latest first, and which of them who asks has yet to read."""
    reader = acting(query.counter)
    with runtime().writer.published() as state:
        return notes_view(state, reader.id, query.counter)


@api.post("/notes", responses={201: shape(NoteView)})
@needs("staff")
def leave_note(query: CounterQuery, body: NoteBody) -> tuple[NoteView, int]:
    """A note for who works next."""
    if body.counter:
        at_counter(body.counter)
    author = acting(query.counter or body.counter)
    command = runtime().commands.leave_note
    return _note(do(command, who=author, words=body.words, counter=body.counter)), 201


@api.post("/notes/<id>/read", responses={200: shape(NoteWordsView)})
@needs("staff")
def read_note(path: ById, query: CounterQuery) -> NoteWordsView:
    """The words. Each look is in the journal; the first one of a person ends the reminder."""
    do(runtime().commands.read_note, who=acting(query.counter), note=path.id)
    with runtime().writer.published() as state:
        note: Note = state.quality.notes[path.id]
    return {"words": opened({"words": note.words})["words"]}


@api.post("/day/tests", responses={201: shape(DeviceTestView)})
@needs("manager")
def test_device(body: DeviceTestBody) -> tuple[DeviceTestView, int]:
    """Try a printer or a board. What comes of it stands on the page of the day; it is no ticket's and in no figure."""
    screens = current_app.extensions["followed"]().get(body.device, 0)
    do(runtime().commands.test_device, test=body.test, device=body.device, screens=screens)
    return {"test": body.test, "device": body.device}, 201


@api.post("/day/tests/answer", responses={200: shape(DeviceTestView)})
@needs("manager")
def answer_test(body: TestAnswerBody) -> DeviceTestView:
    """Say what you saw or heard of the latest test."""
    command = runtime().commands.answer_test
    do(command, test=body.test, device=body.device, well=body.well)
    return {"test": body.test, "device": body.device}
