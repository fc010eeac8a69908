"""The page of practice: the counter's console in a lobby of one's own."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from staff.counter.pages import console
from staff.practice.api import own_counter
from staff.shared.pages import page_for
from web.roles import public

pages = Blueprint("practice", __name__)


@pages.get("/desk/practice")
@public
def practice() -> str | Response:
    return page_for("staff", lambda: console(own_counter(), practice=True))
