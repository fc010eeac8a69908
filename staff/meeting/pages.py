"""The page of the morning meeting and the premises round."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from werkzeug.wrappers import Response

from lobby.commands.base import PUT_OFF
from lobby.commands.inspection import finding_due
from lobby.commands.people import People
from lobby.standards.model import MODULES
from lobby.standards.record import digest_of
from staff.shared.pages import offered, office_page, page_for
from web.dispatch import runtime, today, who
from web.roles import public

pages = Blueprint("meeting", __name__)
HERE = Path(__file__).parent


@pages.get("/desk/meeting")
@public
def meeting() -> str | Response:
    return page_for("inspect", _meeting)


def _meeting() -> str:
    day = today()
    return office_page(
        HERE,
        me=who().id,
        doers=offered(People.doers),
        digest=digest_of(runtime().standards),
        today=day,
        due=finding_due(runtime().branch.calendar, day),
        latest=day + PUT_OFF,
        modules=MODULES,
    )
