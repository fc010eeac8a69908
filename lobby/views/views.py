"""Every view of a branch, and what a command's caller is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict, cast

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


Show = Callable[[QueueState, str], View]
SHOWN: dict[str, Show] = {}
"""By noun of quality, what shows the thing with this id to who changed it. Sealed words stay sealed there."""


class Views(HallViews, ServiceViews, DayViews):
    """The views of one branch, by noun."""

    def answer(self, state: QueueState, decision: Decision) -> AnswerView:
        """What a command's caller is shown."""
        if decision.ticket:
            return {"ticket": self.ticket(state, state.tickets[decision.ticket], decision.quoted)}
        if decision.counter:
            return {"counter": self.counter(state, decision.counter)}
        if decision.appointment:
            return {"appointment": self.appointment(state, decision.appointment)}
        return _shown(state, decision)

    def bare(self, state: QueueState, decision: Decision) -> AnswerView:
        """The answer without a forecast, for when one fails."""
        if decision.ticket:
            return {"ticket": self.ticket(state, state.tickets[decision.ticket], (0, NO_WAIT))}
        if decision.counter:
            return {"counter": self.counter(state, decision.counter, (0, NO_WAIT))}
        return _shown(state, decision)


def _shown(state: QueueState, decision: Decision) -> AnswerView:
    """A matter of quality, under its noun."""
    if decision.shows is None:
        return {}
    noun, id = decision.shows
    return cast(AnswerView, {noun: SHOWN[noun](state, id)})
