"""Which report a page is asked for: span, day and unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from flask import request

from headquarters.visible import own_unit, picture, unit_asked
from lobby.branch.names import Name
from lobby.reports.measures import Span, days_of
from web.days import day_asked


@dataclass(frozen=True)
class Choice:
    """What was asked for. `unit` is what the reader may see of it; empty: the whole province."""

    span: Span
    day: date
    unit: str
    today: date

    def address(self, **other: str) -> str:
        """The query of the page with something else chosen."""
        chosen = {"span": self.span, "date": self.day.isoformat(), "unit": self.unit}
        return "?" + urlencode({key: value for key, value in {**chosen, **other}.items() if value})

    @property
    def before(self) -> str:
        first, _ = days_of(self.span, self.day)
        return self.address(date=(first - timedelta(days=1)).isoformat())

    @property
    def after(self) -> str:
        """Empty where that has not begun."""
        _, last = days_of(self.span, self.day)
        following = last + timedelta(days=1)
        return self.address(date=following.isoformat()) if following <= self.today else ""


def choice() -> Choice:
    """By the page's address; yesterday where it names no day, since today is not over."""
    spans: tuple[Span, ...] = get_args(Span)
    asked = request.args.get("span", "")
    today = datetime.now(picture().headquarters.zone).date()
    return Choice(
        next((span for span in spans if span == asked), "day"),
        day_asked("date") or today - timedelta(days=1),
        unit_asked(request.args.get("unit", "")),
        today,
    )


def units() -> list[tuple[str, Name]]:
    """The units that the reader may choose from, the tree's order."""
    tree = picture().tree
    own = own_unit()
    return [(id, unit.name) for id, unit in tree.units.items() if not own or tree.is_below(id, own)]
