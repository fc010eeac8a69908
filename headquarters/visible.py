"""Which part of the province a reader may see: what is below the unit that the account or token is bound to. What is
of a day belongs to the unit below which the branch stood then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from flask import abort, current_app

from headquarters.live.picture import Entry, Picture
from headquarters.live.summary import Summaries, Summary
from headquarters.reports.views import BranchView
from headquarters.tree import Tree
from lobby.errors import NotFound
from lobby.texts import by_language
from lobby.views.base import ByLang
from web.roles import current


def picture() -> Picture:
    found: Picture = current_app.extensions["picture"]
    return found


def own_unit() -> str:
    """The unit that the reader is bound to; empty for the whole province."""
    principal = current()
    return (principal.unit if principal else None) or ""


def unit_asked(unit: str) -> str:
    """The unit that a request names, else the reader's own. NotFound for one that is not there, 403 for one that is not
    below the reader's."""
    own = own_unit()
    tree = picture().tree
    if unit:
        tree.must_have(unit)
    if own and not tree.is_below(unit or own, own):
        abort(403)
    return unit or own


def summary(unit: str) -> Summary:
    """Of what the reader may see below the unit."""
    summaries: Summaries = current_app.extensions["summaries"]
    return summaries.of(unit_asked(unit))


def entry_of(code: str) -> Entry:
    """NotFound for a branch that is not the province's, 403 for one that is not below the reader's unit."""
    entry = picture().entries.get(code)
    if entry is None:
        raise NotFound("unknown_branch", id=code)
    own = own_unit()
    if own and own not in picture().tree.path(code):
        abort(403)
    return entry


# -- on a day -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Place:
    """A branch on a day: the unit right above it then, and its name."""

    code: str
    unit: str
    name: ByLang = field(compare=False)


def places(day: date, unit: str) -> dict[str, Place]:
    """By code, the branches that stood below the unit on that day; all of them for an empty one."""
    here = picture()
    tree = Tree(here.headquarters, day)
    if tree.is_open:
        return {
            code: Place(code, "", here.name(entry))
            for code, entry in here.entries.items()
            if not unit
        }
    return {
        code: Place(code, outlet.unit, by_language(outlet.name))
        for code, outlet in tree.outlets.items()
        if not unit or tree.is_below(outlet.unit, unit)
    }


def place_on(code: str, day: date) -> Place:
    """Where the branch stood on that day. Raises NotFound for a branch that is not the province's, and where it stood
    below a unit of others then; 403 for one that the reader sees neither today nor on that day."""
    place = places(day, own_unit()).get(code)
    if place:
        return place
    entry = entry_of(code)
    if own_unit():
        raise NotFound("elsewhere_then", day=day.isoformat())
    return Place(code, "", picture().name(entry))


def must_have_stood(code: str, days: tuple[date, date]) -> None:
    """As place_on, of a period: one of its days on which the branch stood below the reader's unit is enough, since a
    report has those days alone. A branch that has gone from the province since had its days too."""
    first, last = days
    own = own_unit()
    here = picture()
    stays = [outlet for outlet in here.headquarters.branches if outlet.code == code]
    for outlet in stays:
        since, until = outlet.days
        is_own = not own or here.tree.is_below(outlet.unit, own)
        if is_own and since <= last and first <= until:
            return
    entry_of(code)
    if own:
        raise NotFound("elsewhere_then", day=last.isoformat())


def named(found: Iterable[Place]) -> list[BranchView]:
    by_code = sorted(found, key=lambda place: place.code)
    return [{"branch": place.code, "name": place.name, "until": None} for place in by_code]
