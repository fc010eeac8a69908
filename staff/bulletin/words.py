"""How a bulletin's values, groups and verdicts are said, in any language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from lobby.branch.calendar import DAY
from lobby.branch.model import Branch
from lobby.reports.bulletin import Bulletin, Chart
from lobby.reports.groups import is_own, own_words
from lobby.reports.wording import SIGNALS, VERDICTS, days_words
from lobby.texts import Readable, Text


def group_words(branch: Branch, key: str, group: str, lang: str) -> str:
    """The name of a group: of a tier, service or counter as the branch calls it, of an hour from when to when."""
    if is_own(key):
        return own_words(key, group, lang)
    lookup = getattr(branch, key, None)
    if lookup is None:
        return group
    name: Readable = lookup[group].name
    return name.in_(lang)


def chart_words(chart: Chart, lang: str) -> str:
    """The verdict, and by which rule."""
    words = VERDICTS[chart.verdict].in_(lang)
    if chart.control and chart.control.signal:
        return f"{words} ({SIGNALS[chart.control.signal].in_(lang)})"
    return words


def _spans(days: Sequence[date]) -> str:
    """Days in a row by the first and the last of them."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and day - spans[-1][1] == DAY:
            spans[-1] = spans[-1][0], day
        else:
            spans.append((day, day))
    return ", ".join(days_words(first, last) for first, last in spans)


def completeness_words(bulletin: Bulletin, lang: str) -> list[str]:
    """What the figures leave out."""
    complete = bulletin.report["completeness"]
    if complete["until"] is None:
        return [Text("The journal has nothing of this period.").in_(lang)]
    said = []
    if not bulletin.final:
        until = datetime.fromisoformat(complete["until"]).strftime("%Y-%m-%d %H:%M")
        said.append(Text("The period is not over: figures until {until}.", until=until).in_(lang))
    if complete["missing"]:
        days = _spans([date.fromisoformat(day) for day in complete["missing"]])
        said.append(Text("Working days without a journal: {days}.", days=days).in_(lang))
    return said
