"""One quantile for all figures: what a bulletin, a simulation and a spreadsheet say of the same waits agrees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lobby.quantile import quantile

WAITS_S = st.lists(st.integers(0, 20_000), min_size=1, max_size=60)


@given(WAITS_S, st.floats(0, 1))
def test_it_is_the_one_of_spreadsheets(waits_s: list[int], share: float) -> None:
    assert quantile(sorted(waits_s), share) == pytest.approx(float(np.quantile(waits_s, share)))


def test_nothing_has_the_quantile_zero() -> None:
    assert quantile([], 0.9) == 0.0
