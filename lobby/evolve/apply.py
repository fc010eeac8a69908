"""(state, event) -> the state after it. An event is a fact: it is never refused."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve import (
    action,
    alert,
    appointment,
    case,
    compliment,
    counter,
    day,
    feedback,
    incident,
    inspection,
    instruction,
    loan,
    note,
    panel,
    person,
    presence,
    quality,
    recording,
    slip,
    ticket,
    visit,
)
from lobby.evolve.registry import EVOLVERS
from lobby.state.queue import CLOCK, QueueState

ACTS = frozenset(kind for name, kind in ev.KINDS.items() if name.startswith(("Ticket", "Counter")))
"""What customers and tellers do: while none of it happens, nobody is there."""

__all__ = [
    "ACTS",
    "action",
    "alert",
    "apply",
    "appointment",
    "case",
    "compliment",
    "counter",
    "day",
    "feedback",
    "incident",
    "inspection",
    "instruction",
    "loan",
    "note",
    "panel",
    "person",
    "presence",
    "quality",
    "recording",
    "slip",
    "ticket",
    "visit",
]


def apply(state: QueueState, recorded: ev.Recorded) -> None:
    """Take one event in."""
    state.seq = recorded.seq
    state.before = state.at
    state.at = recorded.at
    if type(recorded.event) in ACTS and recorded.actor != CLOCK:
        state.acted_at = recorded.at
        state.guess_s = 0.0
    if recorded.at >= state.day_series.until and not isinstance(recorded.event, ev.ClockStepped):
        state.day_series.begin(recorded.at, state.queues.waiting, state.open_counters)
    state.acts.notice(state, recorded)
    evolve = EVOLVERS.get(type(recorded.event))
    if evolve:
        evolve(state, recorded, recorded.event)
        state.day_series.note(state.queues.waiting, state.open_counters)
    quality.follow(state, recorded)
