"""When the counters of a day should close: what lies after it is overtime 加班."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from lobby import events as ev
from lobby.journal.envelope import instant
from lobby.reports.measure import Period, Row, Source
from lobby.reports.moments import between_s, of_kind

CONFIGURED = (
    "SELECT day, (SELECT iif(json_valid(e.data), e.data ->> '$.configuration.care.closes', NULL) FROM event e"
    " WHERE e.seq = (SELECT max(c.seq) FROM configuration c WHERE c.seq < d.until)) AS closes"
    " FROM (SELECT day, opened_seq,"
    " lead(opened_seq, 1, 9223372036854775807) OVER (ORDER BY opened_seq) AS until FROM day) d"
    " WHERE day BETWEEN :first AND :last ORDER BY opened_seq"
)
"""The time that held when each day ended."""


def _read(period: Period) -> list[Row]:
    """By `care.closes` of the day's configuration; without it the closing of the day counts. A day that has neither is
    left out."""
    closed = {row["day"]: row["at"] for row in of_kind(period, ev.DayClosed)}
    configured = {row["day"]: row["closes"] for row in period.query(CONFIGURED) if row["closes"]}
    should = {day: _instant(period, day, closes) for day, closes in configured.items()}
    return [{"id": day, "day": day, "at": at} for day, at in sorted((closed | should).items())]


def _instant(period: Period, day: str, closes: str) -> str:
    zone = ZoneInfo(period.zones[day])
    at = datetime.combine(date.fromisoformat(day), time.fromisoformat(closes), zone)
    return instant(at.astimezone(UTC))


CLOSINGS = Source("closing", _read, daily=True)


def closings(period: Period) -> dict[str, str]:
    """By day the instant, as the journal writes it."""
    return {row["day"]: row["at"] for row in period.rows(CLOSINGS)}


def after_s(since: str, until: str, closes: str | None) -> float:
    """How much of the time lies after the close, seconds. Instants sort as texts."""
    if closes is None or until <= closes:
        return 0.0
    return between_s(max(since, closes), until)
