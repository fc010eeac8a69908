"""What a request is told of days that are played again, and of an exchange of tellers: what is known by now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from flask import current_app

from headquarters.config import Headquarters
from headquarters.deriving.days import Status, configured_on, outlook_of, recorded_on, status_of
from headquarters.planning.sweep import Sweep
from headquarters.planning.views import (
    ExchangeView,
    GainsView,
    GainView,
    OutlookView,
    ProposalView,
    WhatIfView,
)
from headquarters.reports.views import BranchView
from headquarters.shared.database import asked, read_in_background
from headquarters.shared.pages import headquarters
from headquarters.visible import picture, summary
from lobby.branch.model import Branch
from lobby.errors import Invalid, NotFound
from lobby.simulation.exchange import Exchange, Proposal, exchange
from lobby.simulation.one_more import Gain
from lobby.simulation.whatif import Between, Variation, outcome
from lobby.texts import by_language
from lobby.views.base import ByLang
from web.ahead import Told, Work, ahead

LANE = "asked"
EXCHANGE = "exchange"
"""A lane of its own: an exchange is played for a minute, which a question of one branch need not wait for."""
FRESH = timedelta(minutes=5)
"""A day that goes on changes with each customer: an answer so young is one of it."""
NEIGHBOURS_MAX = 40
"""More branches than a city has; their past days are read within seconds."""


# -- a branch's day -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class BranchDay:
    """A branch's day that can be played, and its configuration then."""

    status: Status
    branch: Branch


def branch_day(code: str, day: date) -> BranchDay:
    """Raises NotFound where nothing of the day is here."""
    found = asked(_branch_day, code, day)
    if found is None:
        raise NotFound("no_such_day", day=day.isoformat())
    return found


def _branch_day(db: psycopg.Connection, hq: Headquarters, code: str, day: date) -> BranchDay | None:
    status = status_of(db, hq, code, day)
    branch = configured_on(db, hq, code, day)
    return BranchDay(status, branch) if status and branch else None


def must_fit(branch: Branch, variation: Variation) -> None:
    """Raises Invalid for other than one change, a counter or an area that the branch does not have, and hours that end
    before they begin."""
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
    told = ahead().ask(question, LANE, known.status.made_at, now, _work(code, day, variation))
    view: WhatIfView = {
        "branch": code,
        "day": day.isoformat(),
        "until": known.status.until.isoformat(timespec="seconds"),
        "whole": known.status.whole,
        "ready": False,
    }
    if told is None or not _is_of(told, known.status, now):
        return view
    if told.result is None:
        raise NotFound("no_customers", day=day.isoformat())
    return {**view, "ready": True, **_without_scores(told.result)}  # type: ignore[typeddict-item]


def _work(code: str, day: date, variation: Variation) -> Callable[[], Work]:
    hq = headquarters()

    def work() -> Work:
        recorded = read_in_background(hq, recorded_on, code, day)
        if recorded is None:
            raise NotFound("no_such_day", day=day.isoformat())
        return outcome, (*recorded, variation)

    return work


def _is_of(told: Told, status: Status, now: datetime) -> bool:
    return told.key == status.made_at or (not status.whole and now - told.at < FRESH)


def _without_scores(result: Mapping[str, Any]) -> dict[str, Any]:
    """The branch's own page has a score and counts overtaking; here tiers are enough."""
    return {
        key: {"tiers": value["tiers"]} if isinstance(value, dict) else value
        for key, value in result.items()
    }


# -- one more counter where? ----------------------------------------------------------------------------
def gains(day: date, unit: str) -> GainsView:
    """How far the day is played, of what the reader may see below the unit."""
    sweep: Sweep = current_app.extensions["sweep"]
    progress = sweep.progress(day)
    seen = _seen(unit)
    chosen = progress.choose(seen)
    ranking = progress.ranking
    with_figures = seen.keys() & set(ranking.codes)
    lacking = (seen.keys() & ranking.stood) - with_figures
    rows = [
        _gain_view(code, found.gain, by_language(found.counter))
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
        "missing": _named(lacking),
        "partial": [
            {"branch": code, "name": _name(code), "until": until.isoformat(timespec="seconds")}
            for code, until in ranking.partial.items()
            if code in with_figures
        ],
        "failed": _named(progress.failed & set(chosen)),
        "rows": sorted(rows, key=lambda row: (-row["saved_min_an_hour"], row["branch"])),
    }


def _gain_view(code: str, gain: Gain, counter: ByLang) -> GainView:
    return {
        "branch": code,
        "name": _name(code),
        "unit": _unit(code),
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


# -- an exchange of tellers -----------------------------------------------------------------------------
def exchange_of(day: date, unit: str) -> ExchangeView:
    """Of the branches below the unit that the reader may see."""
    codes = sorted(_seen(unit))
    looked_at = codes[:NEIGHBOURS_MAX]
    now = datetime.now(headquarters().zone)
    key = day, tuple(looked_at), now.replace(minute=0, second=0, microsecond=0)
    question = f"exchange {unit} {looked_at} {day}"
    told = ahead().ask(question, EXCHANGE, key, now, _exchange_work(day, looked_at))
    known: Exchange | None = told.result if told and told.key == key else None
    return {
        "day": day.isoformat(),
        "unit": unit,
        "ready": known is not None,
        "outlooks": [_outlook_view(code, known) for code in known.half_hours] if known else [],
        "missing": _named(set(looked_at) - known.half_hours.keys()) if known else [],
        "left_out": len(codes) - len(looked_at),
        "proposals": [_proposal_view(p, known) for p in known.proposals] if known else [],
    }


def _exchange_work(day: date, codes: list[str]) -> Callable[[], Work]:
    """Branch by branch: what is asked of one branch need not wait until all are read."""
    hq = headquarters()

    def work() -> Work:
        today = datetime.now(hq.zone).date()
        found = [read_in_background(hq, outlook_of, code, day, today) for code in codes]
        return exchange, ([each for each in found if each],)

    return work


def _outlook_view(code: str, known: Exchange) -> OutlookView:
    return {
        "branch": code,
        "name": _name(code),
        "half_hours": [
            {
                "at": half.at,
                "arrivals": half.arrivals,
                "needed": half.counters,
                "staffed": staffed,
                "enough": half.enough,
            }
            for half, staffed in known.half_hours[code]
        ],
    }


def _proposal_view(proposal: Proposal, known: Exchange) -> ProposalView:
    return {
        "lender": proposal.lender,
        "lender_name": _name(proposal.lender),
        "lender_day": known.played_on[proposal.lender].isoformat(),
        "borrower": proposal.borrower,
        "borrower_name": _name(proposal.borrower),
        "borrower_day": known.played_on[proposal.borrower].isoformat(),
        "begins": clock(proposal.from_s),
        "ends": clock(proposal.to_s),
        "counter": proposal.counter,
        "counter_name": by_language(known.counters[proposal.lender][proposal.counter]),
        "counter_like": proposal.counter_like,
        "counter_like_name": by_language(known.counters[proposal.borrower][proposal.counter_like]),
        "saved_min": proposal.saved_min,
        "cost_min": proposal.cost_min,
    }


# -- names and times ------------------------------------------------------------------------------------
def _seen(unit: str) -> dict[str, None]:
    return dict.fromkeys(entry.code for entry in summary(unit).entries)


def _named(codes: Iterable[str]) -> list[BranchView]:
    return [{"branch": code, "name": _name(code), "until": None} for code in sorted(codes)]


def _name(code: str) -> ByLang:
    here = picture()
    entry = here.entries.get(code)
    return here.name(entry) if entry else {}


def _unit(code: str) -> str:
    return next(reversed(picture().tree.path(code)), "")


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
