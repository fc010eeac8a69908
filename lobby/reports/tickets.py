"""Measures of tickets: how many came, how long they waited, what they were told of it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from lobby.events.wait import NO_FIGURE
from lobby.reports.measure import (
    Better,
    Measure,
    Period,
    Quantile,
    Row,
    Source,
    Unit,
    count,
    every,
    mean,
    only,
    share,
)
from lobby.state.slip import SlipStatus
from lobby.state.ticket import State
from lobby.texts import Text

WIDE = ("tier", "service", "counter", "hour")
QUERY = (
    "SELECT t.id, t.day, t.number, t.tier, t.service, t.called_by AS counter, t.state, t.issued_at, t.needs,"
    " t.wait_s, t.target_wait_s, t.told_lo_min, t.told_hi_min, t.services, f.score, f.visit,"
    " CASE WHEN json_valid(t.call_reason) THEN t.call_reason ->> '$.rule' END AS rule,"
    f" (SELECT max(state = '{SlipStatus.PRINTED}') FROM slip WHERE ticket = t.id) AS printed"
    " FROM ticket t LEFT JOIN feedback f ON f.ticket = t.id"
    " WHERE t.day BETWEEN :first AND :last ORDER BY t.day, t.issued_at, t.id"
)
ELDERLY = "elderly"


def _read(period: Period) -> list[Row]:
    rows = period.query(QUERY)
    for row in rows:
        zone = period.zones.get(row["day"]) or str(period.branch.zone)
        row["hour"] = hour_of(row["issued_at"][:16], zone)
    return rows


@lru_cache(maxsize=100_000)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=100_000)
def hour_of(minute: str, zone: str) -> int:
    """The hour of the day there, of a minute in UTC such as `2026-03-02T01:00`."""
    return datetime.fromisoformat(f"{minute}+00:00").astimezone(_zone(zone)).hour


TICKETS = Source("ticket", _read, daily=True)


_waited_s = itemgetter("wait_s")


def is_late(row: Row) -> bool | None:
    """Whether the wait was longer than the target kept with the ticket; None for who was not called."""
    if row["wait_s"] is None or not row["target_wait_s"]:
        return None
    return bool(row["wait_s"] > row["target_wait_s"])


def _excess_s(row: Row) -> float | None:
    """By how much the wait went past its target; only of those that did."""
    if is_late(row):
        return float(row["wait_s"] - row["target_wait_s"])
    return None


def _range_held(row: Row) -> bool | None:
    """Whether the wait was within what the slip said. Nothing bounds `more than` from above, nor `within` from
    below; who was told no figure counts neither way."""
    lo = row["told_lo_min"]
    hi = row["told_hi_min"]
    if row["wait_s"] is None or lo is None or (lo, hi) == NO_FIGURE:
        return None
    return bool(60 * lo <= row["wait_s"] and (not hi or row["wait_s"] <= 60 * hi))


def _diverted(row: Row) -> bool | None:
    if ELDERLY in row["needs"].split(","):
        return None
    return bool(row["state"] == State.DIVERTED)


def _printed(row: Row) -> bool | None:
    if row["printed"] is None:
        return None
    return bool(row["printed"])


ISSUED = Text("Tickets issued in the period")
CALLED = Text("Tickets issued in the period that were called")
MEASURES = (
    Measure(
        id="tickets",
        name=Text("Tickets"),
        unit=Unit.COUNT,
        population=ISSUED,
        formula=Text("number of tickets"),
        source=TICKETS,
        value=every,
        statistic=count,
        by=WIDE,
    ),
    Measure(
        id="served",
        name=Text("Customers served"),
        unit=Unit.COUNT,
        population=ISSUED,
        formula=Text("number whose last state is served"),
        source=TICKETS,
        value=only("state", State.SERVED),
        statistic=count,
        by=WIDE,
    ),
    Measure(
        id="no_shows",
        name=Text("Missed calls"),
        unit=Unit.COUNT,
        population=ISSUED,
        formula=Text("number whose last state is no-show: called, and did not come"),
        source=TICKETS,
        value=only("state", State.NO_SHOW),
        statistic=count,
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="cancelled",
        name=Text("Left unserved"),
        unit=Unit.COUNT,
        population=ISSUED,
        formula=Text(
            "number whose last state is cancelled: by the customer, by the manager, or at the end of the day"
        ),
        source=TICKETS,
        value=only("state", State.CANCELLED),
        statistic=count,
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="diverted",
        name=Text("Diverted to machines"),
        unit=Unit.COUNT,
        population=ISSUED,
        formula=Text("number whose last state is diverted"),
        source=TICKETS,
        value=only("state", State.DIVERTED),
        statistic=count,
        by=WIDE,
    ),
    Measure(
        id="diversion_share",
        name=Text("Share diverted, elders left out"),
        unit=Unit.SHARE,
        population=Text("Tickets issued in the period, without those of elderly customers"),
        formula=Text("diverted / tickets; it is no goal, and nobody is to be pushed to a machine"),
        source=TICKETS,
        value=_diverted,
        statistic=share,
        by=("tier", "service", "hour"),
    ),
    Measure(
        id="wait_mean_s",
        name=Text("Mean wait"),
        unit=Unit.SECONDS,
        population=CALLED,
        formula=Text("mean time from issue to the first call"),
        source=TICKETS,
        value=_waited_s,
        statistic=mean,
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="wait_p50_s",
        name=Text("Median wait"),
        unit=Unit.SECONDS,
        population=CALLED,
        formula=Text("time from issue to the first call that half of them did not exceed"),
        source=TICKETS,
        value=_waited_s,
        statistic=Quantile(0.5),
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="wait_p90_s",
        name=Text("Nine in ten waited at most"),
        unit=Unit.SECONDS,
        population=CALLED,
        formula=Text(
            "time from issue to the first call that nine in ten did not exceed, by linear interpolation"
        ),
        source=TICKETS,
        value=_waited_s,
        statistic=Quantile(0.9),
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="late_share",
        name=Text("Share that waited past the target"),
        unit=Unit.SHARE,
        population=CALLED,
        formula=Text(
            "share whose wait to the first call is longer than the target kept with the ticket"
        ),
        source=TICKETS,
        value=is_late,
        statistic=share,
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="late_excess_mean_s",
        name=Text("Mean time past the target"),
        unit=Unit.SECONDS,
        population=Text("Tickets issued in the period that were called after their target"),
        formula=Text("mean of the wait less the target"),
        source=TICKETS,
        value=_excess_s,
        statistic=mean,
        by=WIDE,
        better=Better.LESS,
    ),
    Measure(
        id="quote_held_share",
        name=Text("Quoted waits that held"),
        unit=Unit.SHARE,
        population=CALLED,
        formula=Text(
            "share whose wait to the first call was within the range on the slip, of those who were told one"
        ),
        source=TICKETS,
        value=_range_held,
        statistic=share,
        by=("tier", "service", "hour"),
        better=Better.MORE,
    ),
    Measure(
        id="slips_printed_share",
        name=Text("Slips printed"),
        unit=Unit.SHARE,
        population=Text("Tickets issued in the period with a slip to be printed"),
        formula=Text("share with a slip that the printer took whole"),
        source=TICKETS,
        value=_printed,
        statistic=share,
        by=("service", "hour"),
        better=Better.MORE,
    ),
)
