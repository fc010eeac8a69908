"""The course of the day, and the computer's clock, which may be set meanwhile."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from lobby import events as ev
from lobby.commands.base import Decider, Decision
from lobby.commands.inspection import left_open
from lobby.errors import Conflict, NotFound
from lobby.state.appointment import AppointmentStatus
from lobby.state.device_test import Seen, TestKind
from lobby.state.instants import CLOSED_MAX, STEP_S
from lobby.state.queue import QueueState
from lobby.state.ticket import State

QUIET = timedelta(hours=4)
"""Where the clock is doubted, a midnight counts as a night after nobody did anything for so long: no branch in
its hours is as quiet, and no night is shorter."""


class DayCommands(Decider):
    # -- the clock ----------------------------------------------------------------------------------------
    def stepped(self, state: QueueState, wall: datetime, step_s: float) -> ev.ClockStepped | None:
        """The clock was set by `step_s` while the branch ran."""
        if step_s > 0 and state.guess_s < 0 and wall >= state.at - timedelta(seconds=state.guess_s):
            # Nobody acted on the guess: back to what the journal says, and the rest is time that passed.
            return self._step(state, -state.guess_s)
        behind_s = (wall - state.at).total_seconds()
        if not step_s and behind_s < -STEP_S:
            return self._step(state, behind_s)
        return self._step(state, step_s)

    def started(self, state: QueueState, wall: datetime) -> ev.ClockStepped | None:
        """The branch starts: only its journal tells what time it was. A clock behind it is wrong by as much at
        least; one that was behind and is past it again has been put right."""
        behind_s = (wall - state.at).total_seconds()
        if behind_s < -STEP_S:
            return self._step(state, behind_s, guessed=True)
        right = state.at - timedelta(seconds=state.drift_s)
        if state.doubted and state.drift_s < 0 and wall >= right:
            return self._step(state, -state.drift_s)
        return None

    def _step(
        self, state: QueueState, by_s: float, guessed: bool = False
    ) -> ev.ClockStepped | None:
        if not by_s or not state.seq:
            return None
        return ev.ClockStepped(state.at.isoformat(), round(-by_s), round(by_s, 6), guessed)

    def confirm_clock(self, state: QueueState, now: datetime, new_day: bool) -> Decision:
        """Somebody says what a clock that was set means: the day goes on, or the next one begins."""
        if not state.doubted:
            raise Conflict("clock_not_doubted")
        if new_day and self.day(now) == state.day:
            raise Conflict("same_day", day=state.day)
        return Decision([ev.ClockConfirmed(new_day)])

    # -- the day ------------------------------------------------------------------------------------------
    def roll(self, state: QueueState, now: datetime) -> list[ev.Event]:
        """The events that end the former day, then, once that is journalled, the one that opens the day
        `now` falls in; none in mid-day."""
        if not self._night(state, now):
            return []
        return self._end_day(state, now) or [self._opened(state, now, self.day(now))]

    def _night(self, state: QueueState, now: datetime) -> bool:
        """Whether a night has passed since the day began. Where the clock is doubted, midnight alone proves none:
        the branch must have been quiet, or nobody's."""
        if self.branch.day_of(now) <= state.date:
            return False
        if not state.doubted or state.acted_at is None:
            return True
        return now - state.acted_at >= QUIET

    def _opened(self, state: QueueState, now: datetime, day: str) -> ev.DayOpened:
        booked = self._booked_from(state, now)
        answered = {
            printer.id: printer.answered for printer in state.printers.values() if printer.answered
        }
        longest_s = self._archive.first_come_s(day)
        zone = str(self.branch.zone)
        return ev.DayOpened(day, self._archive.numbers(day), longest_s, booked, answered, zone)

    def _booked_from(self, state: QueueState, now: datetime) -> tuple[dict[str, Any], ...]:
        """The appointments that the coming days still have, as the journal keeps them."""
        since = self._coming_since(state, now)
        coming = (a for a in state.appointments.values() if self.branch.day_of(a.at) >= since)
        return tuple(
            {**asdict(a), "at": a.at.isoformat()}
            for a in coming
            if a.state is AppointmentStatus.BOOKED
        )

    def _coming_since(self, state: QueueState, now: datetime) -> date:
        """The first day whose appointments are still to come."""
        since = self.branch.day_of(now)
        return state.date if since - state.date > CLOSED_MAX else since

    def day(self, now: datetime) -> str:
        return self.branch.day_of(now).isoformat()

    def _end_day(self, state: QueueState, now: datetime) -> list[ev.Event]:
        events: list[ev.Event] = [
            ev.AppointmentMissed(appointment.id)
            for appointment in state.appointments.values()
            if appointment.state is AppointmentStatus.BOOKED
            and self.branch.day_of(appointment.at) < self._coming_since(state, now)
        ]
        for ticket in state.live():
            if ticket.state is State.SERVING and ticket.counter:
                events.append(ev.TicketFinished(ticket.id, ticket.counter))
            else:
                events.append(ev.TicketCancelled(ticket.id, "day_closed"))
        events += left_open(self.branch.calendar, state)
        if state.open:
            return [*events, ev.DayClosed(state.day)]
        return events

    def open_day(self, state: QueueState, now: datetime, reason: str = "") -> Decision:
        """Numbers are given again. Outside the hours that needs a reason: the clock may be wrong, or the branch may
        be open longer today."""
        if state.gives_numbers(now):
            return Decision([])
        if self.branch.opening.gives_numbers(now) or state.doubted:
            return Decision([ev.DayReopened(state.day)])
        return Decision([ev.DayReopened(state.day, self._reason(reason))])

    def close_day(self, state: QueueState, now: datetime) -> Decision:
        """No more numbers today. Who waits is still served."""
        if not state.open:
            return Decision([])
        return Decision([ev.DayClosed(state.day)])

    # -- trying the devices ---------------------------------------------------------------------------------
    def test_device(
        self, state: QueueState, now: datetime, test: TestKind, device: str, screens: int
    ) -> Decision:
        """Have a printer print a test slip, or a board call or show a test; `screens` show that board."""
        if test == TestKind.PRINT:
            if device not in self.branch.printer:
                raise NotFound("unknown_printer", id=device)
        else:
            self._board_that_can(state, now, test, device, screens)
        return Decision([ev.DeviceTested(test, device)])

    def _board_that_can(
        self, state: QueueState, now: datetime, test: TestKind, id: str, screens: int
    ) -> None:
        if id not in self.branch.board:
            raise NotFound("unknown_board", id=id)
        board = self.branch.board[id]
        if not screens:
            raise Conflict("board_dark", board=board.name)
        if test == TestKind.CALL and not board.voice:
            raise Conflict("board_mute", board=board.name)
        if test == TestKind.CALL and not self.branch.volume_at(now):
            raise Conflict("volume_off")

    def answer_test(
        self, state: QueueState, now: datetime, test: TestKind, device: str, well: bool
    ) -> Decision:
        """What somebody saw or heard of the test."""
        if (test, device) not in state.tests:
            raise Conflict("not_tested")
        return Decision([ev.DeviceTestAnswered(test, device, Seen.YES if well else Seen.NO)])
