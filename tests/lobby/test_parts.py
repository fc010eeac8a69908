"""Parts of days and branches merge into the figure that all their values together give."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.reports.measures import MEASURES
from lobby.reports.parts import (
    Adding,
    Figure,
    Mergeable,
    Part,
    Quantile,
    count,
    mean,
    merged,
    promoters,
    ratio,
    share,
    total,
)

SECONDS = st.floats(0, 20_000, allow_nan=False)
VALUES: dict[Adding, st.SearchStrategy[Any]] = {
    count: st.booleans(),
    total: SECONDS,
    mean: SECONDS,
    share: st.booleans(),
    promoters: st.integers(1, 5),
    ratio: st.tuples(SECONDS, SECONDS),
}
NAMES = ["count", "total", "mean", "share", "promoters", "ratio"]


def through_json(part: Part) -> Any:
    return json.loads(json.dumps(part))


def whole(statistic: Mergeable, days: Sequence[Sequence[Any]]) -> Figure:
    """The figure of all days, from what a database keeps of each."""
    return statistic.figure(merged([through_json(statistic.part(values)) for values in days]))


def numbers(figure: Figure) -> list[float]:
    return [value for value in (figure.value, figure.lo, figure.hi) if value is not None]


@pytest.mark.parametrize("statistic", VALUES, ids=NAMES)
@given(data=st.data())
def test_a_figure_is_that_of_its_part(statistic: Adding, data: st.DataObject) -> None:
    values = data.draw(st.lists(VALUES[statistic]))
    assert statistic.figure(through_json(statistic.part(values))) == statistic(values)


@pytest.mark.parametrize("statistic", VALUES, ids=NAMES)
@given(data=st.data())
def test_days_merge_into_the_figure_of_all_values(statistic: Adding, data: st.DataObject) -> None:
    days = data.draw(st.lists(st.lists(VALUES[statistic]), min_size=1, max_size=6))
    one = statistic([value for values in days for value in values])
    other = whole(statistic, days)
    assert other.n == one.n
    for merged_value, value in zip(numbers(other), numbers(one), strict=True):
        assert merged_value == pytest.approx(value, rel=1e-9, abs=1e-3)


@given(
    st.lists(st.lists(SECONDS), min_size=1, max_size=6),
    st.floats(0, 1),
    st.sampled_from([1.0, 1 / 86_400]),
)
def test_a_quantile_of_days_is_right_to_a_second(
    days: list[list[float]], place: float, second: float
) -> None:
    statistic = Quantile(place, second)
    in_unit = [[value * second for value in values] for values in days]
    one = statistic([value for values in in_unit for value in values])
    other = whole(statistic, in_unit)
    assert other.n == one.n
    assert numbers(other) == pytest.approx(numbers(one), abs=0.51 * second)


def test_a_quantile_of_whole_seconds_is_exact() -> None:
    days = [[10, 20, 30], [1000.0], [], [20, 20, 7]]
    values = [value for of_day in days for value in of_day]
    for place in (0.0, 0.1, 0.5, 0.9, 1.0):
        assert whole(Quantile(place), days) == Quantile(place)(values)


def test_only_the_uneven_load_cannot_be_merged() -> None:
    """Who adds a measure with a statistic of its own sees here that the province will have no figure of it."""
    alone = {id for id, m in MEASURES.items() if not isinstance(m.statistic, Adding | Quantile)}
    assert alone == {"load_uneven_share"}
