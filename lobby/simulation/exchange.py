"""Which branch could lend a teller to which neighbour, in which hours of a day to come: a proposal, never an order.

What each branch needs by half hour is its own forecast (lobby/simulation/staffing.py). What it has is what was open on
the same days of the last weeks. What an exchange would save is played on the last of those days, at both branches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from operator import attrgetter

from lobby.branch.model import Branch
from lobby.branch.names import Name
from lobby.journal.history import Reader
from lobby.quantile import quantile
from lobby.simulation.one_more import one_of_each_kind
from lobby.simulation.recorded import RecordedDay, day_in
from lobby.simulation.simulate import Breathe, restless
from lobby.simulation.staffing import HALF_HOUR_S, HalfHour, staffing_in
from lobby.simulation.whatif import (
    MINUTE_S,
    Between,
    Variation,
    played,
)

HALF_HOURS_LEAST = 4
"""Two hours: in less, the way does not pay."""
SHORT_SHARE = 0.5
"""In so much of the time the borrower has to lack a counter."""
PROPOSED_MAX = 6
WORTH_MIN_AN_HOUR = 5.0
"""Minutes of waiting saved in an hour of the teller: for less, nobody is sent through the city."""
MIDDLE_S = HALF_HOUR_S / 2
Open = tuple[float, ...]
"""By half hour of the day, how many counters are open."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A branch on the day to come; neighbours stand right below the same `unit`. `half_hours` are what it needs,
    `staffed` what was open then on the days before, of which `last`, on `last_day`, is played."""

    code: str
    unit: str
    branch: Branch
    half_hours: tuple[HalfHour, ...]
    staffed: tuple[int, ...]
    last: RecordedDay
    last_day: date


@dataclass(frozen=True, slots=True)
class Candidate:
    """A lender that has a teller too many in these hours, and a borrower that lacks one; seconds of the day."""

    lender: Outlook
    borrower: Outlook
    between: Between


@dataclass(frozen=True, slots=True)
class Proposal:
    """`counter` of the lender stays closed from..to, and one like `counter_like` opens at the borrower. `saved_min` of
    waiting are saved there, `cost_min` more are waited at the lender, on the day that was played."""

    lender: str
    borrower: str
    from_s: float
    to_s: float
    counter: str
    counter_like: str
    saved_min: float
    cost_min: float

    @property
    def net_min(self) -> float:
        return self.saved_min - self.cost_min


def outlook(
    code: str, unit: str, branch: Branch, db: Reader, day: date, past: Sequence[date]
) -> Outlook | None:
    """Of derived tables with the `past` days, in order; None where the branch has none, or is closed on `day`."""
    if not past or not (branch.opening.always or branch.opening.spans(day)):
        return None
    half_hours = tuple(staffing_in(branch, db, day))
    days = [day_in(branch, db, each) for each in past]
    staffed = tuple(_usual([_open(each, _begins_s(half)) for each in days]) for half in half_hours)
    return Outlook(code, unit, branch, half_hours, staffed, days[-1], past[-1])


def _begins_s(half: HalfHour) -> float:
    at = time.fromisoformat(half.at)
    return at.hour * 3600.0 + at.minute * 60.0


def _open(day: RecordedDay, begins_s: float) -> int:
    """How many counters were open in the middle of the half hour."""
    at_s = begins_s + MIDDLE_S
    return len({shift.counter for shift in day.shifts if shift.from_s <= at_s < shift.to_s})


def _usual(counts: Sequence[int]) -> int:
    """The median, rounded down: a teller who is there on every second day cannot be lent."""
    return int(quantile(sorted(counts), 0.5))


# -- who could lend to whom -----------------------------------------------------------------------------
def candidates(outlooks: Sequence[Outlook]) -> list[Candidate]:
    """The longest need first, PROPOSED_MAX at most; nobody lends or borrows the same half hour twice, nor to or from
    another unit."""
    found: list[Candidate] = []
    balances = {each.code: _balance(each) for each in outlooks}
    while len(found) < PROPOSED_MAX:
        options = [
            (need, lender, borrower, between)
            for borrower in outlooks
            for lender in outlooks
            if lender.code != borrower.code and lender.unit == borrower.unit
            for need, between in _shared(balances[lender.code], balances[borrower.code])
        ]
        if not options:
            break
        _, lender, borrower, between = max(
            options, key=lambda option: (option[0], option[1].code, option[2].code)
        )
        found.append(Candidate(lender, borrower, between))
        _settle(balances[lender.code], between)
        _settle(balances[borrower.code], between)
    return found


def with_what_is_played(outlooks: Sequence[Outlook]) -> list[Outlook]:
    """The last day of those that could lend or borrow alone, and an empty one of the others: a hundred days on their
    way to the process that plays would keep the pages waiting, and two such ways would fill its memory. It takes a
    second."""
    pairs = candidates(outlooks)
    wanted = {each.code for pair in pairs for each in (pair.lender, pair.borrower)}
    nothing = RecordedDay([], [], [])
    return [each if each.code in wanted else replace(each, last=nothing) for each in outlooks]


Balance = dict[float, int]
"""By the second at which a half hour begins: counters more (or less) than it needs."""


def _balance(of: Outlook) -> Balance:
    """A branch keeps one counter open at least."""
    return {
        _begins_s(half): min(staffed - half.counters, staffed - 1)
        for half, staffed in zip(of.half_hours, of.staffed, strict=True)
    }


def _settle(balance: Balance, between: Between) -> None:
    """One teller at a time: what two would save was not played."""
    for at_s in balance:
        if between[0] <= at_s < between[1]:
            balance[at_s] = 0


def _shared(lender: Balance, borrower: Balance) -> Iterator[tuple[int, Between]]:
    """Of each stretch in which the lender can spare one: the part from the first need to the last, with how many half
    hours of need it has."""
    for stretch in _stretches([at_s for at_s in sorted(lender) if lender[at_s] > 0]):
        short = [at_s for at_s in stretch if borrower.get(at_s, 0) < 0]
        if not short:
            continue
        length = (short[-1] - short[0]) / HALF_HOUR_S + 1
        if length >= HALF_HOURS_LEAST and len(short) >= SHORT_SHARE * length:
            yield len(short), (short[0], short[-1] + HALF_HOUR_S)


def _stretches(begins: Sequence[float]) -> Iterator[list[float]]:
    stretch: list[float] = []
    for at_s in begins:
        if stretch and at_s > stretch[-1] + HALF_HOUR_S:
            yield stretch
            stretch = []
        stretch.append(at_s)
    if stretch:
        yield stretch


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the branches need and have by half hour, and what is proposed."""

    half_hours: dict[str, tuple[tuple[HalfHour, int], ...]]
    """By code: what is needed, and how many counters are usually open then."""
    counters: dict[str, dict[str, Name]]
    """By code, the names of its counters."""
    played_on: dict[str, date]
    proposals: list[Proposal]


def exchange(outlooks: Sequence[Outlook], breathe: Breathe = restless) -> Exchange:
    """It takes seconds."""
    half_hours = {
        each.code: tuple(zip(each.half_hours, each.staffed, strict=True)) for each in outlooks
    }
    counters = {
        each.code: {counter.id: counter.name for counter in each.branch.counters}
        for each in outlooks
    }
    played_on = {each.code: each.last_day for each in outlooks}
    return Exchange(half_hours, counters, played_on, weigh(candidates(outlooks), breathe))


# -- what it would save ---------------------------------------------------------------------------------
def weigh(found: Sequence[Candidate], breathe: Breathe = restless) -> list[Proposal]:
    """Those that are worth it, the most saved first. It plays some ten days for each."""
    weighed = [_weigh(candidate, breathe) for candidate in found]
    worth = [proposal for proposal in weighed if proposal and _is_worth(proposal)]
    return sorted(worth, key=attrgetter("net_min"), reverse=True)


def _is_worth(proposal: Proposal) -> bool:
    hours = (proposal.to_s - proposal.from_s) / 3600
    return proposal.net_min >= WORTH_MIN_AN_HOUR * hours


def _weigh(candidate: Candidate, breathe: Breathe) -> Proposal | None:
    """The counter that is missed least, and the one that helps most: None where the borrower has no free place."""
    lender, borrower = candidate.lender, candidate.borrower
    between = candidate.between
    less = [
        Variation(counter_less=counter, between=between) for counter in _at_work(lender, between)
    ]
    more = [
        Variation(counter_like=counter, between=between) for counter in _free(borrower, between)
    ]
    if not less or not more:
        return None
    given, cost_min = _best(lender, less, breathe)
    taken, saved_min = _best(borrower, more, breathe)
    return Proposal(
        lender.code,
        borrower.code,
        *between,
        given.counter_less or "",
        taken.counter_like or "",
        saved_min,
        max(0.0, -cost_min),
    )


def _best(
    of: Outlook, variations: Sequence[Variation], breathe: Breathe
) -> tuple[Variation, float]:
    """With the minutes that it saves; negative where more are waited."""
    waited_s = played(of.branch, of.last, Variation(), breathe).waited_s
    saved = [
        (waited_s - played(of.branch, of.last, variation, breathe).waited_s, n)
        for n, variation in enumerate(variations)
    ]
    saved_s, n = max(saved)
    return variations[n], round(saved_s / MINUTE_S, 1)


def _at_work(of: Outlook, between: Between) -> list[str]:
    """Counters that were open for all of these hours, one of each kind."""
    from_s, to_s = between
    opened = {
        shift.counter
        for shift in of.last.shifts
        if shift.from_s <= from_s + HALF_HOUR_S and shift.to_s >= to_s
    }
    return one_of_each_kind(of.branch, opened)


def _free(of: Outlook, between: Between) -> list[str]:
    """Counters at which nobody sat in these hours, one of each kind."""
    from_s, to_s = between
    taken = {s.counter for s in of.last.shifts if s.from_s < to_s and from_s < s.to_s}
    return one_of_each_kind(of.branch, {counter.id for counter in of.branch.counters} - taken)
