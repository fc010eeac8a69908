"""The page of the province's bulletin. It works without a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import get_args

from flask import Blueprint
from werkzeug.wrappers import Response

from headquarters.report_views import ReportView
from headquarters.report_words import completeness_said
from headquarters.reports import report
from headquarters.shared.choice import Choice, choice, units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw
from headquarters.visible import picture, summary
from lobby.reports.measure import Measure, definition
from lobby.reports.measures import MEASURES, Span
from lobby.reports.wording import NONE, SPANS, TITLES, days_words, value_words
from web.gated import page_for
from web.languages import lang
from web.roles import public

pages = Blueprint("bulletin", __name__)
HERE = Path(__file__).parent
HEAD = ("tickets", "served", "wait_mean_s", "wait_p90_s", "late_share", "feedback_mean")
"""The figures of which one looks first, and the columns of the tables."""


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
    made = asked(report, chosen.span, chosen.day, unit=chosen.unit)
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
        lines=_lines(made, tuple(MEASURES)),
    )


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
