"""One case with everything that happened to it, as the journal has it: the words stay sealed until somebody looks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.events.personal import Missing, Reveal
from lobby.journal.history import COLUMNS, Misfit, reader, recorded_of, take
from lobby.state.case import Case
from lobby.state.queue import QueueState

STEPS = (
    "SELECT seq, at, kind, actor, person, data FROM complaint_step WHERE case_id = ? ORDER BY seq"
)
EVENTS = (
    "WITH RECURSIVE one(id) AS (SELECT id FROM complaint WHERE :case IN (id, number)"
    " UNION SELECT complaint.id FROM complaint JOIN one ON joined_to = one.id)"
    f" SELECT {COLUMNS} FROM event"
    " WHERE seq IN (SELECT seq FROM complaint_step WHERE case_id IN (SELECT id FROM one)) ORDER BY seq"
)
"""Of a case and of all that are handled in it: whom they concern, it concerns."""
CARD = "SELECT text, contact FROM feedback WHERE ticket = ?"
OF_NUMBER = "SELECT id FROM ticket WHERE day = ? AND number = ?"
ROWS = (
    "SELECT * FROM complaint WHERE came_at BETWEEN date(?, '-1 day') AND date(?, '+2 days')"
    " ORDER BY number"
)
"""A day more on either side: instants are UTC, and the branch's days begin at another hour."""
PERSONAL = {kind.__name__: frozenset(names) for kind, names in ev.PERSONAL_FIELDS.items()}
KEY = "file_key"
"""A personal field that nobody is shown: what a file is encrypted with."""


@dataclass(frozen=True)
class Step:
    """Something that happened to a case. `sealed` are the fields with somebody's words, as the journal has them."""

    seq: int
    at: str
    kind: str
    actor: str
    person: str | None
    data: dict[str, Any]
    sealed: dict[str, str]


def steps_of(database: Path, case: str) -> list[Step]:
    """All that happened to the case, in order."""
    with closing(reader(database)) as db:
        rows = db.execute(STEPS, [case]).fetchall()
    return [_step(*row) for row in rows]


def _step(seq: int, at: str, kind: str, actor: str, person: str | None, text: str) -> Step:
    fields = json.loads(text)
    personal = PERSONAL[kind]
    sealed = {name: fields[name] for name in fields if name in personal and fields[name]}
    data = {name: value for name, value in fields.items() if name not in personal}
    return Step(seq, at, kind, actor, person, data, sealed)


def past_case(db: Database, branch: Branch, case: str) -> Case | None:
    """The case with this id or number, made anew from its events, however long ago the state has let go of it; None
    for one that the journal never had."""
    state = QueueState(branch)
    misfits: list[Misfit] = []
    for row in db.execute(EVENTS, {"case": case}).fetchall():
        with suppress(ValueError, LookupError, TypeError):
            take(state, recorded_of(row), misfits)
    cases = state.quality.cases.values()
    return next((one for one in cases if case in (one.id, one.number)), None)


def words_of(steps: Sequence[Step], reveal: Reveal) -> dict[int, dict[str, str | Missing]]:
    """By step, the words that were said, opened."""
    return {
        step.seq: {name: reveal(text) for name, text in step.sealed.items() if name != KEY}
        for step in steps
        if step.sealed
    }


def words_of_card(database: Path, ticket: str, reveal: Reveal) -> dict[str, str | Missing]:
    """What the customer wrote on the card of this ticket, and how to reach the customer; empty where nothing."""
    with closing(reader(database)) as db:
        row = db.execute(CARD, [ticket]).fetchone()
    names = ("text", "contact")
    return {name: reveal(text) for name, text in zip(names, row or (), strict=False) if text}


def ticket_of(database: Path, day: str, number: str) -> str | None:
    """The id of the ticket that had this number on that day."""
    with closing(reader(database)) as db:
        row = db.execute(OF_NUMBER, [day, number.strip().upper()]).fetchone()
    return row and str(row[0])


def rows_between(database: Path, branch: Branch, first: date, last: date) -> list[dict[str, Any]]:
    """The cases that came in on these days of the branch, as the table `complaint` has them."""
    with closing(reader(database)) as db:
        rows = db.query(ROWS, [first.isoformat(), last.isoformat()])
        return [row for row in rows if first <= _day(branch, row) <= last]


def _day(branch: Branch, row: dict[str, Any]) -> date:
    return branch.day_of(ev.instant_of(row["came_at"]))
