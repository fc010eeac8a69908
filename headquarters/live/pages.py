"""The page of all branches as they are now."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from headquarters.shared.pages import draw
from web.gated import page_for
from web.roles import public

pages = Blueprint("live", __name__)
HERE = Path(__file__).parent


@pages.get("/live")
@public
def live() -> str | Response:
    return page_for("province", lambda: draw(HERE))
