"""Measures of single services: how long they took, at which counter, and what lay after the close of the day."""

from __future__ import annotations

import json

from lobby.reports.measure import (
    Better,
    Measure,
    Period,
    Row,
    Source,
    Unit,
    count,
    every,
    mean,
    total,
)
from lobby.reports.moments import between_s
from lobby.reports.tickets import TICKETS, WIDE
from lobby.texts import Text

CLOSED = (
    "SELECT day, max(at) AS at FROM moment WHERE kind = 'DayClosed' AND day BETWEEN :first AND :last"
    " GROUP BY day"
)


def _read(period: Period) -> list[Row]:
    """The single services of the period's tickets, each by the service and counter that it was of."""
    closed = {row["day"]: row["at"] for row in period.query(CLOSED)}
    return [
        row
        for ticket in period.rows(TICKETS)
        for row in _of_ticket(ticket, closed.get(ticket["day"]))
    ]


def _of_ticket(ticket: Row, closed_at: str | None) -> list[Row]:
    services = json.loads(ticket["services"])
    return [
        {
            **{key: ticket[key] for key in ("id", "day", "number", "tier", "hour", "issued_at")},
            "service": service,
            "counter": counter,
            "ended": ended,
            "took_s": between_s(began, ended),
            "overtime_s": _after_s(began, ended, closed_at),
        }
        for service, counter, began, ended in services
    ]


def _after_s(began: str, ended: str, closed_at: str | None) -> float | None:
    """How much of the service lay after the close; None where none did. Instants sort as texts."""
    if closed_at is None or ended <= closed_at:
        return None
    return between_s(max(began, closed_at), ended)


SERVICES = Source("service", _read, daily=True)
SINGLE = Text("Single services of tickets issued in the period that ended")

MEASURES = (
    Measure(
        id="services",
        name=Text("Services"),
        unit=Unit.COUNT,
        population=SINGLE,
        formula=Text("number of services"),
        source=SERVICES,
        value=every,
        statistic=count,
        by=WIDE,
    ),
    Measure(
        id="service_mean_s",
        name=Text("Mean service time"),
        unit=Unit.SECONDS,
        population=SINGLE,
        formula=Text("mean time from the start to the finish of a single service"),
        source=SERVICES,
        value=lambda row: row["took_s"],
        statistic=mean,
        by=WIDE,
    ),
    Measure(
        id="overtime_s",
        name=Text("Service after close"),
        unit=Unit.SECONDS,
        population=SINGLE,
        formula=Text("sum of the time that services lasted after the day was closed"),
        source=SERVICES,
        value=lambda row: row["overtime_s"],
        statistic=total,
        by=("counter", "service"),
        better=Better.LESS,
    ),
)
