"""What the province's reports say in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from headquarters.reports.compared import COMPARE_MIN
from headquarters.reports.views import CompletenessView
from lobby.reports.control import Verdict
from lobby.texts import Text

VERDICTS: Mapping[Verdict, Text] = {
    Verdict.ORDINARY: Text("ordinary variation: chance explains it, nothing to do"),
    Verdict.BETTER: Text("better than chance explains: see what others can learn from it"),
    Verdict.WORSE: Text("worse than chance explains: find the cause, and help"),
    Verdict.CHANGED: Text("further off than chance explains: find the cause"),
    Verdict.FEW: Text("too few to compare: {min} are needed", min=COMPARE_MIN),
}
"""Of a branch among the others."""
IN = Text("{present} of {branches} branches to {until}")
ALL_IN = Text("all {branches} branches, the period is over")
NO_BRANCH = Text("no branch stood here in this period")
BEHIND = Text("all {branches} branches are behind, the furthest is at {until}")
NONE_IN = Text("none of {branches} branches has figures of this period")
PARTIAL = Text(
    "The journals of these branches before the period are still on their way. Waits and services are counted, other"
    " figures are not yet: {names}"
)
COMMA = Text(", ")
DAY = timedelta(days=1)
CLOCK = "%H:%M"
DAY_AND_CLOCK = "%m-%d %H:%M"


def completeness_said(complete: CompletenessView) -> Text:
    """How complete a report is, in a sentence: "187 of 200 branches to 15:02"."""
    branches = complete["branches"]
    if complete["complete"]:
        return ALL_IN.with_(branches=branches)
    if not branches:
        return NO_BRANCH
    reached = complete["until"] or max((b["until"] or "" for b in complete["missing"]), default="")
    if not complete["with_figures"] or not reached:
        return NONE_IN.with_(branches=branches)
    if complete["until"] is None:
        return BEHIND.with_(branches=branches, until=_when(reached))
    return IN.with_(present=complete["present"], branches=branches, until=_when(reached))


def partial_said(complete: CompletenessView, lang: str) -> str:
    """Of which branches some figures are still to come; empty where of none."""
    names = [branch["name"].get(lang, branch["branch"]) for branch in complete["partial"]]
    return PARTIAL.with_(names=COMMA.in_(lang).join(names)).in_(lang) if names else ""


def _when(until: str) -> str:
    """Of today the time alone. The midnight that ends a day is of that day."""
    at = datetime.fromisoformat(until)
    if at.time() == time():
        return f"{at - DAY:%m-%d} 24:00"
    today = datetime.now(at.tzinfo).date()
    return at.strftime(CLOCK if at.date() == today else DAY_AND_CLOCK)
