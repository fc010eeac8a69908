"""A bulletin 通报: the figures of a period, what of them is no ordinary variation, and what went wrong. It has
no language yet; staff/bulletin puts it into words on a screen, on paper and in files."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import inf
from operator import itemgetter
from pathlib import Path

from lobby.branch.model import Branch
from lobby.reports import doing, findings, late
from lobby.reports.control import Control, Verdict, control, verdict
from lobby.reports.funnel import Cell, Funnel, funnel
from lobby.reports.measure import Measure, Period, Unit
from lobby.reports.measures import MEASURES, ReportView, Span, days_of, report_of
from lobby.reports.reading import reading
from lobby.reports.sections import FINDERS, LISTERS, Finding, Grade, Section

__all__ = ["Bulletin", "Chart", "Comparison", "bulletin", "doing", "findings", "late"]

CHARTED = (
    "late_share",
    "wait_p90_s",
    "tickets",
    "service_mean_s",
    "feedback_low_share",
    "no_shows",
)
"""The measures whose days are charted, and of which the bulletin says whether anything changed."""
COMPARED = (
    ("late_share", "service"),
    ("feedback_low_share", "counter"),
    ("quote_held_share", "service"),
)
"""The shares whose groups are compared: a measure and the key."""
BOUNDS = {Unit.SHARE: (0.0, 1.0), Unit.NET: (-1.0, 1.0), Unit.SCORE: (1.0, 5.0)}
GRADES = list(Grade)


@dataclass(frozen=True)
class Chart:
    """A measure day by day. `control` is None where there are too few days."""

    measure: Measure
    days: tuple[str, ...]
    values: tuple[float, ...]
    control: Control | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """The groups of a share beside the limits of chance. `funnel` is None where fewer than two can be compared."""

    measure: Measure
    key: str
    funnel: Funnel | None


@dataclass(frozen=True)
class Bulletin:
    """Everything that a bulletin says. `span` is None for days that are no day, week or month."""

    branch: Branch
    span: Span | None
    first: date
    last: date
    made_at: datetime
    report: ReportView
    findings: tuple[Finding, ...]
    charts: tuple[Chart, ...]
    comparisons: tuple[Comparison, ...]
    sections: tuple[Section, ...]

    @property
    def final(self) -> bool:
        """Whether the period was over when the bulletin was made."""
        return self.last < self.branch.day_of(self.made_at)


def bulletin(branch: Branch, database: Path, first: date, last: date, now: datetime) -> Bulletin:
    """The bulletin of the days from `first` to `last`. Reads the disk. OSError where there is no database."""
    with reading(database) as db, _uncollected():
        charted = _charted(Period(db, branch, first, last))
        period = Period(db, branch, first, last, longer=charted)
        aimed = doing.answers(period, now)
        said = [
            replace(finding, actions=aimed.get(finding.measure, ()))
            for finder in FINDERS
            for finding in finder(period, now)
        ]
        return Bulletin(
            branch=branch,
            span=span_of(first, last),
            first=first,
            last=last,
            made_at=now,
            report=report_of(period, now),
            findings=tuple(sorted(said, key=lambda finding: GRADES.index(finding.grade))),
            charts=tuple(_chart(charted, MEASURES[id]) for id in CHARTED),
            comparisons=tuple(_comparison(period, MEASURES[id], key) for id, key in COMPARED),
            sections=tuple(lister(period, now) for lister in LISTERS),
        )


@contextmanager
def _uncollected() -> Iterator[None]:
    """A bulletin makes some hundred thousand rows and no circle of references: the collector would walk through them
    again and again and find nothing, an eighth of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def span_of(first: date, last: date) -> Span | None:
    """What the days are: a day, a week, a month, or none of them."""
    spans: tuple[Span, ...] = ("day", "week", "month")
    return next((span for span in spans if days_of(span, first) == (first, last)), None)


WINDOW = "SELECT min(day) AS day FROM (SELECT DISTINCT day FROM day WHERE day <= :last ORDER BY day DESC LIMIT {n})"


def _charted(period: Period) -> Period:
    """The period, with as many days before it as a chart has."""
    (row,) = period.query(WINDOW.format(n=period.branch.reports.charted_days))
    first = row["day"] or period.first.isoformat()
    if first >= period.first.isoformat():
        return period
    return Period(period.db, period.branch, date.fromisoformat(first), period.last)


def _chart(period: Period, measure: Measure) -> Chart:
    figures = period.figures_by(measure, "day")
    known = {day: figure.value for day, figure in figures.items() if figure.value is not None}
    values = tuple(known.values())
    limits = control(values, *BOUNDS.get(measure.unit, (0.0, inf)))
    return Chart(measure, tuple(known), values, limits, verdict(limits, measure.better))


def _comparison(period: Period, measure: Measure, key: str) -> Comparison:
    groups = period.figures_by(measure, key)
    cells = _cells(period, measure, key)
    return Comparison(measure, key, funnel(groups, period.branch.reports.compare_min, cells))


def _cells(period: Period, measure: Measure, key: str) -> dict[str, list[Cell]]:
    """By group, how many count of how many on each day; of a single day, in each hour."""
    place = itemgetter(key, "hour" if period.first == period.last else "day")
    made_of = [part for part in period.made_of(measure) if part[0][key] is not None]
    of = Counter(place(row) for row, _ in made_of)
    some = Counter(place(row) for row, value in made_of if value)
    cells: dict[str, list[Cell]] = {}
    for at, n in of.items():
        cells.setdefault(str(at[0]), []).append((some[at], n))
    return cells
