"""Shapes that the API's documents share."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Literal

from flask_openapi3 import APIBlueprint, Tag
from pydantic import BaseModel, ConfigDict, Field

from lobby.state.ticket import Seat


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


class Body(BaseModel):
    """A request body: a field that is not known is refused by name."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class PrintState(BaseModel):
    state: str = Field(description="none, queued, sending, printed or failed")
    copies: int


class Links(BaseModel):
    status: str
    feedback: str


class WaitSaid(BaseModel):
    """What to say of a wait, for words of any language; minutes."""

    kind: Literal["soon", "within", "range", "long"]
    lo: int
    hi: int


class Waits(BaseModel):
    """A forecast in seconds from now; lo..hi is the 90 % interval."""

    wait_p50_s: int
    wait_p90_s: int
    wait_lo_s: int
    wait_hi_s: int
    wait_said: WaitSaid
    wait_words: dict[str, str]


class TicketOut(Waits):
    id: str
    number: str
    tier: str | None = Field(default=None, description="to staff only")
    service: str
    area: str
    state: str
    counter: str | None
    counter_name: dict[str, str] | None
    ahead: int
    issued_at: str
    called_at: str | None
    started_at: str | None
    ended_at: str | None
    print: PrintState
    then: list[str] = Field(description="services still to come in this visit")
    done: list[str]
    missed: int = Field(description="calls that nobody followed")
    returns: bool = Field(description="missed, and may be drawn again today")
    hold: str | None = Field(description="of a parked ticket: any, same or step")
    recorded: bool = Field(description="the service must be recorded in sound and picture")
    large_print: bool
    appointment: str | None
    redrawn_from: str | None
    redrawn_as: str | None
    feedback_open: bool = Field(description="whether the feedback card is accepted now")
    links: Links | None = Field(default=None, description="to the customer only: the kiosk's answer, the link's holder")


class UndoOut(BaseModel):
    act: str = Field(description="call, start, finish, extend, no_show, park or transfer")
    ticket: str
    number: str
    until: str


class PersonOut(BaseModel):
    number: str = Field(description="the staff number")
    name: str
    account: str = Field(description="under which account or token this person signed on")


class CounterOut(BaseModel):
    id: str
    name: dict[str, str]
    area: str
    state: str
    ticket: TicketOut | None
    since: str | None
    serves: list[str]
    helps: list[str]
    tiers: list[str]
    prefers: str | None
    teller: str | None = Field(description="the account that opened the counter")
    person: PersonOut | None = Field(description="who signed on there, by the register of staff")
    break_: str | None = Field(alias="break", description="asked or granted")
    turn: str = Field(description="what a press acts on now; sent back as `Lobby-Expects`, a press too late is 409")
    undo: UndoOut | None = Field(description="the act that may be taken back")


class AppointmentOut(BaseModel):
    id: str
    code: str = Field(description="six digits that check in at the kiosk")
    service: str
    service_name: dict[str, str]
    at: str
    needs: list[str]
    state: str
    ticket: str | None
    links: dict[str, str] | None = Field(default=None, description="to the customer only")


class Received(BaseModel):
    status: str


Id = Annotated[str, Field(min_length=1, max_length=40)]


class ById(BaseModel):
    id: Id


class TransferBody(Body):
    service: Id
    counter: Id | None = None
    place: Literal[Seat.LIFETIME, Seat.FIRST, Seat.LAST] = Field(
        default=Seat.LIFETIME, description="where in the other line"
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
