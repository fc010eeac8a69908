"""Plays a recorded day again with one change: the same customers and services, another outcome.

What was stands in the journal. Beside it the day is played twice, as it was and with the change: what a play does not
know is in both, and their difference is the change alone.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from lobby.branch.model import Branch, Counter
from lobby.branch.scenario import Shift
from lobby.calling.discipline import DEFAULT
from lobby.simulation.figures import Tally
from lobby.simulation.lookahead import NO_SHOW_S, bare
from lobby.simulation.recorded import RecordedDay, recorded_day
from lobby.simulation.simulate import Breathe, Rehearsal, restless

EXTRA = "extra"
MINUTE_S = 60.0
HOUR_S = 3600.0
Between = tuple[float, float]
"""From one second of the day to another."""


@dataclass(frozen=True)
class Variation:
    """What differs from the recorded day: the calling policy, one more counter like `counter_like`, or one for all
    business of the area `counter_of`, one counter less, `counter_less`, other targets by tier, in seconds. `between`
    says when a counter is more or less; without it all day."""

    policy: str = DEFAULT
    counter_like: str | None = None
    targets_s: Mapping[str, int] = field(default_factory=dict)
    counter_of: str | None = None
    counter_less: str | None = None
    between: Between | None = None


def compare(
    branch: Branch, database: Path, day: date, variation: Variation, breathe: Breathe = restless
) -> dict[str, Any] | None:
    """`was` of the journal, `again` played without a change, `then` with it; None when the branch was not open. It
    takes seconds."""
    return outcome(branch, recorded_day(branch, database, day), variation, breathe)


def outcome(
    branch: Branch, found: RecordedDay, variation: Variation, breathe: Breathe = restless
) -> dict[str, Any] | None:
    """As `compare`, of a day that was read already."""
    if not found.customers:
        return None
    again = played(branch, found, Variation(), breathe)
    then = played(branch, found, variation, breathe)
    return {
        "tickets": len(found.customers),
        "was": as_recorded(branch, found),
        "again": again.figures(),
        "then": then.figures(),
        "saved_min": round((again.waited_s - then.waited_s) / MINUTE_S, 1),
        "counter_h": round(counter_h(found, variation), 2),
    }


def as_recorded(branch: Branch, day: RecordedDay) -> dict[str, Any]:
    """The figures by tier of what the journal has, measured against the targets of the configuration."""
    tally = Tally(branch)
    for waited in day.waits:
        tally.note(*waited)
    return tally.figures()


def play(
    branch: Branch, day: RecordedDay, variation: Variation, breathe: Breathe = restless
) -> dict[str, Any]:
    """The figures by tier, with waits measured against the targets of the variation."""
    return played(branch, day, variation, breathe).figures()


def played(
    branch: Branch, day: RecordedDay, variation: Variation, breathe: Breathe = restless
) -> Tally:
    """The tickets of the day as it is played. Who is never called waits until the last number or call at most, as in
    the journal."""
    extra = _free_id(branch)
    branch, shifts = _varied(bare(branch), day, variation)
    # at a counter more the teller takes as long as all others
    usual_s = [each_s for of_counter in day.changeovers_s.values() for each_s in of_counter]
    changeovers_s = {**day.changeovers_s, extra: usual_s}
    rehearsal = Rehearsal(
        branch, variation.policy, NO_SHOW_S, breathe=breathe, changeovers_s=changeovers_s
    )
    tally = Tally(branch)
    course = rehearsal.day(0, day.customers, shifts)
    last = max((t.called_at or t.issued_at for t in course.tickets), default=course.now)
    tally.add(course.tickets, last)
    return tally


def counter_h(day: RecordedDay, variation: Variation) -> float:
    """For how long a counter is more while the branch is open, or less than it was open; hours."""
    opens_s, closes_s = open_s(day)
    from_s, to_s = variation.between or (opens_s, closes_s)
    spans = [(opens_s, closes_s)]
    if variation.counter_less and not (variation.counter_like or variation.counter_of):
        shifts = (shift for shift in day.shifts if shift.counter == variation.counter_less)
        spans = [(shift.from_s, min(shift.to_s, closes_s)) for shift in shifts]
    return sum(max(0.0, min(to_s, last) - max(from_s, first)) for first, last in spans) / HOUR_S


def open_s(day: RecordedDay) -> Between:
    """From when to when some counter was open. One that nobody closed was, as far as is known, to the last number."""
    if not day.shifts:
        return 0.0, 0.0
    last_s = max([customer.at_s for customer in day.customers], default=0.0)
    ends = [shift.to_s if shift.to_s < math.inf else last_s for shift in day.shifts]
    return min(shift.from_s for shift in day.shifts), max(ends)


# -- what differs ---------------------------------------------------------------------------------------
def _varied(
    branch: Branch, day: RecordedDay, variation: Variation
) -> tuple[Branch, Sequence[Shift]]:
    tiers = tuple(
        dataclasses.replace(t, target_wait_s=variation.targets_s.get(t.id, t.target_wait_s))
        for t in branch.tiers
    )
    counters = branch.counters
    shifts: Sequence[Shift] = day.shifts
    extra = _extra(branch, variation)
    if extra and shifts:
        counters = (*counters, extra)
        shifts = [*shifts, _shift_of_extra(extra.id, shifts, variation.between)]
    if variation.counter_less:
        shifts = [
            rest
            for shift in shifts
            for rest in _without(shift, variation.counter_less, variation.between)
        ]
    return dataclasses.replace(branch, tiers=tiers, counters=counters), shifts


def _extra(branch: Branch, variation: Variation) -> Counter | None:
    id = _free_id(branch)
    if variation.counter_like:
        return dataclasses.replace(branch.counter[variation.counter_like], id=id)
    if variation.counter_of:
        area = branch.area[variation.counter_of]
        serves = tuple(service.id for service in branch.services if service.area == area.id)
        return Counter(id, area.name, area.id, serves)
    return None


def _free_id(branch: Branch) -> str:
    """A branch may have a counter that is called so."""
    taken = {counter.id for counter in branch.counters}
    return next(id for n in count() if (id := f"{EXTRA}{n or ''}") not in taken)


def _shift_of_extra(extra: str, shifts: Sequence[Shift], between: Between | None) -> Shift:
    """All day it ends with the queue, as the others do; between two hours it ends with its customer."""
    if between:
        return Shift(extra, *between, last=False)
    return Shift(extra, min(s.from_s for s in shifts), max(s.to_s for s in shifts), last=True)


def _without(shift: Shift, counter: str, between: Between | None) -> Iterator[Shift]:
    """What is left of the shift."""
    from_s, to_s = between or (0.0, math.inf)
    if shift.counter != counter or to_s <= shift.from_s or shift.to_s <= from_s:
        yield shift
        return
    if shift.from_s < from_s:
        yield dataclasses.replace(shift, to_s=from_s, last=False)
    if to_s < shift.to_s:
        yield dataclasses.replace(shift, from_s=to_s)
