"""The page of the lobby manager's tablet."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from lobby.state.alert import AlertKind
from staff.shared.pages import page_for
from staff.shared.texts import states
from staff.tablet.texts import SIGNS, tablet_texts
from web.dispatch import runtime, today
from web.roles import current, public
from web.words import need_words

pages = Blueprint("tablet", __name__)


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
        principal=current(),
        alert_signs=[(kind, SIGNS[kind]) for kind in AlertKind],
        today=day,
        last_day=day + timedelta(days=plan.days_ahead if plan else 0),
        texts={
            "states": states(),
            "needs": need_words(),
            "effect_s": branch.alerts.effect_s,
            **tablet_texts(),
        },
    )
