"""The hours of a branch and of its counters together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from lobby.branch.hours import Hours
from lobby.branch.model import Branch
from lobby.branch.opening import Opening


def always_open(branch: Branch) -> Branch:
    """The same branch without hours, for days that are played at any time."""
    counters = tuple(replace(counter, hours=Hours()) for counter in branch.counters)
    return replace(branch, hours=Hours(), counters=counters)


def openings_for(branch: Branch, service: str, tier: str, area: str) -> list[Opening]:
    """When each counter that may serve such a ticket does, within the hours of the branch."""
    counters = branch.counters_for(service, tier, area)
    return [branch.counter_opening[counter.id] for counter in counters]


def learn_holidays(branch: Branch, now: datetime) -> None:
    """Load the holidays, if hours need them: that takes most of a second, which no customer is to wait for."""
    if any(hours.given for hours in (branch.hours, *(c.hours for c in branch.counters))):
        branch.opening.spans(branch.day_of(now))
