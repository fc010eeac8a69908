"""Whether a change helped is told from days, once, and never more often by chance than said."""

from __future__ import annotations

import random
from datetime import date, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.branch.rules import ActionRules
from lobby.reports.effect import DayFigure, compare_when_full, compared, student
from lobby.reports.measure import Unit
from lobby.state.action import Direction, Verdict

MONDAY = date(2026, 3, 2)
RULES = ActionRules()
TRIES = 2000


def days(figures: list[tuple[float | None, int]], first: date = MONDAY) -> list[DayFigure]:
    return [DayFigure(first + timedelta(days=i), value, n) for i, (value, n) in enumerate(figures)]


def lobby_days(rng: random.Random, share: float, count: int) -> list[tuple[float | None, int]]:
    """The late share of days on which some are busier, and all customers share the day's luck."""
    made: list[tuple[float | None, int]] = []
    for day in range(count):
        customers = round(rng.uniform(60, 140) * (1.5 if day % 5 == 0 else 1.0))
        of_day = min(1.0, max(0.0, rng.gauss(share, 0.05)))
        late = sum(rng.random() < of_day for _ in range(customers))
        made.append((late / customers, customers))
    return made


def verdicts(before: float, after: float, tries: int = TRIES) -> dict[Verdict, float]:
    """How often each verdict falls over simulated branches."""
    rng = random.Random(13)
    counts = dict.fromkeys(Verdict, 0)
    for _ in range(tries):
        earlier = days(lobby_days(rng, before, RULES.effect_days))
        later = days(lobby_days(rng, after, RULES.effect_days))
        counts[compared(earlier, later, Direction.LESS).verdict] += 1
    return {verdict: count / tries for verdict, count in counts.items()}


def test_without_a_true_change_helped_is_said_at_the_nominal_rate_at_most() -> None:
    """Half of 5 % on each side, and four standard errors of so many tries."""
    shares = verdicts(0.3, 0.3)
    bound = 0.025 + 4 * sqrt(0.025 * 0.975 / TRIES)
    assert shares[Verdict.HELPED] <= bound
    assert shares[Verdict.WORSE] <= bound
    assert shares[Verdict.NO_EFFECT] >= 0.95 - 2 * (bound - 0.025)


def test_counting_customers_as_if_days_were_alike_would_say_it_far_too_often() -> None:
    """The naive model, which the mechanism replaces: two shares of all customers, and their normal interval."""
    rng = random.Random(13)
    helped = 0
    for _ in range(TRIES // 4):
        sides = [lobby_days(rng, 0.3, RULES.effect_days) for _ in range(2)]
        (p, n), (q, m) = [
            (sum((v or 0) * k for v, k in side) / sum(k for _, k in side), sum(k for _, k in side))
            for side in sides
        ]
        helped += (q - p) / sqrt(p * (1 - p) / n + q * (1 - q) / m) < -1.96
    assert helped / (TRIES // 4) > 0.05


def test_a_true_change_is_seen() -> None:
    shares = verdicts(0.3, 0.2, tries=400)
    assert shares[Verdict.HELPED] > 0.8
    assert shares[Verdict.WORSE] == 0
    assert verdicts(0.2, 0.3, tries=400)[Verdict.WORSE] > 0.8


def test_the_interval_covers_the_true_difference() -> None:
    rng = random.Random(7)
    covered = 0
    for _ in range(TRIES):
        effect = compared(
            days([(rng.gauss(10, 2), 1) for _ in range(10)]),
            days([(rng.gauss(9, 4), 1) for _ in range(10)]),
            Direction.LESS,
        )
        assert effect.lo is not None
        assert effect.hi is not None
        covered += effect.lo <= -1 <= effect.hi
    assert 0.935 <= covered / TRIES <= 0.965


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(4, 2.7764), (5, 2.5706), (9, 2.2622), (18, 2.1009), (60, 2.0003)]
)
def test_students_quantile(freedom: float, quantile: float) -> None:
    """Of the tables."""
    assert student(freedom) == pytest.approx(quantile, rel=2e-3)


# -- when it is told -------------------------------------------------------------------------------------------
def told(
    before: list[tuple[float | None, int]],
    after: list[tuple[float | None, int]],
    unit: Unit = Unit.SHARE,
) -> object:
    effect = compare_when_full(days(before), days(after), Direction.LESS, RULES, unit).effect
    return effect and effect.verdict


FEW = [(0.3, 4)]
MANY = [(0.3, 20)]


def test_nothing_is_told_before_the_window_is_full() -> None:
    assert told(MANY * 30, MANY * 9) is None
    assert told(MANY * 30, MANY * 10) is Verdict.NO_EFFECT


def test_a_window_grows_until_it_has_enough_observations() -> None:
    assert told(FEW * 30, FEW * 12) is None
    assert told(FEW * 30, FEW * 13) is Verdict.NO_EFFECT


def test_what_cannot_be_told_is_said() -> None:
    assert told([(None, 0)] * 30, MANY * 30) is Verdict.TOO_FEW
    assert told(MANY * 4, MANY * 10) is Verdict.TOO_FEW


def test_a_change_on_the_branchs_first_day_has_nothing_to_be_compared_with() -> None:
    assert told([], MANY * 10) is Verdict.TOO_FEW


def test_days_of_one_card_each_are_too_few_cards() -> None:
    assert told([(0.0, 1)] * 30, [(1.0, 1)] * 30) is Verdict.TOO_FEW


def test_a_count_that_falls_to_nothing_helped() -> None:
    """Of a count each day is one observation, a day of nothing too."""
    many = [(5.0, 1), (7.0, 1)] * 15
    few = [(0.0, 1), (1.0, 1)] * 5
    assert told(many, few, Unit.COUNT) is Verdict.HELPED


figures = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 200)), min_size=10, max_size=30)


@given(figures, figures)
def test_the_other_direction_is_the_other_verdict(
    before: list[tuple[float | None, int]], after: list[tuple[float | None, int]]
) -> None:
    less = compared(days(before), days(after), Direction.LESS)
    more = compared(days(before), days(after), Direction.MORE)
    mirrored = {Verdict.HELPED: Verdict.WORSE, Verdict.WORSE: Verdict.HELPED}
    assert mirrored.get(less.verdict, less.verdict) is more.verdict
    assert less.difference is not None
    assert less.lo is not None
    assert less.hi is not None
    assert less.lo <= less.difference <= less.hi
