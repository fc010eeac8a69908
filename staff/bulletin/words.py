"""How a bulletin's values, groups and verdicts are said, in any language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from lobby.branch.calendar import DAY
from lobby.branch.model import Branch
from lobby.reports.bulletin import Bulletin, Chart
from lobby.reports.late import WHY
from lobby.reports.wording import SIGNALS, VERDICTS, days_words
from lobby.standards.model import MODULES
from lobby.state.case_codes import CAUSES
from lobby.texts import Readable, Text

KEYS: Mapping[str, Text] = {
    "tier": Text("Customer tier"),
    "service": Text("Service"),
    "counter": Text("Counter"),
    "hour": Text("Hour of issue"),
    "module": Text("Module"),
    "cause": Text("Cause"),
    "why": Text("Why late"),
}
CODES: Mapping[str, Mapping[str, Text]] = {
    "module": {str(module): words for module, words in MODULES.items()},
    "cause": CAUSES,
    "why": {str(why): words for why, words in WHY.items()},
    "printed": {"0": Text("not printed")},
    "taken_on": {"no": Text("taken on by nobody"), "yes": Text("taken on")},
    "granted": {"False": Text("not granted"), "True": Text("granted")},
}
"""The names of groups that no configuration names."""


def group_words(branch: Branch, key: str, group: str, lang: str) -> str:
    """The name of a group: of a tier, service or counter as the branch calls it, of an hour from when to when."""
    if key == "hour":
        return f"{int(group):02}:00–{int(group) + 1:02}:00"
    if key in CODES:
        return CODES[key][group].in_(lang) if group in CODES[key] else group
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
