"""What the journal knows of earlier days, as its derived tables have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from sqlite_utils import Database

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.events.codec import wait_from
from lobby.events.wait import Wait
from lobby.journal.case_file import past_case
from lobby.journal.envelope import as_json
from lobby.journal.history import readable
from lobby.journal.tables.recording import RIGHT_REFERENCES
from lobby.journal.visits import visit_facts
from lobby.state.case import Case
from lobby.state.known_case import KnownCase
from lobby.state.recording import PastSale
from lobby.state.ticket import PastTicket, State, outcome

HISTORY_TICKETS = 2000
HISTORY_EVENTS = 20000
"""The latest are enough to learn from, and the start stays as quick as on the first day."""
REMEMBERED_DAYS = 40


class Past:
    """Earlier days in the database. What commands ask of it: lobby.commands.base.Archive."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def numbers(self, day: str) -> dict[str, int]:
        rows = self.db.execute(
            "SELECT series, max(CAST(substr(number, length(series) + 1) AS INTEGER)) FROM ticket"
            " WHERE day = ? GROUP BY series",
            [day],
        )
        numbers = dict(rows.fetchall())
        for lost in self._lost_numbers(day):
            numbers.update(
                {series: max(last, numbers.get(series, 0)) for series, last in lost.items()}
            )
        return numbers

    def _lost_numbers(self, day: str) -> Iterator[dict[str, int]]:
        """Those given on that day after the backups that were restored."""
        for restored in readable(self.db, ev.JournalRestored):
            yield restored.numbers.get(day, {})

    def past_ticket(self, ticket: str) -> PastTicket | None:
        """None for a ticket that the journal never had."""
        row = self.db.execute(
            "SELECT number, day, state, started_at, EXISTS (SELECT 1 FROM feedback WHERE ticket = id)"
            " FROM ticket WHERE id = ?",
            [ticket],
        ).fetchone()
        if row is None:
            return None
        number, day, state, started_at, judged = row
        visit_outcome = outcome(State(state), begun=started_at is not None)
        return PastTicket(number, date.fromisoformat(day), visit_outcome, bool(judged))

    def visit_facts(self, ticket: str) -> ev.VisitFacts | None:
        """None for a ticket that the journal never had."""
        return visit_facts(self.db, ticket)

    def left_contact(self, ticket: str) -> bool:
        """Whether the ticket's card said how to reach its customer, who has not withdrawn it."""
        row = self.db.execute(
            "SELECT 1 FROM feedback WHERE ticket = :ticket AND contact <> '' AND NOT EXISTS"
            " (SELECT 1 FROM feedback_step WHERE ticket = :ticket AND step = 'withdrawn')",
            {"ticket": ticket},
        ).fetchone()
        return row is not None

    def recorded_for(self, reference: str) -> str | None:
        """The ticket whose sale has this reference of a recording."""
        row = self.db.execute(
            f"SELECT ticket FROM ({RIGHT_REFERENCES}) WHERE reference = ? LIMIT 1", [reference]
        ).fetchone()
        if row:
            return str(row[0])
        return None

    def past_sale(self, sale: str) -> PastSale | None:
        """The recorded sale with this id, of any day; None for one that the journal never had."""
        row = self.db.execute(
            f"SELECT ticket, reference FROM ({RIGHT_REFERENCES}) WHERE sale = ?", [sale]
        ).fetchone()
        if row:
            return PastSale(*row)
        return None

    def known_cases(self, references: Sequence[str]) -> list[KnownCase]:
        """The cases, however old, that have one of these references, or had it, with each channel that they ever
        had."""
        rows = self.db.execute(
            "SELECT DISTINCT complaint.id, number, of.channel, known.reference,"
            " json_extract(data, '$.came_at'), json_extract(data, '$.happened_on'),"
            " complaint.channel = of.channel AND complaint.reference = known.reference,"
            " known.seq = (SELECT min(seq) FROM complaint_reference AS one"
            "  WHERE one.case_id = known.case_id AND one.reference IS NOT NULL),"
            " confidential"
            " FROM complaint_reference AS known"
            " JOIN complaint_reference AS of ON of.case_id = known.case_id AND of.channel IS NOT NULL"
            " JOIN complaint ON complaint.id = known.case_id"
            " JOIN complaint_step AS opened ON opened.case_id = known.case_id AND kind = 'CaseOpened'"
            " WHERE known.reference IN (SELECT value FROM json_each(?))",
            [as_json(references)],
        )
        return [KnownCase(*row) for row in rows.fetchall()]

    def past_case(self, branch: Branch, case: str) -> Case | None:
        """The case with this id or number, however long ago it was closed; None for one that the journal never had."""
        return past_case(self.db, branch, case)

    def tickets_since(self, day: date) -> list[str]:
        """The tickets of that day and later."""
        tickets = self.db.execute("SELECT id FROM ticket WHERE day >= ?", [day.isoformat()])
        return [id for (id,) in tickets]

    def booked_since(self, day: date) -> list[str]:
        """The appointments that were booked on that day or later."""
        since = "SELECT coalesce(min(opened_seq), 0) FROM day WHERE day >= ?"
        (opened,) = self.db.execute(since, [day.isoformat()]).fetchone()
        return [event.appointment for event in readable(self.db, ev.AppointmentBooked, opened)]

    def service_history_s(self) -> dict[str, float]:
        """The mean service time per service over the latest served tickets, seconds."""
        rows = self.db.execute(
            "SELECT service, avg((julianday(ended_at) - julianday(started_at)) * 86400) FROM"
            " (SELECT service, state, started_at, ended_at FROM ticket ORDER BY day DESC, id DESC LIMIT ?)"
            " WHERE state = 'served' AND started_at <= ended_at GROUP BY service HAVING count(*) >= 20",
            [HISTORY_TICKETS],
        )
        return dict(rows.fetchall())

    def outcomes(self) -> Iterator[tuple[str, str, Wait, float]]:
        """The latest forecasts given with tickets that were then called: tier, area, forecast, and the wait that
        followed in seconds; in order of the calls."""
        rows = self.db.execute(
            "SELECT t.tier, json_extract(e.data, '$.area'), json_extract(e.data, '$.wait'), wait_s"
            " FROM event e JOIN ticket t ON t.id = e.ticket"
            " WHERE e.kind = 'TicketIssued' AND json_valid(e.data) AND wait_s IS NOT NULL"
            " AND e.seq > (SELECT max(seq) FROM event) - ? ORDER BY first_called_at",
            [HISTORY_EVENTS],
        )
        for tier, area, wait, waited_s in rows:
            # A row that is none of ours teaches nothing.
            with suppress(ValueError, TypeError, AttributeError):
                yield tier, area, wait_from(wait), max(0.0, waited_s)

    def first_come_s(self, day: str) -> dict[str, float]:
        """By service, the longest wait that order of arrival would have brought on the days remembered: the
        n-th call of a day would have been the n-th arrival's; seconds."""
        rows = self.db.execute(
            "WITH past AS (SELECT service, day, issued_at, called_at,"
            "  row_number() OVER (PARTITION BY day, service ORDER BY issued_at) AS arrival,"
            "  row_number() OVER (PARTITION BY day, service ORDER BY called_at) AS turn"
            "  FROM ticket WHERE called_at IS NOT NULL AND day < ? AND day >= date(?, ?))"
            " SELECT c.service, max(0, max((julianday(c.called_at) - julianday(a.issued_at)) * 86400))"
            " FROM past c JOIN past a ON a.day = c.day AND a.service = c.service AND a.arrival = c.turn"
            " GROUP BY c.service",
            [day, day, f"-{REMEMBERED_DAYS} days"],
        )
        return {service: round(longest_s, 1) for service, longest_s in rows.fetchall()}
