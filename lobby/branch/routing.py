"""The area of a customer, by service, tier and needs."""

from __future__ import annotations

from collections.abc import Iterable

from lobby.branch.model import Branch


def area_for(branch: Branch, service: str, tier: str, needs: Iterable[str]) -> str:
    """The area a customer waits in: the green channel's for special needs, else the tier's own, where
    a counter there serves the customer; else the service's."""
    preferred = []
    if tuple(needs):
        preferred = [area.id for area in branch.areas if area.green]
    if dedicated := branch.tier[tier].area:
        preferred.append(dedicated)
    for area in preferred:
        if served_in(branch, area, service, tier):
            return area
    return branch.service[service].area


def served_in(branch: Branch, area: str, service: str, tier: str) -> bool:
    """Whether any counter of the branch may serve this queue."""
    return bool(branch.counters_for(service, tier, area))
