"""Corrective actions that headquarters asked branches for: how far each is, and whether it helped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypedDict

import psycopg
from psycopg.rows import dict_row

from lobby.state.action import PENDING, ActionState, Verdict

Row = Mapping[str, Any]
AFTER: Mapping[str, ActionState] = {
    "ActionOpened": ActionState.OPEN,
    "ActionProved": ActionState.PROVED,
    "ActionChecked": ActionState.CHECKED,
    "ActionReopened": ActionState.REOPENED,
    "ActionShared": ActionState.PRACTICE,
    "ActionCancelled": ActionState.CANCELLED,
}
"""How an action stands after each step; one that gives it to another person changes nothing of that."""
MEASURED: Mapping[str, ActionState] = {
    Verdict.HELPED: ActionState.HELPED,
    Verdict.NO_EFFECT: ActionState.REOPENED,
    Verdict.WORSE: ActionState.REOPENED,
    Verdict.TOO_FEW: ActionState.CHECKED,
}


class AskedActionView(TypedDict):
    """How the action stands in one branch."""

    branch: str
    state: ActionState
    since: str
    due: str
    late: bool
    verdict: Annotated[str | None, "what was measured last"]
    before: Annotated[
        float | None, "the figure before the change, of its own windows of working days"
    ]
    after: float | None


class AskedView(TypedDict):
    """What was asked for, and what the branches that have it did since."""

    due: str
    measure: str
    direction: str
    words: str
    late: Annotated[int, "branches that are late"]
    helped: Annotated[int, "branches where it helped, as measured"]
    actions: list[AskedActionView]


def steps(db: psycopg.Connection, ids: Sequence[int]) -> dict[tuple[str, int], list[Row]]:
    """By branch and instruction, what was done with its action, in order."""
    row = db.execute("SELECT to_regclass('received_instruction'), to_regclass('action')").fetchone()
    if not row or not all(row):
        return {}
    query = (
        "SELECT r.branch, r.id, a.step, a.at, a.due, a.verdict, a.value_before, a.value_after"
        " FROM received_instruction r JOIN action a"
        " ON a.branch = r.branch AND a.journal = r.journal AND a.action = r.action_id"
        " WHERE r.id = ANY(%s) AND r.action_id IS NOT NULL ORDER BY r.journal, a.seq"
    )
    found: dict[tuple[str, int], list[Row]] = {}
    with db.cursor(row_factory=dict_row) as cursor:
        for one in cursor.execute(query, [[*ids]]).fetchall():
            found.setdefault((one["branch"], one["id"]), []).append(one)
    return found


def asked_of(
    document: Mapping[str, Any], done: Mapping[str, Sequence[Row]], today: str
) -> AskedView:
    """`done` has by branch its steps."""
    actions = [_standing(branch, rows, today) for branch, rows in done.items()]
    return {
        "due": document["due"],
        "measure": document["measure"],
        "direction": document["direction"],
        "words": document["words"],
        "late": sum(one["late"] for one in actions),
        "helped": sum(one["verdict"] == Verdict.HELPED for one in actions),
        "actions": sorted(actions, key=lambda one: (not one["late"], one["branch"])),
    }


def _standing(branch: str, rows: Sequence[Row], today: str) -> AskedActionView:
    state = ActionState.OPEN
    since = rows[0]["at"]
    due = ""
    measured: Row = {"verdict": None, "value_before": None, "value_after": None}
    for row in rows:
        after = MEASURED.get(row["verdict"] or "") or AFTER.get(row["step"])
        if after:
            state, since = after, row["at"]
        due = row["due"] or due
        measured = row if row["verdict"] else measured
    return {
        "branch": branch,
        "state": state,
        "since": since,
        "due": due,
        "late": state in PENDING and due < today,
        "verdict": measured["verdict"],
        "before": measured["value_before"],
        "after": measured["value_after"],
    }
