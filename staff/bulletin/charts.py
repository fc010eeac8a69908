"""Control charts and funnel plots as SVG. Colours are classes of bulletin.css: each theme, and paper, has its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup

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


def control_chart(chart: Chart, lang: str) -> Markup:
    """The days with mean and limits; empty where there is no day."""
    if not chart.values:
        return Markup("")
    top = ROOM * max([*chart.values, chart.control.hi if chart.control else 0]) or 1
    y = _scale(0, top, HIGH - FOOT, TOP)
    x = _scale(0, max(len(chart.values) - 1, 1), LEFT, WIDE - RIGHT)
    parts = [
        *(_limits(chart, chart.control, y, lang) if chart.control else ()),
        _line("series", [(x(n), y(value)) for n, value in enumerate(chart.values)]),
        *_dots(chart, x, y),
        *_days(chart.days, x),
    ]
    label = f"{chart.measure.name.in_(lang)}: {chart_words(chart, lang)}"
    return _svg(label, parts)


def _limits(chart: Chart, control: Control, y: Scale, lang: str) -> Iterator[Markup]:
    for kind, value in (("limit", control.hi), ("mean", control.mean), ("limit", control.lo)):
        yield _line(kind, [(LEFT, y(value)), (WIDE - RIGHT, y(value))])
        words = value_words(chart.measure.unit, value, lang)
        yield _text(WIDE - RIGHT + 6, y(value) + 4, words, "start")


def _dots(chart: Chart, x: Scale, y: Scale) -> Iterator[Markup]:
    outside = chart.control.outside if chart.control else ()
    for n, value in enumerate(chart.values):
        yield _dot(x(n), y(value), out=n in outside)


def _days(days: Sequence[str], x: Scale) -> Iterator[Markup]:
    step = max(1, -(-len(days) // DAY_LABELS))
    for n in range(len(days) - 1, -1, -step):
        anchor = "end" if n == len(days) - 1 else "middle"
        yield _text(x(n), HIGH - 6, days[n][5:], "start" if n == 0 else anchor)


def funnel_plot(comparison: Comparison, branch: Branch, lang: str) -> Markup:
    """The groups by size, the whole, and the limits of chance around it."""
    funnel = comparison.funnel
    if funnel is None:
        return Markup("")
    most = ROOM * max(point.n for point in funnel.points)
    least = min(point.n for point in funnel.points) / 2
    top = max(point.value for point in funnel.points)
    y = _scale(0, ROOM * max(top, funnel.limits(2 * least)[1]), HIGH - FOOT, TOP)
    x = _scale(least, most, LEFT, WIDE - RIGHT)
    parts = [
        *_curves(funnel, least, most, x, y),
        *_groups(comparison, funnel, branch, x, y, lang),
        _text(x(least), HIGH - 6, f"{least:,.0f}", "start"),
        _text(WIDE - RIGHT, HIGH - 6, f"{most:,.0f}", "end"),
        _text(
            WIDE - RIGHT + 6,
            y(funnel.whole) + 4,
            value_words(comparison.measure.unit, funnel.whole, lang),
            "start",
        ),
    ]
    return _svg(comparison.measure.name.in_(lang), parts)


def _curves(funnel: Funnel, least: float, most: float, x: Scale, y: Scale) -> Iterator[Markup]:
    sizes = [least + (most - least) * n / CURVE_POINTS for n in range(CURVE_POINTS + 1)]
    yield _line("mean", [(LEFT, y(funnel.whole)), (WIDE - RIGHT, y(funnel.whole))])
    for kind, z in (("warn", Z_WARN), ("limit", Z_LIMIT)):
        for side in (0, 1):
            points = [(x(n), max(TOP, y(funnel.limits(n, z)[side]))) for n in sizes]
            yield _line(kind, points)


def _groups(
    comparison: Comparison, funnel: Funnel, branch: Branch, x: Scale, y: Scale, lang: str
) -> Iterator[Markup]:
    for point in funnel.points:
        yield _dot(x(point.n), y(point.value), out=point.outside)
        if point.outside:
            name = group_words(branch, comparison.key, point.key, lang)
            yield _text(x(point.n) - 8, y(point.value) + 4, name, "end")


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


# -- pieces ---------------------------------------------------------------------------------------------
def _scale(low: float, high: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - low) / ((high - low) or 1) * (end - start)


def _svg(label: str, parts: Sequence[Markup]) -> Markup:
    frame = Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
    return frame.format(WIDE, HIGH, label, Markup("").join(parts))


def _line(kind: str, points: Sequence[tuple[float, float]]) -> Markup:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return Markup('<polyline class="{}" points="{}"/>').format(kind, path)


def _dot(x: float, y: float, *, out: bool) -> Markup:
    """A day or a group; one outside the limits is larger and has another form, for who sees no colours."""
    if out:
        size = 5
        corners = f"{x:.1f},{y - size:.1f} {x + size:.1f},{y:.1f} {x:.1f},{y + size:.1f} {x - size:.1f},{y:.1f}"
        return Markup('<polygon class="out" points="{}"/>').format(corners)
    return Markup('<circle class="dot" cx="{:.1f}" cy="{:.1f}" r="3"/>').format(x, y)


def _text(x: float, y: float, words: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(
        x, y, anchor, words
    )
