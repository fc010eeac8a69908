"""Staff who were wronged 员工委屈, and who may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from lobby.events.incident import Care

HEAD = "head"
"""The role that answers for the branch's people."""


class IncidentState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Caring:
    """One thing that was done; `words` are sealed."""

    at: datetime
    by: str
    care: Care
    words: str


@dataclass(frozen=True, slots=True)
class Incident:
    """Somebody was `wronged` on that `day`. `what` and `by_whom` are sealed; `follow_up` is until when `follower` talks
    with the person."""

    id: str
    at: datetime
    reporter: str
    wronged: str
    day: str
    named: tuple[str, ...]
    what: str
    by_whom: str
    caring: tuple[Caring, ...] = ()
    follow_up: str | None = None
    follower: str | None = None
    state: IncidentState = IncidentState.OPEN
    ended_at: datetime | None = None

    def known_to(self, id: str, role: str) -> bool:
        """Whether that person may learn of it. The only definition."""
        return role == HEAD or id in (self.wronged, *self.named)

    def late(self, today: date) -> bool:
        """Whether the planned talk is overdue."""
        return self.follow_up is not None and self.follow_up < today.isoformat()
