"""The hall as staff see it: what `/api/v1/hall` answers and Socket.IO's `/staff` sends."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from web.schemas import AppointmentOut, CounterOut, TicketOut, Waits

ByLang = dict[str, str]


class StepOut(BaseModel):
    at: str
    what: str = Field(description="issued, called, parked, continued, ...")
    counter: str | None
    service: str


class HallTicketOut(TicketOut):
    age_s: int
    target_wait_s: int
    late: bool
    soon: bool
    needs: list[str]
    tier_rule: str
    rule_words: ByLang
    lang: str
    kiosk: str | None
    recalls: int
    only_counter: str | None
    first: bool
    call_reason: ByLang
    history: list[StepOut]


class HallAreaOut(Waits):
    id: str
    name: ByLang
    way: ByLang
    self_service: bool
    waiting: int
    late: int
    soon: int


class HallTierOut(BaseModel):
    id: str
    name: ByLang
    target_wait_s: int


class GroupOut(BaseModel):
    id: str
    name: ByLang


class HallServiceOut(BaseModel):
    id: str
    name: ByLang
    area: str
    series: str
    group: str | None
    recorded: bool
    usual_s: int


class PrinterOut(BaseModel):
    id: str
    status: str
    well: bool
    prints: bool
    detail: str
    since: str | None
    queued: int


class HallAlertOut(BaseModel):
    id: int
    kind: str
    at: str
    ticket: str | None
    counter: str | None
    area: str | None
    number: str | None
    day: str = Field(description="the day of its ticket, for a feedback card that nobody took up; else today")
    subject: str
    params: dict[str, Any] = Field(description="by kind")


class ScoreOut(BaseModel):
    """How right the latest forecasts of a tier were."""

    tier: str
    forecasts: int
    error_s: float
    covered: float
    exceeded: float


class HallOut(BaseModel):
    """The state; tickets nearest to the end of their target first."""

    day: str
    open: bool
    seq: int
    at: str
    areas: list[HallAreaOut]
    tiers: list[HallTierOut]
    groups: list[GroupOut]
    services: list[HallServiceOut]
    tickets: list[HallTicketOut]
    counters: list[CounterOut]
    printers: list[PrinterOut]
    alerts: list[HallAlertOut]
    missed: list[TicketOut]
    appointments: list[AppointmentOut]
    forecast: list[ScoreOut]
