"""The page of care for staff: incidents, compliments, load."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from lobby.commands.people import People
from staff.shared.pages import offered, office_page, page_for
from web.dispatch import today, who
from web.roles import public

pages = Blueprint("team", __name__)
HERE = Path(__file__).parent
WEEK = timedelta(days=6)


@pages.get("/desk/team")
@public
def team() -> str | Response:
    return page_for("person", _team)


def _team() -> str:
    day = today()
    return office_page(
        HERE, today=day, week_ago=day - WEEK, me=who().id, colleagues=offered(People.here)
    )
