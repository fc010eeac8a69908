"""Shapes that the API's documents share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeVar

from flask_openapi3 import APIBlueprint, Tag
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
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


FIRST_YEAR = 2000
LAST_YEAR = 2199
"""Of a branch; the weeks, months and periods around them are dates too."""
D = TypeVar("D", date, datetime)


def is_of_a_branch(day: date) -> bool:
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _of_a_branch(day: D) -> D:
    if is_of_a_branch(day):
        return day
    raise PydanticCustomError("date_range", "must be a date from 2000 to 2199")


BranchDay = Annotated[date, AfterValidator(_of_a_branch)]
LocalMoment = Annotated[datetime, AfterValidator(_of_a_branch)]
BranchMoment = Annotated[AwareDatetime, AfterValidator(_of_a_branch)]
"""Dates and instants that may be asked for: every field that has one is of these types (tests/web/test_extremes.py)."""

RAW = "customer"
"""The field that a reader's text comes in; lobby/customers/reading.py takes control characters out."""
HALVES = re.compile("[\ud800-\udfff]")


class Body(BaseModel):
    """A request body: a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _writable(cls, value: Any, info: ValidationInfo) -> Any:
        """No screen, file or slip can hold control characters; what a reader at the kiosk read may have some. Half of a
        pair of surrogates is no text at all."""
        refused = HALVES if info.field_name == RAW else UNWRITABLE
        if any(refused.search(text) for text in _texts(value)):
            raise PydanticCustomError("unwritable", "has control characters")
        return value


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        yield from _texts([*value, *value.values()])


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


class OptionalBody(Body):
    """No body at all is one without fields."""

    @model_validator(mode="before")
    @classmethod
    def _none(cls, body: Any) -> Any:
        return {} if body is None else body


class UndoBody(OptionalBody):
    """Nothing is the last act; else `act`, the `id` of the act that was shown. Any other is 409."""

    act: int | None = Field(default=None, ge=1, le=2**62)


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
