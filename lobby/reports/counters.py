"""Measures of counters and of those who work there: load and breaks."""

from __future__ import annotations

from collections import defaultdict
from operator import itemgetter

from lobby import events as ev
from lobby.reports.closing import after_s, closings
from lobby.reports.measure import Better, Measure, Period, Row, Source, Unit, ratio, share, total
from lobby.reports.moments import between_s, of_kind
from lobby.reports.services import SERVICES
from lobby.texts import Text

HOUR_S = 3600.0
MIN_BREAK_S = 300.0
"""A break of less than five minutes was none: the way to the back room and back takes as long."""
AtCounter = tuple[str, str]
"""A day and a counter."""
Span = tuple[str, str]
"""From one instant of the journal to another."""


# -- load -----------------------------------------------------------------------------------------------
def _read_load(period: Period) -> list[Row]:
    """A row for each counter and day on which it served: how long it was open, how much of that lay after the close,
    and how long it served, seconds."""
    served: dict[AtCounter, list[Row]] = defaultdict(list)
    for service in period.rows(SERVICES):
        if service["counter"]:
            served[service["day"], service["counter"]].append(service)
    spans = period.once(open_spans)
    closes = closings(period)
    return [
        {
            "id": f"{day}/{counter}",
            "day": day,
            "counter": counter,
            "services": len(rows),
            "serving_s": sum(row["took_s"] for row in rows),
            "open_s": sum(between_s(*span) for span in spans[day, counter]),
            "late_s": sum(after_s(*span, closes.get(day)) for span in spans[day, counter]),
        }
        for (day, counter), rows in sorted(served.items())
    ]


def open_spans(period: Period) -> dict[AtCounter, list[Span]]:
    """From when to when each counter was open. One that nobody closed was open to the end of its last service."""
    ends = period.once(service_ends)
    spans: dict[AtCounter, list[Span]] = defaultdict(list)
    since: dict[AtCounter, str] = {}
    for moment in of_kind(period, ev.CounterOpened, ev.CounterClosed):
        key = moment["day"], moment["counter"]
        if moment["kind"] == ev.CounterOpened.__name__:
            since.setdefault(key, moment["at"])
        elif key in since:
            spans[key].append((since.pop(key), moment["at"]))
    for key, opened in since.items():
        spans[key].append((opened, max([opened, *ends[key][-1:]])))
    return spans


DAYS = Source("counter_day", _read_load)
MANNED = Text("Counters and days of the period on which a counter served somebody")


def _per_hour(row: Row) -> tuple[float, float]:
    return row["services"], row["open_s"] / HOUR_S


def _busy(row: Row) -> tuple[float, float]:
    return row["serving_s"], row["open_s"]


def _services(row: Row) -> int:
    return int(row["services"])


# -- breaks ---------------------------------------------------------------------------------------------
BACK = (ev.CounterResumed, ev.CounterOpened, ev.CounterClosed)
"""What ends a break."""


def _read_breaks(period: Period) -> list[Row]:
    """The breaks asked for, each with whether the next answer at that counter granted it, and how long it lasted; one
    without an answer was not granted. It lasts from the answer, or from the end of the service that was going on."""
    ends = period.once(service_ends)
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


def service_ends(period: Period) -> dict[AtCounter, list[str]]:
    """When the services at each counter ended, in order."""
    ends: dict[AtCounter, list[str]] = defaultdict(list)
    for row in period.rows(SERVICES):
        if row["counter"]:
            ends[row["day"], row["counter"]].append(row["ended"])
    return defaultdict(list, {key: sorted(of_counter) for key, of_counter in ends.items()})


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
        behind=_services,
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
        behind=_services,
    ),
    Measure(
        id="open_after_close_s",
        name=Text("Counters open after close"),
        unit=Unit.SECONDS,
        population=MANNED,
        formula=Text(
            "sum of the time that counters were open after they should close; after the closing of the day, where the "
            "configuration names no time"
        ),
        source=DAYS,
        value=lambda row: row["late_s"] or None,
        statistic=total,
        by=("counter",),
        better=Better.LESS,
    ),
    Measure(
        id="breaks_granted_share",
        name=Text("Breaks granted"),
        unit=Unit.SHARE,
        population=Text("Breaks that tellers asked for in the period"),
        formula=Text("share that the next answer at the counter granted"),
        source=BREAKS,
        value=itemgetter("granted"),
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
