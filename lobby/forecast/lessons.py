"""Calls that the forecast is to learn from. It learns from a call only once nobody can undo it any more."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection
from copy import copy
from datetime import datetime, timedelta

from lobby import events as ev
from lobby.forecast.port import Forecast
from lobby.state.queue import QueueState
from lobby.state.ticket import Ticket
from lobby.state.undo import UNDO

PendingCall = tuple[int, Ticket, datetime]
"""The seq of a call, the ticket as it was before, and when it was called."""


class PendingLessons:
    def __init__(self, forecaster: Forecast) -> None:
        self._forecaster = forecaster
        self._pending: deque[PendingCall] = deque()

    def notice(self, state: QueueState, recorded: ev.Recorded) -> None:
        """Takes in a committed event; `state` is the state before it."""
        event = recorded.event
        if isinstance(event, ev.TicketCalled):
            self.called(recorded.seq, state.tickets[event.ticket], recorded.at)
        elif isinstance(event, ev.ActUndone):
            self.undone(event.undone)
        elif isinstance(event, ev.ClockStepped):
            self.shift(event.by)
        self.teach(recorded.at)

    def called(self, seq: int, ticket: Ticket, at: datetime) -> None:
        self._pending.append((seq, copy(ticket), at))

    def undone(self, seqs: Collection[int]) -> None:
        self._pending = deque(call for call in self._pending if call[0] not in seqs)

    def shift(self, by: timedelta) -> None:
        """The clock was set by this much: every instant moves along, so that waits keep their length."""
        for _, ticket, _ in self._pending:
            ticket.shift(by)
        self._pending = deque((seq, ticket, at + by) for seq, ticket, at in self._pending)

    def teach(self, now: datetime) -> None:
        """Learns from the calls that can no longer be undone."""
        while self._pending and now - self._pending[0][2] > UNDO:
            _, ticket, called_at = self._pending.popleft()
            self._forecaster.learn(ticket, called_at)
