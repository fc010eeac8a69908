"""Measures of corrective actions: how many are open and overdue, how soon they are done, and how many help."""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter

from lobby import events as ev
from lobby.reports.measure import (
    Better,
    Measure,
    Period,
    Quantile,
    Row,
    Source,
    Unit,
    count,
    every,
    share,
)
from lobby.state.action import Verdict
from lobby.texts import Text

STEPS = (
    "SELECT seq, action, day, at, step, due, verdict FROM action WHERE day <= :last ORDER BY seq"
)
PENDING_AFTER = {
    kind.__name__
    for kind in (ev.ActionOpened, ev.ActionAssigned, ev.ActionProved, ev.ActionReopened)
}
"""While one of these was the last step, something is still to be done or to be checked."""
REOPENED = {Verdict.NO_EFFECT.value, Verdict.WORSE.value}
TOLD = {Verdict.HELPED.value, *REOPENED}
DAY = timedelta(days=1)
DAY_S = 24 * 3600.0


def _steps(period: Period) -> dict[str, list[Row]]:
    """By action, what was done with it until the period's last day."""
    steps: dict[str, list[Row]] = {}
    for row in period.query(STEPS):
        steps.setdefault(row["action"], []).append(row)
    return steps


def _read_pending(period: Period) -> list[Row]:
    """The actions that are not done at the end of the period, each with whether it is late, and whether it was
    done once without an effect."""
    last = period.last.isoformat()
    return [
        {
            "id": action,
            "day": last,
            "at": steps[0]["at"],
            "late": _due(steps) < last,
            "in_vain": any(step["verdict"] in REOPENED for step in steps),
        }
        for action, steps in _steps(period).items()
        if _is_pending(steps[-1])
    ]


def _is_pending(step: Row) -> bool:
    return step["step"] in PENDING_AFTER or step["verdict"] in REOPENED


def _due(steps: list[Row]) -> str:
    """The day that the last step that named one named."""
    days: list[str] = [step["due"] for step in steps if step["due"]]
    return days[-1]


def _read_done(period: Period) -> list[Row]:
    """Each check in the period that found an action done, and how long it took since it was opened, days."""
    first = period.first.isoformat()
    return [
        {"id": action, "day": step["day"], "at": step["at"], "days": _days(steps[0], step)}
        for action, steps in _steps(period).items()
        for step in steps
        if step["step"] == ev.ActionChecked.__name__ and step["day"] >= first
    ]


def _days(opened: Row, checked: Row) -> float:
    took = datetime.fromisoformat(checked["at"]) - datetime.fromisoformat(opened["at"])
    return took / DAY


def _read_measured(period: Period) -> list[Row]:
    """The verdicts of the period."""
    first = period.first.isoformat()
    return [
        {"id": action, "day": step["day"], "at": step["at"], "verdict": step["verdict"]}
        for action, steps in _steps(period).items()
        for step in steps
        if step["verdict"] in TOLD and step["day"] >= first
    ]


PENDING = Source("action", _read_pending, at_end=True)
DONE = Source("action_done", _read_done)
MEASURED = Source("action_effect", _read_measured)

MEASURES = (
    Measure(
        id="actions_open",
        name=Text("Corrective actions not done"),
        unit=Unit.COUNT,
        population=Text("Corrective actions that nobody has checked at the end of the period"),
        formula=Text("number of actions"),
        source=PENDING,
        value=every,
        statistic=count,
        by=(),
    ),
    Measure(
        id="actions_overdue",
        name=Text("Corrective actions overdue"),
        unit=Unit.COUNT,
        population=Text("Corrective actions that nobody has checked at the end of the period"),
        formula=Text("number of actions whose due day is over"),
        source=PENDING,
        value=lambda row: row["late"] or None,
        statistic=count,
        by=(),
        better=Better.LESS,
    ),
    Measure(
        id="actions_done_p50_days",
        name=Text("Median time to do a corrective action"),
        unit=Unit.DAYS,
        population=Text("Corrective actions that another person found done in the period"),
        formula=Text("days from the opening to the check that half of them did not exceed"),
        source=DONE,
        value=itemgetter("days"),
        statistic=Quantile(0.5, second=1 / DAY_S),
        by=(),
        better=Better.LESS,
    ),
    Measure(
        id="actions_helped_share",
        name=Text("Share of corrective actions that helped"),
        unit=Unit.SHARE,
        population=Text("Corrective actions whose effect was told in the period"),
        formula=Text("share whose figure moved the right way, beyond chance"),
        source=MEASURED,
        value=lambda row: row["verdict"] == Verdict.HELPED,
        statistic=share,
        by=(),
        better=Better.MORE,
    ),
)
