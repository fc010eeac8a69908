"""What the journal knows of earlier days' tickets and appointments."""

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


def ids_since(db: Database, day: date) -> tuple[list[str], list[str]]:
    """The tickets and the appointments of that day and later."""
    opened = db.execute("SELECT coalesce(min(opened_seq), 0) FROM day WHERE day >= ?", [day.isoformat()]).fetchone()
    tickets = db.execute("SELECT id FROM ticket WHERE day >= ?", [day.isoformat()])
    booked = db.execute(
        "SELECT json_extract(data, '$.appointment') FROM event WHERE kind = 'AppointmentBooked' AND seq >= ?", opened
    )
    return [id for (id,) in tickets], [id for (id,) in booked]
