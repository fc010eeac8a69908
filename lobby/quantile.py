"""The one quantile of all figures, forecasts and reports."""

from __future__ import annotations

from collections.abc import Sequence


def quantile(ordered: Sequence[float], share: float) -> float:
    """By linear interpolation between order statistics (type 7 of Hyndman and Fan, "Sample Quantiles in Statistical
    Packages", The American Statistician 50, 1996); 0 of nothing."""
    if not ordered:
        return 0.0
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])
