"""Measures of counters and of those who work there: load and breaks."""

from __future__ import annotations

from collections import defaultdict

from lobby import events as ev
from lobby.reports.measure import Better, Measure, Period, Row, Source, Unit, ratio, share
from lobby.reports.moments import between_s, of_kind
from lobby.reports.services import SERVICES
from lobby.texts import Text

HOUR_S = 3600.0
MIN_BREAK_S = 300.0
"""A break of less than five minutes was none: the way to the back room and back takes as long."""
AtCounter = tuple[str, str]
"""A day and a counter."""


# -- load -----------------------------------------------------------------------------------------------
def _read_load(period: Period) -> list[Row]:
    """A row for each counter and day on which it served: how long it was open and how long it served, seconds. A
    counter that nobody closed counts as open to the end of its last service."""
    served: dict[AtCounter, list[Row]] = defaultdict(list)
    for service in period.rows(SERVICES):
        if service["counter"]:
            served[service["day"], service["counter"]].append(service)
    open_s = _open_s(period, {key: max(s["ended"] for s in rows) for key, rows in served.items()})
    return [
        {
            "id": f"{day}/{counter}",
            "day": day,
            "counter": counter,
            "services": len(rows),
            "serving_s": sum(row["took_s"] for row in rows),
            "open_s": open_s.get((day, counter), 0.0),
        }
        for (day, counter), rows in sorted(served.items())
    ]


def _open_s(period: Period, last: dict[AtCounter, str]) -> dict[AtCounter, float]:
    """How long each counter was open, seconds; `last` is the end of its last service."""
    spans: dict[AtCounter, float] = defaultdict(float)
    since: dict[AtCounter, str] = {}
    for moment in of_kind(period, ev.CounterOpened, ev.CounterClosed):
        key = moment["day"], moment["counter"]
        if moment["kind"] == ev.CounterOpened.__name__:
            since.setdefault(key, moment["at"])
        elif key in since:
            spans[key] += between_s(since.pop(key), moment["at"])
    for key, opened in since.items():
        spans[key] += max(0.0, between_s(opened, last.get(key, opened)))
    return spans


DAYS = Source("counter_day", _read_load)
MANNED = Text("Counters and days of the period on which a counter served somebody")


def _per_hour(row: Row) -> tuple[float, float]:
    return row["services"], row["open_s"] / HOUR_S


def _busy(row: Row) -> tuple[float, float]:
    return row["serving_s"], row["open_s"]


# -- breaks ---------------------------------------------------------------------------------------------
BACK = (ev.CounterResumed, ev.CounterOpened, ev.CounterClosed)
"""What ends a break."""


def _read_breaks(period: Period) -> list[Row]:
    """The breaks asked for, each with whether the next answer at that counter granted it, and how long it lasted; one
    without an answer was not granted. It lasts from the answer, or from the end of the service that was going on."""
    ends = _ends(period)
    breaks: list[Row] = []
    open_: dict[AtCounter, Row] = {}
    away: dict[AtCounter, Row] = {}
    for moment in of_kind(period, ev.BreakAsked, ev.BreakAnswered, *BACK):
        at_counter = moment["day"], moment["counter"]
        if moment["kind"] == ev.BreakAsked.__name__:
            open_[at_counter] = {**moment, "granted": False, "since": "", "lasted_s": 0.0}
            breaks.append(open_[at_counter])
        elif moment["kind"] != ev.BreakAnswered.__name__:
            _over(ends, away.pop(at_counter, None), moment)
        elif at_counter in open_:
            asked = open_.pop(at_counter)
            asked["granted"] = moment["detail"] == "1"
            asked["since"] = moment["at"]
            if asked["granted"]:
                away[at_counter] = asked
    return breaks


def _over(ends: dict[AtCounter, list[str]], asked: Row | None, moment: Row) -> None:
    """The break ended with that moment; `ends` are those of the services at each counter."""
    if asked is None:
        return
    at_counter = asked["day"], asked["counter"]
    meanwhile = [at for at in ends[at_counter] if asked["since"] <= at <= moment["at"]]
    asked["lasted_s"] = between_s(max([asked["since"], *meanwhile]), moment["at"])


def _ends(period: Period) -> dict[AtCounter, list[str]]:
    ends: dict[AtCounter, list[str]] = defaultdict(list)
    for row in period.rows(SERVICES):
        if row["counter"]:
            ends[row["day"], row["counter"]].append(row["ended"])
    return ends


BREAKS = Source("break", _read_breaks)

MEASURES = (
    Measure(
        id="services_per_hour",
        name=Text("Services an hour open"),
        unit=Unit.PER_HOUR,
        population=MANNED,
        formula=Text("services / hours between opening and closing the counter"),
        source=DAYS,
        value=_per_hour,
        statistic=ratio,
        by=("counter",),
    ),
    Measure(
        id="busy_share",
        name=Text("Share of the open time in service"),
        unit=Unit.SHARE,
        population=MANNED,
        formula=Text("time in service / time between opening and closing the counter"),
        source=DAYS,
        value=_busy,
        statistic=ratio,
        by=("counter",),
    ),
    Measure(
        id="breaks_granted_share",
        name=Text("Breaks granted"),
        unit=Unit.SHARE,
        population=Text("Breaks that tellers asked for in the period"),
        formula=Text("share that the next answer at the counter granted"),
        source=BREAKS,
        value=lambda row: row["granted"],
        statistic=share,
        by=("counter",),
        better=Better.MORE,
    ),
    Measure(
        id="breaks_kept_share",
        name=Text("Breaks that happened"),
        unit=Unit.SHARE,
        population=Text("Breaks that tellers asked for in the period"),
        formula=Text("share that lasted five minutes or more before the counter went on or closed"),
        source=BREAKS,
        value=lambda row: row["lasted_s"] >= MIN_BREAK_S,
        statistic=share,
        by=("counter",),
        better=Better.MORE,
    ),
)
