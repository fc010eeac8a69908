"""Why customers waited past their target: each reason is one question to the journal, asked in this order, and the
first that would have kept the target is the answer.

The counters that count are those that called customers of the same service and tier on that day, whatever the
configuration says now.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import chain

from lobby import events as ev
from lobby.calling.discipline import RULES
from lobby.reports.counters import AtCounter, Span, open_spans, service_ends
from lobby.reports.measure import Better, Measure, Period, Row, Source, Unit, count, every
from lobby.reports.moments import of_kind
from lobby.reports.sections import Entry, Section, lists
from lobby.reports.tickets import TICKETS, is_late
from lobby.texts import Text


class Why(StrEnum):
    """What made a wait longer than its target."""

    OVERTAKEN = "overtaken"
    PAUSED = "paused"
    CLOSED = "closed"
    BUSY = "busy"


WHY: dict[Why, Text] = {
    Why.OVERTAKEN: Text("customers who came later were called before"),
    Why.PAUSED: Text("a counter that serves such business paused"),
    Why.CLOSED: Text("a counter that serves such business was not open"),
    Why.BUSY: Text("all counters that serve such business were open, and busy"),
}
NUMBERS_SHOWN = 5
Seconds = tuple[float, float]
"""From one instant to another, seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Call:
    """A first call; instants in seconds since 1970."""

    called: float
    issued: float
    rule: str


@dataclass
class CounterDay:
    """What a counter did on a day."""

    open: list[Seconds] = field(default_factory=list)
    paused: list[Seconds] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)

    def within(self, wait: Seconds) -> Sequence[Call]:
        """The calls after its beginning, until its end."""
        first = bisect_right(self.calls, wait[0], key=_called)
        return self.calls[first : bisect_right(self.calls, wait[1], key=_called)]


def _called(call: Call) -> float:
    return call.called


def _read(period: Period) -> list[Row]:
    """The tickets that were called after their target, each with why, and by which rules others were called before."""
    called = [row for row in period.rows(TICKETS) if row["wait_s"] is not None and row["counter"]]
    days = _days(period, called)
    able: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in called:
        able[row["day"], row["service"], row["tier"]].add(row["counter"])
    late = [row for row in called if is_late(row)]
    return [
        _explained(
            row, [days[row["day"], id] for id in able[row["day"], row["service"], row["tier"]]]
        )
        for row in late
    ]


def _days(period: Period, called: Sequence[Row]) -> dict[AtCounter, CounterDay]:
    days: dict[AtCounter, CounterDay] = defaultdict(CounterDay)
    for key, spans in period.once(open_spans).items():
        days[key].open = [_seconds(span) for span in spans]
    for key, span in _pauses(period):
        days[key].paused.append(_seconds(span))
    for row in called:
        days[row["day"], row["counter"]].calls.append(_call(row))
    for counter_day in days.values():
        counter_day.calls.sort(key=_called)
    return days


def _call(row: Row) -> Call:
    issued = datetime.fromisoformat(row["issued_at"]).timestamp()
    return Call(issued + row["wait_s"], issued, row["rule"] or "")


def _seconds(span: Span) -> Seconds:
    since, until = (datetime.fromisoformat(at).timestamp() for at in span)
    return since, until


BACK = (ev.CounterResumed, ev.CounterOpened, ev.CounterClosed)
"""What ends a pause."""


def _pauses(period: Period) -> Iterator[tuple[AtCounter, Span]]:
    """From when to when a counter paused. A granted break begins when the service that goes on has ended."""
    ends = period.once(service_ends)
    since: dict[AtCounter, str] = {}
    for moment in of_kind(period, ev.CounterPaused, ev.BreakAnswered, *BACK):
        key = moment["day"], moment["counter"]
        if moment["kind"] in (ev.CounterPaused.__name__, ev.BreakAnswered.__name__):
            if moment["detail"] != "0":
                since.setdefault(key, moment["at"])
        elif key in since:
            began = since.pop(key)
            meanwhile = bisect_right(ends[key], moment["at"])
            last = ends[key][max(0, meanwhile - 1) : meanwhile]
            yield key, (max([began, *last]), moment["at"])


def _explained(row: Row, counters: Sequence[CounterDay]) -> Row:
    own = _call(row)
    wait = own.issued, own.called
    calls = [call for counter in counters for call in counter.within(wait)]
    before = [call for call in calls if call.issued > own.issued]
    kept = 1 - len(before) / max(1, len(calls))
    why = _why(row["wait_s"], row["target_wait_s"], kept, _times(counters, wait))
    rules = [call.rule for call in before] if why is Why.OVERTAKEN else []
    return {**row, "why": why.value, "rules": rules}


def _why(wait_s: float, target_s: float, kept: float, times: tuple[float, float, float]) -> Why:
    """`kept` is the share of the calls that were not of later customers; `times` how long the counters served, paused
    and were not open, seconds. Twice the counters halve the wait: it goes with the time in which nobody served."""
    served_s, paused_s, closed_s = times
    if wait_s * kept <= target_s:
        return Why.OVERTAKEN
    if paused_s and wait_s * served_s <= target_s * (served_s + paused_s):
        return Why.PAUSED
    if closed_s and wait_s * served_s <= target_s * (served_s + paused_s + closed_s):
        return Why.CLOSED
    return Why.BUSY


def _times(counters: Sequence[CounterDay], wait: Seconds) -> tuple[float, float, float]:
    open_s = sum(_overlap_s(counter.open, wait) for counter in counters)
    paused_s = sum(_overlap_s(counter.paused, wait) for counter in counters)
    return max(0.0, open_s - paused_s), paused_s, len(counters) * (wait[1] - wait[0]) - open_s


def _overlap_s(spans: Sequence[Seconds], wait: Seconds) -> float:
    return sum(max(0.0, min(until, wait[1]) - max(since, wait[0])) for since, until in spans)


LATE = Source("late", _read)
MEASURES = (
    Measure(
        id="late",
        name=Text("Late customers"),
        unit=Unit.COUNT,
        population=Text("Tickets issued in the period that were called after their target"),
        formula=Text(
            "number of tickets, by the first of these that would have kept the target: had nobody who came later been "
            "called before; had no counter paused; had all counters been open that served such business on the day; "
            "else all were busy"
        ),
        source=LATE,
        value=every,
        statistic=count,
        by=("why", "tier", "service", "hour"),
        better=Better.LESS,
    ),
)


@lists
def _late_and_why(period: Period, now: datetime) -> Section:
    late = period.rows(LATE)
    groups = [(why, [row for row in late if row["why"] == why]) for why in Why]
    entries = tuple(_entry(period, why, rows) for why, rows in groups if rows)
    return Section(Text("Late customers, and why"), entries, Text("Nobody waited past the target."))


def _entry(period: Period, why: Why, rows: Sequence[Row]) -> Entry:
    days = f"from={period.first}&to={period.last}"
    return Entry(
        _sentence(why, rows),
        href=f"/desk/bulletin/parts?measure=late&{days}&why={why}",
    )


def _sentence(why: Why, rows: Sequence[Row]) -> Text:
    numbers = ", ".join(row["number"] for row in rows[:NUMBERS_SHOWN])
    more = " …" if len(rows) > NUMBERS_SHOWN else ""
    said: dict[str, object] = {"n": len(rows), "why": WHY[why], "numbers": numbers + more}
    rules = Counter(chain.from_iterable(row["rules"] for row in rows))
    rule = max(RULES, key=lambda rule: rules[rule])
    if not rules[rule]:
        return Text("{n} late because {why}: {numbers}").with_(**said)
    return Text(
        "{n} late because {why}, most often by the rule “{rule}”: {numbers}",
    ).with_(rule=RULES[rule], **said)
