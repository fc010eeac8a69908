"""Control charts and funnel plots: what is a change, and what is chance."""

from __future__ import annotations

import random
from math import comb
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.reports.control import POINTS_MIN, Signal, Verdict, control, verdict
from lobby.reports.funnel import Z_LIMIT, Z_WARN, Cell, funnel, limits, over_dispersion
from lobby.reports.measure import Better, Figure, share

EVEN = [10.0, 11.0] * 10


def test_too_few_days_are_not_judged() -> None:
    assert control(EVEN[: POINTS_MIN - 1], 0, 100) is None
    assert verdict(None, Better.LESS) is Verdict.FEW


def test_ordinary_variation_is_nothing_to_do() -> None:
    chart = control(EVEN, 0, 100)
    assert chart is not None
    assert (chart.mean, chart.outside, chart.signal) == (10.5, (), None)
    assert chart.hi == pytest.approx(10.5 + 2.66)
    assert verdict(chart, Better.LESS) is Verdict.ORDINARY


@pytest.mark.parametrize(
    ("last", "signal"),
    [
        ([30.0], Signal.OUTSIDE),
        ([11.2, 11.4, 11.3, 11.2, 11.4, 11.3, 11.2], Signal.SHIFT),
        ([9.6, 9.8, 10.0, 10.2, 10.4, 10.6, 10.8, 11.0], Signal.TREND),
        ([12.8, 10.0, 12.8], Signal.NEAR),
    ],
)
def test_each_rule_sees_its_change(last: list[float], signal: Signal) -> None:
    chart = control([*EVEN, *EVEN, *last], 0, 100)
    assert chart is not None
    assert (chart.signal, chart.rising) == (signal, True)
    assert verdict(chart, Better.LESS) is Verdict.WORSE
    assert verdict(chart, Better.MORE) is Verdict.BETTER
    assert verdict(chart, Better.NEITHER) is Verdict.CHANGED


def test_limits_go_no_further_than_a_share_can() -> None:
    chart = control([0.0, 0.1] * 8, 0.0, 1.0)
    assert chart is not None
    assert chart.lo == 0.0


@given(st.lists(st.floats(0, 1), min_size=POINTS_MIN, max_size=60))
def test_the_mean_is_within_the_limits_whatever_the_days(values: list[float]) -> None:
    chart = control(values, 0.0, 1.0)
    assert chart is not None
    assert chart.lo - 1e-9 <= chart.mean <= chart.hi + 1e-9


def test_chance_rarely_lies_outside_the_funnel() -> None:
    """A thousand groups with the same true share: at 99.8 % some two are outside by chance."""
    draw = random.Random(1)
    outside = 0
    for _ in range(1000):
        values = [draw.random() < 0.2 for _ in range(200)]
        lo, hi = limits(0.2, 200)
        outside += not lo <= (share(values).value or 0) <= hi
    assert outside < 10


@given(st.integers(1, 120), st.floats(0.01, 0.99), st.sampled_from([Z_WARN, Z_LIMIT]))
def test_limits_of_few_are_those_of_the_binomial_distribution(
    n: int, whole: float, z: float
) -> None:
    """Counted again outright: beyond each limit lies no more than a tail, and one step further in lies more."""
    lo, hi = (round(n * limit) for limit in limits(whole, n, z))
    tail = 1 - NormalDist().cdf(z)
    chances = [comb(n, k) * whole**k * (1 - whole) ** (n - k) for k in range(n + 1)]
    assert sum(chances[:lo]) <= tail * (1 + 1e-6)
    assert sum(chances[hi + 1 :]) <= tail * (1 + 1e-6)
    assert sum(chances[: lo + 1]) > tail * (1 - 1e-6)
    assert sum(chances[hi:]) > tail * (1 - 1e-6)


def days_of(draw: random.Random, share: float, spread: float) -> list[Cell]:
    """Sixty days of forty customers each: each day has luck of its own."""
    cells = []
    for _ in range(60):
        today = min(max(draw.gauss(share, spread), 0.0), 1.0)
        cells.append((sum(draw.random() < today for _ in range(40)), 40))
    return cells


def shares(days: dict[str, list[Cell]]) -> dict[str, Figure]:
    sums = {key: (sum(a for a, _ in of), sum(b for _, b in of)) for key, of in days.items()}
    return {key: Figure(some / of, of) for key, (some, of) in sums.items()}


def test_luck_of_days_widens_the_limits_and_hides_no_group_that_differs() -> None:
    draw = random.Random(2)
    lucky = {f"{n}": days_of(draw, 0.3, 0.15) for n in range(40)}
    plain = funnel(shares(lucky), 30)
    honest = funnel(shares(lucky), 30, lucky)
    assert plain is not None
    assert honest is not None
    assert sum(point.outside for point in plain.points) > 5
    assert sum(point.outside for point in honest.points) <= 1
    assert honest.dispersion > 2
    lucky["bad"] = days_of(draw, 0.6, 0.15)
    found = funnel(shares(lucky), 30, lucky)
    assert found is not None
    assert [point.key for point in found.points if point.outside][-1:] == ["bad"]


def test_chance_alone_is_no_over_dispersion() -> None:
    draw = random.Random(3)
    for _ in range(20):
        assert over_dispersion([days_of(draw, 0.3, 0.0) for _ in range(5)]) < 1.3
    assert over_dispersion([[(0, 40), (40, 40)]] * 3) == 1.0, "six days are too few to say"


def test_a_group_that_differs_is_outside_and_a_small_one_is_not_compared() -> None:
    groups = {
        "1": share([True] * 20 + [False] * 180),
        "2": share([True] * 22 + [False] * 178),
        "3": share([True] * 90 + [False] * 110),
        "4": share([True] * 5),
    }
    plot = funnel(groups, 30)
    assert plot is not None
    assert [point.key for point in plot.points if point.outside] == ["1", "2", "3"]
    assert plot.few == 1
    assert funnel({"4": groups["4"]}, 30) is None
