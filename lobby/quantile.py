"""The one quantile of all figures, forecasts and reports."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


def quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation between order statistics (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
    Packages", The American Statistician 50, 1996); 0 of nothing."""
    if not ordered:
        return 0.0
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def quantile_of_counts(counts: Sequence[tuple[float, int]], share: float) -> float:
    """The same of values that are there so many times: (value, how many), in order of the values; 0 of nothing."""
    ends = list(accumulate(n for _, n in counts))
    if not ends:
        return 0.0
    at = share * (ends[-1] - 1)
    low = int(at)
    high = min(low + 1, ends[-1] - 1)
    below, above = (counts[bisect_right(ends, place)][0] for place in (low, high))
    return below + (at - low) * (above - below)
