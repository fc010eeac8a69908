"""A branch in one small document, as headquarters shows it: what waits, what is open, what burns. It has no words of
customers, no names of staff and nothing that identifies anybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from lobby.branch.model import Branch
from lobby.state.alert import Alert
from lobby.state.counter import CounterState
from lobby.state.queue import QueueState
from lobby.state.ticket import State, Ticket
from lobby.texts import by_language
from lobby.views.base import ByLang, branch_time

SCHEMA = 1
QUEUE_MAX = 60
"""As many waiting people are told one by one as a lobby has chairs: a snapshot stays at a few kilobytes."""
ALERTS_MAX = 30


class SnapshotFigures(TypedDict):
    """`longest_wait_s` of those who wait now; `late`: those of them past their target."""

    waiting: int
    late: int
    longest_wait_s: int
    at_counters: int
    counters_open: int
    counters: int
    issued: int
    served: int
    no_shows: int
    alerts: int


class SnapshotAreaView(TypedDict):
    id: str
    name: ByLang
    waiting: int
    late: int
    longest_wait_s: int


class SnapshotCounterView(TypedDict):
    id: str
    name: ByLang
    state: str
    number: str | None
    since: str | None


class SnapshotTicketView(TypedDict):
    number: str
    tier: ByLang
    service: ByLang
    area: str
    issued_at: str
    target_wait_s: int
    late: bool


class SnapshotAlertView(TypedDict):
    kind: str
    at: str
    number: str | None
    counter: str | None
    area: str | None


class SnapshotView(TypedDict):
    """`at` is the branch's clock; `seq` of `epoch` is the last event that the figures know."""

    schema: int
    branch: str
    name: ByLang
    epoch: int
    seq: int
    at: str
    day: str
    open: bool
    figures: SnapshotFigures
    areas: list[SnapshotAreaView]
    counters: list[SnapshotCounterView]
    queue: list[SnapshotTicketView]
    alerts: list[SnapshotAlertView]


def snapshot(state: QueueState, epoch: int, now: datetime) -> SnapshotView:
    branch = state.branch
    waiting = state.waiting()
    return {
        "schema": SCHEMA,
        "branch": branch.code,
        "name": by_language(branch.name),
        "epoch": epoch,
        "seq": state.seq,
        "at": branch_time(branch, now),
        "day": state.day,
        "open": state.gives_numbers(now),
        "figures": _figures(state, waiting, now),
        "areas": [_area(state, area.id, waiting, now) for area in branch.areas],
        "counters": [_counter(state, state.counters[counter.id]) for counter in branch.counters],
        "queue": [_ticket(state, ticket, now) for ticket in waiting[:QUEUE_MAX]],
        "alerts": [_alert(state, alert) for alert in [*state.alerts.values()][-ALERTS_MAX:]],
    }


def _figures(state: QueueState, waiting: Sequence[Ticket], now: datetime) -> SnapshotFigures:
    ended = [ticket.state for ticket in state.tickets.values()]
    return {
        "waiting": len(waiting),
        "late": sum(_is_late(state, ticket, now) for ticket in waiting),
        "longest_wait_s": _longest_s(waiting, now),
        "at_counters": len(state.at_counters()),
        "counters_open": state.open_counters,
        "counters": len(state.branch.counters),
        "issued": len(state.tickets),
        "served": ended.count(State.SERVED),
        "no_shows": ended.count(State.NO_SHOW),
        "alerts": len(state.alerts),
    }


def _is_late(state: QueueState, ticket: Ticket, now: datetime) -> bool:
    return state.due(ticket) < now


def _longest_s(waiting: Sequence[Ticket], now: datetime) -> int:
    since = min((ticket.issued_at for ticket in waiting), default=now)
    return max(0, round((now - since).total_seconds()))


def _area(state: QueueState, id: str, waiting: Sequence[Ticket], now: datetime) -> SnapshotAreaView:
    here = [ticket for ticket in waiting if ticket.area == id]
    return {
        "id": id,
        "name": by_language(state.branch.area[id].name),
        "waiting": len(here),
        "late": sum(_is_late(state, ticket, now) for ticket in here),
        "longest_wait_s": _longest_s(here, now),
    }


def _counter(state: QueueState, counter: CounterState) -> SnapshotCounterView:
    return {
        "id": counter.id,
        "name": by_language(state.branch.counter[counter.id].name),
        "state": counter.state,
        "number": _number(state, counter.ticket),
        "since": _when(state.branch, counter.since),
    }


def _ticket(state: QueueState, ticket: Ticket, now: datetime) -> SnapshotTicketView:
    branch = state.branch
    return {
        "number": ticket.number,
        "tier": by_language(branch.tier[ticket.tier].name),
        "service": by_language(branch.service[ticket.service].name),
        "area": ticket.area,
        "issued_at": branch_time(branch, ticket.issued_at),
        "target_wait_s": ticket.target_wait_s,
        "late": _is_late(state, ticket, now),
    }


def _alert(state: QueueState, alert: Alert) -> SnapshotAlertView:
    return {
        "kind": alert.kind,
        "at": branch_time(state.branch, alert.at),
        "number": _number(state, alert.ticket),
        "counter": alert.counter,
        "area": alert.area,
    }


def _number(state: QueueState, ticket: str | None) -> str | None:
    if ticket in state.tickets:
        return state.tickets[ticket].number
    return None


def _when(branch: Branch, at: datetime | None) -> str | None:
    return branch_time(branch, at) if at else None
