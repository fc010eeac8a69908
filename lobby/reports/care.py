"""Measures of care: things on loan, and staff who were wronged."""

from __future__ import annotations

from operator import itemgetter

from lobby.reports.measure import (
    Better,
    Measure,
    Period,
    Row,
    Source,
    Unit,
    count,
    every,
    share,
)
from lobby.reports.moments import between_s
from lobby.texts import Text

LENT = "SELECT * FROM loan WHERE day BETWEEN :first AND :last ORDER BY lent_at, id"
WRONGED = "SELECT * FROM incident WHERE day BETWEEN :first AND :last ORDER BY at, id"
LAST = "SELECT at FROM event ORDER BY seq DESC LIMIT 1"
SOON_S = 24 * 3600.0
"""Comfort is to come within a day: the next shift begins then."""


def _read_loans(period: Period) -> list[Row]:
    """The things lent in the period; one that is still away is overdue by the journal's last event."""
    last = [row["at"] for row in period.query(LAST)]
    until = max(last, default="")
    return [
        {**row, "at": row["lent_at"], "overdue": (row["ended_at"] or until) > row["due"]}
        for row in period.query(LENT)
    ]


LOANS = Source("loan", _read_loans)
INCIDENTS = Source("incident", lambda period: period.query(WRONGED))
LENDING = Text("Things lent in the period")
REPORTED = Text("Incidents of staff who were wronged, reported in the period")


def _soon(row: Row) -> bool:
    return bool(row["cared_at"]) and between_s(row["at"], row["cared_at"]) <= SOON_S


MEASURES = (
    Measure(
        id="loans",
        name=Text("Things lent"),
        unit=Unit.COUNT,
        population=LENDING,
        formula=Text("number of things lent"),
        source=LOANS,
        value=every,
        statistic=count,
        by=(),
    ),
    Measure(
        id="loans_overdue_share",
        name=Text("Things back too late"),
        unit=Unit.SHARE,
        population=LENDING,
        formula=Text(
            "share that came back after the agreed time, was lost, or is still away after it"
        ),
        source=LOANS,
        value=itemgetter("overdue"),
        statistic=share,
        by=(),
        better=Better.LESS,
    ),
    Measure(
        id="incidents",
        name=Text("Staff who were wronged"),
        unit=Unit.COUNT,
        population=REPORTED,
        formula=Text("number of incidents"),
        source=INCIDENTS,
        value=every,
        statistic=count,
        by=(),
    ),
    Measure(
        id="incidents_cared_share",
        name=Text("Wronged staff cared for within a day"),
        unit=Unit.SHARE,
        population=REPORTED,
        formula=Text("share in which somebody comforted or supported the person within 24 hours"),
        source=INCIDENTS,
        value=_soon,
        statistic=share,
        by=(),
        better=Better.MORE,
    ),
    Measure(
        id="incidents_followed_share",
        name=Text("Wronged staff talked with again"),
        unit=Unit.SHARE,
        population=REPORTED,
        formula=Text("share in which a talk was held afterwards"),
        source=INCIDENTS,
        value=lambda row: bool(row["talked_at"]),
        statistic=share,
        by=(),
        better=Better.MORE,
    ),
)
