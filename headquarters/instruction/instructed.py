"""What became of the instructions: who is to have each, who proved that it has it, who refused it, who is silent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Any, TypedDict

import psycopg
from psycopg.rows import dict_row

from headquarters.config import Headquarters
from headquarters.instruction.applied import ConfigurationStateView, applied, state_of
from headquarters.instruction.improving import AskedView, asked_of, steps
from headquarters.instruction.instructions import newest_configurations
from lobby.events.instruction import InstructionKind, Outcome

LISTED_MAX = 200
SILENT_SHOWN_MAX = 12
OTHER_TEXT = "other_text"
"""A branch says that it has another text under this id than headquarters signed."""


class RefusedView(TypedDict):
    branch: str
    why: str
    detail: str
    detail_zh: str


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
    title: Annotated[
        str,
        "an announcement in English, a work order's number, a configuration's version, an action's title",
    ]
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
    configuration: ConfigurationStateView | None
    action: AskedView | None
    taken_back: Annotated[
        int | None, "of a withdrawn announcement: branches that prove that it is gone"
    ]


@dataclass(frozen=True)
class Known:
    """What the list is made from: the branches of the province, when each was last heard, and the day. By branch,
    `newest` has the configuration that it is to have, `applied` what it told of the one that it runs with. `steps` are
    those of actions; `taken_back` has by announcement how many branches prove that they show it no more."""

    branches: tuple[str, ...]
    heard: Mapping[str, datetime]
    today: date
    newest: Mapping[str, int]
    applied: Mapping[str, Mapping[str, Any]]
    steps: Mapping[tuple[str, int], list[Mapping[str, Any]]]
    taken_back: Mapping[int, int]


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
    taken_back = _taken_back(rows, answers, known)
    known = replace(known, steps=steps(db, [row["id"] for row in rows]), taken_back=taken_back)
    shown = [row for row in rows if row["kind"] != InstructionKind.WITHDRAWAL]
    views = [_view(row, answers.get(row["id"], []), known) for row in shown]
    seen = [view for view in views if view["wanted"] or _is_superseded(view, visible)]
    return sorted(seen, key=lambda view: not _is_late(view))


def _is_late(view: InstructionView) -> bool:
    """Whether somebody has to act: a work order or an action is overdue."""
    order = view["order"]
    action = view["action"]
    return bool(order and order["late"]) or bool(action and action["late"])


def _is_superseded(view: InstructionView, visible: Collection[str] | None) -> bool:
    """Whether it is a configuration of before, which readers of the branches that it was for may see."""
    if view["configuration"] is None:
        return False
    return visible is None or not set(view["branches"] or visible).isdisjoint(visible)


def _instructions(db: psycopg.Connection) -> list[dict[str, Any]]:
    query = "SELECT * FROM instruction ORDER BY id DESC LIMIT %s"
    with db.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [LISTED_MAX]).fetchall()


def _answers(db: psycopg.Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What branches said, the newest journal's word of each, with the case of a work order."""
    if not _is_derived(db):
        return {}
    query = (
        "SELECT DISTINCT ON (r.branch, r.id)"
        " r.id, r.branch, r.at, r.outcome, r.why, r.detail, r.detail_zh, r.hash,"
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


def known_branches(db: psycopg.Connection, headquarters: Headquarters) -> list[str]:
    """Those of the tree today; of an empty hq.toml those that were taken in."""
    if headquarters.branches:
        day = today(headquarters)
        return [code for code in headquarters.codes if headquarters.outlet(code, day)]
    return [code for (code,) in db.execute("SELECT code FROM branch").fetchall()]


def _known(
    db: psycopg.Connection, headquarters: Headquarters, visible: Collection[str] | None
) -> Known:
    heard: dict[str, datetime] = dict(db.execute("SELECT code, taken_at FROM branch").fetchall())
    day = today(headquarters)
    codes = known_branches(db, headquarters)
    return Known(
        tuple(code for code in sorted(codes) if visible is None or code in visible),
        heard,
        day,
        newest_configurations(db, codes),
        applied(db),
        {},
        {},
    )


def _taken_back(
    rows: Sequence[Mapping[str, Any]],
    answers: Mapping[int, Sequence[Mapping[str, Any]]],
    known: Known,
) -> dict[int, int]:
    return {
        row["document"]["instruction"]: sum(
            _has(answer, row) and answer["branch"] in known.branches
            for answer in answers.get(row["id"], ())
        )
        for row in rows
        if row["kind"] == InstructionKind.WITHDRAWAL
    }


def _view(
    row: Mapping[str, Any], answers: Sequence[Mapping[str, Any]], known: Known
) -> InstructionView:
    wanted = [code for code in known.branches if _is_for(row, code, known)]
    answered = {answer["branch"]: answer for answer in answers if answer["branch"] in wanted}
    taken = [code for code, answer in answered.items() if _has(answer, row)]
    silent = [code for code in wanted if code not in answered]
    document = row["document"]
    is_order = row["kind"] == InstructionKind.ORDER
    is_configuration = row["kind"] == InstructionKind.CONFIGURATION
    return {
        "id": row["id"],
        "kind": row["kind"],
        "title": _title(document),
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
        "configuration": state_of(row, wanted, answered, known.applied)
        if is_configuration
        else None,
        "action": asked_of(document, _done(row, wanted, known), known.today.isoformat())
        if row["kind"] == InstructionKind.ACTION
        else None,
        "taken_back": known.taken_back.get(row["id"]),
    }


def _done(
    row: Mapping[str, Any], wanted: Sequence[str], known: Known
) -> dict[str, list[Mapping[str, Any]]]:
    """By branch, the steps of its action."""
    ids = {code: (code, row["id"]) for code in wanted}
    return {code: known.steps[id] for code, id in ids.items() if id in known.steps}


def _title(document: Mapping[str, Any]) -> str:
    names = ("number", "en", "version", "title")
    return next((str(document[name]) for name in names if document.get(name)), "")


def _is_for(row: Mapping[str, Any], code: str, known: Known) -> bool:
    """Whether the branch is to have it; of configurations only the last one counts."""
    if row["kind"] == InstructionKind.CONFIGURATION:
        return bool(known.newest.get(code) == row["id"])
    return bool(row["branches"] is None or code in row["branches"])


def _has(answer: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    return bool(answer["outcome"] == Outcome.TAKEN and answer["hash"] == row["hash"])


def _refused(answer: Mapping[str, Any]) -> RefusedView:
    why = answer["why"] or OTHER_TEXT
    return {
        "branch": answer["branch"],
        "why": why,
        "detail": answer["detail"] or "",
        "detail_zh": answer["detail_zh"] or "",
    }


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
