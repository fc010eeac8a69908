"""A counter at this moment, and its calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from lobby.state.instants import moved

if TYPE_CHECKING:
    from lobby.state.ticket import Ticket


class CounterStatus(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class CounterMove(StrEnum):
    """What is done to a counter, and may be taken back."""

    OPEN = "open_counter"
    CLOSE = "close_counter"
    PAUSE = "pause_counter"
    RESUME = "resume_counter"
    LEND = "lend_counter"
    END_LENDING = "end_lending"


class BreakStatus(StrEnum):
    """Of a break that has not begun: it begins when it is granted and nobody is at the counter."""

    ASKED = "asked"
    GRANTED = "granted"


@dataclass(slots=True)
class CounterState:
    """A counter at this moment; `ticket` is the one called or served there. `pace` is what its teller's
    services today would usually have taken and what they took, seconds. `break_status` is that of a break asked for, or
    granted and begun as soon as the counter is free. `asked_at`: since when the lobby manager asks for the counter to
    be opened; `declined_at`: when that was last declined. `lent_to` is the area that it helps until `lent_until`.
    `person` is the staff number of who signed on there, under the account or token `signed_on_as`, in its `session`;
    that is empty for a token. `session_ended`: the sign-on ends when the customer has gone."""

    id: str
    state: CounterStatus = CounterStatus.CLOSED
    ticket: str | None = None
    since: datetime | None = None
    teller: str | None = None
    pace: tuple[float, float] = (0.0, 0.0)
    break_status: BreakStatus | None = None
    asked_at: datetime | None = None
    declined_at: datetime | None = None
    lent_to: str | None = None
    lent_until: datetime | None = None
    person: str | None = None
    signed_on_as: str | None = None
    session: str = ""
    session_ended: bool = False

    @property
    def open(self) -> bool:
        """Whether the counter takes customers. The only definition."""
        return self.state is CounterStatus.OPEN

    @property
    def at_work(self) -> bool:
        """Whether it takes customers, or will when its teller is back from a pause."""
        return self.state is not CounterStatus.CLOSED

    @property
    def attended(self) -> bool:
        """Whether somebody is known to be there: signed on, or away for a moment from a counter that is paused."""
        away = self.state is CounterStatus.PAUSED and self.teller is not None
        return self.open or self.person is not None or away

    @property
    def idle(self) -> bool:
        """Open, and nobody is there."""
        return self.open and self.ticket is None

    def lend(self, area: str, until: datetime) -> None:
        self.lent_to = area
        self.lent_until = until

    def end_lending(self) -> None:
        self.lent_to = None
        self.lent_until = None

    def sign_on(self, person: str, account: str, session: str) -> None:
        self.person = person
        self.signed_on_as = account
        self.session = session
        self.session_ended = False

    def sign_off(self) -> None:
        self.person = None
        self.signed_on_as = None
        self.session = ""
        self.session_ended = False

    def turn(self, ticket: Ticket | None) -> str:
        """What a press at this counter would act on: another word as soon as its meaning is another."""
        if ticket is None:
            return f"{self.id}/{self.state}"
        return f"{self.id}/{ticket.id}/{ticket.state}/{len(ticket.done)}/{len(ticket.then)}"

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        self.since = moved(self.since, by)
        self.asked_at = moved(self.asked_at, by)
        self.declined_at = moved(self.declined_at, by)
        self.lent_until = moved(self.lent_until, by)


@dataclass(frozen=True, slots=True)
class Call:
    seq: int
    at: datetime
    ticket: str
    number: str
    counter: str
    area: str
    recall: bool
