"""The bulletin's figures, read from the derived tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from lobby.branch.model import Branch
from lobby.journal.history import reader
from lobby.quantile import quantile

Span = Literal["day", "week", "month"]
Row = dict[str, Any]


def days_of(span: Span, day: date) -> tuple[date, date]:
    """First and last day of the day, the ISO week or the month that `day` is in."""
    if span == "day":
        return day, day
    if span == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=6)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def report(branch: Branch, database: Path, span: Span, day: date) -> Row:
    """Tickets and waits by tier and service, late by the target of each ticket; feedback by tier, service, counter and
    hour; cards of visits that were not served stand `apart`. Seconds."""
    first, last = days_of(span, day)
    with closing(reader(database)) as db:
        tickets = list(db.query(TICKETS, [first.isoformat(), last.isoformat()]))
        cards = list(db.query(CARDS, [first.isoformat(), last.isoformat()]))
    for ticket in tickets:
        called = ticket["called_at"]
        ticket["wait_s"] = _seconds(ticket["issued_at"], called) if called else None
    apart = [card for card in cards if card["visit"] != "served"]
    cards = [card for card in cards if card["visit"] == "served"]
    for card in cards:
        zone = ZoneInfo(card["zone"]) if card["zone"] else branch.zone
        card["hour"] = datetime.fromisoformat(card["issued_at"]).astimezone(zone).hour
    return {
        "span": span,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "all": _figures(tickets),
        "tiers": _by(tickets, "tier", _figures),
        "services": _by(tickets, "service", _figures),
        "feedback": {
            "all": _scores(cards),
            **{key: _by(cards, key, _scores) for key in ("tier", "service", "counter", "hour")},
            "apart": _by(apart, "visit", _scores),
        },
    }


TICKETS = "SELECT tier, service, state, issued_at, called_at, target_wait_s FROM ticket WHERE day BETWEEN ? AND ?"
CARDS = (
    "SELECT f.score, f.visit, t.tier, t.service, t.counter, t.issued_at,"
    " (SELECT zone FROM day d WHERE d.day = t.day ORDER BY opened_seq LIMIT 1) AS zone FROM feedback f"
    " JOIN ticket t ON t.id = f.ticket WHERE t.day BETWEEN ? AND ?"
)


def _seconds(since: str, until: str) -> float:
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


def _by(rows: Sequence[Row], key: str, figures: Any) -> Row:
    keys = sorted({row[key] for row in rows if row[key] is not None})
    return {str(k): figures([row for row in rows if row[key] == k]) for k in keys}


def _figures(tickets: Sequence[Row]) -> Row:
    states = [t["state"] for t in tickets]
    waits = sorted(t["wait_s"] for t in tickets if t["wait_s"] is not None)
    late = [
        t["wait_s"] > t["target_wait_s"]
        for t in tickets
        if t["wait_s"] is not None and t["target_wait_s"]
    ]
    return {
        "tickets": len(tickets),
        "served": states.count("served"),
        "no_show": states.count("no_show"),
        "abandoned": states.count("cancelled"),
        "diverted": states.count("diverted"),
        "mean_wait_s": _mean(waits),
        "p50_wait_s": _rounded(waits, 0.5),
        "p90_wait_s": _rounded(waits, 0.9),
        "over_target_share": _mean(late),
    }


def _scores(cards: Sequence[Row]) -> Row:
    return {"cards": len(cards), "mean_score": _mean([card["score"] for card in cards])}


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    if numbers:
        return round(sum(numbers) / len(numbers), 3)
    return None


def _rounded(ordered: Sequence[float], share: float) -> float | None:
    if ordered:
        return round(quantile(ordered, share), 1)
    return None
