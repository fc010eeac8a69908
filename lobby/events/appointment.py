"""Appointments 预约."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event, Topic
from lobby.events.forms import Instant


@dataclass(frozen=True, slots=True)
class AppointmentBooked(Event):
    """A place at the counters was promised for `at`, an ISO instant."""

    TOPICS = frozenset({Topic.APPOINTMENT})

    appointment: str
    service: str
    at: Instant
    lang: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentCancelled(Event):
    """The appointment is off, and its place free again."""

    TOPICS = frozenset({Topic.APPOINTMENT})

    appointment: str


@dataclass(frozen=True, slots=True)
class AppointmentMissed(Event):
    """Nobody checked in until `appointments.missed_min` after the time, or until the day ended: it is over."""

    TOPICS = frozenset({Topic.APPOINTMENT})

    appointment: str
