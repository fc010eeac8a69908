"""The page of corrective actions."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from lobby.reports.measures import MEASURES
from lobby.state.case_codes import CAUSES
from staff.shared.pages import office_page, page_for
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
    language = lang()
    return office_page(
        HERE,
        acts=may("quality"),
        shares=may("office"),
        me=who().id,
        today=day,
        due=day + USUAL,
        standards=runtime().standards.standards,
        causes={code: name.in_(language) for code, name in CAUSES.items()},
        measures=[(m.id, m.name.in_(language), m.unit, m.better, m.by) for m in MEASURES.values()],
    )
