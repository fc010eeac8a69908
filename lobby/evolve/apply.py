"""(floor, event) -> the floor after it. An event is a fact: it is never refused."""

from __future__ import annotations

from lobby import events as ev
from lobby.evolve import branch, clock, ticket
from lobby.evolve.registry import FOLDS
from lobby.state.floor import CLOCK, Floor

ACTS = frozenset(kind for name, kind in ev.KINDS.items() if name.startswith(("Ticket", "Counter")))
"""What customers and tellers do: while none of it happens, nobody is there."""

__all__ = ["ACTS", "apply", "branch", "clock", "ticket"]


def apply(floor: Floor, recorded: ev.Recorded) -> None:
    """Take one event in."""
    floor.seq = recorded.seq
    floor.before = floor.at
    floor.at = recorded.at
    if type(recorded.event) in ACTS and recorded.actor != CLOCK:
        floor.acted_at = recorded.at
        floor.guess_s = 0.0
    if recorded.at >= floor.curve.until and not isinstance(recorded.event, ev.ClockStepped):
        floor.curve.begin(recorded.at, floor.lines.waiting, floor.open_counters)
    floor.acts.notice(floor, recorded)
    fold = FOLDS.get(type(recorded.event))
    if fold:
        fold(floor, recorded, recorded.event)
