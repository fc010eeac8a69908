"""Measures of complaints 投诉: how many came in, of which cause, and how soon they were answered."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

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
)
from lobby.reports.moments import between_s
from lobby.texts import Text

DAY_S = 24 * 3600.0
CASES = (
    "SELECT id, number, cause, came_at, answered_at, confidential FROM complaint"
    " WHERE came_at BETWEEN date(:first, '-1 day') AND date(:last, '+2 days') AND joined_to IS NULL"
    " ORDER BY came_at, id"
)
"""A day more on either side, by the index: instants are UTC, and the branch's days begin at another hour."""
SECRET = "–"
"""Instead of the number of a confidential case: for most readers there is no such case."""


def _read(period: Period) -> list[Row]:
    """The cases that came in on the period's days; what was joined to another case is counted with that one."""
    cases: list[Row] = []
    for row in period.query(CASES):
        day = period.branch.day_of(datetime.fromisoformat(row["came_at"]))
        if period.first <= day <= period.last:
            cases.append(_case(row, day.isoformat()))
    return cases


def _case(row: Row, day: str) -> Row:
    number = SECRET if row["confidential"] else row["number"]
    return {
        "id": number,
        "number": number,
        "day": day,
        "at": row["came_at"],
        "cause": row["cause"] or None,
        "answer_days": _answer_days(row),
    }


def _answer_days(row: Row) -> float | None:
    if row["answered_at"]:
        return between_s(row["came_at"], row["answered_at"]) / DAY_S
    return None


COMPLAINTS = Source("case", _read)
MEASURES = (
    Measure(
        id="cases",
        name=Text("Complaints received"),
        unit=Unit.COUNT,
        population=Text("Complaints that came in during the period"),
        formula=Text("number of cases; what was joined to another case counts with it"),
        source=COMPLAINTS,
        value=every,
        statistic=count,
        by=("cause",),
        better=Better.LESS,
    ),
    Measure(
        id="cases_answer_p50_days",
        name=Text("Median time to answer a complaint"),
        unit=Unit.DAYS,
        population=Text("Complaints that came in during the period and have been answered"),
        formula=Text("days from the coming in to the answer that half of them did not exceed"),
        source=COMPLAINTS,
        value=itemgetter("answer_days"),
        statistic=Quantile(0.5, second=1 / DAY_S),
        by=(),
        better=Better.LESS,
    ),
)
