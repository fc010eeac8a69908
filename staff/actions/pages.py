"""The page of corrective actions."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from flask import Blueprint, request
from werkzeug.wrappers import Response

from lobby.commands.action import AHEAD
from lobby.commands.people import People
from lobby.reports.measures import MEASURES
from lobby.state.case_codes import CAUSES
from lobby.state.inspection import Finding
from staff.shared.pages import offered, office_page, page_for
from web.dispatch import runtime, today, who
from web.languages import lang
from web.roles import may, public

pages = Blueprint("actions", __name__)
HERE = Path(__file__).parent
USUAL = timedelta(days=14)
"""Until when a new action is due, unless somebody says otherwise."""


@pages.get("/desk/actions")
@public
def actions() -> str | Response:
    return page_for("person", _actions)


def _actions() -> str:
    day = today()
    latest = _latest(day)
    language = lang()
    return office_page(
        HERE,
        acts=may("quality"),
        shares=may("office"),
        me=who().id,
        names=sorted(who().names),
        doers=offered(People.doers),
        today=day,
        due=min(day + USUAL, latest),
        latest=latest,
        standards=runtime().standards.standards,
        causes={code: name.in_(language) for code, name in CAUSES.items()},
        measures=[(m.id, m.name.in_(language), m.unit, m.better, m.by) for m in MEASURES.values()],
    )


def _latest(day: date) -> date:
    """The last day that a new action may have: of one that takes up a finding, where that is what it is opened from."""
    finding = _finding()
    if finding is None:
        return day + AHEAD
    here = runtime()
    return here.commands.latest_due(here.clock(), who(), finding)


def _finding() -> Finding | None:
    """The open finding that the page was led here with."""
    with runtime().writer.published() as state:
        inspection = state.quality.inspections.get(request.args.get("source_id", ""))
    item = inspection.item(request.args.get("standard", "")) if inspection else None
    if item is None or item.finding is None or not item.finding.open:
        return None
    return item.finding
