"""Inspections in the API: today's sample, marks, agreement, coaching, findings, photos."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast

from flask import abort
from pydantic import BaseModel, Field

from lobby import events as ev
from lobby.errors import NotFound
from lobby.events.inspection import Occasion, Picture, Side, Verdict
from lobby.events.personal import Missing, Reveal
from lobby.journal.attachments import PHOTOS, Kept
from lobby.journal.photos import keep_photo, photo
from lobby.standards.model import Module
from lobby.state.inspection import InspectedItem
from lobby.state.queue import QueueState
from lobby.views.inspection import (
    InspectionListView,
    InspectionView,
    OpenedView,
    inspection_view,
    opened,
    words_of,
)
from lobby.views.personal import MISSING
from lobby.views.shapes import shape
from lobby.views.views import View
from staff.shared.files import do_with_file
from web.dispatch import do, runtime, who
from web.languages import reader_lang
from web.loop import in_thread
from web.roles import may, needs
from web.schemas import SECURITY, Body, BranchDay, BranchMoment, ById, Id, api_of

api = api_of("inspections_api", __name__, "inspections", SECURITY[:2])

StaffNumber = Annotated[str, Field(min_length=1, max_length=40, description="staff number")]
Words = Annotated[str, Field(max_length=500)]
PHOTO_MAX = 60_000
"""Base64 of 45 KB, within a request's limit: the page makes pictures small before it sends them."""

InspectionOut = shape(InspectionView)
InspectionListOut = shape(InspectionListView)


class BeginBody(Body):
    """A `visit` is by the head of branch or the service office; `modules` limit what it looks at."""

    occasion: Occasion
    modules: list[Module] = Field(default_factory=list, max_length=5)


class ItemPath(BaseModel):
    id: Id
    item: Id


class MarkBody(Body):
    """`marker`: who looked, where a tablet goes from hand to hand; else who is signed in. `reason`: why a former mark
    of the same side was wrong. `made_at`: when it was made, where it waited for a line."""

    side: Side
    verdict: Verdict
    marker: StaffNumber | None = None
    note: Words = ""
    reason: Words = ""
    made_at: BranchMoment | None = None
    image: str = Field(default="", max_length=PHOTO_MAX, description="JPEG, PNG or WebP, in base64")


class AgreeBody(Body):
    """`made_at` as of a mark."""

    verdict: Verdict
    note: Words = ""
    made_at: BranchMoment | None = None


class CoachBody(Body):
    staff_number: StaffNumber | None = None
    note: Words = Field(min_length=1)


class FindingBody(Body):
    owner: StaffNumber
    due: BranchDay
    text: Words = ""


class LinkBody(Body):
    action: Id


class SettleBody(Body):
    note: Words = ""


OpenedOut = shape(OpenedView)


@api.get("/inspections", responses={200: InspectionListOut})
@needs("person")
def inspections() -> View:
    """Those of the last two weeks and those with open findings, the latest first."""
    with runtime().writer.published() as state:
        latest = sorted(state.quality.inspections.values(), key=lambda one: one.id, reverse=True)
        return {"inspections": [inspection_view(state, one) for one in latest]}


@api.post("/inspections", responses={201: InspectionOut})
@needs("inspect")
def begin(body: BeginBody) -> tuple[View, int]:
    """Begin today's meeting or round, or go on with it; or begin a visit."""
    if body.occasion is Occasion.VISIT and not may("office"):
        abort(403)
    if body.occasion is not Occasion.VISIT and not may("staff"):
        abort(403)
    begin_inspection = runtime().commands.begin_inspection
    args = body.occasion, runtime().standards, who(), body.modules
    return _done(begin_inspection, *args), 201


@api.get("/inspections/<id>", responses={200: InspectionOut})
@needs("person")
def inspection(path: ById) -> View:
    """One inspection with its items."""
    with runtime().writer.published() as state:
        if path.id not in state.quality.inspections:
            raise NotFound("unknown_inspection", id=path.id)
        return inspection_view(state, state.quality.inspections[path.id])


@api.post("/inspections/<id>/items/<item>/mark", responses={200: InspectionOut})
@needs("inspect")
def mark(path: ItemPath, body: MarkBody) -> View:
    """Mark an item, or correct the own mark."""
    if body.side is Side.INSPECTOR and not may("office"):
        abort(403)
    fact = ev.ItemMarked(
        inspection=path.id,
        item=path.item,
        side=body.side,
        verdict=body.verdict,
        marked_by=body.marker or who().id,
        note=body.note,
        reason=body.reason,
        made_at=body.made_at.isoformat() if body.made_at else None,
    )
    if body.image:
        return _marked_with_photo(fact, in_thread(keep_photo, runtime().data, body.image))
    return _done(runtime().commands.mark_item, fact, who())


def _marked_with_photo(fact: ev.ItemMarked, kept: Kept) -> View:
    fact = replace(fact, photo=kept.file, photo_key=kept.key)
    folder = runtime().data / PHOTOS
    answer = do_with_file(folder, kept.file, runtime().commands.mark_item, fact, who())
    return cast(View, cast(Any, answer.data)["inspection"])


@api.post("/inspections/<id>/items/<item>/agree", responses={200: InspectionOut})
@needs("inspect")
def agree(path: ItemPath, body: AgreeBody) -> View:
    """What both stand by after they talked."""
    made_at = body.made_at.isoformat() if body.made_at else None
    fact = ev.ItemAgreed(path.id, path.item, body.verdict, who().id, body.note, made_at)
    return _done(runtime().commands.agree_item, fact)


@api.post("/inspections/<id>/items/<item>/coach", responses={200: InspectionOut})
@needs("quality")
def coach(path: ItemPath, body: CoachBody) -> View:
    """Note how somebody was shown to keep the standard."""
    fact = ev.ItemCoached(path.id, path.item, who().id, body.staff_number or "", body.note)
    return _done(runtime().commands.coach_item, fact, who())


@api.post("/inspections/<id>/items/<item>/finding", responses={200: InspectionOut})
@needs("quality")
def finding(path: ItemPath, body: FindingBody) -> View:
    """Give what was not kept an owner and a day."""
    fact = ev.FindingNoted(path.id, path.item, body.owner, body.due.isoformat(), body.text)
    return _done(runtime().commands.note_finding, fact, who())


@api.post("/inspections/<id>/items/<item>/link", responses={200: InspectionOut})
@needs("quality")
def link(path: ItemPath, body: LinkBody) -> View:
    """A corrective action that is not done yet takes the finding up."""
    fact = ev.FindingLinked(path.id, path.item, body.action)
    return _done(runtime().commands.link_finding, fact, who())


@api.post("/inspections/<id>/items/<item>/settle", responses={200: InspectionOut})
@needs("quality")
def settle(path: ItemPath, body: SettleBody) -> View:
    """Somebody who never owned it saw that it was put right."""
    fact = ev.FindingSettled(path.id, path.item, who().id, body.note)
    return _done(runtime().commands.settle_finding, fact, who())


@api.post("/inspections/<id>/end", responses={200: InspectionOut})
@needs("inspect")
def end(path: ById) -> View:
    """End it; what was left out is said."""
    return _done(runtime().commands.end_inspection, path.id, who())


@api.post("/inspections/<id>/items/<item>/open", responses={200: OpenedOut})
@needs("quality")
def open_item(path: ItemPath) -> View:
    """What was written and photographed of an item. Each look is in the journal."""
    with runtime().writer.published() as state:
        item = _item_of(state, path)
        rows = words_of(state, item)
    do(runtime().commands.read_inspection, path.id)
    pictures = [Picture(mark.photo, mark.photo_key) for mark in item.marks if mark.photo]
    reveal = runtime().subject_keys.reveal
    return in_thread(_opened, runtime().data, reveal, rows, pictures, reader_lang())


def _item_of(state: QueueState, path: ItemPath) -> InspectedItem:
    inspection = state.quality.inspections.get(path.id)
    item = inspection.item(path.item) if inspection else None
    if item is None:
        raise NotFound("unknown_item", id=path.item)
    return item


def _opened(
    data: Path, reveal: Reveal, rows: list[dict[str, str]], pictures: list[Picture], lang: str
) -> View:
    """Words and pictures of the disk."""
    photos = [photo(data, picture, reveal) for picture in pictures]
    seen = [base64.b64encode(one).decode() for one in photos if not isinstance(one, Missing)]
    missing = [MISSING[one].in_(lang) for one in photos if isinstance(one, Missing)]
    return {"words": opened(rows, reveal, lang), "photos": seen, "photos_missing": missing}


def _done(command: Any, *args: Any) -> View:
    answer: Any = do(command, *args).data
    return cast(View, answer["inspection"])
