"""How fairly work is shared: what each counter or person carries for each hour it is open, the kinds of business
accounted for. No ranking: a figure whose interval has 1 in it is ordinary variation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path
from typing import Annotated, Literal, TypedDict

from lobby import events as ev
from lobby.branch.model import Branch
from lobby.reports.counters import BREAKS, DAYS, MIN_BREAK_S
from lobby.reports.measure import Better, Figure, Measure, Period, Row, Source, Unit
from lobby.reports.moments import between_s, of_kind
from lobby.reports.reading import reading
from lobby.reports.services import SERVICES
from lobby.reports.statistics import Z
from lobby.texts import Text

By = Literal["counter", "person"]


class LoadView(TypedDict):
    """Of a counter or a person in the period. `value`: work for each open hour over that of the whole branch; 1 is the
    fair share. `lo` and `hi` bound it with 95 % confidence."""

    id: str
    services: int
    open_s: float
    value: Annotated[float | None, "null where there are too few services, or no open hours"]
    lo: float | None
    hi: float | None
    ordinary: Annotated[bool, "nothing to do: chance alone explains the difference"]
    breaks_asked: int
    breaks_kept: Annotated[int, "those that lasted five minutes or more"]
    overtime_s: Annotated[float, "service after the close"]


@dataclass(frozen=True, slots=True)
class Stint:
    """A person at a counter from one instant to another (texts of the journal; an open end is after all others)."""

    person: str
    since: str
    until: str


NEVER = "9999"
"""After every instant of a journal."""
AtCounter = tuple[str, str]


def fair_load(branch: Branch, database: Path, first: date, last: date, by: By) -> list[LoadView]:
    """In the order of the configuration, or of staff numbers. Reads the disk."""
    with reading(database) as db:
        period = Period(db, branch, first, last)
        if by == "counter":
            return _of(
                period, [{**row, "key": row["counter"]} for row in period.rows(SERVICES)], by
            )
        stints = stints_of(period)
        return _of(
            period, [{**row, "key": person_of(stints, row)} for row in period.rows(SERVICES)], by
        )


def _of(period: Period, services: list[Row], by: By) -> list[LoadView]:
    usual_s = _usual_s(services)
    work: dict[str, list[float]] = defaultdict(list)
    late_s: dict[str, float] = defaultdict(float)
    for row in services:
        if row["key"]:
            work[row["key"]].append(usual_s[row["service"]])
            late_s[row["key"]] += row["overtime_s"] or 0.0
    open_s = _open_s(period, services, by)
    whole = _rate(sum(map(sum, work.values())), sum(open_s[key] for key in work))
    asked, kept = _breaks(period, by)
    return [
        {
            **_share(work[key], open_s[key], whole, period.branch.care.load_min),
            "id": key,
            "breaks_asked": asked[key],
            "breaks_kept": kept[key],
            "overtime_s": round(late_s[key], 3),
        }
        for key in _ordered(period.branch, work, by)
    ]


def _usual_s(services: list[Row]) -> dict[str, float]:
    """How long a service of each kind takes in the branch in this period: what a case of it counts."""
    took: dict[str, list[float]] = defaultdict(list)
    for row in services:
        took[row["service"]].append(row["took_s"])
    return {service: sum(times) / len(times) for service, times in took.items()}


def _share(work: list[float], open_s: float, whole: float | None, least: int) -> LoadView:
    """The work is a compound Poisson sum, so that its variance is about the sum of the squares."""
    view: LoadView = {
        "id": "",
        "services": len(work),
        "open_s": round(open_s, 3),
        "value": None,
        "lo": None,
        "hi": None,
        "ordinary": True,
        "breaks_asked": 0,
        "breaks_kept": 0,
        "overtime_s": 0.0,
    }
    rate = _rate(sum(work), open_s)
    if not whole or not rate or len(work) < least:
        return view
    value = rate / whole
    half = Z * value * _spread_s(work) / sum(work)
    lo = max(0.0, value - half)
    ordinary = lo <= 1.0 <= value + half
    bounds = {"value": round(value, 3), "lo": round(lo, 3), "hi": round(value + half, 3)}
    return {**view, **bounds, "ordinary": ordinary}  # type: ignore[typeddict-item]


def _spread_s(work: Sequence[float]) -> float:
    """The standard deviation of a compound Poisson sum, estimated from its parts."""
    return sqrt(sum(each**2 for each in work))


def _rate(work: float, open_s: float) -> float | None:
    if open_s:
        return work / open_s
    return None


def _ordered(branch: Branch, work: dict[str, list[float]], by: By) -> list[str]:
    if by == "person":
        return sorted(work)
    order = [counter.id for counter in branch.counters]
    return sorted(work, key=lambda id: (order.index(id) if id in order else len(order), id))


def _open_s(period: Period, services: list[Row], by: By) -> dict[str, float]:
    spans: dict[str, float] = defaultdict(float)
    if by == "counter":
        for row in period.rows(DAYS):
            spans[row["counter"]] += row["open_s"]
        return spans
    last: dict[AtCounter, str] = defaultdict(str)
    for row in services:
        at_counter = row["day"], row["counter"]
        last[at_counter] = max(last[at_counter], row["ended"])
    for at_counter, stints in stints_of(period).items():
        for stint in stints:
            spans[stint.person] += between_s(stint.since, _until(stint, last[at_counter]))
    return spans


def _until(stint: Stint, last: str) -> str:
    """Who never signed off and whose counter nobody closed worked to the end of the last service."""
    if stint.until == NEVER:
        return max(last, stint.since)
    return stint.until


# -- persons --------------------------------------------------------------------------------------------
def stints_of(period: Period) -> dict[AtCounter, list[Stint]]:
    """Who was signed on where, by day and counter. Signing on elsewhere, or somebody else there, ends it."""
    stints: dict[AtCounter, list[Stint]] = defaultdict(list)
    here: dict[AtCounter, tuple[str, str]] = {}
    for moment in of_kind(period, ev.PersonSignedOn, ev.PersonSignedOff, ev.CounterClosed):
        at_counter = moment["day"], moment["counter"]
        _end(stints, here, _left(here, at_counter, moment), moment["at"])
        if moment["kind"] == ev.PersonSignedOn.__name__:
            here[at_counter] = moment["detail"], moment["at"]
    _end(stints, here, list(here), NEVER)
    return stints


def _left(
    here: dict[AtCounter, tuple[str, str]], at_counter: AtCounter, moment: Row
) -> list[AtCounter]:
    """The counters where somebody's work ends with that moment."""
    day, _ = at_counter
    elsewhere = [
        other
        for other, (person, _) in here.items()
        if moment["kind"] == ev.PersonSignedOn.__name__
        and other[0] == day
        and person == moment["detail"]
    ]
    return [
        *elsewhere,
        *([at_counter] if at_counter in here and at_counter not in elsewhere else []),
    ]


def _end(
    stints: dict[AtCounter, list[Stint]],
    here: dict[AtCounter, tuple[str, str]],
    left: list[AtCounter],
    at: str,
) -> None:
    for at_counter in left:
        person, since = here.pop(at_counter)
        stints[at_counter].append(Stint(person, since, at))


def person_of(stints: dict[AtCounter, list[Stint]], row: Row) -> str | None:
    """Who ended the service."""
    of_counter = stints.get((row["day"], row["counter"]), [])
    return next(
        (stint.person for stint in of_counter if stint.since <= row["ended"] <= stint.until), None
    )


def _breaks(period: Period, by: By) -> tuple[dict[str, int], dict[str, int]]:
    """By key how many breaks were asked for, and how many of them were kept."""
    asked: dict[str, int] = defaultdict(int)
    kept: dict[str, int] = defaultdict(int)
    stints = stints_of(period) if by == "person" else {}
    for row in period.rows(BREAKS):
        key = row["counter"] if by == "counter" else person_of(stints, {**row, "ended": row["at"]})
        if key:
            asked[key] += 1
            kept[key] += row["lasted_s"] >= MIN_BREAK_S
    return asked, kept


# -- how evenly it is shared ----------------------------------------------------------------------------------
Carried = tuple[float, float, float]
"""Of a counter: its work, how long it was open, and the standard deviation of the work, seconds."""


def _read(period: Period) -> list[Row]:
    """A row for each counter that served in the period."""
    services = [row for row in period.rows(SERVICES) if row["counter"]]
    usual_s = _usual_s(services)
    work: dict[str, list[float]] = defaultdict(list)
    for row in services:
        work[row["counter"]].append(usual_s[row["service"]])
    open_s = _open_s(period, services, "counter")
    return [
        {
            "id": counter,
            "day": period.last.isoformat(),
            "counter": counter,
            "services": len(work[counter]),
            "carried": (sum(work[counter]), open_s[counter], _spread_s(work[counter])),
            "compared": len(work[counter]) >= period.branch.care.load_min,
        }
        for counter in _ordered(period.branch, work, "counter")
    ]


def _uneven(counters: Sequence[Carried]) -> Figure:
    """How much of the work lies elsewhere than the same load for each open hour would have it (Hoover's index). Bounded
    by what chance alone moves: with `lo` at 0 the shares are ordinary variation."""
    work_s = sum(work for work, _, _ in counters)
    rate = _rate(work_s, sum(open_s for _, open_s, _ in counters))
    if len(counters) < 2 or not rate:
        return Figure(None, len(counters))
    apart = [(abs(work - rate * open_s), Z * spread) for work, open_s, spread in counters]
    return Figure(
        value=_moved(apart_s for apart_s, _ in apart) / work_s,
        n=len(counters),
        lo=_moved(max(0.0, apart_s - chance_s) for apart_s, chance_s in apart) / work_s,
        hi=min(1.0, _moved(map(sum, apart)) / work_s),
    )


def _moved(apart_s: Iterable[float]) -> float:
    """What lies too much at one counter is missing at another."""
    return sum(apart_s) / 2


CARRIED = Source("load", _read)
MEASURES = (
    Measure(
        id="load_uneven_share",
        name=Text("Work that is unevenly shared"),
        unit=Unit.SHARE,
        population=Text("Counters that served enough customers in the period to be compared"),
        formula=Text(
            "share of the work that lies elsewhere than the same load for each open hour would have it; each service "
            "counts with the usual time of its kind, and an interval from 0 on is ordinary variation"
        ),
        source=CARRIED,
        value=lambda row: row["carried"] if row["compared"] else None,
        statistic=_uneven,
        by=(),
        better=Better.LESS,
    ),
)
