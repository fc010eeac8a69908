"""Control charts and funnel plots: what is a change, and what is chance."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.reports.control import POINTS_MIN, Signal, Verdict, control, verdict
from lobby.reports.funnel import funnel, limits
from lobby.reports.measure import Better, share

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
