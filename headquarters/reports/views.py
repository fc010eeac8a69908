"""The shapes of a province's reports, as JSON has them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from lobby.reports.control import Verdict
from lobby.reports.measures import FigureView, PeriodView
from lobby.views.base import ByLang


class BranchView(TypedDict):
    """A branch in a list. `until`: up to which instant its figures are here (ISO 8601 with the province's offset), None
    where nothing is."""

    branch: str
    name: ByLang
    until: str | None


class LeftOutView(TypedDict):
    """A branch that comparisons leave out: its clock is off by so many seconds, so that its waits may be wrong."""

    branch: str
    name: ByLang
    clock_off_s: float


class CompletenessView(TypedDict):
    """`present` of `branches` are in, all of them up to `until` (None where none is). `missing` are those behind: their
    figures up to then are in the report all the same. `with_figures` have any of the period: of a holiday all may be
    in, and none has. Of those that are `partial` the journal before the period is still to come: what depends on it is
    not in the report. `left_out` are in the report and in no comparison.
    `complete`: there are figures, no branch is missing or partial, and the period is over."""

    branches: int
    present: int
    with_figures: int
    until: str | None
    missing: list[BranchView]
    partial: list[BranchView]
    left_out: list[LeftOutView]
    complete: bool


class ReportView(TypedDict):
    """As a branch's own report (lobby/reports/measures.py). `by` has `branch` and `unit` too, of the units right below
    the one that was asked for. A figure that cannot be added up (load_uneven_share of several days) has no value."""

    period: PeriodView
    completeness: CompletenessView
    measures: dict[str, FigureView]


class LimitsView(TypedDict):
    """Between which values chance alone leaves a branch: 95 % and 99.8 % of branches."""

    lo95: float
    hi95: float
    lo998: float
    hi998: float


class ComparedView(TypedDict):
    """A branch: its share of `n`, and what the whole province would have with the same customers and business
    (`expected`). `ratio` is value / expected, None where nothing is expected. `verdict`: beyond the 99.8 % limits
    it is `better`, `worse` (or `changed`, where neither way is better), else `ordinary`; `few` where `n` is too small,
    without limits. `trend`: what its own last days say, as a control chart."""

    branch: str
    name: ByLang
    unit: str
    n: int
    value: float
    expected: float
    ratio: float | None
    limits: NotRequired[LimitsView]
    verdict: Verdict
    trend: Verdict


class RunningView(TypedDict):
    """A day that goes on, with what it has so far."""

    day: str
    value: float


class ChartView(TypedDict):
    """A figure of all these branches day by day; the limits are None where there are too few days. `running`: today,
    which is in neither `days` nor the verdict; None where the chart ends before."""

    days: list[str]
    values: list[float]
    mean: float | None
    lo: float | None
    hi: float | None
    verdict: Verdict
    running: RunningView | None


class ComparisonView(TypedDict):
    """`whole` is the share of all, `dispersion` by how much the variance of days exceeds chance (the limits are wider
    by its root). `rows` are in the order of branch codes: this is no ranking. `best`: codes of those from whom others
    can learn, `help`: of those who need help, the furthest from chance first. `adjusted_for` are the keys of the mix.
    """

    measure: str
    period: PeriodView
    completeness: CompletenessView
    adjusted_for: list[str]
    whole: float | None
    dispersion: float
    rows: list[ComparedView]
    best: list[str]
    help: list[str]
    chart: ChartView
