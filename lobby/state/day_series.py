"""The day as a series: by five minutes, who came, who was called, how many waited, how many counters were open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

SLOT_S = 300


@dataclass(slots=True)
class Slot:
    """`waiting` and `open_counters` as they were when the slot ended, and the most that there were in it."""

    at: datetime
    arrivals: int = 0
    called: int = 0
    waiting: int = 0
    open_counters: int = 0
    most_waiting: int = 0
    most_open: int = 0


class DaySeries:
    """The slots of one day in which anything happened, in order; the last is still going on until `until`."""

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.until = datetime.fromtimestamp(0, UTC)

    def shift(self, by: timedelta) -> None:
        """The clock was set: what happened, happened so much later or earlier on it."""
        for slot in self.slots:
            slot.at += by
        if self.slots:
            self.until += by

    def note(self, waiting: int, open_counters: int) -> None:
        """So many wait now, and so many counters are open."""
        if self.slots:
            slot = self.slots[-1]
            slot.most_waiting = max(slot.most_waiting, waiting)
            slot.most_open = max(slot.most_open, open_counters)

    def begin(self, now: datetime, waiting: int, open_counters: int) -> None:
        """A new slot; the one before it ended with so many waiting and open."""
        if self.slots:
            self.slots[-1].waiting = waiting
            self.slots[-1].open_counters = open_counters
        begun = datetime.fromtimestamp(now.timestamp() // SLOT_S * SLOT_S, now.tzinfo)
        self.slots.append(Slot(begun))
        self.note(waiting, open_counters)
        self.until = begun + timedelta(seconds=SLOT_S)
