"""Slips and printers."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic


@dataclass(frozen=True, slots=True)
class SlipQueued(Event):
    """A slip is to be printed. `copy` is 1 for the first slip, more for a reprint asked for."""

    TOPICS = frozenset({Topic.SLIP})

    slip: str
    ticket: str
    copy: int
    printer: str


@dataclass(frozen=True, slots=True)
class SlipSent(Event):
    """The first byte of the slip is about to go to the printer: from here on it may be on paper."""

    TOPICS = frozenset({Topic.SLIP})

    slip: str
    ticket: str
    printer: str


@dataclass(frozen=True, slots=True)
class SlipPrinted(Event):
    """The printer took the whole slip. `confirmed` when it answered that it is well afterwards."""

    TOPICS = frozenset({Topic.SLIP})

    slip: str
    ticket: str
    printer: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class SlipFailed(Event):
    """An attempt failed; `final` when nobody tries any more and the manager has to act. After
    `maybe_on_paper` the slip may lie there half printed, so the next try is marked as a reprint."""

    TOPICS = frozenset({Topic.SLIP, Topic.ALERT})

    slip: str
    ticket: str
    printer: str
    error: str
    final: bool
    maybe_on_paper: bool = False


@dataclass(frozen=True, slots=True)
class SlipMoved(Event):
    """Another printer took the slip over."""

    TOPICS = frozenset({Topic.SLIP})

    slip: str
    ticket: str
    printer: str


@dataclass(frozen=True, slots=True)
class PrinterChanged(Event):
    """The printer's health changed to `status`: ok, unknown, paper_low, paper_out, cover_open, offline, silent, paused
    or fault. `answered` is the device that told its status itself: from then on its silence is trouble."""

    TOPICS = frozenset({Topic.SLIP, Topic.ALERT})

    printer: str
    status: str
    detail: str = ""
    answered: str = ""
