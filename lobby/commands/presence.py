"""The morning's tick: who is here today."""

from __future__ import annotations

from datetime import datetime

from lobby import events as ev
from lobby.commands.base import Decider, Decision
from lobby.state.queue import QueueState


def is_here(state: QueueState, staff_number: str) -> bool:
    """Whether the person is in the branch: at a counter now, or ticked this morning."""
    ticked = state.quality.presence.get(staff_number)
    at_counter = any(
        staff_number in (counter.person, counter.teller) for counter in state.counters.values()
    )
    return at_counter or (ticked is not None and ticked.here)


class PresenceCommands(Decider):
    def note_presence(
        self, state: QueueState, now: datetime, staff_number: str, here: bool
    ) -> Decision:
        number = self.branch.staff_number(staff_number) or staff_number
        return Decision([ev.PresenceNoted(number, here)])
