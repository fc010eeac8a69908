"""The things on the state at this moment, beside its tickets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from lobby.state.instants import moved

if TYPE_CHECKING:
    from lobby.state.ticket import Ticket


@dataclass(slots=True)
class CounterState:
    """A counter at this moment; `ticket` is the one called or served there. `pace` is what its teller's
    services today would usually have taken and what they took, seconds. `rest` is the break asked for, or granted
    and begun as soon as the counter is free. `person` is the staff number of who signed on there, under the account or
    token `signed_on_as`."""

    id: str
    state: Literal["open", "paused", "closed"] = "closed"
    ticket: str | None = None
    since: datetime | None = None
    teller: str | None = None
    pace: tuple[float, float] = (0.0, 0.0)
    rest: Literal["asked", "granted"] | None = None
    person: str | None = None
    signed_on_as: str | None = None

    def sign_on(self, person: str, account: str) -> None:
        self.person = person
        self.signed_on_as = account

    def sign_off(self) -> None:
        self.person = None
        self.signed_on_as = None

    def turn(self, ticket: Ticket | None) -> str:
        """What a press at this counter would act on: another word as soon as its meaning is another."""
        if ticket is None:
            return f"{self.id}/{self.state}"
        return f"{self.id}/{ticket.id}/{ticket.state}/{len(ticket.done)}/{len(ticket.then)}"

    def shift(self, by: timedelta) -> None:
        """The clock was set."""
        self.since = moved(self.since, by)


@dataclass(slots=True)
class Slip:
    """A print job. `maybe_on_paper` once a byte may have reached paper: printing again is a reprint."""

    id: str
    ticket: str
    copy: int
    printer: str
    state: Literal["queued", "sending", "printed", "failed"] = "queued"
    attempts: int = 0
    error: str = ""
    confirmed: bool = False
    maybe_on_paper: bool = False


class Status(StrEnum):
    """A printer's health. `unknown` is the silence of a printer that never answered, `silent` that of one which
    used to; `paused` a print queue that is stopped or takes nothing; `fault` a failure of this program with it."""

    OK = "ok"
    UNKNOWN = "unknown"
    PAPER_LOW = "paper_low"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    SILENT = "silent"
    PAUSED = "paused"
    FAULT = "fault"

    @property
    def prints(self) -> bool:
        """Can this printer print? The only definition. Of a printer that never answers it is hoped."""
        return self in (Status.OK, Status.UNKNOWN, Status.PAPER_LOW)

    @property
    def well(self) -> bool:
        """Whether nobody has to look at it."""
        return self in (Status.OK, Status.UNKNOWN)

    @property
    def answers(self) -> bool:
        """Whether the printer itself must have said so."""
        return self in (Status.OK, Status.PAPER_LOW)

    @classmethod
    def _missing_(cls, _: object) -> Status:
        """A status of another version of Lobby, read from the journal."""
        return cls.UNKNOWN


@dataclass(slots=True)
class PrinterState:
    """A printer at this moment. `answered` is the device (its URL) that has told its status at some time: another
    device in its place may be a mute model."""

    id: str
    status: Status = Status.UNKNOWN
    detail: str = ""
    since: datetime | None = None
    answered: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something a manager has to see, until acknowledged or over. `id` is its event's seq; `subject` is what an
    alert that clears by itself is about."""

    id: int
    kind: str
    at: datetime
    ticket: str | None = None
    counter: str | None = None
    params: dict[str, Any] = field(default_factory=dict)
    area: str | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Pressure:
    """How an area stands: people waiting, those past their promise, the 90 % wait of a newcomer in seconds."""

    waiting: int
    late: int
    wait_p90_s: int


@dataclass(slots=True)
class Rescue:
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


@dataclass(slots=True)
class Appointment:
    """A place at the counters promised for `at`; `ticket` once the customer checked in."""

    id: str
    service: str
    at: datetime
    lang: str
    needs: tuple[str, ...] = ()
    state: Literal["booked", "kept", "cancelled"] = "booked"
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    seq: int
    at: datetime
    ticket: str
    number: str
    counter: str
    area: str
    recall: bool
