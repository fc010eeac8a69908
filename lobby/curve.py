"""The day as a curve: by five minutes, who came, who was called, how many waited, how many counters were open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SLOT_S = 300


@dataclass(slots=True)
class Slot:
    """`waiting` and `open_counters` as they were when the slot ended."""

    at: datetime
    arrivals: int = 0
    called: int = 0
    waiting: int = 0
    open_counters: int = 0


class Curve:
    """The slots of one day in which anything happened, in order."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []

    def at(self, now: datetime) -> Slot:
        """The slot that `now` falls in, begun as the one before it ended."""
        last = self.slots[-1] if self.slots else None
        if last and now < last.at + timedelta(seconds=SLOT_S):
            return last
        begun = datetime.fromtimestamp(now.timestamp() // SLOT_S * SLOT_S, now.tzinfo)
        self.slots.append(Slot(begun, 0, 0, last.waiting, last.open_counters) if last else Slot(begun))
        return self.slots[-1]
