"""The funnel plot of branches, and control charts of many together, as web/templates/chart.html draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headquarters.reports.views import ChartView, ComparedView, ComparisonView
from lobby.reports.control import Verdict
from lobby.reports.measure import Unit
from lobby.reports.wording import value_words
from lobby.texts import Text
from web.drawing import (
    FOOT,
    HIGH,
    LEFT,
    RIGHT,
    ROOM,
    TOP,
    WIDE,
    Dot,
    Drawing,
    Label,
    Line,
    Scale,
    day_labels,
    ends,
    level,
    level_labels,
    line,
    point_labels,
    scale,
)

LIMITS = (("limit", "lo998", "hi998"), ("warn", "lo95", "hi95"))
FROM_ZERO = 0.5
"""A plot that reaches below begins at 0; one of large branches, which differ little, begins where they do."""
BEYOND = 24
"""Limits go on for so many pixels beyond the smallest branch and the largest: of one branch, or of equal ones, too."""
APART = (Verdict.BETTER, Verdict.WORSE, Verdict.CHANGED)


def funnel(
    compared: ComparisonView, label: str, names: Mapping[str, str], size: str = ""
) -> Drawing | None:
    """Each branch by its size and by its share over what was expected of it: 1 is what its own mix would give. `size`
    names what it is measured by. None where no branch has limits."""
    rows = [row for row in compared["rows"] if row["ratio"] is not None and "limits" in row]
    if not rows:
        return None
    rows.sort(key=lambda row: row["n"])
    heights = [_ratio(row) for row in rows]
    edges = [_over(row, edge) for row in rows for edge in ("lo998", "hi998")]
    low, high = min(*heights, *edges), max(*heights, *edges)
    low = 0.0 if low < FROM_ZERO else low
    y = scale(low, ROOM * high, HIGH - FOOT, TOP)
    x = scale(rows[0]["n"] / 2, ROOM * rows[-1]["n"], LEFT, WIDE - RIGHT)
    dots = tuple(_dot(row, x, y) for row in rows)
    return Drawing(
        label,
        (level("axis", y(low)), level("mean", y(1)), *_edges(rows, x, y)),
        dots,
        (
            Label(LEFT, HIGH - 6, f"{rows[0]['n'] / 2:,.0f}", "start"),
            Label((LEFT + WIDE - RIGHT) / 2, HIGH - 6, size, "middle"),
            Label(WIDE - RIGHT, HIGH - 6, f"{ROOM * rows[-1]['n']:,.0f}", "end"),
            *level_labels((y(ratio), _ratio_words(ratio)) for ratio in (1.0, high, low)),
            *point_labels(_named(rows, names, x, y), dots),
        ),
    )


def _ratio_words(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio else "0"


def _dot(row: ComparedView, x: Scale, y: Scale) -> Dot:
    verdict = row["verdict"]
    return Dot(x(row["n"]), y(_ratio(row)), verdict in APART, verdict == Verdict.BETTER)


def _ratio(row: ComparedView) -> float:
    return row["ratio"] or 0.0


def _over(row: ComparedView, edge: str) -> float:
    limits: Mapping[str, float] = dict(row["limits"])  # type: ignore[arg-type]
    return limits[edge] / row["expected"]


def _edges(rows: list[ComparedView], x: Scale, y: Scale) -> Iterator[Line]:
    """Each branch has limits of its own, by its size and its mix; together they are the funnel."""
    for kind, *edges in LIMITS:
        for edge in edges:
            yield line(kind, _stretched([(x(row["n"]), y(_over(row, edge))) for row in rows]))


def _stretched(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    (first, low), (last, high) = points[0], points[-1]
    before = max(LEFT, first - BEYOND), low
    after = min(WIDE - RIGHT, last + BEYOND), high
    return [before, *points, after]


def reaches_zero(compared: ComparisonView) -> bool:
    """Whether a lower limit lies on the axis, where nothing could be too low."""
    return any("limits" in row and not row["limits"]["lo998"] for row in compared["rows"])


def _named(
    rows: list[ComparedView], names: Mapping[str, str], x: Scale, y: Scale
) -> Iterator[tuple[float, float, str]]:
    """The branches outside, the furthest first: these keep their names where there is no room for all."""
    outside = [row for row in rows if row["verdict"] in APART]
    for row in sorted(outside, key=lambda row: -abs(_ratio(row) - 1)):
        yield x(row["n"]), y(_ratio(row)), names.get(row["branch"], row["branch"])


# -- day by day -----------------------------------------------------------------------------------------
def course(chart: ChartView, unit: Unit, label: str, lang: str) -> Drawing | None:
    """A figure day by day with its limits; the day that goes on is hollow. None of a single day, which is no course."""
    values = chart["values"]
    running = chart["running"]
    days = [*chart["days"], *([running["day"]] if running else [])]
    every = [*values, *([running["value"]] if running else [])]
    if len(every) < 2:
        return None
    limits = [value for value in (chart["hi"], chart["mean"], chart["lo"]) if value is not None]
    y = scale(0, ROOM * max([*every, *limits]) or 1, HIGH - FOOT, TOP)
    x = scale(0, len(every) - 1, LEFT, WIDE - RIGHT)
    points = [(x(n), y(value)) for n, value in enumerate(every)]
    kinds = ("limit", "mean", "limit") if len(limits) == 3 else ()
    lo, hi = chart["lo"], chart["hi"]
    return Drawing(
        label,
        (
            level("axis", y(0)),
            *(level(kind, y(value)) for kind, value in zip(kinds, limits, strict=False)),
            line("series", points[: len(values)]),
            *([line("running", points[-2:])] if running else []),
        ),
        (
            *(
                Dot(*point, _is_out(value, lo, hi))
                for point, value in zip(points, values, strict=False)
            ),
            *([Dot(*points[-1], out=False, hollow=True)] if running else []),
        ),
        (*level_labels(_levels(_labelled(chart, every), unit, y, lang)), *day_labels(days, x)),
    )


def running_said(chart: ChartView, unit: Unit, lang: str) -> str:
    """What today has so far; empty where the chart ends before."""
    if not chart["running"]:
        return ""
    value = value_words(unit, chart["running"]["value"], lang)
    return Text("today so far: {value}", value=value).in_(lang)


def _labelled(chart: ChartView, every: Sequence[float]) -> Sequence[float]:
    """The mean first: it keeps its label where the limits lie close to it."""
    limits = [chart["mean"], chart["hi"], chart["lo"]]
    return [value for value in limits if value is not None] or ends(every)


def _levels(
    values: Sequence[float], unit: Unit, y: Scale, lang: str
) -> Iterator[tuple[float, str]]:
    """Zero at the axis last."""
    for value in [*values, 0.0]:
        yield y(value), value_words(unit, value, lang) if value else "0"


def _is_out(value: float, lo: float | None, hi: float | None) -> bool:
    return lo is not None and hi is not None and not lo <= value <= hi
