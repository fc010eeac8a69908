"""The whole hall, for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypedDict

from lobby.branch.model import Service, Tier
from lobby.forecast.port import Score
from lobby.state.doors import closed
from lobby.state.queue import QueueState
from lobby.state.ticket import State, Ticket
from lobby.texts import by_language
from lobby.views.aid import AidView, aids
from lobby.views.alert import AlertViews, HallAlertView
from lobby.views.announcement import AnnouncementView, announcements
from lobby.views.appointment import AppointmentViews, HallAppointmentView
from lobby.views.base import ByLang, Waits, local, local_or_none
from lobby.views.counter import CounterView, CounterViews, UndoView, undo_view
from lobby.views.ticket import HallTicketView, StaffTicketView


class HallAreaView(Waits):
    id: str
    name: ByLang
    way: ByLang
    self_service: bool
    waiting: int
    late: int
    soon: int


class HallTierView(TypedDict):
    id: str
    name: ByLang
    target_wait_s: int


class GroupView(TypedDict):
    id: str
    name: ByLang


class HallServiceView(TypedDict):
    id: str
    name: ByLang
    area: str
    series: str
    group: str | None
    recorded: bool
    usual_s: int


class PrinterView(TypedDict):
    id: str
    status: str
    well: bool
    prints: bool
    detail: str
    since: str | None
    queued: int


class ScoreView(TypedDict):
    """How right the latest forecasts of a tier were."""

    tier: str
    forecasts: int
    error_s: float
    covered: float
    exceeded: float


class HallView(TypedDict):
    """The state; tickets nearest to the end of their target first."""

    day: str
    open: Annotated[bool, "whether numbers are given"]
    closed: Annotated[ByLang | None, "why no numbers are given, and when again"]
    outside_hours: Annotated[bool, "by the hours and the clock the branch is closed now"]
    seq: int
    at: str
    areas: list[HallAreaView]
    tiers: list[HallTierView]
    groups: list[GroupView]
    services: list[HallServiceView]
    tickets: list[HallTicketView]
    counters: list[CounterView]
    printers: list[PrinterView]
    alerts: list[HallAlertView]
    missed: list[StaffTicketView]
    appointments: list[HallAppointmentView]
    forecast: list[ScoreView]
    aids: list[AidView]
    announcements: Annotated[list[AnnouncementView], "of headquarters"]
    undo: Annotated[list[UndoView], "what may be taken back on a ticket; a counter has its own"]


class BoardLineView(TypedDict):
    id: str
    connected: int


class KioskLineView(TypedDict):
    id: str
    answers: bool


class StaffHallView(HallView):
    """The hall as Socket.IO sends it to staff: with how many screens follow each board, and which kiosks answer."""

    boards: list[BoardLineView]
    kiosks: list[KioskLineView]


class HallViews(CounterViews, AppointmentViews, AlertViews):
    def hall(self, state: QueueState, now: datetime) -> HallView:
        branch = state.branch
        shut = closed(state, now)
        tickets = [
            self.hall_ticket(state, ticket, now) for ticket in sorted(state.live(), key=state.due)
        ]
        return {
            "day": state.day,
            "open": shut is None,
            "closed": by_language(shut.says) if shut else None,
            "outside_hours": not branch.opening.gives_numbers(now),
            "seq": state.seq,
            "at": local(state, now),
            "areas": [self._area(state, id, tickets, now) for id in _areas(state)],
            "tiers": [_tier(tier) for tier in branch.tiers],
            "groups": [
                {"id": group.id, "name": by_language(group.name)} for group in branch.groups
            ],
            "services": [self._service(state, service) for service in branch.services],
            "tickets": tickets,
            "counters": [self.counter(state, counter.id) for counter in branch.counters],
            "printers": [_printer(state, printer.id) for printer in branch.printers],
            "alerts": self.alerts(state),
            "missed": [
                self.ticket(state, ticket) for ticket in state.tickets.values() if _lost(ticket)
            ],
            "appointments": self.appointments(state, branch.day_of(now)),
            "forecast": [_score(score) for score in self._forecaster.scores()],
            "aids": aids(state),
            "announcements": announcements(state, now),
            "undo": [
                undo for act in state.acts.in_line() if (undo := undo_view(state, act)) is not None
            ],
        }

    def _service(self, state: QueueState, service: Service) -> HallServiceView:
        return {
            "id": service.id,
            "name": by_language(service.name),
            "area": service.area,
            "series": service.series,
            "group": service.group,
            "recorded": service.recorded,
            "usual_s": round(self._outlook.usual_s(state, service.id)),
        }

    def _area(
        self, state: QueueState, id: str, tickets: Sequence[HallTicketView], now: datetime
    ) -> HallAreaView:
        area = state.branch.area[id]
        queue = [
            ticket
            for ticket in tickets
            if ticket["area"] == id and ticket["state"] == State.WAITING
        ]
        return {
            "id": id,
            "name": by_language(area.name),
            "way": by_language(area.way),
            "self_service": area.self_service,
            "waiting": len(queue),
            **self.area_wait(state, id, now),
            "late": sum(ticket["late"] for ticket in queue),
            "soon": sum(ticket["soon"] for ticket in queue),
        }


def _areas(state: QueueState) -> list[str]:
    """Those of the configuration, and those that are gone from it while people still wait there."""
    waited_in = {queue.area: None for queue in state.queues if queue.places}
    return list(dict.fromkeys([*(area.id for area in state.branch.areas), *waited_in]))


def _tier(tier: Tier) -> HallTierView:
    return {"id": tier.id, "name": by_language(tier.name), "target_wait_s": tier.target_wait_s}


def _printer(state: QueueState, id: str) -> PrinterView:
    now = state.printers[id]
    return {
        "id": id,
        "status": now.status.value,
        "well": now.status.well,
        "prints": now.status.prints,
        "detail": now.detail,
        "since": local_or_none(state, now.since),
        "queued": sum(slip.printer == id for slip in state.unprinted.values()),
    }


def _lost(ticket: Ticket) -> bool:
    """Missed and not drawn again, or gone to the machines: both can come back into line."""
    missed = ticket.state is State.NO_SHOW and ticket.redrawn_as is None
    return missed or ticket.state is State.DIVERTED


def _score(score: Score) -> ScoreView:
    return {
        "tier": score.tier,
        "forecasts": score.forecasts,
        "error_s": score.error_s,
        "covered": score.covered,
        "exceeded": score.exceeded,
    }
