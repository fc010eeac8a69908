"""What charts of the province show: how high a line is with few days, and that a day which goes on is no whole one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from headquarters.config import ZONE
from headquarters.reports.charts import charted
from headquarters.reports.stored import OfDay
from headquarters.reports.views import ChartView, ComparisonView, CompletenessView, LimitsView
from headquarters.reports.words import completeness_said
from headquarters.shared.plots import course, funnel, reaches_zero, running_said
from lobby.reports.control import Verdict
from lobby.reports.measure import Unit
from lobby.reports.measures import MEASURES
from lobby.reports.wording import value_words
from web.drawing import Dot, Line, day_labels, level_labels, point_labels

FIRST = date(2026, 3, 2)
SHARE = MEASURES["late_share"]


def days(shares: list[float]) -> list[OfDay]:
    return [
        ((FIRST + timedelta(days=n)).isoformat(), [100, round(100 * share)])
        for n, share in enumerate(shares)
    ]


def chart(shares: list[float], running: str = "") -> ChartView:
    return charted(SHARE, {"A1": days(shares)}, running)


def test_few_days_say_how_high_they_are() -> None:
    drawing = course(chart([0.2, 0.4, 0.3]), Unit.SHARE, "late", "en")
    assert drawing
    words = [label.words for label in drawing.labels]
    assert {"40.0 %", "30.0 %", "20.0 %", "0"} <= set(words)
    assert {"03-02", "03-04"} <= set(words)
    assert drawing.lines[0].kind == "axis"


@pytest.mark.parametrize("shares", [[0.36, 0.4, 0.4], [0.4, 0.36, 0.36], [0.36, 0.4, 0.38]])
def test_the_last_of_few_days_keeps_its_label(shares: list[float]) -> None:
    """Where the others lie close to it: beside the last point stands no value of another day."""
    drawing = course(chart(shares), Unit.SHARE, "late", "en")
    assert drawing
    first, *_ = drawing.labels
    assert first.words == value_words(Unit.SHARE, shares[-1], "en")


def test_enough_days_have_their_limits_and_the_axis() -> None:
    view = chart([0.2, 0.3] * 10)
    drawing = course(view, Unit.SHARE, "late", "en")
    assert drawing
    assert [line.kind for line in drawing.lines] == ["axis", "limit", "mean", "limit", "series"]
    assert "25.0 %" in [label.words for label in drawing.labels]


def test_the_day_that_goes_on_is_hollow_and_judged_by_nothing() -> None:
    usual = [0.2, 0.22] * 10
    today = days([*usual, 0.9])[-1][0]
    view = chart([*usual, 0.9], today)
    assert view["running"] == {"day": today, "value": 0.9}
    assert today not in view["days"]
    assert view["verdict"] is Verdict.ORDINARY
    assert chart([*usual, 0.9])["verdict"] is Verdict.WORSE
    drawing = course(view, Unit.SHARE, "late", "en")
    assert drawing
    assert [dot.hollow for dot in drawing.dots] == [False] * 20 + [True]
    assert drawing.lines[-1].kind == "running"
    assert running_said(view, Unit.SHARE, "en") == "today so far: 90.0 %"
    assert running_said(chart(usual), Unit.SHARE, "en") == ""


def test_a_single_day_is_no_course_and_the_first_of_a_branch_may_go_on() -> None:
    today = days([0.2])[0][0]
    assert course(chart([0.2]), Unit.SHARE, "late", "en") is None
    assert course(chart([0.2], today), Unit.SHARE, "late", "en") is None
    assert course(chart([0.0, 0.0]), Unit.SHARE, "late", "en")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 min"),
        (3599, "60.0 min"),
        (14_399, "240.0 min"),
        (14_400, "4.0 h"),
        (3e6, "833.3 h"),
    ],
)
def test_long_sums_are_told_in_hours(seconds: float, words: str) -> None:
    assert value_words(Unit.SECONDS, seconds, "en") == words


# -- the funnel -------------------------------------------------------------------------------------------
def compared(branches: dict[str, tuple[int, float, LimitsView]]) -> ComparisonView:
    return {
        "measure": "late_share",
        "period": {"from": "2026-03-02", "to": "2026-03-02"},
        "completeness": complete(len(branches), [], None),
        "adjusted_for": [],
        "whole": 0.2,
        "dispersion": 1.0,
        "rows": [
            {
                "branch": code,
                "name": {},
                "unit": "",
                "n": n,
                "value": value,
                "expected": 0.2,
                "ratio": value / 0.2,
                "limits": limits,
                "verdict": Verdict.ORDINARY,
                "trend": Verdict.FEW,
            }
            for code, (n, value, limits) in branches.items()
        ],
        "best": [],
        "help": [],
        "chart": chart([0.2]),
    }


NARROW: LimitsView = {"lo95": 0.18, "hi95": 0.22, "lo998": 0.17, "hi998": 0.23}
WIDE_LIMITS: LimitsView = {"lo95": 0.02, "hi95": 0.38, "lo998": 0.0, "hi998": 0.5}


def test_limits_of_one_branch_are_lines_too_and_those_at_zero_are_told() -> None:
    one = compared({"A1": (40, 0.2, WIDE_LIMITS)})
    drawing = funnel(one, "late", {}, "Number of customers")
    assert drawing
    limits = [line for line in drawing.lines if line.kind in ("limit", "warn")]
    assert len(limits) == 4
    assert all(_wide(each) > 20 for each in limits)
    axis = next(line for line in drawing.lines if line.kind == "axis")
    assert limits[0].points.split()[1].split(",")[1] == axis.points.split()[0].split(",")[1]
    assert reaches_zero(one)
    assert {"0", "1.0", "2.5", "Number of customers"} <= {label.words for label in drawing.labels}


def test_a_funnel_of_large_branches_begins_where_they_do() -> None:
    large = compared({"A1": (9000, 0.2, NARROW), "B2": (8000, 0.21, NARROW)})
    drawing = funnel(large, "late", {})
    assert drawing
    assert not reaches_zero(large)
    assert "0" not in [label.words for label in drawing.labels]


def _wide(each: Line) -> float:
    places = [float(point.split(",")[0]) for point in each.points.split()]
    return max(places) - min(places)


# -- how complete -----------------------------------------------------------------------------------------
def complete(
    branches: int, missing: list[str | None], until: str | None, with_figures: int = 1
) -> CompletenessView:
    return {
        "with_figures": with_figures,
        "branches": branches,
        "present": branches - len(missing),
        "until": until,
        "missing": [
            {"branch": str(n), "name": {}, "until": reached} for n, reached in enumerate(missing)
        ],
        "partial": [],
        "left_out": [],
        "complete": False,
    }


def test_completeness_is_said_of_what_is_there() -> None:
    midnight = datetime(2026, 3, 3, tzinfo=ZONE).isoformat()
    noon = datetime(2026, 3, 2, 12, tzinfo=ZONE).isoformat()
    said = {
        "no branch stood here in this period": complete(0, [], None),
        "none of 2 branches has figures of this period": complete(2, [None, None], None, 0),
        "none of 3 branches has figures of this period": complete(3, [], midnight, 0),
        "all 2 branches are behind, the furthest is at 03-02 12:00": complete(
            2, [noon, None], None
        ),
        "1 of 2 branches to 03-02 24:00": complete(2, [None], midnight),
    }
    for words, view in said.items():
        assert completeness_said(view).in_("en") == words


# -- labels -----------------------------------------------------------------------------------------------
def test_values_of_levels_do_not_lie_on_each_other() -> None:
    levels = [(100.0, "mean"), (90.0, "high"), (110.0, "low"), (50.0, "top")]
    assert [label.words for label in level_labels(levels)] == ["mean", "top"]


def test_a_name_stands_on_the_side_where_no_other_point_lies() -> None:
    dots = [Dot(300, 50, out=True), Dot(340, 52, out=False), Dot(30, 90, out=True)]
    beside, edge = point_labels([(300, 50, "城东支行"), (30, 90, "南湖支行")], dots)
    assert (beside.anchor, beside.dx) == ("end", -8)
    assert (edge.anchor, edge.dx) == ("start", 8)


def test_of_names_that_would_lie_on_each_other_the_first_stands() -> None:
    labels = point_labels([(300, 50, "A"), (100, 55, "B"), (100, 70, "C")], [])
    assert [label.words for label in labels] == ["A", "C"]


def test_a_narrow_chart_leaves_out_days_only_where_they_are_many() -> None:
    few, many = (
        [label.spare for label in day_labels([f"2026-03-{n:02}" for n in range(1, days)], float)]
        for days in (3, 13)
    )
    assert few == [False, False]
    assert many == [False, True, False, True, False, True]
