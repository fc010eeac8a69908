"""An appointment 预约."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AppointmentStatus(StrEnum):
    BOOKED = "booked"
    KEPT = "kept"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(slots=True)
class Appointment:
    """A place at the counters promised for `at`; `ticket` once the customer checked in."""

    id: str
    service: str
    at: datetime
    lang: str
    needs: tuple[str, ...] = ()
    state: AppointmentStatus = AppointmentStatus.BOOKED
    ticket: str | None = None
