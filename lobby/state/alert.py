"""What a lobby manager has to see, and what was done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from lobby.state.ticket import State


class AlertKind(StrEnum):
    """What an alert tells of, the most urgent first: the manager's tablet lists them in this order."""

    HELP = "help"
    VISIT = "visit"
    CLOCK = "clock"
    FEEDBACK = "feedback"
    OPINION = "opinion"
    LATE = "late"
    PRINTER = "printer"
    KIOSK = "kiosk"
    BOARD = "board"
    CROWDED = "crowded"
    BREAK = "break"
    LOAN = "loan"
    SOON = "soon"
    LONG = "long"
    IDLE = "idle"

    @classmethod
    def known(cls, kind: str) -> AlertKind | None:
        """None for a kind of another version of Lobby, read from the journal."""
        return next((member for member in cls if member == kind), None)

    @property
    def for_teller(self) -> bool:
        """Whether it is about a counter's own work. Opinions, calls for help and the rest are the manager's."""
        return self in (AlertKind.BREAK, AlertKind.IDLE, AlertKind.LONG)


ABOUT: Mapping[AlertKind, State] = {
    AlertKind.LATE: State.WAITING,
    AlertKind.SOON: State.WAITING,
    AlertKind.LONG: State.SERVING,
}
"""The state of its ticket that an alert tells of. Where the ticket went on meanwhile, the alert is over."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a manager has to see, until acknowledged or over. `id` is its event's seq; `subject` is what an
    alert that clears by itself is about."""

    id: int
    kind: AlertKind
    at: datetime
    ticket: str | None = None
    counter: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    area: str | None = None
    subject: str = ""

    @property
    def printer(self) -> str | None:
        """The printer that is itself in trouble; a slip that failed is its ticket's."""
        if self.kind is AlertKind.PRINTER and self.ticket is None:
            return str(self.params["printer"])
        return None


@dataclass(frozen=True, slots=True)
class Pressure:
    """How an area stands: people waiting, those past their promise, the 90 % wait of a newcomer in seconds."""

    waiting: int
    late: int
    wait_p90_s: int


@dataclass(slots=True)
class PastIntervention:
    """What a lobby manager did for an area, and how the area stood before and, once measured, after."""

    seq: int
    at: datetime
    actor: str
    act: str
    area: str
    before: Pressure
    ticket: str | None = None
    counter: str | None = None
    after: Pressure | None = None
