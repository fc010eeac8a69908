"""Joins a configuration with those before it: what the branch had before keeps its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lobby.branch.lookup import Thing, by_id, ids
from lobby.branch.model import Branch, Retired


def succeeding(branch: Branch, former: Branch) -> Branch:
    """The branch with everything that the configuration before it had or had retired."""
    earlier = former.retired
    retired = Retired(
        areas=_retired((*earlier.areas, *former.areas), branch.areas),
        tiers=_retired((*earlier.tiers, *former.tiers), branch.tiers),
        services=_retired((*earlier.services, *former.services), branch.services),
        counters=_retired((*earlier.counters, *former.counters), branch.counters),
    )
    return replace(branch, retired=retired)


def _retired(before: tuple[Thing, ...], things: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """The things that are no longer present, each as it last was."""
    present = ids(things)
    return tuple(thing for thing in by_id(before).values() if thing.id not in present)


def removed(branch: Branch, former: Branch) -> Iterator[str]:
    """What the former configuration offers and this one does not, each as `kind id`."""
    for kind, before, now in zip(
        branch.offered._fields, former.offered, branch.offered, strict=True
    ):
        yield from (f"{kind} {id}" for id in sorted(before - now))
