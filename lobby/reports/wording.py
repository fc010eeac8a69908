"""How the values of reports and their periods are said, in any language: the same in a branch and in its province."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from lobby.reports.control import POINTS_MIN, Signal, Verdict
from lobby.reports.measure import Unit
from lobby.reports.measures import Span
from lobby.texts import Readable, Text

NONE = "–"
"""Of a figure of nothing: it is not 0."""
MINUTE_S = 60
HOUR_S = 3600
MINUTES_MAX_S = 4 * HOUR_S
"""Longer spans are told in hours: 3,580 minutes of overtime say nothing to anybody."""
VALUES: Mapping[Unit, Callable[[float], Readable | str]] = {
    Unit.COUNT: lambda value: f"{value:,.0f}",
    Unit.SECONDS: lambda value: _span(value),
    Unit.DAYS: lambda value: Text("{n} days", n=f"{value:,.1f}"),
    Unit.SHARE: lambda value: f"{100 * value:.1f} %",
    Unit.SCORE: lambda value: f"{value:.2f}",
    Unit.NET: lambda value: f"{100 * value:+.0f}",
    Unit.PER_HOUR: lambda value: f"{value:.1f}",
}
VERDICTS: Mapping[Verdict, Text] = {
    Verdict.ORDINARY: Text("ordinary variation: nothing to do"),
    Verdict.BETTER: Text("better than usual: find out why, and keep it"),
    Verdict.WORSE: Text("worse than usual: find the cause"),
    Verdict.CHANGED: Text("not as usual: find the cause"),
    Verdict.FEW: Text("too few days to judge: {min} are needed", min=POINTS_MIN),
}
SIGNALS: Mapping[Signal, Text] = {
    Signal.OUTSIDE: Text("the last day lies outside the limits"),
    Signal.SHIFT: Text("seven days in a row lie on one side of the mean"),
    Signal.TREND: Text("seven days in a row go the same way"),
    Signal.NEAR: Text("two of the last three days lie near the same limit"),
}
SPANS: Mapping[Span | None, Text] = {
    "day": Text("Daily bulletin"),
    "week": Text("Weekly analysis"),
    "month": Text("Monthly improvement"),
    None: Text("Bulletin"),
}
TITLES: Mapping[Span | None, Text] = {**SPANS, "month": Text("Monthly improvement bulletin")}
"""How a bulletin is headed: the bank's word for the month's work is no title by itself."""


def value_words(unit: Unit, value: float | None, lang: str) -> str:
    """Such as `4.5 min` or `8.3 %`."""
    if value is None:
        return NONE
    words = VALUES[unit](value)
    if isinstance(words, Readable):
        return words.in_(lang)
    return words


def _span(seconds: float) -> Text:
    if abs(seconds) < MINUTES_MAX_S:
        return Text("{min} min", min=f"{seconds / MINUTE_S:,.1f}")
    return Text("{h} h", h=f"{seconds / HOUR_S:,.1f}")


def days_words(first: date, last: date) -> str:
    if first == last:
        return first.isoformat()
    return f"{first.isoformat()} – {last.isoformat()}"
