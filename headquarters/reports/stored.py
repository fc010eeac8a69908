"""Reads the stored figures of branches, and puts together what each has of a period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from pydantic_core import from_json

from headquarters.reports.parts import Parts, days_merged, kept_under
from headquarters.scope import Member
from lobby.reports.measures import Span
from lobby.reports.parts import Sums

MONTHS = "SELECT branch, document::text, {histograms} FROM figures_month WHERE month = %s AND branch = ANY(%s)"
DAYS = (
    "SELECT branch, day, document::text, {histograms} FROM figures"
    " WHERE day BETWEEN %s AND %s AND branch = ANY(%s) ORDER BY day"
)
SUMS = (
    "SELECT m.branch, d.key, d.value -> %(measure)s FROM figures_month m, jsonb_each(m.days) d"
    " WHERE m.month = ANY(%(months)s) AND m.branch = ANY(%(codes)s)"
    " AND d.key BETWEEN %(first)s AND %(last)s AND d.value ? %(measure)s ORDER BY d.key"
)
NO_HISTOGRAMS = "'{}'"
MONTH = len("2026-03")
"""So many letters of a day name its month."""
OfDay = tuple[str, Sums]
"""A day and the sums of a measure."""


@dataclass(frozen=True)
class Stored:
    """What a branch has of the period: `parts` of all measures, of one unit that it stood under."""

    member: Member
    parts: Parts


def stored(
    db: psycopg.Connection,
    members: Sequence[Member],
    span: Span,
    days: tuple[date, date],
    *,
    histograms: bool = True,
) -> list[Stored]:
    """In the order of the members; those that have nothing are left out. A whole month comes from its own row."""
    column = "histograms::text" if histograms else NO_HISTOGRAMS
    whole = [m for m in members if span == "month" and (m.first, m.last) == days]
    rest = [m for m in members if m not in whole]
    found = _of_months(db, whole, days, column) | _of_days(db, rest, days, column)
    return [Stored(member, found[member]) for member in members if member in found]


def _of_months(
    db: psycopg.Connection, members: Sequence[Member], days: tuple[date, date], column: str
) -> dict[Member, Parts]:
    if not members:
        return {}
    by_code = {member.code: member for member in members}
    month = days[0].isoformat()[:MONTH]
    rows = db.execute(MONTHS.format(histograms=column), [month, list(by_code)])
    return {by_code[code]: _parts(texts) for code, *texts in rows}


def _of_days(
    db: psycopg.Connection, members: Sequence[Member], days: tuple[date, date], column: str
) -> dict[Member, Parts]:
    if not members:
        return {}
    codes = list({member.code for member in members})
    period = [day.isoformat() for day in days]
    by_code: defaultdict[str, list[tuple[str, Parts]]] = defaultdict(list)
    for code, day, *texts in db.execute(DAYS.format(histograms=column), [*period, codes]):
        by_code[code].append((day, _parts(texts)))
    of = {member: _within(by_code[member.code], member) for member in members}
    return {member: days_merged(parts) for member, parts in of.items() if parts}


def _within(days: Iterable[tuple[str, Parts]], member: Member) -> list[Parts]:
    first, last = member.first.isoformat(), member.last.isoformat()
    return [parts for day, parts in days if first <= day <= last]


def _parts(texts: Sequence[str]) -> Parts:
    document, histograms = map(from_json, texts)
    return {**document, **histograms}


def sums_by_day(
    db: psycopg.Connection, members: Sequence[Member], measure: str, last: date, days: int
) -> dict[str, list[OfDay]]:
    """By branch, the measure's sums on each of so many days up to the last one."""
    first = last - timedelta(days=days - 1)
    wanted: dict[str, Any] = {
        "measure": kept_under(measure),
        "months": sorted({(first + timedelta(days=n)).isoformat()[:MONTH] for n in range(days)}),
        "codes": list({member.code for member in members}),
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
    found: defaultdict[str, list[OfDay]] = defaultdict(list)
    for code, day, sums in db.execute(SUMS, wanted):
        found[code].append((day, sums))
    return found
