"""Everything that can happen in a branch: one frozen dataclass each, its docstring its documentation.

Every state, screen and table is a fold of these. `ticket` and `counter` are ids; instants are the
envelope's. A field may be added with a default, never renamed or removed: old journals must replay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lobby.ticket import Wait


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""


@dataclass(frozen=True, slots=True)
class DayOpened(Event):
    """The branch's day began and everything starts blank. `numbers` are the last ones given per series,
    not empty only where the clock was set back to a day that had begun before. `first_come_s` is by service
    the longest wait that order of arrival would have brought on the days before."""

    day: str
    numbers: dict[str, int] = field(default_factory=dict)
    first_come_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayClosed(Event):
    """The branch stopped issuing tickets for the day."""

    day: str


@dataclass(frozen=True, slots=True)
class DayReopened(Event):
    """The branch issues tickets again on a day it had closed."""

    day: str


@dataclass(frozen=True, slots=True)
class TicketIssued(Event):
    """A customer got a number and a place in line. `tier_rule` says how the tier was found, `ahead`
    and `wait` what the customer was told."""

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


@dataclass(frozen=True, slots=True)
class TicketCalled(Event):
    """A counter called the ticket. `reason` says why this one: `rule`, and the figures it weighed
    (`waited_s`, `target_wait_s`, `passed`: how many who came earlier wait on)."""

    ticket: str
    counter: str
    reason: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TicketRecalled(Event):
    """The customer did not come at once and was called again."""

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketStarted(Event):
    """The customer sat down at the counter: service began."""

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketFinished(Event):
    """Service ended."""

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketNoShow(Event):
    """The customer was called and did not come 过号."""

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketParked(Event):
    """The customer stepped aside (fills a form, fetches a document) and will come back."""

    ticket: str
    counter: str


@dataclass(frozen=True, slots=True)
class TicketResumed(Event):
    """A parked customer is back in line, at the place the waiting so far earns."""

    ticket: str


@dataclass(frozen=True, slots=True)
class TicketTransferred(Event):
    """The ticket waits for another service now, with the waiting so far; `to_counter` binds it to one."""

    ticket: str
    service: str
    area: str
    to_counter: str | None = None


@dataclass(frozen=True, slots=True)
class TicketDiverted(Event):
    """The ticket was sent to another area; `ended` when that area has machines instead of a line."""

    ticket: str
    area: str
    ended: bool


@dataclass(frozen=True, slots=True)
class TicketRetiered(Event):
    """The lobby manager corrected the customer's tier, and said why."""

    ticket: str
    tier: str
    area: str
    reason: str


@dataclass(frozen=True, slots=True)
class TicketCancelled(Event):
    """The ticket left the line unserved: `reason` is `customer`, `manager` or `day_closed`."""

    ticket: str
    reason: str


@dataclass(frozen=True, slots=True)
class CounterOpened(Event):
    """The counter takes customers."""

    counter: str


@dataclass(frozen=True, slots=True)
class CounterClosed(Event):
    """The counter takes no more customers today, or until it is opened again."""

    counter: str


@dataclass(frozen=True, slots=True)
class CounterPaused(Event):
    """The teller is away for a while; the counter stays manned in the plan."""

    counter: str


@dataclass(frozen=True, slots=True)
class CounterResumed(Event):
    """The teller is back."""

    counter: str


@dataclass(frozen=True, slots=True)
class SlipQueued(Event):
    """A slip is to be printed. `copy` is 1 for the first slip, more for a reprint asked for."""

    slip: str
    ticket: str
    copy: int
    printer: str


@dataclass(frozen=True, slots=True)
class SlipSent(Event):
    """The first byte of the slip is about to go to the printer: from here on it may be on paper."""

    slip: str
    ticket: str
    printer: str


@dataclass(frozen=True, slots=True)
class SlipPrinted(Event):
    """The printer took the whole slip. `confirmed` when it answered that it is well afterwards."""

    slip: str
    ticket: str
    printer: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SlipFailed(Event):
    """An attempt failed; `final` when nobody tries any more and the manager has to act. After
    `maybe_on_paper` the slip may lie there half printed, so the next try is marked as a reprint."""

    slip: str
    ticket: str
    printer: str
    error: str
    final: bool
    maybe_on_paper: bool = False


@dataclass(frozen=True, slots=True)
class SlipMoved(Event):
    """Another printer took the slip over."""

    slip: str
    ticket: str
    printer: str


@dataclass(frozen=True, slots=True)
class PrinterChanged(Event):
    """The printer's health changed to `status`: ok, unknown, paper_low, paper_out, cover_open or offline."""

    printer: str
    status: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HelpRequested(Event):
    """A customer at the kiosk asked for a person."""

    kiosk: str


@dataclass(frozen=True, slots=True)
class FeedbackGiven(Event):
    """The customer filled in the feedback card 服务意见卡: `score` 1 (bad) to 5 (good)."""

    ticket: str
    score: int
    reasons: tuple[str, ...] = ()
    text: str = ""
    contact: str = ""
    consent: bool = False


@dataclass(frozen=True, slots=True)
class AlertAcknowledged(Event):
    """Somebody took the alert on; `alert` is the `seq` of the event that raised it."""

    alert: int


@dataclass(frozen=True, slots=True)
class RequestAnswered(Event):
    """A request with an idempotency key was done; repeating it gives `answer` again. `fingerprint`
    is a keyed hash of who asked what, so that nothing of the body is kept."""

    key: str
    fingerprint: str
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ClockStepped(Event):
    """The computer's clock was set back by more than the hall waits out."""

    was: str
    back_s: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its envelope, as the journal keeps it. `at` is UTC."""

    seq: int
    at: datetime
    actor: str
    event: Event


KINDS: Mapping[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}


DATA_FIELDS: Mapping[type[Event], tuple[str, ...]] = {
    kind: tuple(f.name for f in dataclasses.fields(kind) if f.name not in ("ticket", "counter"))
    for kind in KINDS.values()
}


def to_data(event: Event) -> dict[str, Any]:
    """The event's fields for JSON (a Wait as its own fields), without those with a column of their own."""
    return {name: getattr(event, name) for name in DATA_FIELDS[type(event)]}


def from_data(kind: str, ticket: str | None, counter: str | None, data: dict[str, Any]) -> Event:
    """The event that `to_data` was made from. Unknown fields are refused: the journal is the truth."""
    cls = KINDS[kind]
    names = {f.name: f.type for f in dataclasses.fields(cls)}
    values = dict(data)
    if "ticket" in names:
        values["ticket"] = ticket
    if "counter" in names:
        values["counter"] = counter
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = tuple(value)
    if "wait" in values:
        values["wait"] = wait_from(values["wait"])
    return cls(**values)


def wait_from(data: dict[str, Any]) -> Wait:
    """A Wait as the journal keeps it. Those of earlier versions tell nothing of what they were made from."""
    return Wait(**{**data, "features": tuple(data.get("features", ()))})
