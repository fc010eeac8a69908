"""Announced visits of customers with special needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VisitState(StrEnum):
    ANNOUNCED = "announced"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes `at` that instant, and what is needed. `name`, `phone` and `wish` are sealed."""

    id: str
    at: datetime
    service: str
    needs: tuple[str, ...]
    aids: tuple[str, ...]
    name: str
    phone: str
    wish: str
    state: VisitState = VisitState.ANNOUNCED
    ticket: str | None = None
