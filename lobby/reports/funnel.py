"""Funnel plots: groups of different size beside the limits that chance alone gives them, instead of a ranking
(D. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24, 2005)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from lobby.reports.measure import Figure

Z_WARN = 1.96
Z_LIMIT = 3.09
"""The limits of 95 % and of 99.8 %: one group in five hundred lies outside by chance."""


@dataclass(frozen=True, slots=True)
class Point:
    """A group: its share of `n`, and whether chance does not explain how far it lies from the whole."""

    key: str
    value: float
    n: int
    outside: bool


@dataclass(frozen=True, slots=True)
class Funnel:
    """`whole` is the share of all groups. `few` groups had too little for a comparison and are not shown."""

    whole: float
    points: tuple[Point, ...]
    few: int

    def limits(self, n: float, z: float = Z_LIMIT) -> tuple[float, float]:
        return limits(self.whole, n, z)


def limits(whole: float, n: float, z: float = Z_LIMIT) -> tuple[float, float]:
    """Between which a share of `n` lies by chance, where the true one is `whole`: the normal approximation."""
    half = z * sqrt(whole * (1 - whole) / n)
    return max(0.0, whole - half), min(1.0, whole + half)


def funnel(groups: Mapping[str, Figure], n_min: int) -> Funnel | None:
    """The groups with `n_min` or more. None where fewer than two can be compared."""
    known = {key: figure for key, figure in groups.items() if figure.value is not None}
    answers = sum(figure.n for figure in known.values())
    if not answers:
        return None
    whole = sum((figure.value or 0.0) * figure.n for figure in known.values()) / answers
    large = {key: figure for key, figure in known.items() if figure.n >= n_min}
    points = tuple(_point(key, figure, whole) for key, figure in large.items())
    if len(points) < 2:
        return None
    return Funnel(whole, points, len(known) - len(points))


def _point(key: str, figure: Figure, whole: float) -> Point:
    value = figure.value or 0.0
    lo, hi = limits(whole, figure.n)
    return Point(key, value, figure.n, not lo <= value <= hi)
