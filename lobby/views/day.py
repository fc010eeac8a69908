"""The day as a series, and what the lobby manager did about it."""

from __future__ import annotations

from typing import Annotated, TypedDict

from lobby.state.alert import PastIntervention, Pressure
from lobby.state.day_series import SLOT_S, Slot
from lobby.state.queue import QueueState
from lobby.views.base import Presenter, local


class SlotView(TypedDict):
    at: str
    arrivals: int
    called: int
    waiting: int
    open_counters: int
    most_waiting: Annotated[int, "at one moment of the slot"]
    most_open: int


class PressureView(TypedDict):
    waiting: int
    late: int
    wait_p90_s: int


class InterventionView(TypedDict):
    seq: int
    at: str
    actor: str
    act: str
    area: str
    before: PressureView
    ticket: str | None
    counter: str | None
    after: PressureView | None
    number: str | None


class TodayView(TypedDict):
    """By `slot_s` seconds: who came, who was called, how many waited, counters open; and the manager's acts, with
    how their area stood `before` and, once measured, `after`."""

    slot_s: int
    slots: list[SlotView]
    rescues: list[InterventionView]


class DayViews(Presenter):
    def today(self, state: QueueState) -> TodayView:
        """The day's series by five minutes, and the manager's acts, the latest first."""
        slots = [_slot(state, slot) for slot in state.day_series.slots]
        for last in slots[-1:]:
            last["waiting"] = state.queues.waiting
            last["open_counters"] = state.open_counters
        acts = reversed(state.interventions.values())
        interventions = [_intervention(state, act) for act in acts]
        return {"slot_s": SLOT_S, "slots": slots, "rescues": interventions}


def _slot(state: QueueState, slot: Slot) -> SlotView:
    return {
        "at": local(state, slot.at),
        "arrivals": slot.arrivals,
        "called": slot.called,
        "waiting": slot.waiting,
        "open_counters": slot.open_counters,
        "most_waiting": slot.most_waiting,
        "most_open": slot.most_open,
    }


def _intervention(state: QueueState, intervention: PastIntervention) -> InterventionView:
    ticket = state.tickets.get(intervention.ticket or "")
    return {
        "seq": intervention.seq,
        "at": local(state, intervention.at),
        "actor": intervention.actor,
        "act": intervention.act,
        "area": intervention.area,
        "before": _pressure(intervention.before),
        "ticket": intervention.ticket,
        "counter": intervention.counter,
        "after": _pressure(intervention.after) if intervention.after else None,
        "number": ticket.number if ticket else None,
    }


def _pressure(pressure: Pressure) -> PressureView:
    return {"waiting": pressure.waiting, "late": pressure.late, "wait_p90_s": pressure.wait_p90_s}
