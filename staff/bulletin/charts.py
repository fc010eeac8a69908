"""Control charts and funnel plots of a branch."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

from lobby.branch.model import Branch
from lobby.reports.bulletin import Chart, Comparison
from lobby.reports.control import Control
from lobby.reports.funnel import Z_LIMIT, Z_WARN, Funnel
from lobby.reports.wording import value_words
from lobby.texts import Text
from staff.bulletin.words import chart_words, group_words
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

CURVE_POINTS = 40


def control_chart(chart: Chart, lang: str) -> Drawing | None:
    """The days with mean and limits; None of a single day, which is no course."""
    if len(chart.values) < 2:
        return None
    top = ROOM * max([*chart.values, chart.control.hi if chart.control else 0]) or 1
    y = scale(0, top, HIGH - FOOT, TOP)
    x = scale(0, max(len(chart.values) - 1, 1), LEFT, WIDE - RIGHT)
    limits = _limits(chart.control) if chart.control else ()
    series = line("series", [(x(n), y(value)) for n, value in enumerate(chart.values)])
    outside = chart.control.outside if chart.control else ()
    return Drawing(
        f"{chart.measure.name.in_(lang)}: {chart_words(chart, lang)}",
        (*(level(kind, y(value)) for kind, value in limits), series),
        tuple(Dot(x(n), y(value), n in outside) for n, value in enumerate(chart.values)),
        (*level_labels(_levels(chart, y, lang)), *day_labels(chart.days, x)),
    )


def _limits(control: Control) -> tuple[tuple[str, float], ...]:
    return (("limit", control.hi), ("mean", control.mean), ("limit", control.lo))


def _levels(chart: Chart, y: Scale, lang: str) -> Iterator[tuple[float, str]]:
    """The mean first: it keeps its label where the limits lie close to it."""
    control = chart.control
    levels = [control.mean, control.hi, control.lo] if control else ends(chart.values)
    for value in levels:
        yield y(value), value_words(chart.measure.unit, value, lang)


def funnel_plot(comparison: Comparison, branch: Branch, lang: str) -> Drawing | None:
    """The groups by size, the whole, and the limits of chance around it; None where nothing is compared."""
    funnel = comparison.funnel
    if funnel is None:
        return None
    most = ROOM * max(point.n for point in funnel.points)
    least = min(point.n for point in funnel.points) / 2
    values = [point.value for point in funnel.points]
    low = min(*values, funnel.limits(2 * least)[0])
    high = max(*values, funnel.limits(2 * least)[1])
    y = scale(low, ROOM * high, HIGH - FOOT, TOP)
    x = scale(least, most, LEFT, WIDE - RIGHT)
    whole = value_words(comparison.measure.unit, funnel.whole, lang)
    dots = tuple(Dot(x(point.n), y(point.value), point.outside) for point in funnel.points)
    return Drawing(
        f"{comparison.measure.name.in_(lang)}: {comparison_words(comparison, branch, lang)}",
        (level("mean", y(funnel.whole)), *_curves(funnel, least, most, x, y)),
        dots,
        (
            Label(LEFT, HIGH - 6, f"{least:,.0f}", "start"),
            Label(WIDE - RIGHT, HIGH - 6, f"{most:,.0f}", "end"),
            *level_labels([(y(funnel.whole), whole)]),
            *point_labels(_named(comparison, funnel, branch, x, y, lang), dots),
        ),
    )


def _curves(funnel: Funnel, least: float, most: float, x: Scale, y: Scale) -> Iterator[Line]:
    sizes = [least + (most - least) * n / CURVE_POINTS for n in range(CURVE_POINTS + 1)]
    for kind, z in (("warn", Z_WARN), ("limit", Z_LIMIT)):
        for side in (0, 1):
            heights = [y(funnel.limits(n, z)[side]) for n in sizes]
            within = [min(max(TOP, height), HIGH - FOOT) for height in heights]
            yield line(kind, list(zip(map(x, sizes), within, strict=True)))


def _named(
    comparison: Comparison, funnel: Funnel, branch: Branch, x: Scale, y: Scale, lang: str
) -> Iterator[tuple[float, float, str]]:
    """The groups outside the limits, the furthest from the whole first."""
    outside = [point for point in funnel.points if point.outside]
    for point in sorted(outside, key=lambda point: -abs(point.value - funnel.whole)):
        yield x(point.n), y(point.value), group_words(branch, comparison.key, point.key, lang)


def comparison_words(comparison: Comparison, branch: Branch, lang: str) -> str:
    """What the plot shows, without a rank."""
    funnel = comparison.funnel
    if funnel is None:
        few = Text("too few to compare: each group needs {n}", n=branch.reports.compare_min)
        return few.in_(lang)
    outside = [point for point in funnel.points if point.outside]
    if not outside:
        return Text("no group differs by more than chance: nothing to do").in_(lang)
    names = [group_words(branch, comparison.key, point.key, lang) for point in outside]
    return Text("more than chance: {names}; find the cause", names=", ".join(names)).in_(lang)


def wider_words(comparison: Comparison, lang: str) -> str:
    """By how much the limits are wider than those of single customers; empty where they are not."""
    funnel = comparison.funnel
    if funnel is None or funnel.dispersion == 1:
        return ""
    times = f"{sqrt(funnel.dispersion):.1f}"
    words = Text(
        "Days and hours differ by more than single customers do: the limits are {times} times as wide.",
        times=times,
    )
    return words.in_(lang)
