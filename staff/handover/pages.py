"""The page on which the lobby manager opens and closes the day: what works, what is left, and notes."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from lobby.views.daycheck import closing, figures, opening
from staff.shared.pages import office_page, page_for
from web.dispatch import runtime
from web.languages import name_of
from web.roles import public

pages = Blueprint("day", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/day")
@public
def day() -> str | Response:
    """Opening and closing the day, as all stands now."""
    return page_for("manager", _page)


def _page() -> str:
    here = runtime()
    now = here.clock()
    followed = current_app.extensions["followed"]()
    answering = current_app.extensions["kiosks"].answering()
    with here.writer.published() as state:
        opens = opening(state, now, followed, answering)
        left = closing(state)
        counts = figures(state)
        giving = state.open
    return office_page(HERE, opens=opens, left=left, counts=counts, giving=giving, words=name_of)
