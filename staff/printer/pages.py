"""The page of the virtual printer's paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template
from werkzeug.wrappers import Response as AnyResponse

from staff.shared.pages import page_for
from web.dispatch import runtime
from web.roles import current, may, needs, public

pages = Blueprint("printer", __name__)


@pages.get("/printer")
@public
def printer() -> str | AnyResponse:
    if not may("paper"):
        return page_for("staff", _paper)
    return _paper()


def _paper() -> str:
    sheets: Any = current_app.extensions["papers"]
    trays = {p.id: sheets(p.id)[::-1] for p in runtime().branch.printers if p.device == "virtual:"}
    principal = current()
    signed_in = principal is not None and bool(principal.session)
    return render_template("staff/printer/page.html", trays=trays, signed_in=signed_in)


@pages.get("/printer/<id>/<int:n>.png")
@needs("paper")
def picture(id: str, n: int) -> Response:
    """One slip of the virtual printer, as its bytes say."""
    draw: Any = current_app.extensions["paper_picture"]
    try:
        return Response(draw(id, n), content_type="image/png")
    except (KeyError, OSError):
        abort(404)
