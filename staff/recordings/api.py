"""Dual recordings 双录 in the API: the list for the inspector, and the lobby manager's override."""

from __future__ import annotations

from datetime import date

from flask import Response, jsonify
from pydantic import BaseModel, Field

from lobby.events import CorrectionReason, OverrideReason
from lobby.reports.recordings import RecordingView, recordings
from lobby.views.shapes import list_shape
from lobby.views.ticket import TicketView
from web.dispatch import do, runtime, ticket_answer, today, who
from web.loop import PLANS
from web.roles import needs
from web.schemas import SECURITY, Body, BranchDay, Id, TicketOut, api_of

api = api_of("recordings_api", __name__, "service", SECURITY[:2])


class RecordingsQuery(BaseModel):
    """Without days, today's."""

    first: BranchDay | None = Field(default=None, alias="from")
    last: BranchDay | None = Field(default=None, alias="to")
    counter: Id | None = None
    missing: bool = Field(default=False, description="those alone of which nothing was said")
    reference: str | None = Field(default=None, max_length=64)


class OverrideBody(Body):
    ticket: Id
    reason: OverrideReason


class CorrectionBody(Body):
    sale: Id = Field(description="the id of the sale in the list")
    reference: str = Field(min_length=1, max_length=64)
    reason: CorrectionReason


def days(query: RecordingsQuery) -> tuple[date, date]:
    """The first and the last day that are asked for."""
    first = query.first or query.last or today()
    return first, query.last or max(first, today())


def listed(query: RecordingsQuery) -> list[RecordingView]:
    first, last = days(query)
    return PLANS.run(
        recordings,
        runtime().database,
        first,
        last,
        query.counter,
        query.missing,
        query.reference,
    )


@api.get("/recordings", responses={200: list_shape(RecordingView)})
@needs("reports")
def show(query: RecordingsQuery) -> Response:
    """The services that must be recorded in sound and picture, with what was said of each: by ticket, times, counter
    and camera. The latest first, at most 500."""
    return jsonify(listed(query))


@api.post("/recordings/override", responses={200: TicketOut})
@needs("manager")
def override(body: OverrideBody) -> TicketView:
    """Let a service that goes on end without a recording. In a branch with a register of staff only an account of one
    person may: 409."""
    command = runtime().commands.override_recording
    return ticket_answer(do(command, ticket=body.ticket, reason=body.reason, who=who()))


@api.post("/recordings/correct", responses={204: None})
@needs("manager")
def correct(body: CorrectionBody) -> tuple[str, int]:
    """Put the reference of a sale's recording right, on the day or later. What it was stays in the list. In a branch
    with a register of staff only an account of one person may: 409."""
    command = runtime().commands.correct_recording
    do(command, sale=body.sale, reference=body.reference, reason=body.reason, who=who())
    return "", 204
