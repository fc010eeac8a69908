"""The days of a figure of the province as a control chart: which change is one, and which the ordinary variation of
days (lobby/reports/control.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from math import inf

import psycopg

from headquarters.config import Headquarters
from headquarters.reports.parts import ALL, kept_under
from headquarters.reports.stored import OfDay, stored, sums_by_day
from headquarters.reports.views import ChartView
from headquarters.scope import Member, members
from lobby.errors import NotFound
from lobby.reports.bulletin import BOUNDS
from lobby.reports.control import control, verdict
from lobby.reports.measure import Measure
from lobby.reports.measures import DECIMALS, measure_of, rounded
from lobby.reports.parts import Adding, Sums, merged

CHARTED_DAYS = 45
"""Some thirty working days."""


def chart(
    db: psycopg.Connection,
    hq: Headquarters,
    last: date,
    measure: str,
    *,
    unit: str = "",
    branch: str = "",
) -> ChartView:
    """A measure on each of the CHARTED_DAYS up to the last one. Raises NotFound for an unknown unit or branch, and for
    a measure that is no sum, mean or share: no quantile is kept day by day."""
    charted_measure = measure_of(measure)
    if not isinstance(charted_measure.statistic, Adding):
        raise NotFound("not_charted", id=measure)
    first, _ = charted_days(last)
    within = members(db, hq, (first, last), unit, branch)
    history = sums_by_day(db, within, measure, last, CHARTED_DAYS)
    today = running_day(hq)
    if str(first) <= today <= str(last):
        history = _with_today(db, within, measure, history, date.fromisoformat(today))
    stood = {code: _while_there(days, within, code) for code, days in history.items()}
    return charted(charted_measure, stood, running_day(hq))


def charted_days(last: date) -> tuple[date, date]:
    """The first one and the last."""
    return last - timedelta(days=CHARTED_DAYS - 1), last


def _with_today(
    db: psycopg.Connection,
    within: Sequence[Member],
    measure: str,
    history: Mapping[str, Sequence[OfDay]],
    today: date,
) -> dict[str, list[OfDay]]:
    """From the figures of the day itself, as a report has them: its month is put together a minute later."""
    text = today.isoformat()
    found = {code: [of for of in days if of[0] != text] for code, days in history.items()}
    there = [member for member in within if member.first <= today <= member.last]
    for each in stored(db, there, "day", (today, today), histograms=False):
        sums = each.parts.get(kept_under(measure), {}).get(ALL, {}).get(ALL)
        if isinstance(sums, list):  # no other is charted
            found.setdefault(each.member.code, []).append((text, sums))
    return found


def _while_there(days: Sequence[OfDay], within: Sequence[Member], code: str) -> list[OfDay]:
    """A branch that moved counts on the days on which it stood there."""
    spans = [(str(m.first), str(m.last)) for m in within if m.code == code]
    return [of for of in days if any(first <= of[0] <= last for first, last in spans)]


def running_day(hq: Headquarters) -> str:
    """The day that goes on: what it has so far is compared with no whole one."""
    return datetime.now(hq.zone).date().isoformat()


def charted(
    measure: Measure, branches: Mapping[str, Sequence[OfDay]], running: str = ""
) -> ChartView:
    """Of all these branches together; `running` is told apart, and judged by nothing."""
    points = _points(measure, branches)
    so_far = points.pop(running, None)
    values = list(points.values())
    limits = control(values, *BOUNDS.get(measure.unit, (0.0, inf)))
    view: ChartView = {
        "days": list(points),
        "values": [round(value, DECIMALS) for value in values],
        "mean": rounded(limits.mean if limits else None),
        "lo": rounded(limits.lo if limits else None),
        "hi": rounded(limits.hi if limits else None),
        "verdict": verdict(limits, measure.better),
        "running": None,
    }
    if so_far is not None:
        view["running"] = {"day": running, "value": round(so_far, DECIMALS)}
    return view


def _points(measure: Measure, branches: Mapping[str, Sequence[OfDay]]) -> dict[str, float]:
    by_day: defaultdict[str, list[Sums]] = defaultdict(list)
    for of_branch in branches.values():
        for day, sums in of_branch:
            by_day[day].append(sums)
    statistic = measure.statistic
    if not isinstance(statistic, Adding):
        return {}
    figures = {day: statistic.figure(merged(by_day[day])) for day in sorted(by_day)}  # type: ignore[arg-type]
    return {day: figure.value for day, figure in figures.items() if figure.value is not None}
