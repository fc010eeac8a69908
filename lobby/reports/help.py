"""Measures of calls for help: how many, and how soon somebody came."""

from __future__ import annotations

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
    mean,
)
from lobby.reports.moments import between_s, of_kind
from lobby.texts import Text


def _read(period: Period) -> list[Row]:
    """The calls for help, each with how long nobody took it on, seconds; None where nobody did."""
    taken_on = {moment["detail"]: moment for moment in of_kind(period, ev.AlertAcknowledged)}
    calls = of_kind(period, ev.HelpRequested)
    return [_call(call, _answer_s(call, taken_on)) for call in calls]


def _call(call: Row, answer_s: float | None) -> Row:
    return {**call, "answer_s": answer_s, "taken_on": "no" if answer_s is None else "yes"}


def _answer_s(call: Row, taken_on: dict[str, Row]) -> float | None:
    answer = taken_on.get(str(call["seq"]))
    if answer:
        return between_s(call["at"], answer["at"])
    return None


HELP = Source("help", _read)
CALLS = Text("Calls for help at a kiosk in the period")
ANSWERED = Text("Calls for help at a kiosk in the period that somebody took on")

MEASURES = (
    Measure(
        id="help_calls",
        name=Text("Calls for help"),
        unit=Unit.COUNT,
        population=CALLS,
        formula=Text("number of calls"),
        source=HELP,
        value=every,
        statistic=count,
        by=(),
    ),
    Measure(
        id="help_answer_mean_s",
        name=Text("Mean time to answer a call for help"),
        unit=Unit.SECONDS,
        population=ANSWERED,
        formula=Text("mean time from the call until somebody took it on"),
        source=HELP,
        value=itemgetter("answer_s"),
        statistic=mean,
        by=(),
        better=Better.LESS,
    ),
    Measure(
        id="help_answer_p90_s",
        name=Text("90 % time to answer a call for help"),
        unit=Unit.SECONDS,
        population=ANSWERED,
        formula=Text(
            "time from the call until somebody took it on that nine in ten did not exceed"
        ),
        source=HELP,
        value=itemgetter("answer_s"),
        statistic=Quantile(0.9),
        by=(),
        better=Better.LESS,
    ),
)
