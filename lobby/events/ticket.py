"""A ticket's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lobby.events.base import Event, Topic
from lobby.events.personal import personal
from lobby.events.wait import Wait


@dataclass(frozen=True, slots=True)
class TicketIssued(Event):
    """A customer got a number and a place in line. `tier_rule` says how the tier was found, `ahead` and `wait`
    what the customer was told. `then` are further services of the same visit; `credit_s` is waiting that counts
    in advance, for the `appointment` kept or the missed ticket that this one is `redrawn_from`; `kiosk` is where it
    was taken; `target_wait_s` is the service target of this ticket (None in earlier journals: the configuration's)."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    number: str
    series: str
    service: str
    tier: str
    tier_rule: str
    area: str
    needs: tuple[str, ...]
    lang: str
    ahead: int
    wait: Wait
    then: tuple[str, ...] = ()
    large_print: bool = False
    credit_s: int = 0
    appointment: str | None = None
    redrawn_from: str | None = None
    kiosk: str | None = None
    target_wait_s: int | None = None


def keeps_a_target(reason: Mapping[str, object]) -> bool:
    """Whether a target would break without the call that has this reason."""
    return reason.get("rule") in ("at_risk", "leads")


@dataclass(frozen=True, slots=True)
class TicketCalled(Event):
    """A counter called the ticket. `reason` says why this one: `rule`, and the figures it weighed
    (`waited_s`, `target_wait_s`, `passed`: how many who came earlier wait on)."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str
    reason: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TicketRecalled(Event):
    """The customer did not come at once and was called again."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketStarted(Event):
    """The customer sat down at the counter: service began."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketFinished(Event):
    """Service ended, and with it the visit."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketContinued(Event):
    """One service of the visit ended and `service`, the next, began at the same counter (`here`) or waits in
    `area` with the waiting so far."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str
    service: str
    area: str
    here: bool


@dataclass(frozen=True, slots=True)
class TicketExtended(Event):
    """One more service was added to the visit."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    service: str


@dataclass(frozen=True, slots=True)
class TicketNoShow(Event):
    """The customer was called and did not come 过号."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketReturned(Event):
    """A missed ticket is in line again, at `seat`: `lifetime`, `last`, or `behind` so many others. `counter` is where
    nobody followed the call, if the branch's rule put it back at once."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    seat: str
    behind: int = 0
    counter: str | None = None


@dataclass(frozen=True, slots=True)
class TicketMoved(Event):
    """The ticket took another place in its line, `seat`: `first`, `last`, or `behind` so many others whom the
    customer lets pass."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    seat: str
    behind: int = 0


@dataclass(frozen=True, slots=True)
class TicketParked(Event):
    """The customer stepped aside (fills a form, fetches a document) and will come back; `hold` says to where:
    `any`, `same`, or only after another `step`."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str
    hold: str = "any"


@dataclass(frozen=True, slots=True)
class TicketResumed(Event):
    """A parked customer is back in line, at the place the waiting so far earns."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str


@dataclass(frozen=True, slots=True)
class TicketTransferred(Event):
    """The ticket waits for another service now, at `seat` (`lifetime`: with the waiting so far, `first`, `last`);
    `to_counter` binds it to one."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    service: str
    area: str
    to_counter: str | None = None
    seat: str = "lifetime"


@dataclass(frozen=True, slots=True)
class TicketDiverted(Event):
    """The ticket was sent to another area; `ended` when that area has machines instead of a line. `agreed` says to whom
    the customer said yes to the machines: `phone` or `staff`."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    area: str
    ended: bool
    agreed: str = ""


@dataclass(frozen=True, slots=True)
class TicketReleased(Event):
    """The ticket is kept for the counter no more, which closed or may not serve it: any counter that may serve it in
    `area` calls it, at the place it had."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    counter: str
    area: str


@dataclass(frozen=True, slots=True)
class MachinesOffered(Event):
    """The customer is asked whether to go to the machines of `area`; the ticket keeps its place meanwhile."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    area: str


@dataclass(frozen=True, slots=True)
class MachinesDeclined(Event):
    """The customer rather waits, and is not asked again."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str


@dataclass(frozen=True, slots=True)
class TicketRetiered(Event):
    """The lobby manager corrected the customer's tier, and said why: `reason`, sealed, for it may speak of the
    customer. From then on `target_wait_s` holds."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    tier: str
    area: str
    reason: str = personal()
    target_wait_s: int | None = None


@dataclass(frozen=True, slots=True)
class TicketAmended(Event):
    """What the customer said after the number was drawn: special `needs`, further services (`then`), or a card that
    tells the tier. All are as they are from then on, and so are `area` and `target_wait_s`."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    needs: tuple[str, ...]
    then: tuple[str, ...]
    tier: str
    tier_rule: str
    area: str
    target_wait_s: int


@dataclass(frozen=True, slots=True)
class TicketComing(Event):
    """Who was called says that they are on the way to the counter."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketCancelled(Event):
    """The ticket left the line unserved: `reason` is `customer`, `manager` or `day_closed`."""

    TOPICS = frozenset({Topic.QUEUE})

    ticket: str
    reason: str


@dataclass(frozen=True, slots=True)
class ActUndone(Event):
    """The last act at the counter, or where there is none on the ticket, was a mistake and is taken back: ticket and
    counter are as before it, the ticket in `state` again, and nothing counts or learns from the events `undone`, which
    are seqs. An act on the counter alone has no ticket."""

    TOPICS = frozenset({Topic.QUEUE, Topic.COUNTER})

    counter: str | None
    ticket: str | None
    act: str
    state: str | None
    undone: tuple[int, ...]
