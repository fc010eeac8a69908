"""Tickets of earlier days, as the derived tables have them."""

from __future__ import annotations

from datetime import date

from sqlite_utils import Database

from lobby.state.ticket import PastTicket, State, outcome


def past_ticket(db: Database, ticket: str) -> PastTicket | None:
    """None for a ticket that the journal never had."""
    row = db.execute(
        "SELECT number, day, state, started_at, EXISTS (SELECT 1 FROM feedback WHERE ticket = id)"
        " FROM ticket WHERE id = ?",
        [ticket],
    ).fetchone()
    if row is None:
        return None
    number, day, state, started_at, judged = row
    what = outcome(State(state), begun=started_at is not None)
    return PastTicket(number, date.fromisoformat(day), what, bool(judged))
