"""Who could lend a teller to whom: by what each needs and has, and by what an exchange saves when it is played."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from conftest import CONFIG, examples
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.config import read_branch
from lobby.branch.model import Branch
from lobby.branch.scenario import Customer, Shift
from lobby.simulation.exchange import (
    PROPOSED_MAX,
    Outlook,
    candidates,
    exchange,
    weigh,
    with_what_is_played,
)
from lobby.simulation.recorded import RecordedDay
from lobby.simulation.staffing import HalfHour

NINE_S = 9 * 3600.0
SLOTS = 10


@pytest.fixture
def branch() -> Branch:
    shipped = read_branch(CONFIG)
    counters = tuple(
        replace(shipped.counters[0], id=str(n), tiers=(), prefers=None) for n in (1, 2, 3)
    )
    return replace(shipped, counters=counters)


def day(open_counters: int, every_s: float) -> RecordedDay:
    """Customers for five hours, one after the other, with services of five minutes."""
    customers = [
        Customer(NINE_S + at * every_s, "standard", "cash", 300.0, True, math.inf)
        for at in range(int(5 * 3600 / every_s))
    ]
    shifts = [
        Shift(str(n), NINE_S, NINE_S + 5 * 3600, last=True) for n in range(1, open_counters + 1)
    ]
    return RecordedDay(customers, shifts, [])


def outlook(
    code: str,
    branch: Branch,
    needed: list[int],
    staffed: int,
    every_s: float = 600.0,
    unit: str = "city",
) -> Outlook:
    halves = tuple(
        HalfHour(f"{9 + n // 2:02d}:{n % 2 * 30:02d}", 6, counters, enough=True)
        for n, counters in enumerate(needed)
    )
    last = day(staffed, every_s)
    return Outlook(code, unit, branch, halves, (staffed,) * len(halves), last, date(2026, 3, 2))


def test_a_quiet_branch_lends_to_a_crowded_one_in_its_hours_of_need(branch: Branch) -> None:
    quiet = outlook("Q", branch, [1] * SLOTS, 2)
    crowded = outlook("C", branch, [1, 2, 2, 2, 2, 2, 1, 1, 1, 1], 1, every_s=200.0)
    (found,) = candidates([quiet, crowded])
    assert (found.lender.code, found.borrower.code) == ("Q", "C")
    assert found.between == (NINE_S + 1800, NINE_S + 6 * 1800)
    (proposal,) = weigh([found])
    assert proposal.saved_min > 30
    assert proposal.cost_min < proposal.saved_min
    assert proposal.counter_like in ("2", "3")


def test_nobody_gives_the_last_teller_or_comes_for_less_than_two_hours(branch: Branch) -> None:
    needing = [2] * SLOTS
    assert not candidates([outlook("A", branch, [0] * SLOTS, 1), outlook("B", branch, needing, 1)])
    short = [1, 2, 2, 2, 1, 1, 1, 1, 1, 1]
    assert not candidates([outlook("A", branch, [1] * SLOTS, 2), outlook("B", branch, short, 1)])


def test_one_teller_is_lent_once(branch: Branch) -> None:
    needing = [2] * SLOTS
    found = candidates(
        [
            outlook("A", branch, [1] * SLOTS, 2),
            outlook("B", branch, needing, 1),
            outlook("C", branch, needing, 1),
        ]
    )
    assert len(found) == 1


def test_what_saves_nothing_is_not_proposed(branch: Branch) -> None:
    """The forecast says that a counter is missing; on the day that is played nobody waited."""
    quiet = outlook("Q", branch, [1] * SLOTS, 2)
    calm = outlook("C", branch, [2] * SLOTS, 1, every_s=1200.0)
    found = candidates([quiet, calm])
    assert found
    assert weigh(found) == []


def test_without_a_free_place_nobody_comes(branch: Branch) -> None:
    full = replace(branch, counters=branch.counters[:1])
    found = candidates(
        [outlook("Q", branch, [1] * SLOTS, 2), outlook("F", full, [2] * SLOTS, 1, every_s=200.0)]
    )
    assert weigh(found) == []


NEEDS = st.lists(st.integers(0, 4), min_size=SLOTS, max_size=SLOTS)
PLACES = st.lists(st.tuples(st.sampled_from("abc"), NEEDS, st.integers(0, 4)), max_size=9)
QUIET = [1] * SLOTS
SHORT = [3] * SLOTS


@given(PLACES)
@examples(100)
def test_no_teller_crosses_units(places: list[tuple[str, list[int], int]]) -> None:
    """Whoever needs and has what; and what one unit can do for itself does not depend on the others."""
    shipped = read_branch(CONFIG)
    outlooks = [
        outlook(str(n), shipped, needed, staffed, unit=unit)
        for n, (unit, needed, staffed) in enumerate(places)
    ]
    found = candidates(outlooks)
    assert all(each.lender.unit == each.borrower.unit for each in found)
    assert all(each.lender.code != each.borrower.code for each in found)
    able = {each.unit for each in outlooks if alone(outlooks, each.unit)}
    assert bool(found) == bool(able)


def alone(outlooks: list[Outlook], unit: str) -> bool:
    return bool(candidates([each for each in outlooks if each.unit == unit]))


def test_a_city_lends_nothing_to_another_one(branch: Branch) -> None:
    quiet = outlook("Q", branch, QUIET, 3, unit="one")
    crowded = outlook("C", branch, SHORT, 1, unit="other")
    assert not candidates([quiet, crowded])
    assert candidates([quiet, replace(crowded, unit="one")])


def test_only_the_days_that_are_played_go_to_the_process_that_plays(branch: Branch) -> None:
    """Of a city with many branches, whatever is proposed stays the same."""
    many = [outlook(f"Q{n}", branch, [1] * SLOTS, 2) for n in range(20)]
    many += [outlook(f"C{n}", branch, [2] * SLOTS, 1, every_s=200.0) for n in range(20)]
    light = with_what_is_played(many)
    assert 0 < sum(bool(each.last.customers) for each in light) <= 2 * PROPOSED_MAX
    assert exchange(light) == exchange(many)
