"""The names of tiers and services as branches call them: headquarters has no catalogue of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import date

import psycopg

from headquarters.archive.archived import ArchiveFault
from headquarters.config import Headquarters
from headquarters.deriving.days import configured_in
from headquarters.reports.views import ReportView
from lobby.branch.model import Branch
from lobby.texts import by_language
from lobby.views.base import ByLang

log = logging.getLogger(__name__)

NAMED = ("tier", "service")
"""What configurations name; the counters, which they name too, stand in no bulletin of a province."""
READ_MAX = 8
"""The configurations of so many branches are read for a bulletin: a bank's branches have the same business."""
Names = dict[str, dict[str, ByLang]]
"""By key and group."""


def names_of_groups(
    db: psycopg.Connection,
    hq: Headquarters,
    made: ReportView,
    codes: Iterable[str],
    days: tuple[date, date],
) -> Names:
    """As the first of these branches that knows it calls it, in these days. What none of them knows is left out."""
    wanted = {key: _groups(made, key) for key in NAMED}
    names: Names = {key: {} for key in NAMED}
    reading = (code for code in codes if any(wanted[key] - names[key].keys() for key in NAMED))
    for code, _ in zip(reading, range(READ_MAX), strict=False):
        branch = _configured(db, hq, code, days)
        if branch:
            for key in NAMED:
                names[key] = {**_called(branch, key, wanted[key]), **names[key]}
    return names


def _groups(made: ReportView, key: str) -> set[str]:
    return {
        group for figure in made["measures"].values() for group in figure.get("by", {}).get(key, {})
    }


def _called(branch: Branch, key: str, wanted: set[str]) -> dict[str, ByLang]:
    things: Mapping[str, object] = getattr(branch, key)
    return {id: by_language(things[id].name) for id in wanted & things.keys()}  # type: ignore[attr-defined]


def _configured(
    db: psycopg.Connection, hq: Headquarters, code: str, days: tuple[date, date]
) -> Branch | None:
    """None where nothing of these days is here, or the file of an old month is away: a bulletin is made without."""
    try:
        return configured_in(db, hq, code, days)
    except ArchiveFault as fault:
        log.warning("branch %s names no services in this bulletin: %s", code, fault)
        return None
