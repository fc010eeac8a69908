"""The page that sets branches beside what chance explains: whom to learn from, and whom to help. No ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from pathlib import Path
from typing import get_args

from flask import Blueprint, request
from werkzeug.wrappers import Response

from headquarters.reports.reports import COMPARABLE, comparison
from headquarters.reports.views import ComparedView, ComparisonView
from headquarters.reports.words import VERDICTS, completeness_said, partial_said
from headquarters.shared.choice import choice, units
from headquarters.shared.database import asked
from headquarters.shared.pages import draw
from headquarters.shared.plots import course, funnel, reaches_zero, running_said
from lobby.reports.control import Verdict
from lobby.reports.measure import Unit, definition
from lobby.reports.measures import MEASURES, Span
from lobby.reports.wording import VERDICTS as TRENDS
from lobby.reports.wording import days_words, value_words
from lobby.texts import Text
from web.gated import page_for
from web.languages import lang
from web.roles import may, public

pages = Blueprint("comparison", __name__)
HERE = Path(__file__).parent
FIRST = "late_share"


@dataclass(frozen=True)
class Row:
    """A branch in words."""

    code: str
    name: str
    n: int
    value: str
    expected: str
    ratio: str
    verdict: str
    tone: str
    trend: str


PERIODS: Mapping[Span, Text] = {
    "day": Text("By day"),
    "week": Text("By week"),
    "month": Text("By month"),
}
"""A comparison is no bulletin: its spans have no bulletins' names."""
WIDER = Text(
    "The branches' days differ by more than chance explains, so the limits are {times} times as wide here. A branch"
    " that lay beyond them on a single day may lie within them over a longer period."
)
CUSTOMERS = Text("Number of customers")
CASES = Text("Sample size")
OF_CUSTOMERS = "ticket"
TONES = {Verdict.BETTER: "good", Verdict.WORSE: "bad", Verdict.CHANGED: "warn"}


@pages.get("/comparison")
@public
def compare() -> str | Response:
    return page_for("province", _comparison)


def _comparison() -> str:
    chosen = choice()
    wanted = request.args.get("measure", FIRST)
    measure = wanted if wanted in COMPARABLE else FIRST
    made = asked(comparison, chosen.span, chosen.day, measure, unit=chosen.unit)
    names = {row["branch"]: row["name"].get(lang(), row["branch"]) for row in made["rows"]}
    period = made["period"]
    name = MEASURES[measure].name.in_(lang())
    what = definition(MEASURES[measure], lang())
    size = (CUSTOMERS if what["noun"] == OF_CUSTOMERS else CASES).in_(lang())
    so_far = running_said(made["chart"], Unit.SHARE, lang())
    trend = " · ".join(filter(None, [TRENDS[made["chart"]["verdict"]].in_(lang()), so_far]))
    return draw(
        HERE,
        chosen=chosen,
        further=f"&measure={measure}",
        spans={id: PERIODS[id].in_(lang()) for id in get_args(Span)},
        units=units(),
        measures={id: MEASURES[id].name.in_(lang()) for id in COMPARABLE},
        measure=measure,
        name_of_measure=name,
        what=what,
        days=days_words(date.fromisoformat(period["from"]), date.fromisoformat(period["to"])),
        complete=made["completeness"],
        completeness=completeness_said(made["completeness"]).in_(lang()),
        partial=partial_said(made["completeness"], lang()),
        whole=_share(made["whole"]),
        adjusted=bool(made["adjusted_for"]),
        wider=_wider(made["dispersion"]),
        best=[_named(made, code) for code in made["best"]],
        help=[_named(made, code) for code in made["help"]],
        may_ask=may("office"),
        advice=_advice([_named(made, code).name for code in made["best"]]),
        left_out=[
            left["name"].get(lang(), left["branch"]) for left in made["completeness"]["left_out"]
        ],
        funnel=funnel(made, name, names, size),
        at_zero=reaches_zero(made),
        course=course(made["chart"], Unit.SHARE, f"{name}: {trend}", lang()),
        course_words=trend,
        course_limits=made["chart"]["lo"] is not None,
        course_at_zero=made["chart"]["lo"] == 0,
        rows=[_row(row) for row in made["rows"]],
    )


def _wider(dispersion: float) -> str:
    """Why a branch may be outside on a day and inside in its month; empty where chance explains the days."""
    return WIDER.with_(times=f"{sqrt(dispersion):.1f}").in_(lang()) if dispersion > 1 else ""


LEARN = Text("Learn from: {names}")
JOIN = Text(", ")


def _advice(best: Sequence[str]) -> str:
    """From whom a branch that needs help may learn; empty where nobody stands out."""
    return LEARN.with_(names=JOIN.in_(lang()).join(best)).in_(lang()) if best else ""


def _named(made: ComparisonView, code: str) -> Row:
    return next(_row(row) for row in made["rows"] if row["branch"] == code)


def _row(row: ComparedView) -> Row:
    return Row(
        row["branch"],
        row["name"].get(lang(), row["branch"]),
        row["n"],
        _share(row["value"]),
        _share(row["expected"]),
        "–" if row["ratio"] is None else f"{row['ratio']:.2f}",
        VERDICTS[row["verdict"]].in_(lang()),
        TONES.get(row["verdict"], ""),
        TRENDS[row["trend"]].in_(lang()),
    )


def _share(value: float | None) -> str:
    return value_words(Unit.SHARE, value, lang())
