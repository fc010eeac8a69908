"""Measures of single services: how long they took, at which counter, and what lay after the close of the day."""

from __future__ import annotations

import json
from operator import itemgetter

from lobby.reports.closing import after_s, closings
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


def _read(period: Period) -> list[Row]:
    """The single services of the period's tickets, each by the service and counter that it was of."""
    closes = closings(period)
    tickets = period.rows(TICKETS)
    # One document is read in half the time of forty thousand small ones.
    services = json.loads(f"[{','.join(ticket['services'] for ticket in tickets)}]")
    return [
        _service(ticket, service, counter, (began, ended), closes.get(ticket["day"]))
        for ticket, of_ticket in zip(tickets, services, strict=True)
        for service, counter, began, ended in of_ticket
    ]


def _service(
    ticket: Row, service: str, counter: str, span: tuple[str, str], closes: str | None
) -> Row:
    began, ended = span
    return {
        "id": ticket["id"],
        "day": ticket["day"],
        "number": ticket["number"],
        "tier": ticket["tier"],
        "hour": ticket["hour"],
        "issued_at": ticket["issued_at"],
        "service": service,
        "counter": counter,
        "ended": ended,
        "took_s": between_s(began, ended),
        "overtime_s": after_s(began, ended, closes) or None,
    }


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
        value=itemgetter("took_s"),
        statistic=mean,
        by=WIDE,
    ),
    Measure(
        id="overtime_s",
        name=Text("Service after close"),
        unit=Unit.SECONDS,
        population=SINGLE,
        formula=Text(
            "sum of the time that services lasted after the counters should close; after the closing of the day, where "
            "the configuration names no time"
        ),
        source=SERVICES,
        value=itemgetter("overtime_s"),
        statistic=total,
        by=("counter", "service"),
        better=Better.LESS,
    ),
)
