"""To which areas a counter can be lent 支援 for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from lobby.branch.model import Branch, Counter


def lendable(branch: Branch, counter: Counter) -> tuple[str, ...]:
    """The areas that the counter does not help, and where business is done that it does."""
    return tuple(
        area.id
        for area in branch.areas
        if not area.self_service
        and area.id not in (counter.area, *counter.helps)
        and any(_does_alike(counter, other) for other in _counters_in(branch, area.id))
    )


def as_helper(counter: Counter, area: str | None) -> Counter:
    """The counter with this area, if any, among those that it helps."""
    if area is None or area in counter.helps:
        return counter
    return replace(counter, helps=(*counter.helps, area))


def home_at(branch: Branch, counter: str, now: datetime, for_: timedelta) -> datetime:
    """When a counter that is lent for so long serves its own areas alone again: never after the present hours of it
    or of the branch end, or the day."""
    openings = (branch.opening, branch.counter_opening[counter])
    closing = [opening.closes(now) for opening in openings]
    ends = [branch.opening.end_of_day(now), *(at for at in closing if at)]
    return min(now + for_, *ends)


def _counters_in(branch: Branch, area: str) -> Iterable[Counter]:
    return (counter for counter in branch.counters if area in (counter.area, *counter.helps))


def _does_alike(counter: Counter, other: Counter) -> bool:
    """Whether both may serve a customer of the same business and tier."""
    tiers_apart = counter.tiers and other.tiers and not {*counter.tiers} & {*other.tiers}
    return not tiers_apart and not {*counter.serves}.isdisjoint(other.serves)
