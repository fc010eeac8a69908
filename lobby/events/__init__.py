"""Everything that can happen in a branch: one frozen dataclass each, its docstring its documentation.

Every state, screen and table is evolved from these. `ticket` and `counter` are ids; instants are the
envelope's. A field may be added with a default, never renamed or removed: old journals must replay.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from lobby.events.access import (
    AccountChanged,
    ConfigurationChanged,
    DeviceEnrolled,
    SignedIn,
    SignedOut,
    SignInRefused,
    TokenChanged,
    WordsOpened,
)
from lobby.events.alert import (
    AlertAcknowledged,
    AlertCleared,
    AlertRaised,
    HelpRequested,
    Intervention,
    InterventionMeasured,
    InterventionTaken,
)
from lobby.events.appointment import AppointmentBooked, AppointmentCancelled
from lobby.events.base import Event, Recorded, Topic, Unread
from lobby.events.case import (
    CaseAnswered,
    CaseAssigned,
    CaseAttached,
    CaseClosed,
    CaseContacted,
    CaseCorrected,
    CaseExtended,
    CaseJoined,
    CaseNoted,
    CaseOpened,
    CasePaused,
    CasePromised,
    CasePromiseKept,
    CaseReopened,
    CaseResumed,
    CaseReviewed,
    CaseSeen,
    Channel,
    Complaint,
    Overtaker,
    ReplyBy,
    Result,
    VisitFacts,
)
from lobby.events.compliment import ComplimentPassedOn, ComplimentRead, Praise
from lobby.events.counter import (
    BreakAnswered,
    BreakAsked,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
)
from lobby.events.day import (
    BranchConfigured,
    ClockConfirmed,
    ClockStepped,
    DayClosed,
    DayOpened,
    DayReopened,
    RequestAnswered,
)
from lobby.events.feedback import (
    AskedBy,
    Card,
    ContactWithdrawn,
    FeedbackAsked,
    FeedbackGiven,
    OpinionVoiced,
)
from lobby.events.forms import instant_of
from lobby.events.incident import (
    Care,
    FollowUpPlanned,
    IncidentCared,
    IncidentClosed,
    IncidentReported,
    IncidentShared,
)
from lobby.events.inspection import (
    FindingNoted,
    FindingSettled,
    InspectionBegun,
    InspectionEnded,
    InspectionRead,
    ItemAgreed,
    ItemCoached,
    ItemMarked,
)
from lobby.events.journal import ForkReason, JournalForked, JournalRestored
from lobby.events.loan import ThingLent, ThingLost, ThingReturned
from lobby.events.note import NoteLeft, NoteRead
from lobby.events.panel import (
    DrawnGuest,
    InvitationChanged,
    PanelArranged,
    PanelCancelled,
    PanelContactRead,
    PanelDrawn,
    PanelFound,
    PanelHeld,
    PanelPlanned,
    PoolGroup,
)
from lobby.events.person import PersonSignedOff, PersonSignedOn, PresenceNoted
from lobby.events.personal import personal_fields
from lobby.events.recording import (
    OverrideReason,
    RecordingMade,
    RecordingOverridden,
    RecordingRefused,
    SaleRefused,
)
from lobby.events.slip import (
    PrinterChanged,
    SlipFailed,
    SlipMoved,
    SlipPrinted,
    SlipQueued,
    SlipSent,
)
from lobby.events.ticket import (
    ActUndone,
    TicketCalled,
    TicketCancelled,
    TicketContinued,
    TicketDiverted,
    TicketExtended,
    TicketFinished,
    TicketIssued,
    TicketMoved,
    TicketNoShow,
    TicketParked,
    TicketRecalled,
    TicketResumed,
    TicketRetiered,
    TicketReturned,
    TicketStarted,
    TicketTransferred,
)
from lobby.events.upcasters import kind_now, upcast
from lobby.events.visit import VisitAnnounced, VisitArrived, VisitCancelled
from lobby.events.wait import Wait

__all__ = [
    "AccountChanged",
    "ActUndone",
    "AlertAcknowledged",
    "AlertCleared",
    "AlertRaised",
    "AppointmentBooked",
    "AppointmentCancelled",
    "AskedBy",
    "BranchConfigured",
    "BreakAnswered",
    "BreakAsked",
    "Card",
    "Care",
    "CaseAnswered",
    "CaseAssigned",
    "CaseAttached",
    "CaseClosed",
    "CaseContacted",
    "CaseCorrected",
    "CaseExtended",
    "CaseJoined",
    "CaseNoted",
    "CaseOpened",
    "CasePaused",
    "CasePromiseKept",
    "CasePromised",
    "CaseReopened",
    "CaseResumed",
    "CaseReviewed",
    "CaseSeen",
    "Channel",
    "ClockConfirmed",
    "ClockStepped",
    "Complaint",
    "ComplimentPassedOn",
    "ComplimentRead",
    "ConfigurationChanged",
    "ContactWithdrawn",
    "CounterClosed",
    "CounterOpened",
    "CounterPaused",
    "CounterResumed",
    "DayClosed",
    "DayOpened",
    "DayReopened",
    "DeviceEnrolled",
    "DrawnGuest",
    "Event",
    "FeedbackAsked",
    "FeedbackGiven",
    "FindingNoted",
    "FindingSettled",
    "FollowUpPlanned",
    "ForkReason",
    "HelpRequested",
    "IncidentCared",
    "IncidentClosed",
    "IncidentReported",
    "IncidentShared",
    "InspectionBegun",
    "InspectionEnded",
    "InspectionRead",
    "Intervention",
    "InterventionMeasured",
    "InterventionTaken",
    "InvitationChanged",
    "ItemAgreed",
    "ItemCoached",
    "ItemMarked",
    "JournalForked",
    "JournalRestored",
    "NoteLeft",
    "NoteRead",
    "OpinionVoiced",
    "OverrideReason",
    "Overtaker",
    "PanelArranged",
    "PanelCancelled",
    "PanelContactRead",
    "PanelDrawn",
    "PanelFound",
    "PanelHeld",
    "PanelPlanned",
    "PersonSignedOff",
    "PersonSignedOn",
    "PoolGroup",
    "Praise",
    "PresenceNoted",
    "PrinterChanged",
    "Recorded",
    "RecordingMade",
    "RecordingOverridden",
    "RecordingRefused",
    "ReplyBy",
    "RequestAnswered",
    "Result",
    "SaleRefused",
    "SignInRefused",
    "SignedIn",
    "SignedOut",
    "SlipFailed",
    "SlipMoved",
    "SlipPrinted",
    "SlipQueued",
    "SlipSent",
    "ThingLent",
    "ThingLost",
    "ThingReturned",
    "TicketCalled",
    "TicketCancelled",
    "TicketContinued",
    "TicketDiverted",
    "TicketExtended",
    "TicketFinished",
    "TicketIssued",
    "TicketMoved",
    "TicketNoShow",
    "TicketParked",
    "TicketRecalled",
    "TicketResumed",
    "TicketRetiered",
    "TicketReturned",
    "TicketStarted",
    "TicketTransferred",
    "TokenChanged",
    "Topic",
    "Unread",
    "VisitAnnounced",
    "VisitArrived",
    "VisitCancelled",
    "VisitFacts",
    "WordsOpened",
    "instant_of",
    "kind_now",
    "upcast",
]

KINDS: Mapping[str, type[Event]] = {
    cls.__name__: cls for cls in Event.__subclasses__() if cls.__name__ != Unread.__name__
}


DATA_FIELDS: Mapping[type[Event], tuple[str, ...]] = {
    kind: tuple(f.name for f in dataclasses.fields(kind) if f.name not in ("ticket", "counter"))
    for kind in KINDS.values()
}

PERSONAL_FIELDS: Mapping[type[Event], tuple[str, ...]] = {
    kind: personal_fields(kind) for kind in KINDS.values()
}
"""Those that the journal has sealed only."""


def to_data(event: Event) -> dict[str, Any]:
    """The event's fields for JSON (a Wait as its own fields), without those with a column of their own."""
    return {name: getattr(event, name) for name in DATA_FIELDS[type(event)]}


PERSON = "person"
"""Under this key an event's data has the staff number of who did it. No kind has a field of this name."""


def recorded_data(recorded: Recorded) -> dict[str, Any]:
    """The data of an event as the journal keeps it: its fields, and who did it."""
    data = to_data(recorded.event)
    if recorded.person:
        return {**data, PERSON: recorded.person}
    return data


def from_data(kind: str, ticket: str | None, counter: str | None, data: dict[str, Any]) -> Event:
    """The event that `to_data` was made from. Fields that this version does not know are passed over. Raises
    LookupError for an unknown kind, ValueError or TypeError where the data do not fit it."""
    return _form(kind).validate_python({**data, "ticket": ticket, "counter": counter})


@cache
def _form(kind: str) -> TypeAdapter[Event]:
    return TypeAdapter(KINDS[kind])


def wait_from(data: str) -> Wait:
    """A Wait as the journal keeps it, from JSON. Those of earlier versions tell nothing of what they were made from.
    Raises ValueError."""
    return _WAIT.validate_json(data)


_WAIT = TypeAdapter(Wait)
