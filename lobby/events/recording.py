"""Dual recording 双录: what was recorded in sound and picture, what was not sold, and who let it pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lobby.events.base import Event, Topic


class SaleRefused(StrEnum):
    """Why a service that must be recorded ends without a recording: the customer does not agree to be recorded, the
    product does not suit the customer, or nothing was to be sold."""

    DECLINED = "declined"
    UNSUITABLE = "unsuitable"
    NO_SALE = "no_sale"


class OverrideReason(StrEnum):
    """Why a lobby manager lets a service end without a recording: the equipment failed, another system has the
    recording, or the business needs none."""

    EQUIPMENT = "equipment"
    ELSEWHERE = "elsewhere"
    NOT_NEEDED = "not_needed"


class CorrectionReason(StrEnum):
    """Why the reference of a recording is put right: it was mistyped, it is another sale's, or the recording system
    gave the recording another one."""

    MISTYPED = "mistyped"
    ANOTHER_SALE = "another_sale"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class RecordingMade(Event):
    """A sale was recorded: `product` is the bank's code of what was sold, `reference` names the recording in the
    recording system, `camera` is the counter's. It is kept until the date `keep_until` at least."""

    TOPICS = frozenset({Topic.RECORDING, Topic.COUNTER})

    ticket: str
    counter: str
    service: str
    product: str
    reference: str
    camera: str
    keep_until: str


@dataclass(frozen=True, slots=True)
class RecordingRefused(Event):
    """A service that must be recorded led to no sale: `reason` is a SaleRefused, `product` what was asked for, if any
    was named."""

    TOPICS = frozenset({Topic.RECORDING, Topic.COUNTER})

    ticket: str
    counter: str
    service: str
    reason: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class RecordingOverridden(Event):
    """The lobby manager `by`, a staff number or an account, lets the service end without a recording; `reason` is an
    OverrideReason."""

    TOPICS = frozenset({Topic.RECORDING, Topic.COUNTER})

    ticket: str
    counter: str
    service: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class RecordingCorrected(Event):
    """The lobby manager `by`, a staff number or an account, puts the reference of a sale's recording right, on that day
    or later: it `was` another one, and both stay. `sale` is the id of its row in the table `recording`, `reason` a
    CorrectionReason."""

    TOPICS = frozenset({Topic.RECORDING, Topic.COUNTER})

    ticket: str
    sale: str
    was: str
    reference: str
    reason: str
    by: str
