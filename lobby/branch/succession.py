"""One configuration after another: what the branch had before stays known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lobby.branch.known import Thing, by_id, ids
from lobby.branch.model import Branch, Retired


def succeeding(branch: Branch, former: Branch) -> Branch:
    """The same branch, which also knows what the configuration before it had, and what that one knew."""
    was = former.retired
    retired = Retired(
        areas=_gone((*was.areas, *former.areas), branch.areas),
        tiers=_gone((*was.tiers, *former.tiers), branch.tiers),
        services=_gone((*was.services, *former.services), branch.services),
        counters=_gone((*was.counters, *former.counters), branch.counters),
    )
    return replace(branch, retired=retired)


def _gone(before: tuple[Thing, ...], now: tuple[Thing, ...]) -> tuple[Thing, ...]:
    """What was and is no more, each thing as it last was."""
    kept = ids(now)
    return tuple(thing for thing in by_id(before).values() if thing.id not in kept)


def taken_out(branch: Branch, former: Branch) -> Iterator[str]:
    """What the former configuration offers and this one does not, as `kind id`."""
    for kind, before, now in zip(branch.offered._fields, former.offered, branch.offered, strict=True):
        yield from (f"{kind} {id}" for id in sorted(before - now))
