"""What customers' cards say, honest at small numbers: a teller's own summary, and the branch's groups side by side.

Below `rules.cards_min` cards nothing is told of a teller or a group but that they are too few: a single answer could
name a customer, and a mean of four says nothing. Groups stand in the configuration's order, never ranked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, TypedDict

from lobby.branch.model import Branch
from lobby.reports.feedback import LOW, SERVED_VISIT
from lobby.reports.funnel import limits
from lobby.reports.load import AtCounter, Stint, person_of, stints_of
from lobby.reports.measure import Period, Row
from lobby.reports.reading import reading
from lobby.reports.statistics import Interval, Mean, shrunken, wilson
from lobby.reports.tickets import TICKETS, WIDE
from lobby.state.ticket import State

GLAD = 4
"""From this score on the customer was content."""
Stints = dict[AtCounter, list[Stint]]
WEEKS = 12
"""Of a teller's summary: it changes once a week, so that no day's change tells a single card."""


class ShareView(TypedDict):
    """A share, 0 to 1, with its interval of 95 % confidence."""

    value: float
    lo: float
    hi: float


class OwnCardsView(TypedDict):
    """The cards that those whom a person, or a counter, served gave in whole weeks. Nothing but `least` where they are
    fewer than that."""

    first: str
    last: str
    least: Annotated[int, "cards from which on they are told"]
    cards: int | None
    glad: ShareView | None
    low: ShareView | None


def weeks_before(today: date) -> tuple[date, date]:
    """The first and the last day of the WEEKS whole weeks before this one."""
    monday = today - timedelta(days=today.weekday())
    return monday - timedelta(weeks=WEEKS), monday - timedelta(days=1)


CARDS = (
    "SELECT f.score, f.at, t.day, t.services FROM feedback f JOIN ticket t ON t.id = f.ticket"
    " WHERE f.at BETWEEN date(:first, '-1 day') AND date(:last, '+2 days') AND f.visit = 'served'"
)
"""By the index of cards: the tickets of twelve weeks are a hundred times as many. A day more on either side, since
instants are UTC."""


def own_cards(branch: Branch, database: Path, today: date, id: str) -> OwnCardsView:
    """Of the person with this staff number, or of the counter where the branch has no register. A card counts on the
    day on which it was given: one that comes late changes no week that was told. Reads the disk."""
    first, last = weeks_before(today)
    with reading(database) as db:
        period = Period(db, branch, first, last)
        scores = [card["score"] for card in _given_to(period, id)]
    least = branch.rules.cards_min
    told = len(scores) >= least
    return {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "least": least,
        "cards": len(scores) if told else None,
        "glad": _share(sum(score >= GLAD for score in scores), len(scores)) if told else None,
        "low": _share(sum(score <= LOW for score in scores), len(scores)) if told else None,
    }


def _given_to(period: Period, id: str) -> list[Row]:
    """The cards of whom that person or counter served."""
    stints = _stints(period) if period.branch.person else None
    return [
        card
        for card in period.query(CARDS)
        if _is_within(period, card["at"]) and id in _servers(card, stints)
    ]


def _stints(period: Period) -> Stints:
    """From before the first card's day on: a card may be given some days after its visit."""
    margin = timedelta(days=period.branch.rules.feedback_days + 1)
    return stints_of(Period(period.db, period.branch, period.first - margin, period.last))


def _is_within(period: Period, at: str) -> bool:
    day = period.branch.day_of(datetime.fromisoformat(at))
    return period.first <= day <= period.last


def _servers(card: Row, stints: Stints | None) -> set[str | None]:
    """Who did the services of a card's visit."""
    services = [
        {"day": card["day"], "counter": counter, "ended": ended}
        for _, counter, _, ended in json.loads(card["services"])
    ]
    if stints is None:
        return {service["counter"] for service in services}
    return {person_of(stints, service) for service in services}


def _judged(row: Row) -> bool:
    return bool(row["visit"] == SERVED_VISIT)


def _share(count: int, n: int) -> ShareView | None:
    return _view(wilson(count, n))


def _view(interval: Interval | None) -> ShareView | None:
    if interval is None:
        return None
    return {"value": interval.value, "lo": interval.lo, "hi": interval.hi}


@dataclass(frozen=True, slots=True)
class Group:
    """The cards of one tier, service, counter or hour. `response` is the share of the customers served who gave one.
    `mean` is as given, `drawn` as drawn to the mean of all for a comparison; None where they are fewer than the branch
    tells. `ordinary`: chance alone explains the difference, by the limits of the bulletin's funnel."""

    key: str
    served: int
    cards: int
    response: Interval | None
    mean: float | None
    drawn: float | None
    low: Interval | None
    ordinary: bool


@dataclass(frozen=True)
class Opinions:
    """The cards of a period: all of them, and by each dimension."""

    whole: Group
    by: Mapping[str, Sequence[Group]]


def opinions(branch: Branch, database: Path, first: date, last: date) -> Opinions:
    """The cards of the tickets issued on these days. Reads the disk."""
    with reading(database) as db:
        rows = Period(db, branch, first, last).rows(TICKETS)
    cards = [row for row in rows if _judged(row)]
    scores = [row["score"] for row in cards]
    whole = _group("", rows, None, branch.rules.cards_min, scores)
    return Opinions(whole, {key: _groups(branch, rows, key, scores) for key in WIDE})


def _groups(branch: Branch, rows: Sequence[Row], key: str, scores: Sequence[int]) -> list[Group]:
    of_key: dict[str, list[Row]] = {}
    for row in rows:
        if row[key] is not None:
            of_key.setdefault(str(row[key]), []).append(row)
    means = {group: _mean(members) for group, members in of_key.items()}
    drawn = shrunken(means, _within(of_key, means))
    order = _order(branch, key, of_key)
    least = branch.rules.cards_min
    return [_group(group, of_key[group], drawn.get(group), least, scores) for group in order]


def _order(branch: Branch, key: str, groups: Mapping[str, object]) -> list[str]:
    """That of the configuration, and of the clock; what is gone from it comes last."""
    configured = {
        "tier": [tier.id for tier in branch.tiers],
        "service": [service.id for service in branch.services],
        "counter": [counter.id for counter in branch.counters],
    }
    known = configured.get(key) or sorted(groups, key=int)
    return [*(id for id in known if id in groups), *(id for id in groups if id not in known)]


def _scores(rows: Sequence[Row]) -> list[int]:
    return [row["score"] for row in rows if _judged(row)]


def _mean(rows: Sequence[Row]) -> Mean:
    scores = _scores(rows)
    return Mean(sum(scores) / max(len(scores), 1), len(scores))


def _within(of_key: Mapping[str, Sequence[Row]], means: Mapping[str, Mean]) -> float:
    """The variance of one score within its group, pooled over the groups."""
    squares = 0.0
    freedom = 0
    for key, rows in of_key.items():
        scores = _scores(rows)
        squares += sum((score - means[key].value) ** 2 for score in scores)
        freedom += max(len(scores) - 1, 0)
    return squares / max(freedom, 1)


def _group(
    key: str, rows: Sequence[Row], drawn: float | None, least: int, all_scores: Sequence[int]
) -> Group:
    scores = _scores(rows)
    served = [row for row in rows if row["state"] == State.SERVED]
    response = wilson(sum(map(_judged, served)), len(served))
    few = Group(key, len(served), len(scores), response, None, None, None, ordinary=True)
    if len(scores) < least:
        return few
    low = wilson(sum(score <= LOW for score in scores), len(scores))
    share = sum(score <= LOW for score in all_scores) / len(all_scores)
    lo, hi = limits(share, len(scores))
    ordinary = low is None or lo <= low.value <= hi
    return replace(few, mean=_mean(rows).value, drawn=drawn, low=low, ordinary=ordinary)
