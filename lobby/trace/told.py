"""Simulated days as a recorded trace, with what each customer was told at issue: `lobby simulate --trace`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from lobby.branch.scenario import Scenario, branch_of
from lobby.forecast.live import Forecaster
from lobby.simulation.first_days import teach
from lobby.simulation.simulate import Day, simulate
from lobby.state.ticket import State, Ticket
from lobby.trace.records import COLUMNS, FORECAST

TOLD = (*COLUMNS, *FORECAST[1:], "quoted_lo_min", "quoted_hi_min")


def rehearse_and_tell(
    path: Path, plan: Scenario, policy: str, days: int, seed: int
) -> dict[str, Any]:
    """The figures of `simulate`; writes one row a ticket. The forecaster is that of a new branch. Raises OSError."""
    branch = branch_of(plan)
    forecaster = Forecaster(branch, {})
    teach(branch, forecaster)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(TOLD)
        return simulate(plan, policy, days, seed, forecaster, lambda day: out.writerows(_rows(day)))


def _rows(day: Day) -> Iterator[list[str]]:
    """In order of arrival. `quoted_hi_min` is empty for "more than"; where no counter was open, nothing was told: then
    the lower end is 0 too."""
    for ticket in sorted(day.tickets, key=lambda ticket: ticket.order):
        wait = ticket.wait
        lo, hi = wait.told_min
        yield [
            f"{day.now.date().isoformat()}-{ticket.number}",
            ticket.tier,
            ticket.service,
            *_instants(ticket),
            ticket.called_by or "",
            *(str(seconds) for seconds in (wait.p50_s, wait.p90_s, wait.lo_s, wait.hi_s)),
            str(lo),
            str(hi or ""),
        ]


def _instants(ticket: Ticket) -> Iterator[str]:
    """Arrived, called, finished, abandoned. Who did not come when called is finished with the call's end."""
    left = ticket.called_at is None and ticket.state is not State.WAITING
    yield _local(ticket.issued_at)
    yield _local(ticket.called_at)
    yield _local(None if left else ticket.ended_at)
    yield _local(ticket.ended_at if left else None)


def _local(at: datetime | None) -> str:
    return at.replace(tzinfo=None).isoformat(timespec="milliseconds") if at else ""
