"""The page of the province's bulletin. It works without a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

import psycopg
from flask import Blueprint
from werkzeug.wrappers import Response

from headquarters.config import Headquarters
from headquarters.report_views import ChartView, ReportView
from headquarters.report_words import completeness_said
from headquarters.reports import chart, report
from headquarters.shared.choice import Choice, choice, units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw
from headquarters.shared.plots import course
from headquarters.visible import picture, summary
from lobby.reports.measure import Measure, definition
from lobby.reports.measures import MEASURES, Span
from lobby.reports.wording import NONE, SPANS, TITLES, VERDICTS, days_words, value_words
from web.drawing import Drawing
from web.gated import page_for
from web.languages import lang
from web.roles import public

pages = Blueprint("bulletin", __name__)
HERE = Path(__file__).parent
HEAD = ("tickets", "served", "wait_mean_s", "wait_p90_s", "late_share", "feedback_mean")
"""The figures of which one looks first, and the columns of the tables."""
CHARTED = ("tickets", "wait_mean_s", "late_share", "feedback_mean")


@dataclass(frozen=True)
class Row:
    """A unit or a branch; `href` leads to its own bulletin."""

    name: str
    href: str
    cells: list[str]


@dataclass(frozen=True)
class Line:
    """A measure with its figure, interval and definition."""

    name: str
    value: str
    n: int
    interval: str
    population: str
    formula: str


@pages.get("/bulletin")
@public
def bulletin() -> str | Response:
    return page_for("province", _bulletin)


def _bulletin() -> str:
    chosen = choice()
    made, charts = asked(_made, chosen)
    period = made["period"]
    days = days_words(date.fromisoformat(period["from"]), date.fromisoformat(period["to"]))
    complete = made["completeness"]
    return draw(
        HERE,
        chosen=chosen,
        spans={id: SPANS[id].in_(lang()) for id in get_args(Span)},
        units=units(),
        title=f"{TITLES[chosen.span].in_(lang())} {days}",
        complete=complete,
        completeness=completeness_said(complete).in_(lang()),
        missing=[branch["name"].get(lang(), branch["branch"]) for branch in complete["missing"]],
        head=_lines(made, HEAD),
        columns=[MEASURES[id].name.in_(lang()) for id in HEAD],
        of_units=_rows(made, chosen, "unit", _unit_names()),
        of_branches=_rows(made, chosen, "branch", _branch_names()),
        charts=[*_charts(charts)],
        lines=_lines(made, tuple(MEASURES)),
    )


def _made(
    db: psycopg.Connection, hq: Headquarters, chosen: Choice
) -> tuple[ReportView, dict[str, ChartView]]:
    """The report, and the days up to its last one of each measure that has a chart."""
    made = report(db, hq, chosen.span, chosen.day, unit=chosen.unit)
    last = min(date.fromisoformat(made["period"]["to"]), chosen.today)
    return made, {id: chart(db, hq, last, id, unit=chosen.unit) for id in CHARTED}


def _charts(charts: Mapping[str, ChartView]) -> Iterator[tuple[str, str, Drawing]]:
    """By measure its name, what its last day says, and the drawing."""
    for id, view in charts.items():
        measure = MEASURES[id]
        name = measure.name.in_(lang())
        words = VERDICTS[view["verdict"]].in_(lang())
        drawing = course(view, measure.unit, f"{name}: {words}", lang())
        if drawing:
            yield name, words, drawing


def _unit_names() -> dict[str, str]:
    return {id: unit.name.in_(lang()) for id, unit in picture().tree.units.items()}


def _branch_names() -> dict[str, str]:
    here = picture()
    return {entry.code: here.name(entry).get(lang(), entry.code) for entry in summary("").entries}


def _rows(made: ReportView, chosen: Choice, key: str, names: Mapping[str, str]) -> list[Row]:
    """In the order of the tree, which is no rank; those of which nothing is here are left out."""
    groups = {group for id in HEAD for group in made["measures"][id].get("by", {}).get(key, {})}
    order = {id: n for n, id in enumerate(names)}
    ordered = sorted(groups, key=lambda group: (order.get(group, len(order)), group))
    return [_row(made, chosen, key, group, names.get(group, group)) for group in ordered]


def _row(made: ReportView, chosen: Choice, key: str, group: str, name: str) -> Row:
    href = chosen.address(unit=group) if key == "unit" else f"/branch/{group}"
    return Row(name, href, [_cell(made, MEASURES[id], key, group) for id in HEAD])


def _cell(made: ReportView, measure: Measure, key: str, group: str) -> str:
    figure = made["measures"][measure.id].get("by", {}).get(key, {}).get(group)
    return value_words(measure.unit, figure["value"], lang()) if figure else NONE


def _lines(made: ReportView, ids: tuple[str, ...]) -> list[Line]:
    return [_line(made, MEASURES[id]) for id in ids]


def _line(made: ReportView, measure: Measure) -> Line:
    figure = made["measures"][measure.id]
    words = definition(measure, lang())
    bounds = [figure[bound] for bound in ("lo", "hi") if bound in figure]
    interval = "–".join(value_words(measure.unit, bound, lang()) for bound in bounds)
    value = value_words(measure.unit, figure["value"], lang())
    return Line(words["name"], value, figure["n"], interval, words["population"], words["formula"])
