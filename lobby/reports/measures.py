"""The registry of measures, and the figures of a period. A measure of another noun is one entry in that noun's module,
and the module's `MEASURES` one entry here."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.errors import NotFound
from lobby.reports import (
    actions,
    cards,
    care,
    complaints,
    counters,
    feedback,
    help,
    inspections,
    late,
    load,
    low_cards,
    recorded,
    services,
    tickets,
)
from lobby.reports.measure import Figure, Measure, Period, Row
from lobby.reports.reading import reading

NOUNS = (
    tickets,
    late,
    services,
    feedback,
    low_cards,
    cards,
    complaints,
    counters,
    load,
    help,
    care,
    inspections,
    actions,
    recorded,
)
MEASURES: Mapping[str, Measure] = {
    measure.id: measure for noun in NOUNS for measure in noun.MEASURES
}
"""Each by its id, in the order in which a bulletin shows them."""

Span = Literal["day", "week", "month"]
DECIMALS = 6
"""Of figures: more than any unit needs, and without the last digits of floating point."""


PeriodView = TypedDict("PeriodView", {"from": str, "to": str})
"""The first and the last day."""


class GroupFigureView(TypedDict):
    """`value` is None where nothing, or too little for a comparison of persons, is behind it."""

    value: float | None
    n: int


class FigureView(TypedDict):
    """`n`: what the value is made of. `lo` and `hi` bound it with 95 % confidence."""

    value: float | None
    n: int
    lo: NotRequired[float]
    hi: NotRequired[float]
    by: NotRequired[dict[str, dict[str, GroupFigureView]]]


class CompletenessView(TypedDict):
    """`days` of the period are in the journal; the working days `missing` are not; `until` is the last event's instant,
    None where there is none. `complete`: no working day is missing, and the period is over."""

    days: list[str]
    missing: list[str]
    until: str | None
    complete: bool


class ReportView(TypedDict):
    """The figures of a period, by the measure's id."""

    period: PeriodView
    completeness: CompletenessView
    measures: dict[str, FigureView]


def days_of(span: Span, day: date) -> tuple[date, date]:
    """First and last day of the day, the ISO week or the month that `day` is in."""
    if span == "day":
        return day, day
    if span == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def last_over(span: Span, today: date) -> tuple[date, date]:
    """First and last day of the last day, ISO week or month that is over."""
    first, last = days_of(span, today - timedelta(days=1))
    return (first, last) if last < today else days_of(span, first - timedelta(days=1))


def report(branch: Branch, database: Path, first: date, last: date, now: datetime) -> ReportView:
    """The figures of the days from `first` to `last`. Reads the disk. OSError where there is no database."""
    with reading(database) as db:
        return report_of(Period(db, branch, first, last), now)


def report_of(period: Period, now: datetime) -> ReportView:
    return {
        "period": {"from": period.first.isoformat(), "to": period.last.isoformat()},
        "completeness": completeness(period, now),
        "measures": {id: figure_view(period, measure) for id, measure in MEASURES.items()},
    }


def figure_view(period: Period, measure: Measure) -> FigureView:
    figure = period.figure(measure)
    view: FigureView = {"value": rounded(figure.value), "n": figure.n}
    if figure.lo is not None and figure.hi is not None:
        view["lo"] = round(figure.lo, DECIMALS)
        view["hi"] = round(figure.hi, DECIMALS)
    if measure.by:
        view["by"] = {key: _groups(period, measure, key) for key in measure.by}
    return view


OF_PERSONS = "counter"
"""Behind a counter stands a person."""


def _groups(period: Period, measure: Measure, key: str) -> dict[str, GroupFigureView]:
    """What compares persons has no value with fewer than `reports.compare_min` things behind it: that is chance."""
    groups = period.figures_by(measure, key)
    views = {group: group_view(figure) for group, figure in groups.items()}
    if key != OF_PERSONS or measure.adds_up:
        return views
    behind = period.behind(measure, key)
    for group, view in views.items():
        if behind[group] < period.branch.reports.compare_min:
            view["value"] = None
    return views


def group_view(figure: Figure) -> GroupFigureView:
    return {"value": rounded(figure.value), "n": figure.n}


def rounded(value: float | None) -> float | None:
    if value is None:
        return None
    return round(value, DECIMALS)


def completeness(period: Period, now: datetime) -> CompletenessView:
    """Which days of the period the journal has. None is missing before the branch's first day."""
    today = period.branch.day_of(now)
    days = sorted(period.zones)
    works = period.branch.calendar.is_working_day
    working = [day.isoformat() for day in _days(period) if day < today and works(day)]
    began = period.query("SELECT coalesce(min(day), '') AS day FROM day")[0]["day"]
    missing = [day for day in working if day >= began and day not in period.zones]
    return {
        "days": days,
        "missing": missing,
        "until": _until(period),
        "complete": not missing and began <= period.last.isoformat() < today.isoformat(),
    }


def _days(period: Period) -> list[date]:
    length = (period.last - period.first).days + 1
    return [period.first + timedelta(days=n) for n in range(length)]


UNTIL = (
    "SELECT at FROM event WHERE seq < coalesce((SELECT min(opened_seq) FROM day WHERE day > :last),"
    " 9223372036854775807) AND EXISTS (SELECT 1 FROM day WHERE day BETWEEN :first AND :last)"
    " ORDER BY seq DESC LIMIT 1"
)


def _until(period: Period) -> str | None:
    """The instant of the last event before the day after the period, in the branch's time; None where a damaged row
    does not tell it."""
    for row in period.query(UNTIL):
        with suppress(ValueError):
            return ev.instant_of(row["at"]).astimezone(period.branch.zone).isoformat()
    return None


class PartView(TypedDict):
    """One of the things that a figure is made of, with what it counts as. `noun` says what `id` is of: a ticket, a
    service of it, a counter's day, a break, a call for help."""

    noun: str
    id: str
    day: str
    at: str | None
    number: str | None
    tier: str | None
    service: str | None
    counter: str | None
    state: str | None
    wait_s: float | None
    target_s: int | None
    value: Any


class PartsView(TypedDict):
    """What a figure is made of: the first `limit` after `offset` of `total`."""

    measure: str
    total: int
    tickets: list[PartView]


def measure_of(id: str) -> Measure:
    """Raises NotFound."""
    if id not in MEASURES:
        raise NotFound("unknown_measure", id=id)
    return MEASURES[id]


def parts(
    branch: Branch,
    database: Path,
    measure: Measure,
    days: tuple[date, date],
    group: Mapping[str, str],
    page: tuple[int, int],
) -> PartsView:
    """What the figure of these days, or of a `group` such as `{"tier": "gold"}` of them, is made of; `page` is offset
    and limit. Of a share, those that count come first. Reads the disk."""
    with reading(database) as db:
        made_of = Period(db, branch, *days).made_of(measure)
    of_group = [(row, value) for row, value in made_of if _is_of(row, group)]
    of_group.sort(key=lambda part: part[1] is False)
    offset, limit = page
    chosen = of_group[offset : offset + limit]
    return {
        "measure": measure.id,
        "total": len(of_group),
        "tickets": [_part(measure, row, value) for row, value in chosen],
    }


def _is_of(row: Row, group: Mapping[str, str]) -> bool:
    return all(str(row.get(key)) == value for key, value in group.items())


def _part(measure: Measure, row: Row, value: Any) -> PartView:
    return {
        "noun": measure.source.noun,
        "id": str(row["id"]),
        "day": row["day"],
        "at": row.get("issued_at") or row.get("at"),
        "number": row.get("number"),
        "tier": row.get("tier"),
        "service": row.get("service"),
        "counter": row.get("counter"),
        "state": row.get("state"),
        "wait_s": row.get("wait_s"),
        "target_s": row.get("target_wait_s"),
        "value": value,
    }
