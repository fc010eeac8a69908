"""The page of care: things on loan, announced visits, who is here."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from lobby.commands.visit import AHEAD
from staff.shared.pages import office_page, page_for
from web.dispatch import today
from web.roles import public

pages = Blueprint("care", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/care")
@public
def care() -> str | Response:
    return page_for("staff", _care)


def _care() -> str:
    day = today()
    return office_page(HERE, today=day, last_day=day + AHEAD)
