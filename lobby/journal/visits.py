"""A visit as the journal has it, for the case that it becomes: waits, who served, who was called before and why."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from sqlite_utils import Database

from lobby.events import PERSON, Overtaker, VisitFacts

OVERTAKERS = 10
"""So many are named; more are counted."""
COLUMNS = (
    *("number", "day", "tier", "service", "area", "issued_at", "called_at", "started_at"),
    *("ended_at", "counter", "target_wait_s"),
)
WAITED = "CAST(round((julianday(called_at) - julianday(issued_at)) * 86400) AS INTEGER)"
TICKET = f"SELECT {', '.join(COLUMNS)}, {WAITED} AS waited_s, call_reason FROM ticket WHERE id = ?"
SERVED = (
    "SELECT actor, data FROM event WHERE ticket = ? AND kind IN ('TicketCalled', 'TicketStarted', 'TicketFinished')"
    " ORDER BY seq"
)
BEFORE = (
    "SELECT number, tier, call_reason FROM ticket WHERE day = ? AND area = ? AND issued_at > ? AND called_at < ?"
    " ORDER BY called_at"
)
NOT_YET = "9999"
"""After every instant: nobody called the ticket, and whoever was called was called before."""


def visit_facts(db: Database, ticket: str) -> VisitFacts | None:
    """None for a ticket that the journal never had."""
    row = db.execute(TICKET, [ticket]).fetchone()
    if row is None:
        return None
    *values, waited_s, reason = row
    known = dict(zip(COLUMNS, values, strict=True))
    overtakers = _overtakers(db, known)
    return VisitFacts(
        **known,
        waited_s=waited_s,
        rule=_rule(reason),
        served_by=_served_by(db, ticket),
        overtaken=len(overtakers),
        overtakers=tuple(overtakers[:OVERTAKERS]),
    )


def _overtakers(db: Database, known: dict[str, Any]) -> list[Overtaker]:
    """Those of the same area who came later and were called before."""
    until = known["called_at"] or known["ended_at"] or NOT_YET
    bounds = [known["day"], known["area"], known["issued_at"], until]
    rows = db.execute(BEFORE, bounds).fetchall()
    return [Overtaker(number, tier, _rule(reason)) for number, tier, reason in rows]


def _served_by(db: Database, ticket: str) -> tuple[str, ...]:
    """Both the staff number and the account, by which a handler may be known."""
    names: dict[str, None] = {}
    for actor, data in db.execute(SERVED, [ticket]):
        person = _json(data).get(PERSON)
        names |= dict.fromkeys([person, actor] if person else [actor])
    return tuple(names)


def _rule(reason: str | None) -> str:
    return str(_json(reason or "").get("rule", ""))


def _json(text: str) -> dict[str, Any]:
    with suppress(ValueError):
        value = json.loads(text)
        return value if isinstance(value, dict) else {}
    return {}
