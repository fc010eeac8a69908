"""Which branches a report is of: all, those below a unit of the tree, or one; each on the days on which it stood
there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import psycopg

from headquarters.config import Headquarters
from headquarters.live.state import NAME_MAX
from lobby.branch.names import Name
from lobby.errors import NotFound
from lobby.texts import by_language
from lobby.views.base import ByLang

NAMES = "SELECT b.code, s.document -> 'name' FROM branch b LEFT JOIN snapshot s ON s.branch = b.code ORDER BY b.code"


@dataclass(frozen=True)
class Member:
    """A branch in a report: under `unit`, from `first` to `last`. One that moved is two members."""

    code: str
    name: ByLang = field(compare=False)
    unit: str
    first: date
    last: date


def members(
    db: psycopg.Connection, hq: Headquarters, days: tuple[date, date], unit: str, branch: str
) -> list[Member]:
    """By branch code. Raises NotFound for a unit that the tree does not have, and for a branch that is not in it."""
    if unit and unit not in {known.id for known in hq.units}:
        raise NotFound("unknown_unit", id=unit)
    every = _of_tree(hq, days) if hq.branches else _taken_in(db, days)
    below = [member for member in every if not unit or unit in path(hq, member.unit)]
    found = [member for member in below if branch in ("", member.code)]
    if branch and not found:
        raise NotFound("unknown_branch", id=branch)
    return sorted(found, key=lambda member: (member.code, member.first))


def _of_tree(hq: Headquarters, days: tuple[date, date]) -> Iterator[Member]:
    for outlet in hq.branches:
        first = max(outlet.since or date.min, days[0])
        last = min(outlet.until or date.max, days[1])
        if first <= last:
            yield Member(outlet.code, by_language(outlet.name), outlet.unit, first, last)


def _taken_in(db: psycopg.Connection, days: tuple[date, date]) -> Iterator[Member]:
    """Of an empty hq.toml every branch is in, by the name that it gives itself."""
    for code, name in db.execute(NAMES).fetchall():
        yield Member(code, _name(name) or by_language(Name(code, code)), "", *days)


def _name(said: object) -> ByLang:
    """What a branch calls itself; nothing where that is no name."""
    if not isinstance(said, dict):
        return {}
    return {lang: str(text)[:NAME_MAX] for lang, text in said.items()}


def path(hq: Headquarters, unit: str) -> list[str]:
    """The unit and those above it, from below."""
    parents: Mapping[str, str] = {known.id: known.parent for known in hq.units}
    units = []
    while unit:
        units.append(unit)
        unit = parents.get(unit, "")
    return units


def right_below(hq: Headquarters, top: str, units: Sequence[str]) -> dict[str, str]:
    """For each of these units the one right below `top` that it stands under, or `top` itself. Where the tree has one
    root, the whole is that one."""
    roots = [unit.id for unit in hq.units if not unit.parent]
    if not top and len(roots) == 1:
        top = roots[0]
    return {unit: _step(path(hq, unit), top) for unit in units}


def _step(way: list[str], top: str) -> str:
    if top not in way:
        return way[-1] if way else ""
    return way[max(0, way.index(top) - 1)]
