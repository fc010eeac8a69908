"""How complete a report is: which branches are in, and up to which instant.

A branch is in where its figures reach the end of the period, or within GRACE of now. One that closed the last day has
nothing more to say. One at rest is in too: its last word, seconds ago, named the last event that is derived here. One
of which the last days alone are here (headquarters/deriving/early.py) is in with those days, and in no longer period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg

from headquarters.config import Headquarters
from headquarters.reports.stored import MONTH
from headquarters.reports.views import BranchView, CompletenessView
from headquarters.scope import Member
from lobby.reports.measures import Span

GRACE = timedelta(minutes=5)
"""Figures of a day that goes on are made again once a minute, those of its month a minute later."""
QUERY = (
    "SELECT b.code, f.until, coalesce(f.closed, false), b.derived_until, s.clock_off_s,"
    " CASE WHEN (b.derived_epoch, b.derived_seq) = ((s.document ->> 'epoch')::bigint, (s.document ->> 'seq')::bigint)"
    "  THEN s.at END,"
    " EXISTS (SELECT 1 FROM figures_due d WHERE d.branch = b.code AND d.period = ANY(%(periods)s)),"
    " (SELECT e.at FROM early e WHERE e.branch = b.code ORDER BY e.seq OFFSET 1 LIMIT 1)"
    " FROM branch b LEFT JOIN snapshot s ON s.branch = b.code"
    " LEFT JOIN LATERAL (SELECT until, closed FROM {table} WHERE branch = b.code AND {period} = ANY(%(periods)s)"
    "  ORDER BY {period} DESC LIMIT 1) f ON true WHERE b.code = ANY(%(codes)s)"
)
DAY = timedelta(days=1)
SOURCES = {
    "day": ("figures", "day"),
    "week": ("figures", "day"),
    "month": ("figures_month", "month"),
}


@dataclass(frozen=True)
class Word:
    """Up to when a branch is here: its `figures` and whether it had `closed` the day by then, its events that are
    `derived`, and, where those are all that it has, when it `said` so last. `due`: the figures do not know all of
    that yet. `early`: from when on its events came before those that they follow."""

    figures: datetime | None
    closed: bool
    derived: datetime | None
    clock_off_s: float | None
    said: datetime | None
    due: bool
    early: str | None

    def reaches(
        self, days: tuple[date, date], end: datetime, last: date, zone: ZoneInfo
    ) -> datetime | None:
        """Up to when the figures are known to be whole; `last` is the last day that counts, `end` the last instant."""
        if self.early and not self.is_partial(days, zone):
            return min(self.derived, end) if self.derived else None
        if self.closed and self.figures and self.figures.astimezone(zone).date() >= last:
            return end
        known = [self.figures] if self.due else [self.figures, self.derived, self.said]
        reached = [min(at, end) for at in known if at]
        return max(reached, default=None)

    def is_partial(self, days: tuple[date, date], zone: ZoneInfo) -> bool:
        """Whether of these days what came early is here."""
        second = datetime.combine(days[0] + DAY, time(), zone).astimezone(UTC)
        return self.early is not None and self.early < second.isoformat()


def completeness(
    db: psycopg.Connection,
    hq: Headquarters,
    span: Span,
    days: tuple[date, date],
    members: Sequence[Member],
) -> CompletenessView:
    (now,) = db.execute("SELECT now()").fetchone() or (datetime.now().astimezone(),)
    begun = datetime.combine(days[0], time(), hq.zone) <= now
    words = _words(db, span, days, members) if begun else {}
    over = datetime.combine(days[1] + DAY, time(), hq.zone)
    end = min(now, over)
    by_code = {member.code: member for member in members}
    last = min(days[1], now.astimezone(hq.zone).date())
    reached = {
        code: words[code].reaches(days, end, last, hq.zone) if code in words else None
        for code in by_code
    }
    present = [until for until in reached.values() if until and until >= end - GRACE]
    missing = [code for code, until in reached.items() if not until or until < end - GRACE]
    with_figures = sum(word.figures is not None for word in words.values())
    partial = [code for code in words if words[code].is_partial(days, hq.zone)]
    return {
        "branches": len(by_code),
        "present": len(present),
        "with_figures": with_figures,
        "until": _text(hq, min(present, default=None)),
        "missing": [_view(hq, by_code[code], reached[code]) for code in missing],
        "partial": [_view(hq, by_code[code], reached[code]) for code in partial],
        "left_out": [
            {"branch": code, "name": by_code[code].name, "clock_off_s": round(off_s, 1)}
            for code in by_code
            if (off_s := words[code].clock_off_s if code in words else None)
            and abs(off_s) > hq.limits.clock_s
        ],
        "complete": bool(with_figures) and not missing and not partial and over <= now,
    }


def _view(hq: Headquarters, member: Member, until: datetime | None) -> BranchView:
    return {"branch": member.code, "name": member.name, "until": _text(hq, until)}


def _words(
    db: psycopg.Connection, span: Span, days: tuple[date, date], members: Sequence[Member]
) -> dict[str, Word]:
    table, period = SOURCES[span]
    query = QUERY.format(table=table, period=period)
    wanted = {"codes": [member.code for member in members], "periods": _periods(span, days)}
    rows = db.execute(query, wanted).fetchall()
    return {code: Word(*row) for code, *row in rows}


def _periods(span: Span, days: tuple[date, date]) -> list[str]:
    """The days, and the month that is put together from them."""
    first, last = days
    of_days = [(first + n * DAY).isoformat() for n in range((last - first).days + 1)]
    if span == "month":
        return [first.isoformat()[:MONTH], *of_days]
    return of_days


def _text(hq: Headquarters, at: datetime | None) -> str | None:
    return at.astimezone(hq.zone).isoformat(timespec="seconds") if at else None
