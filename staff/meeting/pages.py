"""The page of the morning meeting and the premises round."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from lobby.standards.model import MODULES
from staff.shared.pages import office_page, page_for
from web.dispatch import today
from web.roles import public

pages = Blueprint("meeting", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/meeting")
@public
def meeting() -> str | Response:
    return page_for("inspect", _meeting)


def _meeting() -> str:
    return office_page(HERE, today=today(), modules=MODULES)
