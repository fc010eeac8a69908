"""What branches run with of the configuration that headquarters sent: in force and proven, waiting for a start, or
differing, and why and since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, TypedDict

import psycopg
from psycopg.rows import dict_row

from lobby.events.instruction import Outcome

Row = Mapping[str, Any]


class WaitingView(TypedDict):
    """A branch that has it and was not started since."""

    branch: str
    since: str


class DifferingView(TypedDict):
    """A branch in which something else is in force. `edited`: tables whose own edit came later. `detail`: it does not
    fit what the branch's file says by now. Neither: its copy was altered or lost."""

    branch: str
    since: str
    edited: list[str]
    detail: str
    detail_zh: str


class LeftOutView(TypedDict):
    """Services of the catalogue that no counter of the branch serves."""

    branch: str
    services: list[str]


class ConfigurationStateView(TypedDict):
    """The configuration of a version, and with how many of the branches it is for last it is in force."""

    version: Annotated[str, "empty: the branches' own alone, since another one was withdrawn"]
    tables: list[str]
    standards: Annotated[str | None, "the version of the catalogue of standards"]
    slides: list[str]
    superseded: Annotated[bool, "no branch is to have it any more: a later one is for each"]
    in_force: int
    waiting: list[WaitingView]
    differing: list[DifferingView]
    left_out: list[LeftOutView]


def applied(db: psycopg.Connection) -> dict[str, Row]:
    """By branch, what it told last, by its newest journal."""
    if not _is_derived(db):
        return {}
    query = (
        "SELECT DISTINCT ON (branch) branch, at, instruction, hash, edited, left_out, detail, detail_zh"
        " FROM applied_configuration ORDER BY branch, journal DESC, seq DESC"
    )
    with db.cursor(row_factory=dict_row) as cursor:
        return {row["branch"]: row for row in cursor.execute(query).fetchall()}


def _is_derived(db: psycopg.Connection) -> bool:
    row = db.execute("SELECT to_regclass('applied_configuration')").fetchone()
    return bool(row and row[0])


def state_of(
    row: Row, wanted: Sequence[str], answered: Mapping[str, Row], told: Mapping[str, Row]
) -> ConfigurationStateView:
    """Of the instruction in `row`. `wanted` are the branches that are to have it last, `answered` what those said that
    received it, `told` as `applied` has it."""
    document = row["document"]
    taken = [code for code, answer in answered.items() if answer["outcome"] == Outcome.TAKEN]
    running = {
        code: told[code] for code in taken if _runs(told.get(code), row["id"], answered[code])
    }
    in_force = [
        code
        for code, one in running.items()
        if (one["instruction"], one["hash"]) == (row["id"], document["contents"])
    ]
    standards = document.get("standards")
    return {
        "version": document["version"],
        "tables": sorted(document["tables"]),
        "standards": standards["version"] if standards else None,
        "slides": document["slides"],
        "superseded": not wanted,
        "in_force": len(in_force),
        "waiting": [_waiting(answered[code]) for code in taken if code not in running],
        "differing": [_differing(one) for code, one in running.items() if code not in in_force],
        "left_out": [*_left_out(running)],
    }


def _runs(told: Row | None, instruction: int, answer: Row) -> bool:
    """Whether the branch was started since it had it, whatever it runs with: what it told before is no word of this."""
    if told is None:
        return False
    return bool(told["instruction"] == instruction or told["at"] > answer["at"])


def _waiting(answer: Row) -> WaitingView:
    return {"branch": answer["branch"], "since": answer["at"]}


def _differing(told: Row) -> DifferingView:
    return {
        "branch": told["branch"],
        "since": told["at"],
        "edited": _listed(told["edited"]),
        "detail": told["detail"],
        "detail_zh": told["detail_zh"],
    }


def _left_out(running: Mapping[str, Row]) -> Iterator[LeftOutView]:
    for code, told in running.items():
        if told["left_out"]:
            yield {"branch": code, "services": _listed(told["left_out"])}


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []
