"""What became of the instructions: who is to have each, who proved that it has it, who refused it, who is silent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, TypedDict

import psycopg
from psycopg.rows import dict_row

from headquarters.config import Headquarters
from lobby.events.instruction import InstructionKind, Outcome

LISTED_MAX = 200
SILENT_SHOWN_MAX = 12
OTHER_TEXT = "other_text"
"""A branch says that it has another text under this id than headquarters signed."""


class RefusedView(TypedDict):
    branch: str
    why: str
    detail: str


class SilentView(TypedDict):
    branch: str
    heard_at: Annotated[str | None, "when headquarters last heard of the branch"]


class OrderStateView(TypedDict):
    """A work order, and the case that the branch opened for it."""

    number: str
    channel: str
    came_on: str
    deadline: str | None
    case: Annotated[str | None, "the case's number in the branch"]
    status: Annotated[str | None, "the case's; null until the branch has opened one"]
    answered_at: str | None
    late: bool
    words_erased: Annotated[bool, "the branch has the words, headquarters no longer"]


class InstructionView(TypedDict):
    id: int
    kind: str
    title: Annotated[str, "of an announcement in English, of a work order its number"]
    zh: str | None
    en: str | None
    until: str | None
    important: bool
    made_at: str
    made_by: str
    withdrawn: bool
    branches: Annotated[list[str] | None, "null: every branch"]
    wanted: int
    taken: Annotated[int, "branches whose journal proves by the hash that they have it"]
    refused: list[RefusedView]
    silent: Annotated[list[SilentView], "the first of those without an answer"]
    silent_count: int
    order: OrderStateView | None


@dataclass(frozen=True)
class Known:
    """What the list is made from: the branches of the province, when each was last heard, and the day."""

    branches: tuple[str, ...]
    heard: Mapping[str, datetime]
    today: date


def of_unit(headquarters: Headquarters, unit: str, on: date | None = None) -> list[str]:
    """The branches below a unit on that day."""
    day = on or today(headquarters)
    below = {unit}
    for _ in headquarters.units:  # as deep as the tree can be
        below |= {one.id for one in headquarters.units if one.parent in below}
    codes = sorted(headquarters.codes)
    places = {code: headquarters.outlet(code, day) for code in codes}
    return [code for code, outlet in places.items() if outlet and outlet.unit in below]


def today(headquarters: Headquarters) -> date:
    return datetime.now(headquarters.zone).date()


def standing(
    db: psycopg.Connection, headquarters: Headquarters, visible: Collection[str] | None = None
) -> list[InstructionView]:
    """The latest, work orders that are late first; only as far as they are about `visible` branches."""
    rows = _instructions(db)
    answers = _answers(db, [row["id"] for row in rows])
    known = _known(db, headquarters, visible)
    views = [_view(row, answers.get(row["id"], []), known) for row in rows]
    seen = [view for view in views if view["wanted"]]
    return sorted(seen, key=lambda view: not (view["order"] and view["order"]["late"]))


def _instructions(db: psycopg.Connection) -> list[dict[str, Any]]:
    query = "SELECT * FROM instruction ORDER BY id DESC LIMIT %s"
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [LISTED_MAX]).fetchall()


def _answers(db: psycopg.Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What branches said, the newest journal's word of each, with the case of a work order."""
    if not _is_derived(db):
        return {}
    query = (
        "SELECT DISTINCT ON (r.branch, r.id) r.id, r.branch, r.outcome, r.why, r.detail, r.hash,"
        " c.number, c.status, c.answered_at, c.closed_at"
        " FROM received_instruction AS r LEFT JOIN complaint AS c"
        " ON c.branch = r.branch AND c.journal = r.journal AND c.id = r.case_id"
        " WHERE r.id = ANY(%s) ORDER BY r.branch, r.id, r.journal DESC"
    )
    found: dict[int, list[dict[str, Any]]] = {}
    with db.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query, [[*ids]]).fetchall():
            found.setdefault(row["id"], []).append(row)
    return found


def _is_derived(db: psycopg.Connection) -> bool:
    """Whether the derived tables were made yet."""
    query = "SELECT to_regclass('received_instruction'), to_regclass('complaint')"
    row = db.execute(query).fetchone()
    return bool(row and all(row))


def _known(
    db: psycopg.Connection, headquarters: Headquarters, visible: Collection[str] | None
) -> Known:
    heard: dict[str, datetime] = dict(db.execute("SELECT code, taken_at FROM branch").fetchall())
    day = today(headquarters)
    if headquarters.branches:
        codes = [code for code in headquarters.codes if headquarters.outlet(code, day)]
    else:
        codes = [*heard]
    return Known(
        tuple(code for code in sorted(codes) if visible is None or code in visible), heard, day
    )


def _view(
    row: Mapping[str, Any], answers: Sequence[Mapping[str, Any]], known: Known
) -> InstructionView:
    wanted = [code for code in known.branches if row["branches"] is None or code in row["branches"]]
    answered = {answer["branch"]: answer for answer in answers if answer["branch"] in wanted}
    taken = [code for code, answer in answered.items() if _has(answer, row)]
    silent = [code for code in wanted if code not in answered]
    document = row["document"]
    is_order = row["kind"] == InstructionKind.ORDER
    return {
        "id": row["id"],
        "kind": row["kind"],
        "title": document.get("number") or document.get("en", ""),
        "zh": document.get("zh"),
        "en": document.get("en"),
        "until": document.get("until"),
        "important": bool(document.get("important")),
        "made_at": row["made_at"].isoformat(),
        "made_by": row["made_by"],
        "withdrawn": row["withdrawn_at"] is not None,
        "branches": row["branches"],
        "wanted": len(wanted),
        "taken": len(taken),
        "refused": [_refused(answer) for code, answer in answered.items() if code not in taken],
        "silent": [_silent(code, known) for code in silent[:SILENT_SHOWN_MAX]],
        "silent_count": len(silent),
        "order": _order(row, next(iter(answered.values()), {}), known) if is_order else None,
    }


def _has(answer: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return bool(answer["outcome"] == Outcome.TAKEN and answer["hash"] == row["hash"])


def _refused(answer: Mapping[str, Any]) -> RefusedView:
    why = answer["why"] or OTHER_TEXT
    return {"branch": answer["branch"], "why": why, "detail": answer["detail"] or ""}


def _silent(code: str, known: Known) -> SilentView:
    at = known.heard.get(code)
    return {"branch": code, "heard_at": at.isoformat() if at else None}


def _order(row: Mapping[str, Any], answer: Mapping[str, Any], known: Known) -> OrderStateView:
    document = row["document"]
    deadline = document.get("deadline")
    ended = bool(answer.get("answered_at") or answer.get("closed_at"))
    overdue = bool(deadline) and deadline < known.today.isoformat()
    return {
        "number": document["number"],
        "channel": document["channel"],
        "came_on": document["came_on"],
        "deadline": deadline,
        "case": answer.get("number"),
        "status": answer.get("status"),
        "answered_at": answer.get("answered_at"),
        "late": overdue and not ended and row["withdrawn_at"] is None,
        "words_erased": row["erased_at"] is not None,
    }
