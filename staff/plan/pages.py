"""The page of what if and staffing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from staff.shared.pages import page_for
from web.dispatch import runtime, today
from web.languages import script_texts
from web.roles import public

pages = Blueprint("plan", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/plan")
@public
def plan() -> str | Response:
    return page_for("manager", _plan)


def _plan() -> str:
    day = today()
    return render_template(
        "staff/plan/page.html",
        branch=runtime().branch,
        today=day,
        yesterday=day - timedelta(days=1),
        tomorrow=day + timedelta(days=1),
        policies={
            "default": _("by target wait, as now"),
            "fcfs": _("in order of arrival"),
            "strict": _("strictly by tier"),
            "edf": _("by deadline"),
        },
        texts=script_texts(HERE),
    )
