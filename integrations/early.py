"""Which events go before their turn: while years of a journal are on their way, or headquarters makes tables of them,
it has the last two days. They are sent once more in their turn, which alone proves them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from integrations.standing import Known, Place
from lobby.events.batch import EARLY_MAX
from lobby.events.envelope import Row
from lobby.journal import outbox
from lobby.journal.history import Reader

FAR = 5000
"""Events that headquarters lacks before the last days. Fewer are there in three seconds, and those days after them."""
LOST_S = 60.0
"""What headquarters does not have by then is sent again: it says twice a minute what it has."""
LOST_MAX_S = 8 * LOST_S
"""What is sent again and again and not taken, as after a gap in a damaged journal, is sent less often: it may be all of
the last days each time."""


class Early:
    """How far the last days were sent before their turn."""

    def __init__(self, db: Reader, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._clock = clock
        self._next = 0
        self._there = 0
        self._moved = 0.0
        self._lost_s = LOST_S

    def span(self, known: Known, place: Place) -> range:
        """The events to be sent now, as far as there are; none where all go in their turn. A headquarters of another
        release takes none."""
        begin = outbox.last_days_begin(self._db)
        if not known.takes_early or place.is_aside or not begin or not self._configured(begin):
            return range(0)
        if begin - min(place.first, known.derived + 1) < FAR:
            self._next = 0
            return range(0)
        self._look(known, begin)
        return range(self._next, begin + EARLY_MAX)

    def _look(self, known: Known, begin: int) -> None:
        """What does not arrive is sent again; of a run that is not this journal's, all of the last days."""
        there = self._end(known)
        if there != self._there:
            self._there = there
            self._moved = self._clock()
            self._lost_s = LOST_S
        is_lost = self._next > there + 1 and self._clock() - self._moved > self._lost_s
        if is_lost:
            self._lost_s = min(2 * self._lost_s, LOST_MAX_S)
        if not self._next or is_lost:
            self.went_to(there + 1 if there else begin)

    def _end(self, known: Known) -> int:
        """The last event that is there; 0 where none of this journal is."""
        end = known.early
        return end.seq if end and outbox.hash_at(self._db, end.seq) == end.hash else 0

    def went_to(self, next: int) -> None:
        """Everything before it was sent."""
        if next != self._next:
            self._next = next
            self._moved = self._clock()

    def context(self, first: int) -> list[Row]:
        """What the events from `first` on need to be understood: the configuration, where the last days begin with
        them."""
        configured = self._configured(first)
        if configured and first == outbox.last_days_begin(self._db):
            return outbox.piece(self._db, configured, 1)
        return []

    def _configured(self, begin: int) -> int | None:
        return outbox.configured_before(self._db, begin)
