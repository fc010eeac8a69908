"""The hall: every verb of the queue, and the course of the day."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from lobby import events as ev
from lobby.floor import Floor
from lobby.ticket import State
from lobby.verbs.base import Decision
from lobby.verbs.booking import BookingVerbs
from lobby.verbs.manager import ManagerVerbs
from lobby.verbs.teller import TellerVerbs

CLOCK_GRACE = timedelta(minutes=10)
"""A clock set back by less than this is waited out: the hall's time stands still."""


class Hall(BookingVerbs, TellerVerbs, ManagerVerbs):
    """The verbs of one branch: the customer's and the appointments', the teller's, the lobby manager's, and here
    the day's."""

    def moment(self, floor: Floor, clock: datetime) -> tuple[datetime, list[ev.Event]]:
        """The hall's time. It never runs backwards, but a clock set back by more than the grace is
        believed, and noted."""
        back = floor.at - clock
        if back <= timedelta(0):
            return clock, []
        if back <= CLOCK_GRACE:
            return floor.at, []
        return clock, [ev.ClockStepped(floor.at.isoformat(), round(back.total_seconds()))]

    def roll(self, floor: Floor, now: datetime) -> list[ev.Event]:
        """The events that end the former day, then, once that is journalled, the one that opens the day
        `now` falls in; none in mid-day."""
        day = self.day(now)
        if floor.day == day:
            return []
        return self._end_day(floor) or [self._opened(floor, now, day)]

    def _opened(self, floor: Floor, now: datetime, day: str) -> ev.DayOpened:
        booked = self._booked_from(floor, now)
        answered = {printer.id: printer.answered for printer in floor.printers.values() if printer.answered}
        return ev.DayOpened(day, self._archive.numbers(day), self._archive.first_come_s(day), booked, answered)

    def _booked_from(self, floor: Floor, now: datetime) -> tuple[dict[str, Any], ...]:
        """The appointments that the coming days still have, as the journal keeps them."""
        today = self.branch.day_of(now)
        coming = (a for a in floor.appointments.values() if self.branch.day_of(a.at) >= today)
        return tuple({**asdict(a), "at": a.at.isoformat()} for a in coming if a.state == "booked")

    def day(self, now: datetime) -> str:
        return self.branch.day_of(now).isoformat()

    def _end_day(self, floor: Floor) -> list[ev.Event]:
        events: list[ev.Event] = []
        for ticket in floor.live():
            if ticket.state is State.SERVING and ticket.counter:
                events.append(ev.TicketFinished(ticket.id, ticket.counter))
            else:
                events.append(ev.TicketCancelled(ticket.id, "day_closed"))
        return [*events, ev.DayClosed(floor.day)] if floor.open else events

    def open_day(self, floor: Floor, now: datetime) -> Decision:
        return Decision([] if floor.open else [ev.DayReopened(floor.day)])

    def close_day(self, floor: Floor, now: datetime) -> Decision:
        """No more numbers today. Who waits is still served."""
        return Decision([ev.DayClosed(floor.day)] if floor.open else [])
