"""Funnel plots: groups of different size beside the limits that chance alone gives them, instead of a ranking
(D. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005).

Customers of one day share its luck, so that a group's days differ by more than single customers would. How much more is
measured, and the limits are as much wider (over-dispersion, by his multiplicative model with winsorised z-scores).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erf, exp, lgamma, log, sqrt

from lobby.reports.measure import Figure

Z_WARN = 1.96
Z_LIMIT = 3.09
"""The limits of 95 % and of 99.8 %: one group in five hundred lies outside by chance."""
EXACT_MAX = 500
"""Up to so many the limits are those of the binomial distribution; beyond, the normal one is as good."""
WINSORISED = 0.1
"""The share of z-scores on each side that count as the next ones do: one bad day is no over-dispersion."""
KEPT = 0.6786
"""So much of the variance of a normal distribution is left when a tenth is winsorised on each side."""
CELLS_MIN = 12
"""Of fewer days the over-dispersion itself is a guess."""
CHI_Z = 1.645
"""Over-dispersion counts where chance alone would give as much in less than 5 % of cases."""
Cell = tuple[int, int]
"""Of a group's day: how many count, of how many."""


@dataclass(frozen=True, slots=True)
class Point:
    """A group: its share of `n`, and whether chance does not explain how far it lies from the whole."""

    key: str
    value: float
    n: int
    outside: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """`whole` is the share of all groups. `few` groups had too little for a comparison and are not shown. `dispersion`
    is by how many times the variance of a group's days exceeds that of chance; at least 1."""

    whole: float
    points: tuple[Point, ...]
    few: int
    dispersion: float = 1.0

    def limits(self, n: float, z: float = Z_LIMIT) -> tuple[float, float]:
        return limits(self.whole, n, z, self.dispersion)


def limits(
    whole: float, n: float, z: float = Z_LIMIT, dispersion: float = 1.0
) -> tuple[float, float]:
    """Between which a share of `n` lies by chance, where the true one is `whole`."""
    wider = sqrt(dispersion)
    lo, hi = _by_chance(whole, n, z)
    return max(0.0, whole - wider * (whole - lo)), min(1.0, whole + wider * (hi - whole))


def _by_chance(whole: float, n: float, z: float) -> tuple[float, float]:
    if not 0 < whole < 1:
        return whole, whole
    if n <= EXACT_MAX:
        return _exact(whole, max(1, round(n)), z)
    half = z * sqrt(whole * (1 - whole) / n)
    return whole - half, whole + half


def _exact(whole: float, n: int, z: float) -> tuple[float, float]:
    """The binomial distribution's: beyond each lies no more than the normal one's tail."""
    tail = (1 - erf(z / sqrt(2))) / 2
    lo = hi = n
    below = 0.0
    for count in range(n + 1):
        below += _chance_of(count, n, whole)
        if below > tail:
            lo = min(lo, count)
        if below >= 1 - tail:
            hi = count
            break
    return lo / n, hi / n


def _chance_of(count: int, n: int, share: float) -> float:
    ways = lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1)
    return exp(ways + count * log(share) + (n - count) * log(1 - share))


def funnel(
    groups: Mapping[str, Figure], n_min: int, days: Mapping[str, Sequence[Cell]] | None = None
) -> Funnel | None:
    """The groups with `n_min` or more; `days` are the cells of each. None where fewer than two can be compared."""
    known = {key: figure for key, figure in groups.items() if figure.value is not None}
    answers = sum(figure.n for figure in known.values())
    if not answers:
        return None
    whole = sum((figure.value or 0.0) * figure.n for figure in known.values()) / answers
    large = {key: figure for key, figure in known.items() if figure.n >= n_min}
    dispersion = over_dispersion(list((days or {}).values()))
    points = tuple(_point(key, figure, whole, dispersion) for key, figure in large.items())
    if len(points) < 2:
        return None
    return Funnel(whole, points, len(known) - len(points), dispersion)


def _point(key: str, figure: Figure, whole: float, dispersion: float) -> Point:
    value = figure.value or 0.0
    lo, hi = limits(whole, figure.n, dispersion=dispersion)
    return Point(key, value, figure.n, not lo <= value <= hi)


# -- over-dispersion ------------------------------------------------------------------------------------------
def over_dispersion(groups: Sequence[Sequence[Cell]]) -> float:
    """By how many times the variance of a group's cells exceeds that of chance; 1 where chance explains it."""
    of_groups = [scores for cells in groups if (scores := _scores(cells))]
    scores = sorted(score for of_group in of_groups for score in of_group)
    free = len(scores) - len(of_groups)
    if len(scores) < CELLS_MIN or free < 1:
        return 1.0
    squares = sum(score**2 for score in _winsorised(scores)) / KEPT
    if squares <= _chi_square(free):
        return 1.0
    return squares / free


def _scores(cells: Sequence[Cell]) -> list[float]:
    """How far each cell lies from its group, in standard deviations of chance."""
    n = sum(of for _, of in cells)
    share = sum(some for some, _ in cells) / n if n else 0.0
    if not 0 < share < 1:
        return []
    return [(some - of * share) / sqrt(of * share * (1 - share)) for some, of in cells if of]


def _winsorised(scores: Sequence[float]) -> list[float]:
    cut = int(WINSORISED * len(scores))
    lo, hi = scores[cut], scores[-1 - cut]
    return [min(max(score, lo), hi) for score in scores]


def _chi_square(free: int) -> float:
    """The 95 % quantile by the cube root of Wilson and Hilferty (PNAS 17, 1931)."""
    spread = 2 / (9 * free)
    return float(free * (1 - spread + CHI_Z * sqrt(spread)) ** 3)
