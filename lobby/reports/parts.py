"""The statistics of measures, each in two steps: values -> a part -> the figure. Parts of days or of branches are
merged into the whole's, so that its figure follows without their values, and no mean or quantile is averaged.

A part is JSON: sums that are added place by place, or how many values there are at each whole second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from lobby.quantile import quantile, quantile_of_counts
from lobby.reports.statistics import Interval, net_promoter, wilson

Sums = list[float]
"""The first one is how many values there are."""
Histogram = dict[str, int]
"""How many values, by the whole second: JSON's keys are texts."""
Part = Sums | Histogram


@dataclass(frozen=True, slots=True)
class Figure:
    """A value made of `n` things; None of nothing. `lo` and `hi` bound it with 95 % confidence, where the statistic has
    such an interval."""

    value: float | None
    n: int
    lo: float | None = None
    hi: float | None = None


NOTHING = Figure(None, 0)


@dataclass(frozen=True, eq=False)
class Adding:
    """A statistic that follows from sums."""

    part: Callable[[Sequence[Any]], Sums]
    figure_of: Callable[..., Figure]
    """The sums, one by one -> the figure."""

    def __call__(self, values: Sequence[Any]) -> Figure:
        return self.figure_of(*self.part(values))

    def figure(self, part: Sums) -> Figure:
        n, *sums = part
        return self.figure_of(int(n), *sums)


@dataclass(frozen=True)
class Quantile:
    """By linear interpolation (lobby/quantile.py). `second`: what a second is in the values' unit. From a part it is
    right to half a second: each value counts at its nearest whole one."""

    share: float
    second: float = 1.0

    def __call__(self, values: Sequence[float]) -> Figure:
        if values:
            return Figure(quantile(sorted(values), self.share), len(values))
        return NOTHING

    def part(self, values: Sequence[float]) -> Histogram:
        counts = Counter(round(value / self.second) for value in values)
        return {str(second): counts[second] for second in sorted(counts)}

    def figure(self, part: Histogram) -> Figure:
        counts = sorted((int(second), n) for second, n in part.items())
        if counts:
            value = quantile_of_counts(counts, self.share) * self.second
            return Figure(value, sum(part.values()))
        return NOTHING


Mergeable = Adding | Quantile
"""The statistics whose parts can be merged. One that needs the values themselves is a function and nothing more."""


def merged(parts: Iterable[Part]) -> Part:
    """The part of the whole. All are of one statistic, and there is one at least."""
    kept = list(parts)
    if len(kept) == 1:
        return kept[0]
    if isinstance(kept[0], dict):
        return _counted(kept)  # type: ignore[arg-type]
    return [sum(column) for column in zip(*kept, strict=True)]


def _counted(histograms: Sequence[Histogram]) -> Histogram:
    whole: Histogram = {}
    there = whole.get
    for second, n in chain.from_iterable(histogram.items() for histogram in histograms):
        whole[second] = there(second, 0) + n
    return whole


# -- the statistics -------------------------------------------------------------------------------------
def _with_sum(values: Sequence[float]) -> Sums:
    return [len(values), sum(values)]


def _count(n: int) -> Figure:
    return Figure(n, n)


def _total(n: int, whole: float) -> Figure:
    return Figure(round(whole, 3), n)


def _mean(n: int, whole: float) -> Figure:
    if n:
        return Figure(whole / n, n)
    return NOTHING


def _share(n: int, some: float) -> Figure:
    """Nothing of a stored part that is no share: a damaged row hides its own figure, and no page."""
    if not is_share(n, some):
        return NOTHING
    return _bounded(wilson(int(some), n))


def is_share(n: float, some: float) -> bool:
    return 0 <= some <= n


def _opinions(scores: Sequence[int]) -> Sums:
    return [len(scores), scores.count(5), sum(score <= 3 for score in scores)]


def _promoters(n: int, for_us: float, against: float) -> Figure:
    """As `_share`."""
    if min(for_us, against) < 0 or not is_share(n, for_us + against):
        return NOTHING
    return _bounded(net_promoter(int(for_us), int(against), n))


def _bounded(interval: Interval | None) -> Figure:
    if interval:
        return Figure(interval.value, interval.n, interval.lo, interval.hi)
    return NOTHING


def _pairs(pairs: Sequence[tuple[float, float]]) -> Sums:
    return [len(pairs), sum(first for first, _ in pairs), sum(second for _, second in pairs)]


def _ratio(n: int, above: float, below: float) -> Figure:
    if below:
        return Figure(above / below, n)
    return Figure(None, n)


count = Adding(lambda values: [len(values)], _count)
"""How many."""
total = Adding(_with_sum, _total)
mean = Adding(_with_sum, _mean)
share = Adding(_with_sum, _share)
"""How many of them are true, with Wilson's interval."""
promoters = Adding(_opinions, _promoters)
"""Those who give 5 less those who give 3 or less, with the adjusted Wald interval."""
ratio = Adding(_pairs, _ratio)
"""The sum of the first over the sum of the second; `n` is the number of pairs."""
