"""Where a customer is sent: the area for a business, a tier and needs."""

from __future__ import annotations

from collections.abc import Iterable

from lobby.branch.model import Branch


def area_for(branch: Branch, service: str, tier: str, needs: Iterable[str]) -> str:
    """The area a customer waits in: the green channel's for special needs, else the tier's own, where
    a counter there serves the business; else the service's."""
    wished = [a.id for a in branch.areas if a.green] if tuple(needs) else []
    if own := branch.tier[tier].area:
        wished.append(own)
    for area in wished:
        if served_in(branch, area, service, tier):
            return area
    return branch.service[service].area


def served_in(branch: Branch, area: str, service: str, tier: str) -> bool:
    """Whether any counter of the branch may serve this line."""
    return bool(branch.desks(service, tier, area))
