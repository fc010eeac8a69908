"""The funnel plot of branches, and control charts of many together, as web/templates/chart.html draws them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headquarters.report_views import ChartView, ComparedView, ComparisonView
from lobby.reports.control import Verdict
from lobby.reports.measure import Unit
from lobby.reports.wording import value_words
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
    level,
    line,
    scale,
)

LIMITS = (("limit", "lo998", "hi998"), ("warn", "lo95", "hi95"))
APART = (Verdict.BETTER, Verdict.WORSE, Verdict.CHANGED)
NAMED = 8
"""So many names have room beside their points."""
LABEL_HIGH = 14


def funnel(compared: ComparisonView, label: str, names: Mapping[str, str]) -> Drawing | None:
    """Each branch by its size and by its share over what was expected of it: 1 is what its own mix would give. None
    where no branch has limits."""
    rows = [row for row in compared["rows"] if row["ratio"] is not None and "limits" in row]
    if not rows:
        return None
    rows.sort(key=lambda row: row["n"])
    heights = [_ratio(row) for row in rows]
    edges = [_over(row, edge) for row in rows for edge in ("lo998", "hi998")]
    y = scale(min(*heights, *edges), ROOM * max(*heights, *edges), HIGH - FOOT, TOP)
    x = scale(rows[0]["n"] / 2, ROOM * rows[-1]["n"], LEFT, WIDE - RIGHT)
    return Drawing(
        label,
        (level("mean", y(1)), *_edges(rows, x, y)),
        tuple(
            Dot(
                x(row["n"]),
                y(_ratio(row)),
                row["verdict"] in APART,
                row["verdict"] == Verdict.BETTER,
            )
            for row in rows
        ),
        (
            Label(LEFT, HIGH - 6, f"{rows[0]['n'] / 2:,.0f}", "start"),
            Label(WIDE - RIGHT, HIGH - 6, f"{ROOM * rows[-1]['n']:,.0f}", "end"),
            Label(WIDE - RIGHT + 6, y(1) + 4, "1.0", "start"),
            *_names(rows, names, x, y),
        ),
    )


def _ratio(row: ComparedView) -> float:
    return row["ratio"] or 0.0


def _over(row: ComparedView, edge: str) -> float:
    limits: Mapping[str, float] = dict(row["limits"])  # type: ignore[arg-type]
    return limits[edge] / row["expected"]


def _edges(rows: list[ComparedView], x: Scale, y: Scale) -> Iterator[Line]:
    """Each branch has limits of its own, by its size and its mix; together they are the funnel."""
    for kind, *edges in LIMITS:
        for edge in edges:
            yield line(kind, [(x(row["n"]), y(_over(row, edge))) for row in rows])


def _names(
    rows: list[ComparedView], names: Mapping[str, str], x: Scale, y: Scale
) -> Iterator[Label]:
    """Of the branches outside, where they do not lie on another name."""
    taken: list[float] = []
    for row in rows:
        height = y(_ratio(row)) + 4
        is_free = all(abs(height - other) >= LABEL_HIGH for other in taken)
        if row["verdict"] in APART and is_free and len(taken) < NAMED:
            taken.append(height)
            yield Label(x(row["n"]) - 8, height, names.get(row["branch"], row["branch"]), "end")


def course(chart: ChartView, unit: Unit, label: str, lang: str) -> Drawing | None:
    """A figure day by day with its limits; None of a single day, which is no course."""
    values = chart["values"]
    if len(values) < 2:
        return None
    limits = [value for value in (chart["hi"], chart["mean"], chart["lo"]) if value is not None]
    y = scale(0, ROOM * max([*values, *limits]) or 1, HIGH - FOOT, TOP)
    x = scale(0, len(values) - 1, LEFT, WIDE - RIGHT)
    lo, hi = chart["lo"], chart["hi"]
    kinds = ("limit", "mean", "limit") if len(limits) == 3 else ()
    return Drawing(
        label,
        (
            *(level(kind, y(value)) for kind, value in zip(kinds, limits, strict=False)),
            line("series", [(x(n), y(value)) for n, value in enumerate(values)]),
        ),
        tuple(Dot(x(n), y(value), _is_out(value, lo, hi)) for n, value in enumerate(values)),
        (*_limit_labels(limits, unit, y, lang), *day_labels(chart["days"], x)),
    )


def _limit_labels(limits: Sequence[float], unit: Unit, y: Scale, lang: str) -> Iterator[Label]:
    """Of the highest, the mean and the lowest, where one does not lie on the mean's."""
    mean = y(limits[len(limits) // 2]) if limits else 0.0
    for value in limits:
        if y(value) == mean or abs(y(value) - mean) >= LABEL_HIGH:
            words = value_words(unit, value, lang)
            yield Label(WIDE - RIGHT + 6, y(value) + 4, words, "start")


def _is_out(value: float, lo: float | None, hi: float | None) -> bool:
    return lo is not None and hi is not None and not lo <= value <= hi
