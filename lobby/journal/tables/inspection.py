"""What was looked at: one row for each standard of each inspection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from lobby import events as ev
from lobby.events.inspection import Side, Verdict
from lobby.journal.envelope import instant_or_none
from lobby.journal.tables.table import Row, Table
from lobby.state.inspection import Finding, InspectedItem, Inspection
from lobby.state.queue import QueueState

COLUMNS = {
    "id": "TEXT", "inspection": "TEXT", "day": "TEXT", "occasion": "TEXT", "catalogue": "TEXT", "digest": "TEXT",
    "item": "TEXT", "module": "TEXT", "evaluation": "TEXT", "points": "INTEGER", "risk": "INTEGER", "peer": "INTEGER",
    "self_first": "TEXT", "peer_first": "TEXT", "verdict": "TEXT", "looks": "INTEGER", "coachings": "INTEGER",
    "photo": "TEXT", "photo_key": "TEXT", "left_out": "INTEGER", "differing": "INTEGER", "owner": "TEXT", "due": "TEXT",
    "settled_at": "TEXT", "marked_at": "TEXT",
}  # fmt: skip
KINDS = frozenset(
    {
        ev.InspectionBegun,
        ev.ItemMarked,
        ev.ItemAgreed,
        ev.ItemCoached,
        ev.FindingNoted,
        ev.FindingSettled,
        ev.InspectionEnded,
    }
)
NO_FINDING = Finding("", "", datetime.min)


def _rows(records: Sequence[ev.Recorded], state: QueueState) -> Iterator[Row]:
    """Of the whole inspection where it begins or ends, of one item else."""
    touched = dict.fromkeys(
        (getattr(recorded.event, "inspection", ""), getattr(recorded.event, "item", None))
        for recorded in records
        if type(recorded.event) in KINDS
    )
    for id, item_id in touched:
        inspection = state.quality.inspections.get(id)
        if inspection:
            yield from (_row(inspection, i) for i in inspection.items if item_id in (None, i.id))


def _row(inspection: Inspection, item: InspectedItem) -> Row:
    finding = item.finding or NO_FINDING
    photos = [mark for mark in item.marks if mark.photo]
    return {
        "id": f"{inspection.id}/{item.id}",
        "inspection": inspection.id,
        "day": inspection.day,
        "occasion": inspection.occasion,
        "catalogue": inspection.catalogue,
        "digest": inspection.digest,
        "item": item.id,
        "module": item.module,
        "evaluation": item.column,
        "points": item.points,
        "risk": item.risk,
        "peer": int(Side.PEER in item.sides),
        "self_first": _first(item, Side.SELF),
        "peer_first": _first(item, Side.PEER),
        "verdict": item.verdict,
        "looks": len(item.marks),
        "coachings": len(item.coachings),
        "photo": ",".join(mark.photo for mark in photos),
        "photo_key": ",".join(mark.photo_key for mark in photos),
        "left_out": int(item.id in inspection.left_out),
        "differing": int(item.id in inspection.differing),
        "owner": finding.owner,
        "due": finding.due,
        "settled_at": instant_or_none(finding.settled_at),
        "marked_at": instant_or_none(item.marks[-1].at if item.marks else None),
    }


def _first(item: InspectedItem, side: Side) -> Verdict | None:
    mark = item.first(side)
    if mark:
        return mark.verdict
    return None


INSPECTION_ITEM = Table("inspection_item", 4, COLUMNS, _rows, KINDS, indexes=("day", "item"))
