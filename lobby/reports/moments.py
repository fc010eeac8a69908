"""The instants of the period's days, as the other modules pair them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lobby import events as ev
from lobby.reports.measure import Period, Row, Source

QUERY = (
    "SELECT seq, day, at, kind, counter, ticket, detail, who FROM moment"
    " WHERE day BETWEEN :first AND :last ORDER BY seq"
)


def _read(period: Period) -> list[Row]:
    """After the clock was set all of the day before counts by the new clock."""
    moments: list[Row] = []
    for row in period.query(QUERY):
        if row["kind"] == ev.ClockStepped.__name__:
            _move(moments, row["day"], timedelta(seconds=float(row["detail"])))
        moments.append({**row, "id": row["seq"]})
    return moments


def _move(moments: Sequence[Row], day: str, by: timedelta) -> None:
    for moment in moments:
        if moment["day"] == day:
            at = datetime.fromisoformat(moment["at"]) + by
            moment["at"] = at.isoformat(timespec="microseconds")


MOMENTS = Source("moment", _read, daily=True)


def of_kind(period: Period, *kinds: type[ev.Event]) -> list[Row]:
    names = {kind.__name__ for kind in kinds}
    return [moment for moment in period.rows(MOMENTS) if moment["kind"] in names]


def between_s(since: str, until: str) -> float:
    """Seconds from one instant of the journal to another."""
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


def local_time(zone: ZoneInfo, at: str) -> str:
    """An instant of the journal in the branch's time, such as `03-02 09:41`."""
    return datetime.fromisoformat(at).astimezone(zone).strftime("%m-%d %H:%M")
