"""The province's bulletin of a day, a week or a month: its report, its charts, and the names of branches and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import psycopg

from headquarters.bulletin.names import Names, names_of_groups
from headquarters.config import Headquarters
from headquarters.reports.reports import chart, report
from headquarters.reports.views import ChartView, ReportView
from headquarters.scope import members, path
from lobby.branch.names import Name
from lobby.reports.measures import Span, days_of
from lobby.texts import Readable, by_language
from lobby.views.base import ByLang

CONNECT_S = 10
CHARTED = ("tickets", "wait_mean_s", "late_share", "feedback_mean")


@dataclass(frozen=True)
class Bulletin:
    """`place`: whose it is, the province or a unit; `branches` and `units` are in the order of the tree, `groups` are
    the names of tiers and services."""

    place: Readable
    span: Span
    first: date
    last: date
    unit: str
    made_at: datetime
    report: ReportView
    charts: Mapping[str, ChartView]
    branches: Mapping[str, ByLang]
    units: Mapping[str, ByLang]
    groups: Names

    @property
    def final(self) -> bool:
        """Whether the period is over, has figures, and no branch is missing."""
        return self.report["completeness"]["complete"]


def bulletin(
    db: psycopg.Connection, hq: Headquarters, span: Span, day: date, *, unit: str = ""
) -> Bulletin:
    """Of the period that the day is in. Raises NotFound for an unknown unit."""
    now = datetime.now(hq.zone)
    made = report(db, hq, span, day, unit=unit)
    first, last = days_of(span, day)
    charted = min(last, now.date())
    branches = _branches(db, hq, (first, last), unit)
    return Bulletin(
        place=_place(hq, unit),
        span=span,
        first=first,
        last=last,
        unit=unit,
        made_at=now,
        report=made,
        charts={id: chart(db, hq, charted, id, unit=unit) for id in CHARTED},
        branches=branches,
        units={
            known.id: by_language(known.name)
            for known in hq.units
            if not unit or unit in path(hq, known.id)
        },
        groups=names_of_groups(db, hq, made, branches, (first, last)),
    )


def connected(hq: Headquarters, span: Span, day: date, unit: str) -> Bulletin:
    """As `bulletin`, with a connection of its own. Raises ConnectionError, which says why there is none."""
    try:
        with psycopg.connect(hq.engines.database, connect_timeout=CONNECT_S) as db:
            return bulletin(db, hq, span, day, unit=unit)
    except psycopg.errors.UndefinedTable as error:
        raise ConnectionError("it has no tables yet: start lobby hq ingest") from error
    except psycopg.OperationalError as error:
        raise ConnectionError(" ".join(str(error).split())) from error


def _place(hq: Headquarters, unit: str) -> Name:
    return next((known.name for known in hq.units if known.id == unit), hq.name)


def _branches(
    db: psycopg.Connection, hq: Headquarters, days: tuple[date, date], unit: str
) -> dict[str, ByLang]:
    order = {known.id: n for n, known in enumerate(hq.units)}
    within = members(db, hq, days, unit, "")
    within.sort(key=lambda member: (order.get(member.unit, len(order)), member.code))
    return {member.code: member.name for member in within}
