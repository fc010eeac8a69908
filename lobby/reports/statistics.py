"""Figures that are honest at small numbers: each with its interval, and drawn to the whole before it is compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

Z = 1.959963984540054
"""The 0.975 quantile of the normal distribution: a two-sided interval of 95 %."""

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure of `n` answers; the true one lies between `lo` and `hi` with 95 % confidence."""

    value: float
    n: int
    lo: float
    hi: float


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of the `n` answers of a group; of a share, 1 is yes and 0 is no."""

    value: float
    n: int


def wilson(count: int, n: int) -> Interval | None:
    """The share `count / n` with the score interval (E. B. Wilson, "Probable Inference, the Law of Succession, and
    Statistical Inference", JASA 22, 1927). None of nothing. Raises ValueError unless 0 <= count <= n."""
    if not 0 <= count <= n:
        raise ValueError(f"{count} of {n} is no share")
    if not n:
        return None
    share = count / n
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    # Rounding leaves a bound that is 0 or 1 a breath beside it.
    lo = min(max(centre - half, 0.0), share)
    hi = max(min(centre + half, 1.0), share)
    return Interval(share, n, lo, hi)


ADDED = 0.75
"""What the adjusted Wald interval adds to promoters and detractors each; to those between twice as much: three
answers, spread like those of nobody who has an opinion."""


def net_promoter(promoters: int, detractors: int, n: int) -> Interval | None:
    """The share of promoters less the share of detractors, -1 to 1, with the adjusted Wald interval (B. Rocks,
    "Interval Estimation for the Net Promoter Score", The American Statistician 70, 2016). None of nothing. Raises
    ValueError for more of both than answers."""
    if min(promoters, detractors) < 0 or promoters + detractors > n:
        raise ValueError(f"{promoters} and {detractors} of {n} are no shares")
    if not n:
        return None
    answers = n + 4 * ADDED
    for_us = (promoters + ADDED) / answers
    against = (detractors + ADDED) / answers
    centre = for_us - against
    half = Z * sqrt((for_us + against - centre**2) / answers)
    value = (promoters - detractors) / n
    return Interval(value, n, max(centre - half, -1.0), min(centre + half, 1.0))


def shrunken(groups: Mapping[Key, Mean], variance: float) -> dict[Key, float]:
    """Each group's mean, drawn to the mean of all: the more so, the fewer answers it has and the less the groups
    differ. It is the empirical Bayes estimate (B. Efron and C. Morris, "Data Analysis Using Stein's Estimator", JASA
    70, 1975), with the variance between groups by moments (R. DerSimonian and N. Laird, "Meta-Analysis in Clinical
    Trials", 1986). `variance` is that of one answer within its group: p (1 - p) of a share p of all. A group without
    answers has the mean of all; where no group has any, the result is empty."""
    answers = sum(group.n for group in groups.values())
    if not answers:
        return {}
    whole = sum(group.value * group.n for group in groups.values()) / answers
    between = _between(groups, whole, variance)
    return {
        key: whole + _trust(group.n, between, variance) * (group.value - whole)
        for key, group in groups.items()
    }


def _between(groups: Mapping[Key, Mean], whole: float, variance: float) -> float:
    """The variance of the groups' true means; 0 where chance alone explains how they differ."""
    sizes = [group.n for group in groups.values() if group.n]
    answers = sum(sizes)
    spread = sum(group.n * (group.value - whole) ** 2 for group in groups.values())
    room = answers - sum(n**2 for n in sizes) / answers
    if not room:
        return 0.0
    return max((spread - (len(sizes) - 1) * variance) / room, 0.0)


def _trust(n: int, between: float, variance: float) -> float:
    """How much of a group's difference from all is its own, 0 to 1."""
    if not n or not between:
        return 0.0
    return between / (between + variance / n)
