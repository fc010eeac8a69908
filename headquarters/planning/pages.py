"""The pages of what would have been with a counter more or less, and of tellers lent for a day. They work without a
script; one fetches what is still being played."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, request
from werkzeug.wrappers import Response

from headquarters.deriving.days import last_day, last_day_of_all
from headquarters.deriving.replay import is_unknown
from headquarters.planning.api import TIME
from headquarters.planning.asking import between_of, branch_day, gains, whatif
from headquarters.planning.exchanges import NEIGHBOURS_MAX, choices, exchange_of, units_of
from headquarters.planning.tiers import minutes_words, tier_rows
from headquarters.planning.views import (
    ExchangeView,
    GainsView,
    GainView,
    OutlookView,
    ProposalView,
    WhatIfView,
)
from headquarters.reports.views import BranchView
from headquarters.shared.choice import units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw, headquarters
from headquarters.visible import picture, place_on, summary, unit_asked
from lobby.branch.model import Branch
from lobby.errors import Conflict, Invalid, LobbyError, NotFound
from lobby.simulation.whatif import Variation
from lobby.texts import Text
from lobby.views.base import ByLang
from web.days import day_asked
from web.gated import page_for
from web.languages import lang
from web.roles import public

pages = Blueprint("planning", __name__)
HERE = Path(__file__).parent
DAY = timedelta(days=1)
NOTHING = Text(
    "Nothing of this day is here. Choose another day, or see on the branch's page how far its journal is."
)


@pages.get("/planning")
@public
def more_counters() -> str | Response:
    return page_for("province", _gains)


@pages.get("/planning/exchange")
@public
def exchange() -> str | Response:
    return page_for("province", _exchange)


@pages.get("/branch/<code>/whatif")
@public
def of_branch(code: str) -> str | Response:
    return page_for("province", lambda: _whatif(code))


# -- one more counter where? ----------------------------------------------------------------------------
@dataclass(frozen=True)
class GainRow:
    """A branch in words; `href` leads to its day played with that counter."""

    name: str
    unit: str
    href: str
    counter: str
    hours: str
    an_hour: str
    saved: str
    waited: str


def _gains() -> str:
    unit = unit_asked(request.args.get("unit", ""))
    today = _today()
    day = day_asked("date") or asked(last_day_of_all, today)
    view = gains(day, unit)
    return draw(
        HERE,
        view=view,
        rows=_gain_rows(view),
        missing=_names(view["missing"]),
        partial=[
            f"{_in_lang(branch['name'], branch['branch'])} {(branch['until'] or '')[11:16]}"
            for branch in view["partial"]
        ],
        failed=_names(view["failed"]),
        **_choice(day, unit, today),
    )


def _gain_rows(view: GainsView) -> list[GainRow]:
    tree = picture().tree
    return [
        GainRow(
            _in_lang(row["name"], row["branch"]),
            tree.units[row["unit"]].name.in_(lang()) if row["unit"] else "",
            _address(row["branch"], view["day"], f"like:{row['counter_like']}", row),
            _in_lang(row["counter_name"], row["counter_like"]),
            f"{row['begins']}–{row['ends']}",
            minutes_words(row["saved_min_an_hour"]),
            minutes_words(row["saved_min"]),
            minutes_words(row["waited_min"]),
        )
        for row in view["rows"]
    ]


def _address(code: str, day: str, change: str, of: GainView | ProposalView) -> str:
    """Of the branch's day played with that change."""
    query = {"date": day, "change": change}
    if not of.get("all_day"):
        query |= {"begins": of["begins"], "ends": of["ends"]}
    return f"/branch/{code}/whatif?{urlencode(query)}"


# -- a branch's day -------------------------------------------------------------------------------------
def _whatif(code: str) -> str:
    today = _today()
    day = day_asked("date") or asked(last_day, code, today)
    change = request.args.get("change", "")
    name, seen_today = _named(code, day)
    view, problem, branch = _played(code, day, change)
    return draw(
        HERE,
        "whatif",
        code=code,
        branch_name=_in_lang(name, code),
        seen_today=seen_today,
        day=day,
        today=today,
        before=day - DAY,
        after=day + DAY if day < today else None,
        change=change,
        begins=_time("begins"),
        ends=_time("ends"),
        branch=branch,
        view=view,
        problem=problem,
        saved=minutes_words(abs(view.get("saved_min", 0.0))) if view else "",
        tone=_saved_tone(view) if view else "",
        an_hour=_an_hour(view) if view else "",
        until=datetime.fromisoformat(view["until"]) if view else None,
        rows=[*tier_rows(view, branch)] if view and branch else [],
    )


def _named(code: str, day: date) -> tuple[ByLang, bool]:
    """The branch's name on that day, and whether the reader sees it today. NotFound and 403 as place_on."""
    today = next((each for each in summary("").entries if each.code == code), None)
    if today:
        return picture().name(today), True
    return place_on(code, day).name, False


@dataclass(frozen=True)
class Problem:
    """Why a day is not played. `failed`: not for what was asked, so that it may be asked again."""

    words: str
    failed: bool = False


def _played(
    code: str, day: date, change: str
) -> tuple[WhatIfView | None, Problem | None, Branch | None]:
    """The day, why it is not played, and the branch as it was then."""
    try:
        known = branch_day(code, day)
    except NotFound as error:
        words = NOTHING.in_(lang()) if error.code == "no_such_day" else error.text(lang())
        return None, Problem(words), None
    if is_unknown(known.branch):
        return None, Problem(Conflict("unreadable_configuration").text(lang())), None
    if not change:
        return None, None, known.branch
    try:
        return whatif(code, day, known, _variation(change)), None, known.branch
    except LobbyError as error:
        return None, Problem(error.text(lang()), failed=error.status >= 500), known.branch


def _variation(change: str) -> Variation:
    """Raises Invalid for what is no change."""
    kind, _, id = change.partition(":")
    between = between_of(_time("begins"), _time("ends"))
    match kind:
        case "like":
            return Variation(counter_like=id, between=between)
        case "of":
            return Variation(counter_of=id, between=between)
        case "less":
            return Variation(counter_less=id, between=between)
    raise Invalid("unknown_counter", "change", id=change)


def _time(name: str) -> str:
    asked_for = request.args.get(name, "")
    return asked_for if re.fullmatch(TIME, asked_for) else ""


def _saved_tone(view: WhatIfView) -> str:
    """Empty where as much is waited, as it is shown."""
    saved = round(view.get("saved_min", 0.0), 1)
    return "better" if saved > 0 else "worse" if saved < 0 else ""


def _an_hour(view: WhatIfView) -> str:
    hours = view.get("counter_h", 0.0)
    return minutes_words(abs(view.get("saved_min", 0.0)) / hours) if hours else ""


# -- an exchange of tellers -----------------------------------------------------------------------------
@dataclass(frozen=True)
class ProposalRow:
    """A proposal in words; the addresses lead to the two days that were played."""

    lender: str
    lender_href: str
    borrower: str
    borrower_href: str
    hours: str
    counter: str
    counter_like: str
    saved: str
    cost: str


@dataclass(frozen=True)
class Half:
    """A half hour of a branch: what it needs and what is usually open. `tone` says which is more."""

    needed: int
    staffed: int
    tone: str
    enough: bool


def _exchange() -> str:
    today = _today()
    day = day_asked("date") or today + DAY
    among = choices(day, unit_asked(request.args.get("unit", "")))
    unit = among[0] if len(among) == 1 else ""
    view, problem = _exchanged(day, unit) if len(among) == 1 else (None, "")
    outlooks = view["outlooks"] if view else []
    slots = sorted({half["at"] for each in outlooks for half in each["half_hours"]})
    names = picture().tree.units
    return draw(
        HERE,
        "exchange",
        view=view,
        problem=problem,
        among=[(id, names[id].name) for id in among if id in names],
        most=NEIGHBOURS_MAX,
        proposals=_proposals(view) if view else [],
        slots=slots,
        outlooks=[
            (_in_lang(each["name"], each["branch"]), _halves(each, slots)) for each in outlooks
        ],
        missing=_names(view["missing"]) if view else [],
        **_choice(day, unit, today) | {"units": [(id, names[id].name) for id in units_of(day)]},
    )


def _exchanged(day: date, unit: str) -> tuple[ExchangeView | None, str]:
    """What is known, or why it could not be worked out."""
    try:
        return exchange_of(day, unit), ""
    except LobbyError as error:
        return None, error.text(lang())


def _proposals(view: ExchangeView) -> list[ProposalRow]:
    return [
        ProposalRow(
            _in_lang(one["lender_name"], one["lender"]),
            _address(one["lender"], one["lender_day"], f"less:{one['counter']}", one),
            _in_lang(one["borrower_name"], one["borrower"]),
            _address(one["borrower"], one["borrower_day"], f"like:{one['counter_like']}", one),
            f"{one['begins']}–{one['ends']}",
            _in_lang(one["counter_name"], one["counter"]),
            _in_lang(one["counter_like_name"], one["counter_like"]),
            minutes_words(one["saved_min"]),
            minutes_words(one["cost_min"]),
        )
        for one in view["proposals"]
    ]


def _halves(outlook: OutlookView, slots: list[str]) -> list[Half | None]:
    by_slot = {half["at"]: half for half in outlook["half_hours"]}
    return [
        Half(
            half["needed"], half["staffed"], _tone(half["needed"], half["staffed"]), half["enough"]
        )
        if (half := by_slot.get(at))
        else None
        for at in slots
    ]


def _tone(needed: int, staffed: int) -> str:
    if staffed < needed:
        return "worse"
    return "better" if staffed > needed else ""


# -- words ----------------------------------------------------------------------------------------------
def _choice(day: date, unit: str, today: date) -> dict[str, Any]:
    """What the forms of a day and a unit show."""
    return {
        "day": day,
        "unit": unit,
        "of_unit": f"?{urlencode({'unit': unit})}" if unit else "",
        "units": units(),
        "today": today,
        "before": "?" + urlencode({"date": day - DAY, "unit": unit}),
        "after": "?" + urlencode({"date": day + DAY, "unit": unit}),
    }


def _today() -> date:
    return datetime.now(headquarters().zone).date()


def _names(branches: list[BranchView]) -> list[str]:
    return [_in_lang(branch["name"], branch["branch"]) for branch in branches]


def _in_lang(name: ByLang, otherwise: str) -> str:
    return name.get(lang(), otherwise)
