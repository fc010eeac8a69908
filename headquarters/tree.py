"""The organisation as it is on one day: provinces and cities, with the branches below them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from headquarters.config import Headquarters, Outlet, Unit
from lobby.errors import NotFound


def stays_on(headquarters: Headquarters, day: date) -> dict[str, Outlet]:
    """Where each branch stood on that day."""
    stays: dict[str, Outlet] = {}
    for outlet in headquarters.branches:
        since, until = outlet.days
        if since <= day <= until:
            stays.setdefault(outlet.code, outlet)
    return stays


class Tree:
    """The tree of hq.toml on a day. Without branches in the file there is no tree, and every branch is taken in."""

    def __init__(self, headquarters: Headquarters, day: date) -> None:
        self.units = {unit.id: unit for unit in headquarters.units}
        self.outlets = stays_on(headquarters, day)
        self.is_open = not headquarters.branches
        """Whether a branch that the file does not have is one of the province's."""

    def has(self, code: str) -> bool:
        return self.is_open or code in self.outlets

    def path(self, code: str) -> tuple[str, ...]:
        """The ids of the units above a branch, the top first."""
        outlet = self.outlets.get(code)
        return self.above(outlet.unit) if outlet else ()

    def above(self, unit: str) -> tuple[str, ...]:
        """The unit and those above it, the top first."""
        upwards = [found.id for found in self._upwards(unit)]
        return tuple(reversed(upwards))

    def _upwards(self, unit: str) -> Iterator[Unit]:
        while unit in self.units:
            yield self.units[unit]
            unit = self.units[unit].parent

    def must_have(self, unit: str) -> None:
        """Raises NotFound for a unit that hq.toml does not have."""
        if unit not in self.units:
            raise NotFound("unknown_unit", id=unit)

    def is_below(self, unit: str, top: str) -> bool:
        """Whether the unit is this one or stands below it."""
        return top in self.above(unit)
