"""Every view of a branch, and what a command's caller is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict

from lobby.commands.base import Decision
from lobby.forecast.port import NO_WAIT
from lobby.state.queue import QueueState
from lobby.views.appointment import HallAppointmentView
from lobby.views.counter import CounterView
from lobby.views.day import DayViews
from lobby.views.hall import HallViews
from lobby.views.service import ServiceViews
from lobby.views.ticket import StaffTicketView

View = Mapping[str, Any]
"""A view of any shape."""


class AnswerView(TypedDict, total=False):
    """What a command's caller is shown: one of these, or nothing."""

    ticket: StaffTicketView
    counter: CounterView
    appointment: HallAppointmentView


class Views(HallViews, ServiceViews, DayViews):
    """The views of one branch, by noun."""

    def answer(self, state: QueueState, decision: Decision) -> AnswerView:
        """What a command's caller is shown."""
        if decision.ticket and decision.events:
            return {"ticket": self.ticket(state, state.tickets[decision.ticket], decision.quoted)}
        if decision.counter:
            return {"counter": self.counter(state, decision.counter)}
        if decision.appointment:
            return {"appointment": self.appointment(state, decision.appointment)}
        return {}

    def bare(self, state: QueueState, decision: Decision) -> AnswerView:
        """The answer without a forecast, for when one fails."""
        if decision.ticket and decision.events:
            return {"ticket": self.ticket(state, state.tickets[decision.ticket], (0, NO_WAIT))}
        if decision.counter:
            return {"counter": self.counter(state, decision.counter, (0, NO_WAIT))}
        return {}
