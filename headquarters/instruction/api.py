"""The API of what headquarters sends down."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Annotated

import psycopg
from flask import abort
from pydantic import BaseModel, Field

from headquarters.config import Headquarters
from headquarters.instruction import instructions
from headquarters.instruction.again import send_again
from headquarters.instruction.instructed import InstructionView, known_branches, of_unit, standing
from headquarters.instruction.signing import NoKey, Signer
from headquarters.shared.database import asked, changed
from headquarters.visible import entry_of, own_unit, summary, unit_asked
from lobby.errors import Invalid, Unavailable
from lobby.events.down import (
    TEXT_MAX,
    TITLE_MAX,
    WORDS_MAX,
    ActionAsked,
    Announcement,
    Content,
    Direction,
    Order,
    OrderChannel,
)
from lobby.views.shapes import list_shape
from web.roles import current, needs
from web.schemas import SECURITY, Body, BranchDay, Id, api_of

log = logging.getLogger(__name__)
api = api_of("instructions_api", __name__, "instructions", SECURITY[:2])
Words = Annotated[str, Field(min_length=1, max_length=WORDS_MAX)]


class AnnouncementBody(Body):
    """Shown to the branches' staff until the end of a day."""

    zh: Words
    en: Words
    until: BranchDay
    important: bool = False


class OrderBody(Body):
    """A work order of the hotline or the regulator, for one branch, which opens a case."""

    number: str = Field(min_length=1, max_length=64, description="with who sent it")
    channel: OrderChannel
    came_on: BranchDay
    deadline: BranchDay | None = None
    text: str = Field(min_length=1, max_length=TEXT_MAX)


class ActionBody(Body):
    """A corrective action that branches open; its progress and effect come back."""

    title: str = Field(min_length=1, max_length=TITLE_MAX)
    due: BranchDay
    measure: str = Field(default="", max_length=64, description="whose effect is told")
    direction: Direction = Direction.LESS
    words: str = Field(default="", max_length=TEXT_MAX)


class InstructionBody(Body):
    """One of the three, and whom it is for: these branches, else a unit's, else all that the reader may see."""

    announcement: AnnouncementBody | None = None
    order: OrderBody | None = None
    action: ActionBody | None = None
    unit: str = Field(default="", max_length=40)
    branches: list[Id] = Field(default=[], max_length=500)


class InstructionPath(BaseModel):
    id: int = Field(gt=0, lt=2**53)


class MadeOut(BaseModel):
    id: int


@api.get("/instructions", responses={200: list_shape(InstructionView)})
@needs("office")
def listed() -> list[InstructionView]:
    """What was sent down, with who has it, who refused it and who is silent; late work orders first."""
    return asked(standing, visible=visible())


@api.post("/instructions", responses={201: MadeOut})
@needs("office")
def make(body: InstructionBody) -> tuple[dict[str, int], int]:
    """Sign it and send it down."""
    return {"id": send_down(_content(body), whom(body.branches, body.unit))}, 201


@api.post("/instructions/<int:id>/withdraw", responses={200: MadeOut})
@needs("office")
def withdraw(path: InstructionPath) -> dict[str, int]:
    """Send it to nobody any more. An announcement goes from the screens, a configuration gives way to the branches'
    own; a work order and an action stay with the branch."""
    principal = current()
    changed(_withdrawn, path.id, principal.name if principal else "", visible())
    return {"id": path.id}


@api.post("/instructions/<int:id>/again", responses={201: MadeOut})
@needs("office")
def again(path: InstructionPath) -> tuple[dict[str, int], int]:
    """Send it once more to the branches that refused it or run with something else; not a work order."""
    principal = current()
    return {"id": changed(_again, path.id, principal.name if principal else "", visible())}, 201


def visible() -> frozenset[str] | None:
    """The branches that the reader may see; None: all."""
    if not own_unit():
        return None
    return frozenset(entry.code for entry in summary("").entries)


def _content(body: InstructionBody) -> Content:
    given = [one for one in (body.announcement, body.order, body.action) if one]
    if len(given) != 1:
        raise Invalid("one_of_three", "announcement")
    if body.order:
        return Order(**dict(body.order))
    if body.action:
        return ActionAsked(**dict(body.action))
    return Announcement(**dict(given[0]))


def send_down(content: Content, branches: list[str] | None) -> int:
    """Sign it for these branches, None: for every one; its id."""
    principal = current()
    return changed(_made, content, branches, principal.name if principal else "")


def whom(branches: Sequence[str], asked_unit: str) -> list[str] | None:
    """None: every branch, those too that come later."""
    if branches:
        return [entry_of(code).code for code in dict.fromkeys(branches)]
    if unit := unit_asked(asked_unit):
        return asked(_of_unit, unit)
    return None


def _of_unit(db: psycopg.Connection, headquarters: Headquarters, unit: str) -> list[str]:
    return of_unit(headquarters, unit)


def _made(
    db: psycopg.Connection,
    headquarters: Headquarters,
    content: Content,
    branches: list[str] | None,
    by: str,
) -> int:
    return instructions.make(db, _signer(headquarters), content, branches, by)


def _signer(headquarters: Headquarters) -> Signer:
    try:
        return Signer(headquarters)
    except NoKey as error:
        log.error("%s", error)
        raise Unavailable("headquarters_key") from error


def _again(
    db: psycopg.Connection,
    headquarters: Headquarters,
    id: int,
    by: str,
    seen: frozenset[str] | None,
) -> int:
    made, _ = send_again(db, headquarters, _signer(headquarters), id, by, seen)
    return made


def _withdrawn(
    db: psycopg.Connection,
    headquarters: Headquarters,
    id: int,
    by: str,
    seen: frozenset[str] | None,
) -> None:
    row = db.execute("SELECT branches FROM instruction WHERE id = %s", [id]).fetchone()
    if seen is not None and row and not (row[0] and seen.issuperset(row[0])):
        abort(403)
    instructions.withdraw(db, _signer(headquarters), id, by, known_branches(db, headquarters))
