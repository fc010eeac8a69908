"""The counter console's page."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response

from lobby.errors import NotFound
from lobby.state.ticket import VISIT_MAX
from staff.shared.pages import page_for
from web.dispatch import own_number, runtime
from web.languages import script_texts
from web.roles import current, public

pages = Blueprint("counter", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/counter/<id>")
@public
def counter(id: str) -> str | Response:
    if id not in runtime().branch.counter:
        raise NotFound("unknown_counter", id=id)
    return page_for("staff", lambda: console(id))


def console(id: str, *, practice: bool = False) -> str:
    """The console of the counter, or of a lobby to practise in."""
    principal = current()
    assert principal is not None
    if principal.role == "teller" and principal.counter not in (None, id):
        abort(403)
    branch = runtime().branch
    return render_template(
        "staff/counter/page.html",
        branch=branch,
        counter=branch.counter[id],
        principal=principal,
        asks_number=bool(branch.person) and own_number(principal) is None and not practice,
        practice=practice,
        visit_max=VISIT_MAX,
        texts=script_texts(HERE),
    )
