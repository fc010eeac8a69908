"""What one reader sees of the picture: the branches below a unit, their sums, and what changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from headquarters.live.picture import Entry, Picture
from headquarters.live.state import Heat
from headquarters.live.views import (
    HeardView,
    LiveUnitView,
    LiveView,
    branch_view,
    completeness,
    local,
    reading_view,
    totals,
    unit_view,
)
from lobby.views.snapshot import SnapshotFigures


@dataclass(frozen=True)
class Summary:
    """The branches below a unit in one revision: in the tree's order, by unit, those that burn, and their sums."""

    revision: int
    entries: list[Entry]
    by_unit: dict[str, list[Entry]]
    burning: list[Entry]
    totals: SnapshotFigures
    completeness: HeardView
    units: list[LiveUnitView]


class Summaries:
    """Made once for each revision and unit, however many readers ask."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._made: dict[str, Summary] = {}

    def of(self, unit: str) -> Summary:
        """Of the branches below the unit; all of them for an empty one."""
        made = self._made.get(unit)
        if made is None or made.revision != self._picture.revision:
            made = self._made[unit] = _summary(self._picture, unit)
        return made


def _summary(picture: Picture, unit: str) -> Summary:
    tree = picture.tree
    paths = {code: tree.path(code) for code in [*picture.entries]}
    below = [code for code, path in paths.items() if not unit or unit in path]
    order = {id: n for n, id in enumerate(tree.units)}
    below.sort(key=lambda code: ([order[id] for id in paths[code]], code))
    entries = [picture.entries[code] for code in below]
    by_unit: dict[str, list[Entry]] = {}
    for entry in entries:
        path = paths[entry.code]
        by_unit.setdefault(path[-1] if path else "", []).append(entry)
    burning = [entry for entry in entries if entry.heat is Heat.BURNING]
    return Summary(
        picture.revision,
        entries,
        by_unit,
        sorted(burning, key=_worst_first),
        totals(entries),
        completeness(picture, entries),
        [unit_view(picture, id, of_unit) for id, of_unit in by_unit.items()],
    )


def _worst_first(entry: Entry) -> tuple[int, int, str]:
    figures = entry.word.figures if entry.word else {"late": 0, "longest_wait_s": 0}
    return -figures["late"], -figures["longest_wait_s"], entry.code


def _has(picture: Picture, entry: Entry, text: str) -> bool:
    names = picture.name(entry).values()
    return any(text in name.casefold() for name in (entry.code, *names))


def live_view(
    picture: Picture,
    summary: Summary,
    since: int,
    only: Collection[str],
    page: tuple[int, int],
    text: str = "",
) -> LiveView:
    """`only`: the units whose branches are asked for, all where there is none; `page`: offset and limit; `text` is in
    the names or codes of those that are asked for."""
    offset, limit = page
    wanted = summary.entries
    if only:
        wanted = [entry for id in only for entry in summary.by_unit.get(id, ())]
    if text:
        wanted = [entry for entry in wanted if _has(picture, entry, text.casefold())]
    shown = picture.changed(since, wanted)
    part = shown[offset : offset + limit]
    burning = [
        entry
        for entry in picture.changed(since, summary.burning)
        if (only or text or not limit) and entry not in part
    ]
    end = offset + len(part)
    return {
        "revision": summary.revision,
        "whole": not picture.knows(since),
        "at": local(picture.now, picture.headquarters.zone),
        "reading": reading_view(picture),
        "completeness": summary.completeness,
        "totals": summary.totals,
        "burning": [entry.code for entry in summary.burning],
        "units": summary.units,
        "total": len(wanted),
        "next": end if limit and end < len(shown) else None,
        "branches": [branch_view(picture, entry) for entry in [*part, *burning]],
    }
