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
TICKET = (
    f"SELECT {', '.join(COLUMNS)}, CAST(round(wait_s) AS INTEGER) AS waited_s, first_called_at, call_reason"
    " FROM ticket WHERE id = ?"
)
OF_TICKET = (
    "ticket = :ticket AND seq >= (SELECT max(opened_seq) FROM day WHERE day = :day)"
    " AND seq < coalesce((SELECT min(opened_seq) FROM day WHERE day > :day), 9223372036854775807)"
)
"""The events of a ticket's own day: its place in the journal is known by the day, an index of tickets is not kept."""
SERVED = (
    f"SELECT actor, data FROM event WHERE {OF_TICKET}"
    " AND kind IN ('TicketCalled', 'TicketStarted', 'TicketFinished') ORDER BY seq"
)
OVERTAKERS_OF = (
    "FROM ticket WHERE day = :day AND area = :area AND issued_at > :issued_at"
    " AND first_called_at < coalesce(:first_called_at, :ended_at, '9999') ORDER BY first_called_at"
)
"""Those of the same area who came later and were called before. Nobody called a ticket that still waits: whoever was
called was called before it."""
BEFORE = f"SELECT number, tier, call_reason {OVERTAKERS_OF}"


def visit_facts(db: Database, ticket: str) -> VisitFacts | None:
    """None for a ticket that the journal never had."""
    row = db.execute(TICKET, [ticket]).fetchone()
    if row is None:
        return None
    *values, waited_s, first_called_at, reason = row
    known = dict(zip(COLUMNS, values, strict=True))
    overtakers = _overtakers(db, {**known, "first_called_at": first_called_at})
    return VisitFacts(
        **known,
        waited_s=waited_s,
        rule=_rule(reason),
        served_by=_served_by(db, ticket, known["day"]),
        overtaken=len(overtakers),
        overtakers=tuple(overtakers[:OVERTAKERS]),
    )


def _overtakers(db: Database, known: dict[str, Any]) -> list[Overtaker]:
    rows = db.execute(BEFORE, known).fetchall()
    return [Overtaker(number, tier, _rule(reason)) for number, tier, reason in rows]


def _served_by(db: Database, ticket: str, day: str) -> tuple[str, ...]:
    """Both the staff number and the account, by which a handler may be known."""
    names: dict[str, None] = {}
    for actor, data in db.execute(SERVED, {"ticket": ticket, "day": day}):
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
