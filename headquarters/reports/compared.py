"""Compares branches by a share: each with what the whole province would have with its customers and its business
(indirect standardisation, as in the standardised ratios of hospitals: D. Spiegelhalter, Statistics in Medicine 24,
2005), between limits that chance and the luck of days give (lobby/reports/funnel.py)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from headquarters.reports.parts import ALL, MIX, Groups
from headquarters.reports.views import LimitsView
from lobby.reports.control import Verdict
from lobby.reports.funnel import Z_LIMIT, Z_WARN, limits
from lobby.reports.measure import Better
from lobby.reports.parts import Part, is_share

COMPARE_MIN = 30
"""With fewer things behind it a share is not compared: as a branch's `reports.compare_min`."""
DECIMALS = 6


@dataclass(frozen=True)
class Adjusted:
    """A branch's share of `n`, and the one expected of it."""

    n: int
    value: float
    expected: float

    @property
    def ratio(self) -> float | None:
        """None where nothing is expected of it, as it is told: one case in millions is none."""
        if not round(self.expected, DECIMALS):
            return None
        return round(self.value / self.expected, DECIMALS)


Counts = dict[str, tuple[int, int]]
"""By group, how many count of how many."""


def adjusted(branches: Mapping[str, Groups]) -> tuple[float | None, dict[str, Adjusted]]:
    """The share of the whole, and each branch with something behind it."""
    key = MIX if any(MIX in groups for groups in branches.values()) else ALL
    counts = {code: _counts(groups.get(key, {})) for code, groups in branches.items()}
    whole = _together(counts.values())
    n = sum(of for _, of in whole.values())
    if not n:
        return None, {}
    shares = {group: some / of for group, (some, of) in whole.items()}
    return sum(some for some, _ in whole.values()) / n, {
        code: _adjusted(of_branch, shares) for code, of_branch in counts.items() if of_branch
    }


def _together(of_branches: Iterable[Counts]) -> Counts:
    whole: Counts = {}
    for counts in of_branches:
        for group, (some, of) in counts.items():
            some_before, of_before = whole.get(group, (0, 0))
            whole[group] = (some_before + some, of_before + of)
    return whole


def _counts(parts: Mapping[str, Part]) -> Counts:
    """Without damaged ones, which are no share of anything."""
    return {
        group: (int(part[1]), int(part[0]))
        for group, part in parts.items()
        if isinstance(part, list) and part[0] and is_share(*part)
    }


def _adjusted(counts: Counts, shares: Mapping[str, float]) -> Adjusted:
    n = sum(of for _, of in counts.values())
    expected = sum(of * shares[group] for group, (_, of) in counts.items())
    return Adjusted(n, sum(some for some, _ in counts.values()) / n, expected / n)


def limits_of(branch: Adjusted, dispersion: float) -> LimitsView:
    lo95, hi95 = limits(branch.expected, branch.n, Z_WARN, dispersion)
    lo998, hi998 = limits(branch.expected, branch.n, Z_LIMIT, dispersion)
    return {
        "lo95": round(lo95, DECIMALS),
        "hi95": round(hi95, DECIMALS),
        "lo998": round(lo998, DECIMALS),
        "hi998": round(hi998, DECIMALS),
    }


def verdict_of(branch: Adjusted, within: LimitsView | None, better: Better) -> Verdict:
    if within is None:
        return Verdict.FEW
    if within["lo998"] <= branch.value <= within["hi998"]:
        return Verdict.ORDINARY
    if better is Better.NEITHER:
        return Verdict.CHANGED
    more = branch.value > branch.expected
    return Verdict.BETTER if more == (better is Better.MORE) else Verdict.WORSE


def distance(branch: Adjusted, within: LimitsView) -> float:
    """How far beyond what chance explains, in times of its reach."""
    limit = within["hi998"] if branch.value > branch.expected else within["lo998"]
    if limit == branch.expected:
        return 0.0
    return (branch.value - branch.expected) / (limit - branch.expected)
