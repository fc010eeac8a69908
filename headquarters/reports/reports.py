"""The reports of a province: the figures of a day, a week or a month by the branches' own definitions, for all
branches, those below a unit of the tree, or one; and which branches differ by more than chance.

Each says how complete it is. A figure of many branches is added up from their days (lobby/reports/parts.py): no
quantile is averaged. Counters are left out: behind one stands a person, and its number means nothing elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter

import psycopg

from headquarters.config import Headquarters
from headquarters.reports.charts import CHARTED_DAYS, chart, charted, running_day
from headquarters.reports.compared import (
    COMPARE_MIN,
    DECIMALS,
    Adjusted,
    adjusted,
    distance,
    limits_of,
    verdict_of,
)
from headquarters.reports.completeness import completeness
from headquarters.reports.parts import (
    ALL,
    MIXED,
    Parts,
    figure_of,
    figures_by,
    has_mix,
    kept_under,
    keys_of,
    merged_parts,
)
from headquarters.reports.stored import OfDay, Stored, stored, sums_by_day
from headquarters.reports.views import (
    ChartView,
    ComparedView,
    ComparisonView,
    CompletenessView,
    LimitsView,
    ReportView,
)
from headquarters.scope import Member, members, right_below
from lobby.errors import NotFound
from lobby.reports.control import Verdict
from lobby.reports.funnel import over_dispersion
from lobby.reports.measure import Figure, Measure, share
from lobby.reports.measures import (
    MEASURES,
    FigureView,
    GroupFigureView,
    PeriodView,
    Span,
    days_of,
    group_view,
    measure_of,
    rounded,
)
from lobby.reports.parts import is_share

__all__ = [
    "COMPARABLE",
    "ChartView",
    "ComparisonView",
    "ReportView",
    "chart",
    "comparison",
    "report",
]

COMPARABLE = tuple(id for id, measure in MEASURES.items() if measure.statistic is share)
"""The measures by which branches are compared."""
BRANCH = "branch"
UNIT = "unit"


# -- report ---------------------------------------------------------------------------------------------
def report(
    db: psycopg.Connection,
    hq: Headquarters,
    span: Span,
    day: date,
    *,
    unit: str = "",
    branch: str = "",
) -> ReportView:
    """The figures of the day, the week or the month that `day` is in. Raises NotFound for an unknown unit or branch."""
    days = days_of(span, day)
    within = members(db, hq, days, unit, branch)
    found = stored(db, within, span, days)
    whole = merged_parts([each.parts for each in found])
    branches = _apart((each.member.code, each) for each in found)
    unit_of = right_below(hq, unit, [each.member.unit for each in found])
    units = _apart((unit_of[each.member.unit], each) for each in found)
    return {
        "period": _period(days),
        "completeness": completeness(db, hq, span, days, within),
        "measures": {
            id: _view(id, measure, whole, {BRANCH: branches, UNIT: units})
            for id, measure in MEASURES.items()
        },
    }


def _period(days: tuple[date, date]) -> PeriodView:
    first, last = days
    return {"from": first.isoformat(), "to": last.isoformat()}


def _apart(found: Iterable[tuple[str, Stored]]) -> dict[str, Parts]:
    """Of each group the parts for all things together; who stands nowhere in a tree is left out."""
    groups: defaultdict[str, list[Parts]] = defaultdict(list)
    for group, each in found:
        groups[group].append({id: {ALL: of[ALL]} for id, of in each.parts.items() if ALL in of})
    groups.pop("", None)
    return {group: merged_parts(parts) for group, parts in sorted(groups.items())}


def _view(
    id: str, measure: Measure, whole: Parts, apart: Mapping[str, Mapping[str, Parts]]
) -> FigureView:
    figure = figure_of(id, whole)
    view: FigureView = {"value": rounded(figure.value), "n": figure.n}
    if figure.lo is not None and figure.hi is not None:
        view["lo"] = round(figure.lo, DECIMALS)
        view["hi"] = round(figure.hi, DECIMALS)
    by = {key: _groups(figures_by(id, whole, key)) for key in keys_of(measure)}
    for key, groups in apart.items():
        by[key] = _groups({group: figure_of(id, parts) for group, parts in groups.items()})
    view["by"] = by
    return view


def _groups(figures: Mapping[str, Figure]) -> dict[str, GroupFigureView]:
    """Those without anything are left out."""
    return {group: group_view(figure) for group, figure in figures.items() if figure.n}


# -- comparison -----------------------------------------------------------------------------------------
def comparison(
    db: psycopg.Connection, hq: Headquarters, span: Span, day: date, measure: str, *, unit: str = ""
) -> ComparisonView:
    """The branches beside what chance explains, by a share (COMPARABLE). Raises NotFound for an unknown unit, and for a
    measure that is no share."""
    compared = _comparable(measure)
    days = days_of(span, day)
    within = members(db, hq, days, unit, "")
    complete = completeness(db, hq, span, days, within)
    sound = _sound(within, complete)
    parts = _merged_by_code(stored(db, sound, span, days, histograms=False))
    groups = {code: of.get(kept_under(measure), {}) for code, of in parts.items()}
    whole, branches = adjusted(groups)
    history = sums_by_day(db, sound, measure, days[1], CHARTED_DAYS)
    dispersion = over_dispersion([_cells(of) for of in history.values()])
    by_code = {member.code: member for member in sound}
    rows = [
        _row(by_code[code], branch, compared, dispersion, _whole_days(hq, history.get(code, ())))
        for code, branch in branches.items()
    ]
    return {
        "measure": measure,
        "period": _period(days),
        "completeness": complete,
        "adjusted_for": list(MIXED) if has_mix(compared) else [],
        "whole": rounded(whole),
        "dispersion": round(dispersion, 3),
        "rows": rows,
        "best": _furthest(rows, Verdict.BETTER),
        "help": _furthest(rows, Verdict.WORSE),
        "chart": chart(db, hq, days[1], measure, unit=unit),
    }


def _comparable(id: str) -> Measure:
    if measure_of(id).statistic is not share:
        raise NotFound("not_comparable", id=id)
    return MEASURES[id]


def _sound(within: Sequence[Member], complete: CompletenessView) -> list[Member]:
    """Without those whose clocks are off: their waits may be wrong."""
    off = {left["branch"] for left in complete["left_out"]}
    return [member for member in within if member.code not in off]


def _merged_by_code(found: Sequence[Stored]) -> dict[str, Parts]:
    """One that moved within these units is one branch all the same."""
    by_code: defaultdict[str, list[Parts]] = defaultdict(list)
    for each in found:
        by_code[each.member.code].append(each.parts)
    return {
        code: parts[0] if len(parts) == 1 else merged_parts(parts)
        for code, parts in by_code.items()
    }


def _cells(of_branch: Sequence[OfDay]) -> list[tuple[int, int]]:
    """All days of the chart: a period of one day says nothing of how much days differ."""
    return [(int(some), int(n)) for _, (n, some) in of_branch if is_share(n, some)]


def _whole_days(hq: Headquarters, history: Sequence[OfDay]) -> list[OfDay]:
    return [of_day for of_day in history if of_day[0] != running_day(hq)]


def _row(
    member: Member, branch: Adjusted, measure: Measure, dispersion: float, history: Sequence[OfDay]
) -> ComparedView:
    within: LimitsView | None = None
    if branch.n >= COMPARE_MIN:
        within = limits_of(branch, dispersion)
    row: ComparedView = {
        "branch": member.code,
        "name": member.name,
        "unit": member.unit,
        "n": branch.n,
        "value": round(branch.value, DECIMALS),
        "expected": round(branch.expected, DECIMALS),
        "ratio": branch.ratio,
        "verdict": verdict_of(branch, within, measure.better),
        "trend": charted(measure, {member.code: history})["verdict"],
    }
    if within:
        row["limits"] = within
    return row


def _furthest(rows: Sequence[ComparedView], which: Verdict) -> list[str]:
    chosen = [
        (distance(Adjusted(row["n"], row["value"], row["expected"]), row["limits"]), row["branch"])
        for row in rows
        if row["verdict"] is which
    ]
    return [code for _, code in sorted(chosen, key=itemgetter(0), reverse=True)]
