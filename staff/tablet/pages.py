"""The page of the lobby manager's tablet."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from lobby.state.alert import AlertKind
from staff.shared.pages import page_for
from web.dispatch import runtime, today
from web.languages import script_texts
from web.roles import current, public
from web.words import need_words

pages = Blueprint("tablet", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/hall")
@public
def hall() -> str | Response:
    return page_for("manager", _tablet)


def _tablet() -> str:
    branch = runtime().branch
    day = today()
    plan = branch.appointments
    return render_template(
        "staff/tablet/page.html",
        branch=branch,
        needs=need_words().items(),
        principal=current(),
        alert_kinds=list(AlertKind),
        today=day,
        last_day=day + timedelta(days=plan.days_ahead if plan else 0),
        effect_s=branch.alerts.effect_s,
        texts=script_texts(HERE),
    )
