"""The services as the kiosk shows them: by what people come for, with a picture each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lobby.branch.model import Branch, Service
from lobby.branch.names import Name

ICONS = {
    "cash": "cash", "non_cash": "exchange", "cards": "card", "loans": "loan", "fx": "coins", "wealth": "plan",
    "corporate": "company", "digital": "phone", "everyday": "cash", "plans": "plan", "company": "company",
}  # fmt: skip
"""Pictures of the kinds of business that most branches have; others get a ticket's."""


@dataclass(frozen=True)
class Shown:
    """Services that the page shows together."""

    id: str
    name: Name
    services: tuple[Service, ...]

    @property
    def icon(self) -> str:
        return ICONS.get(self.id) or icon(self.services[0].id)


def icon(service: str) -> str:
    return ICONS.get(service, "ticket")


def shown(branch: Branch) -> tuple[Shown, ...]:
    """The branch's groups; services of none come last, and by area where the branch has no groups."""
    groups = [
        Shown(g.id, g.name, tuple(s for s in branch.services if s.group == g.id))
        for g in branch.groups
    ]
    others = _by_area(branch, (s for s in branch.services if not s.group))
    return tuple(one for one in [*groups, *others] if one.services)


def _by_area(branch: Branch, services: Iterable[Service]) -> Iterator[Shown]:
    left = list(services)
    for area in branch.areas:
        yield Shown(area.id, area.name, tuple(s for s in left if s.area == area.id))
