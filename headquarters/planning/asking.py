"""What a request is told of days that are played again: what is known by now."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from flask import current_app

from headquarters.config import Headquarters
from headquarters.deriving.days import Status, configured_on, recorded_on, status_of
from headquarters.deriving.replay import is_unknown
from headquarters.planning.sweep import Sweep
from headquarters.planning.views import GainsView, GainView, WhatIfView
from headquarters.shared.database import asked, read_in_background
from headquarters.shared.pages import headquarters
from headquarters.visible import Place, named, place_on, places
from lobby.branch.model import Branch
from lobby.errors import Conflict, Invalid, NeedsRepair, NotFound
from lobby.simulation.one_more import Gain
from lobby.simulation.whatif import Between, Variation, outcome
from lobby.texts import by_language
from lobby.views.base import ByLang
from web.ahead import Told, Work, ahead
from web.roles import asker

LANE = "asked"
LOOK_UP = "SET statement_timeout = '10s'"
"""Some rows by their keys: what takes longer keeps others from one of two threads."""
FRESH = timedelta(minutes=5)
"""A day that goes on changes with each customer: an answer so young is one of it."""


def told(
    question: str, lane: str, key: Hashable, now: datetime, work: Callable[[], Work]
) -> Told | None:
    """As Ahead.ask, for who sent the request. Raises NeedsRepair where the play itself failed, which is in the log."""
    try:
        return ahead().ask(question, lane, key, now, work, asker())
    except (RuntimeError, MemoryError) as error:
        raise NeedsRepair("not_played") from error


# -- a branch's day -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class BranchDay:
    """A branch's day that can be played, and its configuration then."""

    status: Status
    branch: Branch


def branch_day(code: str, day: date) -> BranchDay:
    """Raises NotFound where nothing of the day is here, or it is not the reader's."""
    place_on(code, day)
    found = asked(_branch_day, code, day)
    if found is None:
        raise NotFound("no_such_day", day=day.isoformat())
    return found


def _branch_day(db: psycopg.Connection, hq: Headquarters, code: str, day: date) -> BranchDay | None:
    db.execute(LOOK_UP)
    status = status_of(db, hq, code, day)
    branch = configured_on(db, hq, code, day)
    return BranchDay(status, branch) if status and branch else None


def must_fit(branch: Branch, variation: Variation) -> None:
    """Raises Conflict where nobody knows which counters the branch had, and Invalid for other than one change, a
    counter or an area that it did not have, and hours that end before they begin."""
    if is_unknown(branch):
        raise Conflict("unreadable_configuration")
    changes = variation.counter_like, variation.counter_of, variation.counter_less
    if sum(map(bool, changes)) != 1:
        raise Invalid("one_change", "counter_like")
    for field, counter in (
        ("counter_like", variation.counter_like),
        ("counter_less", variation.counter_less),
    ):
        if counter and counter not in branch.offered.counter:
            raise Invalid("unknown_counter", field, id=counter)
    if variation.counter_of and variation.counter_of not in branch.offered.area:
        raise Invalid("unknown_area", "counter_of", id=variation.counter_of)
    if variation.between and variation.between[0] >= variation.between[1]:
        raise Invalid("period_reversed", "ends")


def whatif(code: str, day: date, known: BranchDay, variation: Variation) -> WhatIfView:
    """The day as it was, and played without and with the change. Raises NotFound where it had no customers."""
    must_fit(known.branch, variation)
    now = datetime.now(known.status.until.tzinfo)
    question = f"whatif {code} {day} {variation}"
    answer = told(question, LANE, known.status.made_at, now, _work(code, day, variation))
    view: WhatIfView = {
        "branch": code,
        "day": day.isoformat(),
        "until": known.status.until.isoformat(timespec="seconds"),
        "whole": known.status.whole,
        "ready": False,
    }
    if answer is None or not _is_of(answer, known.status, now):
        return view
    if answer.result is None:
        raise NotFound("no_customers", day=day.isoformat())
    return {**view, "ready": True, **_without_scores(answer.result)}  # type: ignore[typeddict-item]


def _work(code: str, day: date, variation: Variation) -> Callable[[], Work]:
    hq = headquarters()

    def work() -> Work:
        recorded = read_in_background(hq, recorded_on, code, day)
        if recorded is None:
            raise NotFound("no_such_day", day=day.isoformat())
        return outcome, (*recorded, variation)

    return work


def _is_of(answer: Told, status: Status, now: datetime) -> bool:
    return answer.key == status.made_at or (not status.whole and now - answer.at < FRESH)


def _without_scores(result: Mapping[str, Any]) -> dict[str, Any]:
    """The branch's own page has a score and counts overtaking; here tiers are enough."""
    return {
        key: {"tiers": value["tiers"]} if isinstance(value, dict) else value
        for key, value in result.items()
    }


# -- one more counter where? ----------------------------------------------------------------------------
def gains(day: date, unit: str) -> GainsView:
    """How far the day is played, of the branches that stood below the unit on that day."""
    sweep: Sweep = current_app.extensions["sweep"]
    progress = sweep.progress(day)
    seen = places(day, unit)
    chosen = progress.choose(seen)
    ranking = progress.ranking
    with_figures = seen.keys() & set(ranking.codes)
    lacking = (seen.keys() & ranking.stood) - with_figures
    rows = [
        _gain_view(seen[code], found.gain, by_language(found.counter))
        for code in chosen
        if (found := progress.found.get(code))
    ]
    played = sum(map(progress.is_played, chosen))
    return {
        "day": day.isoformat(),
        "branches": len(with_figures),
        "chosen": len(chosen),
        "played": played,
        "ready": not progress.due and played == len(chosen),
        "stalled": sweep.stalled and not progress.ready,
        "missing": named(seen[code] for code in lacking),
        "partial": [
            {"branch": code, "name": seen[code].name, "until": until.isoformat(timespec="seconds")}
            for code, until in ranking.partial.items()
            if code in with_figures
        ],
        "failed": named(seen[code] for code in progress.failed & set(chosen)),
        "rows": sorted(rows, key=lambda row: (-row["saved_min_an_hour"], row["branch"])),
    }


def _gain_view(place: Place, gain: Gain, counter: ByLang) -> GainView:
    return {
        "branch": place.code,
        "name": place.name,
        "unit": place.unit,
        "counter_like": gain.counter_like,
        "counter_name": counter,
        "begins": clock(gain.from_s),
        "ends": clock(gain.to_s),
        "all_day": gain.all_day,
        "saved_min": gain.saved_min,
        "saved_min_an_hour": round(gain.saved_min_an_hour, 1),
        "counter_h": gain.counter_h,
        "waited_min": gain.waited_min,
    }


# -- times of day --------------------------------------------------------------------------------------
def clock(at_s: float) -> str:
    """The time of day, to the minute."""
    minutes = int(at_s // 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def seconds(at: str) -> float:
    """Of a time of day such as 09:30."""
    hours, minutes = at.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


def between_of(begins: str, ends: str) -> Between | None:
    """None where neither is said; one that is not said is the day's own end."""
    if not begins and not ends:
        return None
    return seconds(begins or "00:00"), seconds(ends or "24:00")
