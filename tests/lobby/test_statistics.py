"""Figures at small numbers: the published values, and what must hold of any answers."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from statistics import NormalDist

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lobby.reports.statistics import Mean, net_promoter, shrunken, wilson

Z = NormalDist().inv_cdf(0.975)


@pytest.mark.parametrize(
    ("count", "n", "lo", "hi"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(count: int, n: int, lo: float, hi: float) -> None:
    """R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998."""
    interval = wilson(count, n)
    assert interval is not None
    assert (round(interval.lo, 4), round(interval.hi, 4)) == (lo, hi)


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int]:
    n = draw(st.integers(1, 5000))
    return draw(st.integers(0, n)), n


@given(shares())
def test_wilsons_bounds_are_where_the_score_test_turns(share: tuple[int, int]) -> None:
    """At each bound, the share that was seen is Z standard errors away, as a customer's true share would have it."""
    interval = wilson(*share)
    assert interval is not None
    assert 0 <= interval.lo <= interval.value <= interval.hi <= 1
    for bound in (interval.lo, interval.hi):
        away = abs(interval.value - bound)
        assert away == pytest.approx(Z * sqrt(bound * (1 - bound) / interval.n), abs=1e-7)


@given(shares())
def test_a_share_and_the_others_mirror_each_other(share: tuple[int, int]) -> None:
    count, n = share
    yes = wilson(count, n)
    no = wilson(n - count, n)
    assert yes is not None
    assert no is not None
    assert (yes.lo, yes.hi) == pytest.approx((1 - no.hi, 1 - no.lo))


def test_nothing_has_no_share() -> None:
    assert wilson(0, 0) is None
    assert net_promoter(0, 0, 0) is None
    assert shrunken({}, 1.0) == {}
    assert shrunken({"1": Mean(0.0, 0)}, 1.0) == {}


@pytest.mark.parametrize(("count", "n"), [(-1, 3), (4, 3)])
def test_a_share_of_more_than_all_is_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(count, n)


@pytest.mark.parametrize(("promoters", "detractors", "n"), [(2, 2, 3), (-1, 0, 3), (0, -1, 3)])
def test_more_opinions_than_answers_are_refused(promoters: int, detractors: int, n: int) -> None:
    with pytest.raises(ValueError, match="no shares"):
        net_promoter(promoters, detractors, n)


@st.composite
def opinions(draw: st.DrawFn) -> tuple[int, int, int]:
    promoters, between, detractors = (draw(st.integers(0, 500)) for _ in range(3))
    assume(promoters + between + detractors)
    return promoters, between, detractors


@given(opinions())
def test_the_net_promoter_is_the_mean_with_three_more_answers(counts: tuple[int, int, int]) -> None:
    """Rocks 2016: three quarters of a promoter and of a detractor, one and a half of those between."""
    promoters, between, detractors = counts
    n = sum(counts)
    interval = net_promoter(promoters, detractors, n)
    assert interval is not None
    weights = {
        1: promoters + Fraction(3, 4),
        0: between + Fraction(3, 2),
        -1: detractors + Fraction(3, 4),
    }
    answers = sum(weights.values())
    mean = sum(score * weight for score, weight in weights.items()) / answers
    variance = sum(weight * (score - mean) ** 2 for score, weight in weights.items()) / answers
    half = Z * sqrt(variance / answers)
    assert interval.value == pytest.approx((promoters - detractors) / n)
    assert interval.lo == pytest.approx(max(float(mean) - half, -1))
    assert interval.hi == pytest.approx(min(float(mean) + half, 1))


def test_groups_are_drawn_to_the_whole_as_by_hand() -> None:
    """Whole 2; between (20 - 1) / (20 - 10) = 1.9; each keeps 1.9 / (1.9 + 0.1) = 0.95 of its difference."""
    groups = {"a": Mean(1.0, 10), "b": Mean(3.0, 10)}
    assert shrunken(groups, 1.0) == pytest.approx({"a": 1.05, "b": 2.95})


GROUPS = st.dictionaries(
    st.integers(1, 30),
    st.builds(Mean, st.floats(1, 5), st.integers(0, 300)),
    min_size=1,
    max_size=20,
)


@given(GROUPS, st.floats(0.01, 4))
def test_nobody_is_drawn_past_the_whole(groups: dict[int, Mean], variance: float) -> None:
    answers = sum(group.n for group in groups.values())
    assume(answers)
    whole = sum(group.value * group.n for group in groups.values()) / answers
    for key, value in shrunken(groups, variance).items():
        low, high = sorted((groups[key].value, whole))
        assert low - 1e-9 <= value <= high + 1e-9


@given(st.integers(1, 50), st.integers(1, 200), st.floats(0.1, 4))
def test_few_answers_say_less(few: int, more: int, variance: float) -> None:
    """Two counters with the same mean: the one with fewer answers is drawn to the whole at least as far."""
    groups = {"few": Mean(1.0, few), "many": Mean(1.0, few + more), "others": Mean(4.0, 500)}
    drawn = shrunken(groups, variance)
    assert drawn["few"] >= drawn["many"] - 1e-9


def test_what_chance_explains_is_no_difference() -> None:
    groups = {"a": Mean(0.5, 4), "b": Mean(0.75, 4)}
    assert shrunken(groups, 0.25) == pytest.approx({"a": 0.625, "b": 0.625})


def test_a_group_without_answers_has_the_mean_of_all() -> None:
    groups = {"a": Mean(1.0, 10), "b": Mean(3.0, 10), "silent": Mean(0.0, 0)}
    assert shrunken(groups, 1.0)["silent"] == pytest.approx(2.0)
