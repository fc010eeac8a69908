"""Keeps what the links' tokens are looked up in: the tickets and appointments of the latest days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.engine.links import Links
from lobby.journal.journal import Journal

SAYS_CLOSED_DAYS = 31
"""So long after its end a feedback card's page says that it is closed; a link of before is unknown."""
AHEAD_MAX_DAYS = 60
"""No configuration lets customers book for a later day (lobby.branch.rules.Appointments)."""


class LinkIndex:
    """Of one branch's links. Used where the journal is: before the writer runs, then in the writer's thread."""

    def __init__(self, links: Links, journal: Journal, branch: Branch) -> None:
        self._links = links
        self._journal = journal
        self._days = timedelta(days=branch.rules.feedback_days + SAYS_CLOSED_DAYS)
        self._booked_days = self._days + timedelta(days=AHEAD_MAX_DAYS)

    def begin(self, day: date) -> None:
        """That day has begun: links that nobody follows any more are forgotten."""
        past = self._journal.past
        self._links.tickets.know_only(past.tickets_since(day - self._days))
        self._links.appointments.know_only(past.booked_since(day - self._booked_days))

    def follow(self, records: Sequence[ev.Recorded]) -> None:
        for recorded in records:
            event = recorded.event
            if isinstance(event, ev.TicketIssued):
                self._links.tickets.know(event.ticket)
            elif isinstance(event, ev.AppointmentBooked):
                self._links.appointments.know(event.appointment)
            elif isinstance(event, ev.DayOpened):
                self.begin(date.fromisoformat(event.day))
