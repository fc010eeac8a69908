"""Inspections, and the standards that they look at."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.events.inspection import Occasion, Side, Verdict
from lobby.events.personal import Missing, Reveal
from lobby.standards.model import Standard
from lobby.state.inspection import Finding, InspectedItem, Inspection, Mark
from lobby.state.queue import QueueState
from lobby.texts import by_language
from lobby.views.base import ByLang, local
from lobby.views.personal import MISSING
from lobby.views.views import SHOWN, View


class StandardView(TypedDict):
    """A written standard; `proof` where the journal proves it."""

    id: str
    module: str
    item: ByLang
    content: ByLang
    evidence: ByLang
    column: Annotated[str, "of the banking association's evaluation"]
    points: int
    methods: list[str]
    every: str
    risk: int
    proof: str | None


class MarkView(TypedDict):
    side: Side
    verdict: Verdict
    by: str
    by_name: str
    at: str
    corrects: Annotated[bool, "an earlier mark of the same side"]
    has_words: Annotated[bool, "a note or a reason, sealed: see /words"]
    photo: str


class FindingView(TypedDict):
    owner: str
    owner_name: str
    owner_left: Annotated[bool, "the owner works here no more"]
    owners: Annotated[list[str], "all who ever had it"]
    due: str
    overdue: bool
    settled_by: str
    settled_at: str | None
    action: Annotated[str, "the corrective action that takes it up; empty: none"]


class InspectedItemView(TypedDict):
    """`verdict` is what holds, None while it is open; `differs` where there is something to talk over."""

    id: str
    module: str
    points: int
    risk: int
    days: Annotated[int | None, "since the last look before this one; null: never"]
    sides: list[Side]
    marks: list[MarkView]
    verdict: Verdict | None
    differs: bool
    agreed_by: str
    coached: int
    finding: FindingView | None


class InspectionView(TypedDict):
    id: str
    occasion: Occasion
    day: str
    at: str
    by: str
    catalogue: str
    digest: Annotated[str, "of the standards that were looked at; empty in older journals"]
    seed: str
    items: list[InspectedItemView]
    ended_at: str | None
    ended_by_name: Annotated[str, "who ended it; empty: the day was over"]
    left_out: Annotated[list[str], "what was not looked at as it should be when it ended"]
    differing: Annotated[list[str], "of these, on which two differed"]


class InspectionListView(TypedDict):
    inspections: list[InspectionView]


class WordsView(TypedDict):
    """What was written about one item. `missing` says why words cannot be read."""

    at: str
    by: str
    by_name: str
    about: str
    text: str
    missing: str


class OpenedView(TypedDict):
    """The sealed words of an item, and its photos as JPEG in base64. `photos_missing` says of each other photo why it
    cannot be seen."""

    words: list[WordsView]
    photos: list[str]
    photos_missing: list[str]


def standard_view(standard: Standard) -> StandardView:
    return {
        "id": standard.id,
        "module": standard.module,
        "item": by_language(standard.item),
        "content": by_language(standard.content),
        "evidence": by_language(standard.evidence),
        "column": standard.column,
        "points": standard.points,
        "methods": list(standard.methods),
        "every": standard.every,
        "risk": standard.risk,
        "proof": standard.proof,
    }


def inspection_view(state: QueueState, inspection: Inspection) -> InspectionView:
    return {
        "id": inspection.id,
        "occasion": inspection.occasion,
        "day": inspection.day,
        "at": local(state, inspection.at),
        "by": inspection.by,
        "catalogue": inspection.catalogue,
        "digest": inspection.digest,
        "seed": inspection.seed,
        "items": [_item(state, item) for item in inspection.items],
        "ended_at": local(state, inspection.ended_at) if inspection.ended_at else None,
        "ended_by_name": state.branch.staff.name_of(inspection.ended_by),
        "left_out": list(inspection.left_out),
        "differing": list(inspection.differing),
    }


def _item(state: QueueState, item: InspectedItem) -> InspectedItemView:
    return {
        "id": item.id,
        "module": item.module,
        "points": item.points,
        "risk": item.risk,
        "days": item.days,
        "sides": list(item.sides),
        "marks": [_mark(state, item, mark) for mark in item.marks],
        "verdict": item.verdict,
        "differs": item.differs,
        "agreed_by": item.agreed.by if item.agreed else "",
        "coached": len(item.coachings),
        "finding": _finding(state, item.finding),
    }


def _mark(state: QueueState, item: InspectedItem, mark: Mark) -> MarkView:
    return {
        "side": mark.side,
        "verdict": mark.verdict,
        "by": mark.by,
        "by_name": state.branch.staff.name_of(mark.by),
        "at": local(state, mark.at),
        "corrects": mark is not item.first(mark.side),
        "has_words": bool(mark.note or mark.reason),
        "photo": mark.photo,
    }


def _finding(state: QueueState, finding: Finding | None) -> FindingView | None:
    if finding is None:
        return None
    return {
        "owner": finding.owner,
        "owner_name": state.branch.staff.name_of(finding.owner),
        "owner_left": finding.owner in state.quality.left,
        "owners": list(finding.owners),
        "due": finding.due,
        "overdue": finding.open and finding.due < state.day,
        "settled_by": finding.settled_by,
        "settled_at": local(state, finding.settled_at) if finding.settled_at else None,
        "action": finding.action,
    }


def words_of(state: QueueState, item: InspectedItem) -> list[dict[str, str]]:
    """What was written about the item, as it is sealed: who, when, about what."""
    rows = [(m.at, m.by, m.side.value, text) for m in item.marks for text in (m.note, m.reason)]
    if item.agreed:
        rows.append((item.agreed.at, item.agreed.by, "agreed", item.agreed.note))
    rows += [(c.at, c.coach, "coaching", c.note) for c in item.coachings]
    if item.finding:
        rows.append((item.finding.at, item.finding.owner, "finding", item.finding.text))
    return [
        {
            "at": local(state, at),
            "by": by,
            "by_name": state.branch.staff.name_of(by),
            "about": about,
            "text": text,
        }
        for at, by, about, text in rows
        if text
    ]


def opened(rows: list[dict[str, str]], reveal: Reveal, lang: str) -> list[WordsView]:
    """The words of these rows. Reads the disk."""
    return [_opened(row, reveal(row["text"]), lang) for row in rows]


def _opened(row: dict[str, str], words: str | Missing, lang: str) -> WordsView:
    missing = MISSING[words].in_(lang) if isinstance(words, Missing) else ""
    text = "" if missing else str(words)
    return {
        "at": row["at"],
        "by": row["by"],
        "by_name": row["by_name"],
        "about": row["about"],
        "text": text,
        "missing": missing,
    }


def _shown(state: QueueState, id: str) -> View:
    return inspection_view(state, state.quality.inspections[id])


SHOWN["inspection"] = _shown
