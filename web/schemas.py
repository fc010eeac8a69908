"""Shapes that the API's documents share."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from lobby.reports.cells import UNWRITABLE
from lobby.state.ticket import QueuePosition
from lobby.views.appointment import AppointmentView
from lobby.views.counter import CounterView
from lobby.views.shapes import shape
from lobby.views.ticket import TicketView


def api_of(name: str, module: str, tag: str, security: list[dict[str, list[str]]]) -> APIBlueprint:
    """A part of the API under its common prefix, with the refusals that every route documents."""
    return APIBlueprint(
        name,
        module,
        url_prefix="/api/v1",
        abp_tags=[Tag(name=tag)],
        abp_security=security,
        abp_responses=REFUSALS,
    )


RAW = "customer"
"""The field that a reader's text comes in; lobby/customers/reading.py takes control characters out."""


class Body(BaseModel):
    """A request body: a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _writable(cls, value: Any, info: ValidationInfo) -> Any:
        """No screen, file or slip can hold control characters; what a reader at the kiosk read may have some."""
        if isinstance(value, str) and info.field_name != RAW and UNWRITABLE.search(value):
            raise PydanticCustomError("unwritable", "has control characters")
        return value


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


TicketOut = shape(TicketView)
CounterOut = shape(CounterView)
AppointmentOut = shape(AppointmentView)


class Received(BaseModel):
    status: str


Id = Annotated[str, Field(min_length=1, max_length=40)]


class ById(BaseModel):
    id: Id


class TransferBody(Body):
    service: Id
    counter: Id | None = None
    place: Literal[QueuePosition.LIFETIME, QueuePosition.FIRST, QueuePosition.LAST] = Field(
        default=QueuePosition.LIFETIME, description="where in the other line"
    )


REFUSED = (400, 401, 403, 404, 405, 409, 413, 414, 422, 429, 503)
REFUSALS: dict[Any, Any] = {
    code: {
        "description": HTTPStatus(code).phrase,
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
    for code in REFUSED
}
SECURITY: list[dict[str, list[Any]]] = [{"bearer": []}, {"session": []}, {}]
