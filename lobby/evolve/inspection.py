"""What inspections do to quality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime

from lobby import events as ev
from lobby.evolve.registry import follows
from lobby.state.inspection import (
    Agreement,
    Coaching,
    Finding,
    InspectedItem,
    Inspection,
    Mark,
)
from lobby.state.queue import QueueState


@follows(ev.InspectionBegun)
def _begun(state: QueueState, rec: ev.Recorded, event: ev.InspectionBegun) -> None:
    state.quality.inspections[event.inspection] = Inspection(
        id=event.inspection,
        occasion=event.occasion,
        day=event.day,
        at=rec.at,
        by=event.begun_by,
        catalogue=event.catalogue,
        seed=event.seed,
        digest=event.digest,
        items=tuple(InspectedItem(**asdict(item)) for item in event.items),
    )


@follows(ev.ItemMarked)
def _marked(state: QueueState, rec: ev.Recorded, event: ev.ItemMarked) -> None:
    mark = Mark(
        side=event.side,
        verdict=event.verdict,
        by=event.marked_by,
        at=_made_at(rec, event),
        note=event.note,
        reason=event.reason,
        photo=event.photo,
        photo_key=event.photo_key,
    )
    _change(state, event, lambda item: replace(item, marks=(*item.marks, mark), agreed=None))
    _count_in_time(state, event, mark.at)
    looks = state.quality.last_looks
    day = state.quality.inspections[event.inspection].day
    looks[event.item] = max(day, looks.get(event.item, ""))


def _made_at(rec: ev.Recorded, event: ev.ItemMarked | ev.ItemAgreed) -> datetime:
    """When it was made, where it waited for a line."""
    return ev.instant_of(event.made_at) if event.made_at else rec.at


def _count_in_time(state: QueueState, event: ev.ItemMarked | ev.ItemAgreed, at: datetime) -> None:
    inspection = state.quality.inspections[event.inspection]
    if inspection.ended_at and at <= inspection.ended_at:
        state.quality.inspections[event.inspection] = _as_in_time(inspection, event.item)


def _as_in_time(inspection: Inspection, id: str) -> Inspection:
    """What was looked at before the end is not left out, whenever the line carried the mark."""
    item = inspection.item_at_end(id)
    if item is None:
        return inspection
    return replace(
        inspection,
        left_out=_with(inspection.left_out, id, among=not item.complete),
        differing=_with(inspection.differing, id, among=item.differs),
    )


def _with(ids: tuple[str, ...], id: str, *, among: bool) -> tuple[str, ...]:
    """The ids with this one among them, or without it."""
    if among:
        return tuple(dict.fromkeys([*ids, id]))
    return tuple(other for other in ids if other != id)


@follows(ev.ItemAgreed)
def _agreed(state: QueueState, rec: ev.Recorded, event: ev.ItemAgreed) -> None:
    agreement = Agreement(event.verdict, event.agreed_by, _made_at(rec, event), event.note)
    _change(state, event, lambda item: replace(item, agreed=agreement))
    _count_in_time(state, event, agreement.at)


@follows(ev.ItemCoached)
def _coached(state: QueueState, rec: ev.Recorded, event: ev.ItemCoached) -> None:
    coaching = Coaching(event.coach, event.staff_number, rec.at, event.note)
    _change(state, event, lambda item: replace(item, coachings=(*item.coachings, coaching)))


@follows(ev.FindingNoted)
def _noted(state: QueueState, rec: ev.Recorded, event: ev.FindingNoted) -> None:
    def note(item: InspectedItem) -> InspectedItem:
        earlier = item.finding or Finding("", "", rec.at)
        owners = tuple(dict.fromkeys([*earlier.owners, event.owner]))
        finding = Finding(
            owner=event.owner,
            due=event.due,
            at=rec.at,
            text=event.text,
            owners=owners,
            action=earlier.action,
        )
        return replace(item, finding=finding)

    _change(state, event, note)


@follows(ev.FindingLinked)
def _linked(state: QueueState, rec: ev.Recorded, event: ev.FindingLinked) -> None:
    def link(item: InspectedItem) -> InspectedItem:
        assert item.finding
        return replace(item, finding=replace(item.finding, action=event.action))

    _change(state, event, link)


@follows(ev.FindingSettled)
def _settled(state: QueueState, rec: ev.Recorded, event: ev.FindingSettled) -> None:
    def settle(item: InspectedItem) -> InspectedItem:
        assert item.finding
        finding = replace(
            item.finding,
            settled_by=event.settled_by,
            settled_at=rec.at,
            settled_note=event.note,
        )
        return replace(item, finding=finding)

    _change(state, event, settle)


@follows(ev.InspectionEnded)
def _ended(state: QueueState, rec: ev.Recorded, event: ev.InspectionEnded) -> None:
    inspections = state.quality.inspections
    inspections[event.inspection] = replace(
        inspections[event.inspection],
        ended_at=rec.at,
        ended_by=event.ended_by,
        left_out=event.left_out,
        differing=event.differing,
    )


ItemEvent = (
    ev.ItemMarked
    | ev.ItemAgreed
    | ev.ItemCoached
    | ev.FindingNoted
    | ev.FindingLinked
    | ev.FindingSettled
)


def _change(
    state: QueueState, event: ItemEvent, change: Callable[[InspectedItem], InspectedItem]
) -> None:
    """Puts the changed item in the place of the former."""
    inspections = state.quality.inspections
    inspection = inspections[event.inspection]
    items = tuple(change(item) if item.id == event.item else item for item in inspection.items)
    inspections[event.inspection] = replace(inspection, items=items)
