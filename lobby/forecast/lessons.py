"""What calls will teach the forecast, once they can be taken back no more: an undone call teaches nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from copy import copy
from datetime import datetime, timedelta

from lobby import events as ev
from lobby.forecast.live import Forecast
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket
from lobby.state.undo import UNDO

Lesson = tuple[int, Ticket, datetime]
"""The seq of a call, the ticket as it was before, and when it was called."""


class Lessons:
    def __init__(self, forecaster: Forecast) -> None:
        self._forecaster = forecaster
        self._coming: deque[Lesson] = deque()

    def notice(self, state: QueueState, recorded: ev.Recorded) -> None:
        """An event that was committed, and the state before it."""
        event = recorded.event
        if isinstance(event, ev.TicketCalled):
            self.called(recorded.seq, state.tickets[event.ticket], recorded.at)
        elif isinstance(event, ev.ActUndone):
            self.undone(event.undone)
        elif isinstance(event, ev.ClockStepped):
            self.shift(event.by)
        self.teach(recorded.at)

    def called(self, seq: int, ticket: Ticket, at: datetime) -> None:
        self._coming.append((seq, copy(ticket), at))

    def undone(self, seqs: Collection[int]) -> None:
        self._coming = deque(lesson for lesson in self._coming if lesson[0] not in seqs)

    def shift(self, by: timedelta) -> None:
        """The clock was set: a wait stays as long as it was."""
        for _, ticket, _ in self._coming:
            ticket.shift(by)
        self._coming = deque((seq, ticket, at + by) for seq, ticket, at in self._coming)

    def teach(self, now: datetime) -> None:
        """Learn from the calls that stand for good."""
        while self._coming and now - self._coming[0][2] > UNDO:
            _, ticket, called_at = self._coming.popleft()
            self._forecaster.learn(ticket, called_at)
