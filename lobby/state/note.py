"""Notes from shift to shift 交接班."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SHOWN_FOR = timedelta(days=14)
"""Who comes back from two weeks of leave still reads it; older ones are history."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note for the `counter`, or for the whole branch; `words` are sealed."""

    id: str
    at: datetime
    by: str
    counter: str | None
    words: str
    read_by: tuple[str, ...] = ()

    def waits_for(self, id: str) -> bool:
        """Whether that person has yet to read it."""
        return id != self.by and id not in self.read_by
