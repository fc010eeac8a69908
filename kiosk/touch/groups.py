"""What the touch kiosk's page is made of: services by what people come for, their pictures, its words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.touch.texts import kiosk_texts, rule_words
from lobby.branch.model import NEEDS, Branch, Service
from lobby.branch.names import Name
from web.words import need_words

MODULES = tuple(
    f"/static/kiosk/touch/{file.name}" for file in sorted(Path(__file__).parent.glob("*.js")) if file.stem != "page"
)
"""The script's parts, which the page asks for at once instead of one after another."""

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
    groups = [Shown(g.id, g.name, tuple(s for s in branch.services if s.group == g.id)) for g in branch.groups]
    others = _by_area(branch, (s for s in branch.services if not s.group))
    return tuple(one for one in [*groups, *others] if one.services)


def _by_area(branch: Branch, services: Iterable[Service]) -> Iterator[Shown]:
    left = list(services)
    for area in branch.areas:
        yield Shown(area.id, area.name, tuple(s for s in left if s.area == area.id))


def page_context(branch: Branch, kiosk: str | None) -> dict[str, Any]:
    """What the template of the kiosk needs; `kiosk` is which of the branch's it is."""
    words = need_words()
    return {
        "branch": branch,
        "kiosk": kiosk,
        "groups": shown(branch),
        "icons": {service.id: icon(service.id) for service in branch.services},
        "needs": [(need, words[need]) for need in NEEDS],
        "rules": rule_words(),
        "modules": MODULES,
        "texts": kiosk_texts(prints=branch.printer_of(kiosk) is not None),
    }
