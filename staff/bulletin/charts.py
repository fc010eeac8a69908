"""Control charts and funnel plots: what chart.html draws as SVG. Kinds are classes of bulletin.css: each theme, and
paper, has its own colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from lobby.branch.model import Branch
from lobby.reports.bulletin import Chart, Comparison
from lobby.reports.control import Control
from lobby.reports.funnel import Z_LIMIT, Z_WARN, Funnel
from lobby.texts import Text
from staff.bulletin.words import chart_words, group_words, value_words

WIDE = 640
HIGH = 190
LEFT = 10
RIGHT = 78
TOP = 12
FOOT = 24
DAY_LABELS = 6
CURVE_POINTS = 40
ROOM = 1.08
"""The largest value keeps so much distance to the top."""
Scale = Callable[[float], float]


@dataclass(frozen=True)
class Line:
    """`points` as SVG has them."""

    kind: str
    points: str


@dataclass(frozen=True)
class Dot:
    """A day or a group. One outside the limits, `out`, has another form, for who sees no colours."""

    x: float
    y: float
    out: bool


@dataclass(frozen=True)
class Label:
    x: float
    y: float
    words: str
    anchor: str


@dataclass(frozen=True)
class Drawing:
    """`label` says what is seen, for who does not see it."""

    label: str
    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    labels: tuple[Label, ...]
    wide: int = WIDE
    high: int = HIGH


def control_chart(chart: Chart, lang: str) -> Drawing | None:
    """The days with mean and limits; None of a single day, which is no course."""
    if len(chart.values) < 2:
        return None
    top = ROOM * max([*chart.values, chart.control.hi if chart.control else 0]) or 1
    y = _scale(0, top, HIGH - FOOT, TOP)
    x = _scale(0, max(len(chart.values) - 1, 1), LEFT, WIDE - RIGHT)
    limits = _limits(chart.control) if chart.control else ()
    series = _line("series", [(x(n), y(value)) for n, value in enumerate(chart.values)])
    outside = chart.control.outside if chart.control else ()
    return Drawing(
        f"{chart.measure.name.in_(lang)}: {chart_words(chart, lang)}",
        (*(_level(kind, y(value)) for kind, value in limits), series),
        tuple(Dot(x(n), y(value), n in outside) for n, value in enumerate(chart.values)),
        (*_limit_labels(chart, limits, y, lang), *_days(chart.days, x)),
    )


def _limits(control: Control) -> tuple[tuple[str, float], ...]:
    return (("limit", control.hi), ("mean", control.mean), ("limit", control.lo))


def _limit_labels(
    chart: Chart, limits: Sequence[tuple[str, float]], y: Scale, lang: str
) -> Iterator[Label]:
    for _, value in limits:
        words = value_words(chart.measure.unit, value, lang)
        yield Label(WIDE - RIGHT + 6, y(value) + 4, words, "start")


def _days(days: Sequence[str], x: Scale) -> Iterator[Label]:
    step = max(1, -(-len(days) // DAY_LABELS))
    for n in range(len(days) - 1, -1, -step):
        anchor = "end" if n == len(days) - 1 else "middle"
        yield Label(x(n), HIGH - 6, days[n][5:], "start" if n == 0 else anchor)


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
    y = _scale(low, ROOM * high, HIGH - FOOT, TOP)
    x = _scale(least, most, LEFT, WIDE - RIGHT)
    whole = value_words(comparison.measure.unit, funnel.whole, lang)
    return Drawing(
        f"{comparison.measure.name.in_(lang)}: {comparison_words(comparison, branch, lang)}",
        (_level("mean", y(funnel.whole)), *_curves(funnel, least, most, x, y)),
        tuple(Dot(x(point.n), y(point.value), point.outside) for point in funnel.points),
        (
            Label(LEFT, HIGH - 6, f"{least:,.0f}", "start"),
            Label(WIDE - RIGHT, HIGH - 6, f"{most:,.0f}", "end"),
            Label(WIDE - RIGHT + 6, y(funnel.whole) + 4, whole, "start"),
            *_names(comparison, funnel, branch, x, y, lang),
        ),
    )


def _curves(funnel: Funnel, least: float, most: float, x: Scale, y: Scale) -> Iterator[Line]:
    sizes = [least + (most - least) * n / CURVE_POINTS for n in range(CURVE_POINTS + 1)]
    for kind, z in (("warn", Z_WARN), ("limit", Z_LIMIT)):
        for side in (0, 1):
            heights = [y(funnel.limits(n, z)[side]) for n in sizes]
            within = [min(max(TOP, height), HIGH - FOOT) for height in heights]
            yield _line(kind, list(zip(map(x, sizes), within, strict=True)))


def _names(
    comparison: Comparison, funnel: Funnel, branch: Branch, x: Scale, y: Scale, lang: str
) -> Iterator[Label]:
    """Of the groups outside the limits."""
    for point in funnel.points:
        if point.outside:
            name = group_words(branch, comparison.key, point.key, lang)
            yield Label(x(point.n) - 8, y(point.value) + 4, name, "end")


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


# -- pieces ---------------------------------------------------------------------------------------------
def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / ((high - low) or 1) * (end - start)


def _line(kind: str, points: Sequence[tuple[float, float]]) -> Line:
    return Line(kind, " ".join(f"{x:.1f},{y:.1f}" for x, y in points))


def _level(kind: str, y: float) -> Line:
    return _line(kind, [(LEFT, y), (WIDE - RIGHT, y)])
