"""Appointments 预约."""

from __future__ import annotations

from dataclasses import dataclass

from lobby.events.base import Event


@dataclass(frozen=True, slots=True)
class AppointmentBooked(Event):
    """A place at the counters was promised for `at`, an ISO instant."""

    appointment: str
    service: str
    at: str
    lang: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentCancelled(Event):
    """The appointment is off, and its place free again."""

    appointment: str
