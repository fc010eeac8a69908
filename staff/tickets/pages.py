"""The page that finds a ticket of any day and tells its story."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from staff.shared.pages import office_page, page_for
from web.dispatch import today
from web.roles import public

pages = Blueprint("tickets", __name__)
HERE = Path(__file__).parent
WEEK = timedelta(days=6)


@pages.get("/desk/tickets")
@public
def tickets() -> str | Response:
    return page_for("reports", _tickets)


def _tickets() -> str:
    day = today()
    return office_page(HERE, today=day, week_ago=day - WEEK)
