"""What a request is told of an exchange of tellers: between neighbours, which stand right below one unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from headquarters.config import Headquarters
from headquarters.deriving.days import outlook_of
from headquarters.planning.asking import clock, told
from headquarters.planning.views import ExchangeView, OutlookView, ProposalView
from headquarters.shared.database import BACKGROUND, read_in_background
from headquarters.shared.pages import headquarters
from headquarters.visible import Place, named, own_unit, picture, places, summary
from lobby.errors import Invalid
from lobby.simulation.exchange import Exchange, Proposal, exchange, with_what_is_played
from lobby.texts import by_language
from web.ahead import Work

LANE = "exchange"
"""A lane of its own: an exchange is played for a minute, which a question of one branch need not wait for."""
FRESH = timedelta(hours=1)
"""What lines that were cut bring meanwhile changes a forecast of four weeks little."""
NEIGHBOURS_MAX = 100
"""More branches than a city has: their past days are read within a minute, and what is played of them fits into the
process that plays."""


def units_of(day: date) -> list[str]:
    """The units that have branches right below them on that day, of what the reader may see, in the tree's order."""
    having = {place.unit for place in _seen(day, own_unit())}
    return [id for id in picture().tree.units if id in having]


def choices(day: date, unit: str) -> list[str]:
    """The units among which to choose, where the one asked for has no branches right below it; else that one alone."""
    among = units_of(day)
    tree = picture().tree
    below = [id for id in among if not unit or tree.is_below(id, unit)]
    return [unit] if unit in among or not below else below


def exchange_of(day: date, unit: str) -> ExchangeView:
    """Of the branches right below the unit. Raises Invalid where that is no one unit."""
    among = choices(day, unit)
    if len(among) > 1:
        raise Invalid("choose_unit", "unit", ids=", ".join(among))
    (unit,) = among
    neighbours = {place.code: place for place in _seen(day, unit) if place.unit == unit}
    codes = sorted(neighbours)[:NEIGHBOURS_MAX]
    known = _known(day, unit, codes)
    lacking = set(codes) - known.half_hours.keys() if known else set()
    return {
        "day": day.isoformat(),
        "unit": unit,
        "ready": known is not None,
        "branches": len(neighbours),
        "outlooks": [_outlook_view(neighbours[code], known) for code in known.half_hours]
        if known
        else [],
        "missing": named(neighbours[code] for code in lacking),
        "left_out": len(neighbours) - len(codes),
        "proposals": [_proposal_view(each, known, neighbours) for each in known.proposals]
        if known
        else [],
    }


def _seen(day: date, unit: str) -> list[Place]:
    """Those that stand below the unit on that day and that the reader sees today."""
    today = {entry.code for entry in summary("").entries}
    return [place for place in places(day, unit).values() if place.code in today]


def _known(day: date, unit: str, codes: list[str]) -> Exchange | None:
    now = datetime.now(headquarters().zone)
    hour = now.replace(minute=0, second=0, microsecond=0)
    question = f"exchange {unit} {codes} {day}"
    answer = told(question, LANE, hour, now, _work(headquarters(), day, codes))
    return answer.result if answer and now - answer.at < FRESH else None


def _work(hq: Headquarters, day: date, codes: list[str]) -> Callable[[], Work]:
    """Branch by branch: what is asked of one branch need not wait until all are read."""

    def work() -> Work:
        today = datetime.now(hq.zone).date()
        found = [read_in_background(hq, outlook_of, code, day, today) for code in codes]
        outlooks = [each for each in found if each]
        return exchange, (BACKGROUND.run(with_what_is_played, outlooks),)

    return work


def _outlook_view(place: Place, known: Exchange) -> OutlookView:
    return {
        "branch": place.code,
        "name": place.name,
        "half_hours": [
            {
                "at": half.at,
                "arrivals": half.arrivals,
                "needed": half.counters,
                "staffed": staffed,
                "enough": half.enough,
            }
            for half, staffed in known.half_hours[place.code]
        ],
    }


def _proposal_view(
    proposal: Proposal, known: Exchange, neighbours: dict[str, Place]
) -> ProposalView:
    return {
        "lender": proposal.lender,
        "lender_name": neighbours[proposal.lender].name,
        "lender_day": known.played_on[proposal.lender].isoformat(),
        "borrower": proposal.borrower,
        "borrower_name": neighbours[proposal.borrower].name,
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
